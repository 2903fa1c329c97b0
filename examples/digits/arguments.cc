#include "arguments.h"

#include <cmath>
#include <map>
#include <utility>

#include <CLI/CLI.hpp>

namespace digits {
namespace {

constexpr int kWrongUsage = 2;

// CLI::Range lets NaN pass, as it only asks whether a value is outside.
CLI::Validator within(double lowest, double highest, const std::string& description) {
  return CLI::Validator(
      [=](std::string& text) -> std::string {
        double value = 0;
        if (!CLI::detail::lexical_cast(text, value) || !(value >= lowest && value <= highest))
          return "'" + text + "' is not " + description;
        return {};
      },
      "", "within");
}

// Replaces a name by the number of its enumerator, which CLI11 then converts.
CLI::Validator one_of(std::map<std::string, int> names) {
  return CLI::Validator(
      [names = std::move(names)](std::string& text) -> std::string {
        const auto entry = names.find(text);
        if (entry != names.end()) {
          text = std::to_string(entry->second);
          return {};
        }
        std::string known;
        for (const auto& [name, unused] : names) known += (known.empty() ? "" : ", ") + name;
        return "'" + text + "' is not one of " + known;
      },
      "", "one of");
}

template <typename Enumerator>
int ordinal(Enumerator enumerator) {
  return static_cast<int>(enumerator);
}

void add_options(CLI::App& app, Arguments& arguments) {
  TrainingOptions& training = arguments.training;
  app.add_option("--lr", training.learning_rate, "learning rate [0.01]")
      ->check(within(1e-12, 1e6, "a positive number"));
  app.add_option("--optimizer", training.optimizer.method, "sgd or adam [sgd]")
      ->transform(one_of({{"sgd", ordinal(Method::kSgd)}, {"adam", ordinal(Method::kAdam)}}));
  app.add_option("--momentum", training.optimizer.momentum, "momentum of SGD [0.9]")
      ->check(within(0, 0.99999, "at least 0 and less than 1"));
  app.add_option("--weight-decay", training.optimizer.weight_decay,
                 "decoupled weight decay, times the learning rate [0]")
      ->check(within(0, 1e6, "zero or a positive number"));
  app.add_option("--dropout", training.dropout, "share of hidden units dropped [0]")
      ->check(within(0, 0.99, "within 0..0.99"));
  app.add_option("--batch-size", training.batch_size, "samples a step [32]")
      ->check(within(1, 100'000, "a whole number of at least 1"));
  app.add_option("--width", training.width, "units of a hidden layer [64]")
      ->check(within(1, 8192, "a whole number within 1..8192"));
  app.add_option("--depth", training.depth, "hidden layers [2]")
      ->check(within(0, 32, "a whole number within 0..32"));
  app.add_option("--schedule", training.schedule, "constant, cosine or step [constant]")
      ->transform(one_of({{"constant", ordinal(Schedule::kConstant)},
                          {"cosine", ordinal(Schedule::kCosine)},
                          {"step", ordinal(Schedule::kStep)}}));
  app.add_option("--epochs", training.epochs, "epochs of a full training [40]")
      ->check(within(1, 1'000'000, "a whole number of at least 1"));
  app.add_option("--subset", training.subset, "share of the training samples used [1]")
      ->check(within(1e-9, 1, "more than 0 and at most 1"));
  app.add_option("--seed", training.seed, "seed of all that is random [1]");
  app.add_option("--data", arguments.data_file,
                 "the digits, as make_data.py writes them [" + arguments.data_file + "]");
}

}  // namespace

ParsedArguments parse_arguments(int argc, const char* const* argv) {
  Arguments arguments;
  arguments.data_file = DIGITS_DATA_FILE;
  CLI::App app("Trains a multi-layer perceptron to read shifted, noisy handwritten digits.",
               "digits_mlp");
  add_options(app, arguments);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    return {std::nullopt, app.exit(problem) == 0 ? 0 : kWrongUsage};
  }
  return {std::move(arguments), 0};
}

}  // namespace digits
