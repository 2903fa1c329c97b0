#include "engine/worker_dialogue.h"

#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace hpopt {
namespace {

constexpr Nanos kTimeToReturn = std::chrono::seconds(5);
constexpr std::size_t kQuoted = 200;

/// Of an argument list that was checked: none where it is of another kind.
std::optional<double> number_in(const Json& json) {
  if (json.is_number()) return json.get<double>();
  if (!json.is_string()) return std::nullopt;
  const auto& text = json.get_ref<const std::string&>();
  const bool special = text == "nan" || text == "inf" || text == "-inf";
  return special ? parse_number(text) : std::nullopt;
}

std::optional<std::int64_t> whole_in(const Json& json) {
  if (json.is_number_integer()) return json.get<std::int64_t>();
  return std::nullopt;
}

std::string_view word_of(Verdict verdict) {
  constexpr std::array<std::string_view, 4> kWords{"continue", "pause", "stop", "lost"};
  return kWords.at(static_cast<std::size_t>(verdict));
}

Json in_json(const Error& error) {
  return {{"error",
           {{"code", name(error.code)},
            {"what", error.what},
            {"where", error.where},
            {"mend", error.mend}}}};
}

Exception misused(std::string_view word, std::string_view form) {
  return Exception(
      invalid(fmt::format("'{}' has other arguments", word), fmt::format("say {}", form)));
}

std::string in_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Talk mistaken(const std::string& line) {
  std::string quoted = json_string(line.substr(0, kQuoted));
  if (line.size() > kQuoted) quoted += "...";
  return {
      .end = Talk::End::kMistaken,
      .message = fmt::format("the worker said {}, which is no word of the protocol: its standard "
                             "input belongs to hpopt, and nothing else may write to it",
                             quoted),
      .spoke = true};
}

Json suggest_float(Trial& trial, const Json& from) {
  const bool fits = from.size() == 5 && from[0].is_string() && from[3].is_boolean();
  const auto low = fits ? number_in(from[1]) : std::nullopt;
  const auto high = fits ? number_in(from[2]) : std::nullopt;
  const auto step = fits ? number_in(from[4]) : std::nullopt;
  if (!low || !high || !step) throw misused("suggest_float", "[name, low, high, log, step]");
  return trial.suggest_float(from[0].get<std::string>(), *low, *high,
                             {.log = from[3].get<bool>(), .step = *step});
}

Json suggest_int(Trial& trial, const Json& from) {
  const bool fits = from.size() == 5 && from[0].is_string() && from[3].is_boolean();
  const auto low = fits ? whole_in(from[1]) : std::nullopt;
  const auto high = fits ? whole_in(from[2]) : std::nullopt;
  const auto step = fits ? whole_in(from[4]) : std::nullopt;
  if (!low || !high || !step) throw misused("suggest_int", "[name, low, high, log, step]");
  return trial.suggest_int(from[0].get<std::string>(), *low, *high,
                           {.log = from[3].get<bool>(), .step = *step});
}

Json suggest_categorical(Trial& trial, const Json& from) {
  if (from.size() != 2 || !from[0].is_string() || !from[1].is_array()) {
    throw misused("suggest_categorical", "[name, [choice, ...]]");
  }
  std::vector<Value> choices;
  for (const Json& choice : from[1]) choices.push_back(value_from_json(choice));
  return to_json(trial.suggest_categorical(from[0].get<std::string>(), std::move(choices)));
}

}  // namespace

Talk WorkerDialogue::run() {
  if (const Heard said = worker_.say(opening(), call_, return_by_); said != Heard::kLine) {
    return broken_off(said);
  }
  std::string line;
  for (;;) {
    const Heard heard = worker_.hear(line, call_, return_by_);
    if (heard != Heard::kLine) return broken_off(heard);
    spoke_ = true;
    if (auto over = heed(line)) return *over;
  }
}

std::string WorkerDialogue::opening() const {
  constexpr int kUnknown = std::numeric_limits<int>::max();
  Json params = Json::object();
  for (const auto& [name, value] : trial_.params()) params[name] = to_json(value);
  const int last = trial_.last_step();
  return in_text({{"trial", trial_.number()},
                  {"params", std::move(params)},
                  {"seed", trial_.seed()},
                  {"next_step", trial_.next_step()},
                  {"last_step", last == kUnknown ? Json(nullptr) : Json(last)},
                  {"fidelity", trial_.fidelity()},
                  {"checkpoint_dir", trial_.checkpoint_dir()},
                  {"left", json_number(trial_.left())}});
}

/// What the line says is done; none: the run goes on.
std::optional<Talk> WorkerDialogue::heed(const std::string& line) {
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object() || json.size() != 1) return mistaken(line);
  const std::string& word = json.begin().key();
  const Json& told = json.begin().value();
  if (word == "tell") {
    const auto score = number_in(told);
    if (!score) return mistaken(line);
    return Talk{.end = Talk::End::kTold, .score = *score, .spoke = true};
  }
  if (word == "fail") {
    if (!told.is_string()) return mistaken(line);
    return Talk{.end = Talk::End::kFailed, .message = told.get<std::string>(), .spoke = true};
  }
  const bool known = word == "report" || word.starts_with("suggest_");
  if (!known || !told.is_array()) return mistaken(line);
  try {
    return answer(word == "report" ? report(told) : suggest(word, told));
  } catch (const Exception& thrown) {
    return answer(in_json(thrown.error()));
  }
}

std::optional<Talk> WorkerDialogue::answer(const Json& answer) {
  waits_ = true;
  const Heard said = worker_.say(in_text(answer), call_, return_by_);
  if (said != Heard::kLine) return broken_off(said);
  waits_ = false;
  return std::nullopt;
}

Json WorkerDialogue::suggest(const std::string& word, const Json& arguments) {
  if (word == "suggest_float") return {{"value", suggest_float(trial_, arguments)}};
  if (word == "suggest_int") return {{"value", suggest_int(trial_, arguments)}};
  if (word == "suggest_categorical") return {{"value", suggest_categorical(trial_, arguments)}};
  throw Exception(invalid(fmt::format("there is no '{}'", word),
                          "say suggest_float, suggest_int or suggest_categorical"));
}

Json WorkerDialogue::report(const Json& arguments) {
  const bool fits = arguments.size() == 2;
  const auto step = fits ? whole_in(arguments[0]) : std::nullopt;
  const auto score = fits ? number_in(arguments[1]) : std::nullopt;
  if (!step || !score || !std::in_range<int>(*step)) throw misused("report", "[step, score]");
  return in_words(trial_.report(static_cast<int>(*step), *score));
}

Json WorkerDialogue::in_words(Verdict verdict) {
  if (verdict != Verdict::kContinue) {
    return_by_ = std::min(return_by_, clock_.monotonic() + kTimeToReturn);
  }
  return {{"verdict", word_of(verdict)},
          {"left", json_number(trial_.left())},
          {"fidelity", trial_.fidelity()}};
}

Talk WorkerDialogue::broken_off(Heard heard) const {
  Talk talk{.spoke = spoke_, .waits = waits_};
  switch (heard) {
    case Heard::kCalled:
      talk.end = Talk::End::kCalled;
      break;
    case Heard::kLate:
      talk.end = Talk::End::kIgnored;
      break;
    case Heard::kTooLong:
      talk.end = Talk::End::kMistaken;
      talk.message = "the worker said a line of more than 1 MiB: messages are shorter";
      break;
    case Heard::kLine:
    case Heard::kEnded:
      break;
  }
  return talk;
}

}  // namespace hpopt
