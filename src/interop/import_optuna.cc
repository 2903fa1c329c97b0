#include "interop/import_optuna.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "interop/import_json.h"

namespace hpopt {
namespace {

Error unknown_distribution(std::string_view json, std::string_view where) {
  return invalid(fmt::format("this is no distribution of Optuna: {}", json),
                 "the file is damaged, or a newer Optuna wrote it", std::string(where));
}

Scale scale_of(bool log) { return log ? Scale::kLog : Scale::kLinear; }

Domain float_domain(const Json& attributes, bool log, const char* step) {
  const auto found = attributes.find(step);
  const bool stepped = found != attributes.end() && found->is_number();
  return FloatDomain{attributes.at("low").get<double>(), attributes.at("high").get<double>(),
                     scale_of(log), stepped ? found->get<double>() : 0};
}

Domain int_domain(const Json& attributes, bool log) {
  const auto step = attributes.find("step");
  const bool stepped = step != attributes.end() && step->is_number();
  return IntDomain{attributes.at("low").get<std::int64_t>(),
                   attributes.at("high").get<std::int64_t>(), scale_of(log),
                   stepped ? step->get<std::int64_t>() : 1};
}

OptunaDistribution categorical(const Json& attributes) {
  OptunaDistribution made;
  CategoricalDomain domain;
  for (const Json& choice : attributes.at("choices")) {
    const Value& value = made.choices.emplace_back(value_from_json(choice));
    const bool again =
        std::find(domain.values.begin(), domain.values.end(), value) != domain.values.end();
    if (!again) domain.values.push_back(value);
  }
  made.domain = std::move(domain);
  return made;
}

/// Throws Json::exception when an attribute is missing or of another type.
std::optional<OptunaDistribution> read_distribution(const Json& json) {
  const std::string name = json.at("name").get<std::string>();
  const Json& attributes = json.at("attributes");
  const bool log = attributes.value("log", false);
  if (name == "FloatDistribution") return {{float_domain(attributes, log, "step"), {}}};
  if (name == "IntDistribution") return {{int_domain(attributes, log), {}}};
  if (name == "CategoricalDistribution") return categorical(attributes);
  if (name == "UniformDistribution") return {{float_domain(attributes, false, "step"), {}}};
  if (name == "LogUniformDistribution") return {{float_domain(attributes, true, "step"), {}}};
  if (name == "DiscreteUniformDistribution") return {{float_domain(attributes, false, "q"), {}}};
  if (name == "IntUniformDistribution") return {{int_domain(attributes, false), {}}};
  if (name == "IntLogUniformDistribution") return {{int_domain(attributes, true), {}}};
  return std::nullopt;
}

/// The name that Optuna's user gave the objective, if any.
std::string first_metric_name(const std::string& json) {
  if (json.empty()) return {};
  const auto names = parse_python_json(json, {});
  if (!names || !names->is_array() || names->empty() || !names->front().is_string()) return {};
  return names->front().get<std::string>();
}

constexpr std::array<std::pair<std::string_view, TrialState>, 5> kStates{
    {{"RUNNING", TrialState::kPaused},  // whoever ran it is not known here
     {"COMPLETE", TrialState::kComplete},
     {"PRUNED", TrialState::kStopped},
     {"FAIL", TrialState::kFailed},
     {"WAITING", TrialState::kWaiting}}};

}  // namespace

Result<Value> OptunaDistribution::value(double kept) const {
  if (std::holds_alternative<FloatDomain>(domain)) return Value(kept);
  constexpr double kExact = 9e15;
  if (std::isnan(kept) || std::abs(kept) > kExact) {
    return invalid(fmt::format("{} is no value of {}", shortest(kept), describe(domain)));
  }
  if (std::holds_alternative<IntDomain>(domain)) return Value(static_cast<std::int64_t>(kept));
  if (kept < 0 || kept >= static_cast<double>(choices.size())) {
    return invalid(fmt::format("there is no choice {} among {}", shortest(kept), choices.size()));
  }
  return choices[static_cast<std::size_t>(kept)];
}

Result<OptunaDistribution> parse_optuna_distribution(std::string_view json,
                                                     std::string_view where) {
  const auto parsed = parse_python_json(json, where);
  if (!parsed) return parsed.error();
  try {
    auto distribution = read_distribution(*parsed);
    if (distribution && validate(distribution->domain)) return std::move(*distribution);
  } catch (const Json::exception&) {
    return unknown_distribution(json, where);
  }
  return unknown_distribution(json, where);
}

Result<const OptunaDistribution*> OptunaDistributions::get(std::string_view json,
                                                           std::string_view where) {
  const auto place = known_.find(json);
  if (place != known_.end()) return &place->second;
  auto parsed = parse_optuna_distribution(json, where);
  if (!parsed) return parsed.error();
  return &known_.emplace(std::string(json), std::move(*parsed)).first->second;
}

Result<std::size_t> choose_optuna_study(const std::vector<std::string>& names,
                                        const ImportSource& source) {
  if (names.empty()) {
    return Error{Code::kNotFound, "the file holds no study", source.path,
                 "name the storage in which Optuna ran"};
  }
  if (source.study.empty() && names.size() == 1) return std::size_t{0};
  const auto found = std::find(names.begin(), names.end(), source.study);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  if (source.study.empty()) {
    return invalid(fmt::format("the file holds {} studies: {}", names.size(), join(names, ", ")),
                   "say which with --study NAME", source.path);
  }
  return Error{Code::kNotFound,
               fmt::format("the file holds no study '{}'{}", source.study,
                           did_you_mean(source.study, names)),
               source.path, "it holds " + join(names, ", ")};
}

Status begin_optuna_study(const OptunaStudy& study, const ImportSource& source,
                          ImportedStudy& imported) {
  imported.name = study.name;
  if (study.directions.size() > 1) {
    return invalid(fmt::format("study '{}' has {} objectives, and hpopt optimizes one", study.name,
                               study.directions.size()),
                   "save its study.trials_dataframe() as a CSV file and import that, with --metric "
                   "values_0:max",
                   source.path);
  }
  const std::string metric = first_metric_name(study.metric_names);
  if (!metric.empty()) imported.objective.name = metric;
  const OptunaDirection direction =
      study.directions.empty() ? OptunaDirection::kNotSet : study.directions.front();
  std::optional<bool> maximized;
  if (direction == OptunaDirection::kMaximize) maximized = true;
  if (direction == OptunaDirection::kMinimize) maximized = false;
  return settle_objective(imported, source.metric, maximized);
}

std::optional<TrialState> optuna_state(std::string_view name) {
  for (const auto& [known, state] : kStates) {
    if (known == name) return state;
  }
  return std::nullopt;
}

std::optional<TrialState> optuna_state(std::int64_t number) {
  if (number < 0 || number >= static_cast<std::int64_t>(kStates.size())) return std::nullopt;
  return kStates[static_cast<std::size_t>(number)].second;
}

void add_optuna_attribute(const std::string& key, const Json& value, ImportedTrial& trial) {
  if (value.is_number()) trial.numbers[key] = value.get<double>();
}

}  // namespace hpopt
