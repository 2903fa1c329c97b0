#include "spec/inline_form.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "spec/mark.h"
#include "spec/placeholder.h"

namespace hpopt {
namespace {

const std::vector<std::string>& known_words() {
  static const std::vector<std::string> words{"float", "int",  "log",       "logint",   "choice",
                                              "flag",  "seed", "trial_dir", "fidelity", "length"};
  return words;
}

/// A number, true, false, null, an array or an object as JSON; a string in quotes; else the text.
Result<Value> read_choice(const std::string& text) {
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') {
    return Value(text.substr(1, text.size() - 2));
  }
  const Json parsed = Json::parse(text, nullptr, false);
  if (!parsed.is_discarded()) return value_from_json(parsed);
  if (text.empty()) return invalid("a choice is empty", "write '' for the empty text");
  return Value(text);
}

Result<double> read_real(const std::string& text) {
  const std::optional<double> number = parse_number(text);
  if (number) return *number;
  return invalid(fmt::format("'{}' is not a number", text));
}

Result<std::int64_t> read_whole(const std::string& text) {
  if (const std::optional<std::int64_t> number = parse_integer(text)) return *number;
  const std::optional<double> real = parse_number(text);
  if (real && std::floor(*real) == *real && std::abs(*real) < 0x1p53) {
    return static_cast<std::int64_t>(*real);
  }
  return invalid(fmt::format("'{}' is not a whole number", text));
}

std::string usage_of(const std::string& word) {
  if (word == "choice") return "write ~choice(A,B,...)";
  if (word == "flag") return "write ~flag(--name)";
  if (word == "seed" || word == "trial_dir") return fmt::format("write ~{}()", word);
  return fmt::format("write ~{}(LOW,HIGH)", word);
}

Status expect_count(const Mark& mark, std::size_t count) {
  if (mark.arguments.size() == count) return success();
  return invalid(fmt::format("'{}' takes {}, not {}", mark.word,
                             count == 0   ? "nothing"
                             : count == 1 ? "one argument"
                                          : "two bounds",
                             mark.arguments.size()),
                 usage_of(mark.word));
}

Status expect_options(const Mark& mark, const std::vector<std::string>& known) {
  std::set<std::string> seen;
  for (const auto& [name, value] : mark.options) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      const std::string list = known.empty() ? "none" : join(known, ", ");
      return invalid(
          fmt::format("'{}' is no option of '{}'{}", name, mark.word, did_you_mean(name, known)),
          "its options are: " + list);
    }
    if (!seen.insert(name).second)
      return invalid(fmt::format("the option '{}' stands twice", name));
  }
  return success();
}

const std::string* option_of(const Mark& mark, std::string_view name) {
  for (const auto& [key, value] : mark.options) {
    if (key == name) return &value;
  }
  return nullptr;
}

Result<Domain> read_float(const Mark& mark) {
  const Result<double> low = read_real(mark.arguments[0]);
  if (!low) return low.error();
  const Result<double> high = read_real(mark.arguments[1]);
  if (!high) return high.error();
  FloatDomain domain{*low, *high, mark.word == "log" ? Scale::kLog : Scale::kLinear, 0};
  if (const std::string* step = option_of(mark, "step")) {
    const Result<double> read = read_real(*step);
    if (!read) return read.error();
    if (!(*read > 0)) return invalid("the step must be above 0");
    domain.step = *read;
  }
  return Domain(domain);
}

Result<Domain> read_int(const Mark& mark) {
  const Result<std::int64_t> low = read_whole(mark.arguments[0]);
  if (!low) return low.error();
  const Result<std::int64_t> high = read_whole(mark.arguments[1]);
  if (!high) return high.error();
  IntDomain domain{*low, *high, mark.word == "logint" ? Scale::kLog : Scale::kLinear, 1};
  if (const std::string* step = option_of(mark, "step")) {
    const Result<std::int64_t> read = read_whole(*step);
    if (!read) return read.error();
    domain.step = *read;
  }
  return Domain(domain);
}

Result<Domain> read_choices(const Mark& mark) {
  if (mark.arguments.empty())
    return invalid("there are no values to choose from", usage_of("choice"));
  CategoricalDomain domain;
  for (const std::string& argument : mark.arguments) {
    Result<Value> value = read_choice(argument);
    if (!value) return value.error();
    domain.values.push_back(std::move(*value));
  }
  if (const std::string* weights = option_of(mark, "weights")) {
    for (const std::string& weight : split(*weights, '/')) {
      const Result<double> read = read_real(std::string(trim(weight)));
      if (!read) return read.error();
      domain.weights.push_back(*read);
    }
  }
  return Domain(std::move(domain));
}

Result<Domain> read_domain(const Mark& mark) {
  if (mark.word == "choice") {
    if (Status fine = expect_options(mark, {"default", "prior", "spread", "weights"}); !fine)
      return fine.error();
    return read_choices(mark);
  }
  if (Status fine = expect_options(mark, {"default", "prior", "spread", "step"}); !fine)
    return fine.error();
  if (Status fine = expect_count(mark, 2); !fine) return fine.error();
  return mark.word == "int" || mark.word == "logint" ? read_int(mark) : read_float(mark);
}

/// "--lr", "-l", "+model.lr": the name of a flag; empty when it is none.
std::string flag_name(std::string_view flag) {
  const std::size_t first = flag.find_first_not_of("-+");
  if (first == std::string_view::npos) return {};
  const std::string_view name = flag.substr(first);
  return is_parameter_name(name) ? std::string(name) : std::string();
}

/// Reads the marks of one argv into a specification.
class InlineReader {
 public:
  explicit InlineReader(StudySpec& spec) : spec_(spec) {}

  Status read(const std::vector<std::string>& argv) {
    for (const std::string& argument : argv) {
      Result<std::optional<Mark>> mark = parse_mark(argument);
      if (!mark) return mark.error();
      std::string rendered = unescape_mark(argument);
      if (*mark) {
        Result<std::string> replaced = replace(**mark);
        if (!replaced) return located(replaced.error(), argument);
        rendered = std::move(*replaced);
      }
      const bool may_be_flag =
          !*mark && argument.starts_with('-') && argument.find('=') == std::string::npos;
      flag_before_ = may_be_flag ? argument : std::string();
      command_.push_back(std::move(rendered));
    }
    if (leaves_out_file_parameters()) command_.push_back(placeholder("args"));
    spec_.command = std::move(command_);
    return success();
  }

 private:
  Error located(Error error, const std::string& argument) const {
    error.where = flag_before_.empty() ? argument : flag_before_ + ' ' + argument;
    return error;
  }

  /// The argument with a placeholder in the mark's place.
  Result<std::string> replace(const Mark& mark) {
    const std::vector<std::string>& words = known_words();
    if (std::find(words.begin(), words.end(), mark.word) == words.end()) {
      return invalid(
          fmt::format("'{}' is no kind of parameter{}", mark.word, did_you_mean(mark.word, words)),
          fmt::format("the kinds are {}; write ~~ for a literal ~", join(words, ", ")));
    }
    if (mark.word == "seed" || mark.word == "trial_dir") return read_context(mark);
    if (mark.word == "flag") return read_flag(mark);
    const Result<std::string> name = name_of(mark);
    if (!name) return name.error();
    const bool is_fidelity = mark.word == "fidelity" || mark.word == "length";
    const Status added = is_fidelity ? add_fidelity(mark, *name) : add_parameter(mark, *name);
    if (!added) return added.error();
    return mark.prefix + placeholder(*name);
  }

  static Result<std::string> read_context(const Mark& mark) {
    if (Status fine = expect_options(mark, {}); !fine) return fine.error();
    if (Status fine = expect_count(mark, 0); !fine) return fine.error();
    return mark.prefix + placeholder(mark.word);
  }

  Result<std::string> read_flag(const Mark& mark) {
    if (Status fine = expect_options(mark, {"default", "prior", "spread"}); !fine)
      return fine.error();
    if (Status fine = expect_count(mark, 1); !fine) return fine.error();
    const std::string& flag = mark.arguments[0];
    const std::string name = mark.name.empty() ? flag_name(flag) : mark.name;
    if (!flag.starts_with('-') || name.empty() || !mark.prefix.empty()) {
      return invalid(fmt::format("'{}' is no flag that can be left out", flag),
                     "write the whole argument as ~flag(--name)");
    }
    Result<Parameter> parameter =
        with_wishes(mark, {.name = name, .domain = CategoricalDomain{{false, true}, {}}});
    if (!parameter) return parameter.error();
    if (Status added = add(std::move(*parameter), mark); !added) return added.error();
    return fmt::format("${{{}?{}}}", name, flag);
  }

  Result<std::string> name_of(const Mark& mark) const {
    if (!mark.name.empty()) {
      if (is_parameter_name(mark.name)) return mark.name;
      return invalid(fmt::format("'{}' cannot be a name", mark.name),
                     "begin with a letter; then letters, digits and _ . - /");
    }
    std::string_view flag = flag_before_;
    if (!mark.prefix.empty())
      flag = std::string_view(mark.prefix).substr(0, mark.prefix.size() - 1);
    std::string name = flag_name(flag);
    if (!name.empty()) return name;
    return invalid("the mark has no name",
                   fmt::format("put a flag before it, or write ~NAME:{}", mark.text.substr(1)));
  }

  /// With its default and its prior.
  static Result<Parameter> with_wishes(const Mark& mark, Parameter parameter) {
    if (const std::string* text = option_of(mark, "default")) {
      Result<Value> value = read_choice(*text);
      if (!value) return value.error();
      parameter.default_value = std::move(*value);
    }
    const std::string* spread = option_of(mark, "spread");
    if (const std::string* text = option_of(mark, "prior")) {
      Result<Value> value = read_choice(*text);
      if (!value) return value.error();
      parameter.belief = Belief{.at = std::move(*value)};
    } else if (spread != nullptr) {
      return invalid("'spread' belongs to a prior", "add prior=VALUE, or remove it");
    }
    if (spread == nullptr) return parameter;
    const Result<double> width = read_real(*spread);
    if (!width) return width.error();
    parameter.belief->spread = *width;
    return parameter;
  }

  Status add_parameter(const Mark& mark, const std::string& name) {
    Result<Domain> domain = read_domain(mark);
    if (!domain) return domain.error();
    Result<Parameter> parameter = with_wishes(mark, {.name = name, .domain = std::move(*domain)});
    if (!parameter) return parameter.error();
    return add(std::move(*parameter), mark);
  }

  Status add(Parameter parameter, const Mark& mark) {
    const bool is_new = marked_.insert(parameter.name).second;
    const Parameter* known = spec_.space.find(parameter.name);
    if (known == nullptr) return spec_.space.add(std::move(parameter));
    const bool same = known->domain == parameter.domain;
    if (same && (is_new || !mark.name.empty())) return success();
    if (same) return marked_twice(parameter.name);
    return differs(parameter.name, describe(known->domain), describe(parameter.domain));
  }

  Status add_fidelity(const Mark& mark, const std::string& name) {
    if (Status fine = expect_options(mark, {"step"}); !fine) return fine;
    if (Status fine = expect_count(mark, 2); !fine) return fine;
    const Result<Domain> domain = read_float(mark);
    if (!domain) return domain.error();
    if (Status fine = validate(*domain); !fine) return fine;
    const auto& range = std::get<FloatDomain>(*domain);
    const auto is_whole = [](double number) { return std::floor(number) == number; };
    const Fidelity fidelity{
        .name = name,
        .low = range.low,
        .high = range.high,
        .cut = mark.word == "fidelity",
        .integer = is_whole(range.low) && is_whole(range.high) && is_whole(range.step),
        .step = range.step};
    if (!(range.low > 0)) return invalid("the lower bound must be above 0", usage_of(mark.word));
    const bool is_new = marked_.insert(name).second;
    for (const Fidelity& known : spec_.fidelities) {
      if (known.name != name) continue;
      if (known != fidelity) return differs(name, "another one", mark.text);
      return is_new || !mark.name.empty() ? success() : marked_twice(name);
    }
    spec_.fidelities.push_back(fidelity);
    return success();
  }

  Status marked_twice(const std::string& name) const {
    return invalid(fmt::format("'{}' is marked twice", name),
                   "give one of them another name with ~NAME:word(...)");
  }

  Status differs(const std::string& name, const std::string& known, const std::string& now) const {
    return invalid(fmt::format("'{}' is {} already, but {} here", name, known, now),
                   "remove one of them, or name this one with ~NAME:word(...)");
  }

  bool leaves_out_file_parameters() const {
    std::set<std::string> named;
    for (const std::string& argument : command_) {
      for (const Piece& piece : take_apart(argument)) {
        if (piece.name.starts_with("args")) return false;
        named.insert(piece.name);
      }
    }
    const auto& parameters = spec_.space.parameters();
    const auto is_left_out = [&](const auto& item) { return !named.contains(item.name); };
    return std::any_of(parameters.begin(), parameters.end(), is_left_out) ||
           std::any_of(spec_.fidelities.begin(), spec_.fidelities.end(), is_left_out);
  }

  StudySpec& spec_;
  std::vector<std::string> command_;
  std::string flag_before_;  ///< The argument before, when a value may follow it.
  std::set<std::string> marked_;
};

}  // namespace

Status apply_inline(const std::vector<std::string>& argv, StudySpec& spec) {
  if (argv.empty()) return success();
  return InlineReader(spec).read(argv);
}

}  // namespace hpopt
