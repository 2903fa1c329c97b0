// Optuna's journal in a file: one operation a line, replayed as Optuna itself does.
#include <limits>
#include <map>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "interop/import_json.h"
#include "interop/import_optuna.h"
#include "interop/import_time.h"

namespace hpopt {
namespace {

/// JournalOperation. Persisted by Optuna: not to be renumbered.
enum class Operation : std::int64_t {
  kCreateStudy = 0,
  kDeleteStudy = 1,
  kSetStudyUserAttribute = 2,
  kSetStudySystemAttribute = 3,
  kCreateTrial = 4,
  kSetTrialParameter = 5,
  kSetTrialStateAndValues = 6,
  kSetTrialIntermediateValue = 7,
  kSetTrialUserAttribute = 8,
  kSetTrialSystemAttribute = 9,
  kDiscardTrials = 10,
};

struct JournalParameter {
  const OptunaDistribution* distribution = nullptr;
  Value value;
};

struct JournalTrial {
  ImportedTrial trial;
  std::int64_t study = 0;
  bool waits = false;
  bool finished = false;
  std::vector<std::pair<std::string, JournalParameter>> parameters;
  std::map<std::int64_t, double> curve;
};

struct JournalStudy {
  OptunaStudy study;
  std::size_t trials = 0;
  /// By name: as the first trial that has it declared it, which others must be compatible with.
  std::map<std::string, const OptunaDistribution*> parameters;
};

bool is_optuna_journal(const SourceLook& look) {
  const std::string_view line = std::string_view(look.head).substr(0, look.head.find('\n'));
  return line.starts_with('{') && line.find("\"op_code\"") != std::string_view::npos;
}

bool compatible(const OptunaDistribution& a, const OptunaDistribution& b) {
  return a.domain.index() == b.domain.index() && a.choices == b.choices;
}

std::int64_t time_in(const Json& log, const char* key) {
  const auto found = log.find(key);
  if (found == log.end() || !found->is_string()) return 0;
  // Optuna 5 writes the offset; before, times were of the machine's zone.
  return utc_ms_of(found->get<std::string>(), Zoneless::kLocal);
}

std::optional<double> first_value(const Json& log) {
  const auto values = log.find("values");
  if (values != log.end() && values->is_array() && !values->empty()) {
    return number_in(values->front());
  }
  const auto value = log.find("value");
  return value == log.end() ? std::nullopt : number_in(*value);
}

/// The studies as the operations leave them. What the library throws of a line that lacks
/// something is caught where lines are read.
class Replay {
 public:
  explicit Replay(std::string path) : path_(std::move(path)) {}

  Status apply(const Json& log) {
    const auto code = log.at("op_code").get<std::int64_t>();
    switch (Operation{code}) {
      case Operation::kCreateStudy:
        create_study(log);
        return success();
      case Operation::kDeleteStudy:
        studies_.erase(log.at("study_id").get<std::int64_t>());
        return success();
      case Operation::kSetStudySystemAttribute:
        set_study_attribute(log);
        return success();
      case Operation::kCreateTrial:
        return create_trial(log);
      case Operation::kSetTrialParameter:
        return set_parameter(log);
      case Operation::kSetTrialStateAndValues:
        return set_state(log);
      case Operation::kSetTrialIntermediateValue:
        return set_intermediate_value(log);
      case Operation::kSetTrialUserAttribute:
        set_attributes(log, "user_attr", open_trial(log));
        return success();
      case Operation::kSetStudyUserAttribute:
      case Operation::kSetTrialSystemAttribute:
      case Operation::kDiscardTrials:
        return success();
    }
    return invalid(fmt::format("the operation {} is not known", code),
                   "a newer Optuna wrote it: export a CSV there and import that");
  }

  Result<ImportedStudy> study(const ImportSource& source) {
    std::vector<std::string> names;
    std::vector<std::int64_t> ids;
    for (const auto& [id, known] : studies_) {
      ids.push_back(id);
      names.push_back(known.study.name);
    }
    const auto chosen = choose_optuna_study(names, source);
    if (!chosen) return chosen.error();
    ImportedStudy imported{.origin = "Optuna's journal"};
    const JournalStudy& study = studies_.at(ids[*chosen]);
    if (Status begun = begin_optuna_study(study.study, source, imported); !begun) {
      return begun.error();
    }
    if (Status added = add_trials(ids[*chosen], imported); !added) return added.error();
    return imported;
  }

 private:
  void create_study(const Json& log) {
    const std::string name = log.at("study_name").get<std::string>();
    for (const auto& [id, known] : studies_) {
      if (known.study.name == name) return;  // who lost the race was told so by Optuna
    }
    JournalStudy& made = studies_[next_study_++];
    made.study.name = name;
    for (const Json& direction : log.at("directions")) {
      made.study.directions.push_back(OptunaDirection{direction.get<std::int64_t>()});
    }
  }

  void set_study_attribute(const Json& log) {
    const auto study = studies_.find(log.at("study_id").get<std::int64_t>());
    const Json& attribute = log.at("system_attr");
    const auto names = attribute.find("study:metric_names");
    if (study != studies_.end() && names != attribute.end()) {
      study->second.study.metric_names = names->dump();
    }
  }

  Status create_trial(const Json& log) {
    const auto id = log.at("study_id").get<std::int64_t>();
    const auto study = studies_.find(id);
    if (study == studies_.end()) return success();
    JournalTrial& made = trials_.emplace_back();
    made.study = id;
    made.trial.label = std::to_string(study->second.trials++);
    made.trial.started_utc_ms = time_in(log, "datetime_start");
    made.trial.ended_utc_ms = time_in(log, "datetime_complete");
    made.trial.value = first_value(log);
    constexpr std::int64_t kRunning = 0;
    if (Status moved = move_to(made, log.value("state", kRunning)); !moved) return moved;
    const Json curve = log.value("intermediate_values", Json::object());
    for (const auto& [step, value] : curve.items()) {
      const auto number = number_in(value);
      const auto whole = parse_integer(step);
      if (!number || !whole) return invalid("an intermediate value is no number");
      made.curve[*whole] = *number;
    }
    set_attributes(log, "user_attrs", &made);
    const Json distributions = log.value("distributions", Json::object());
    const Json parameters = log.value("params", Json::object());
    for (const auto& [name, kept] : parameters.items()) {
      Status set = set_parameter(made, name, distributions.at(name).get<std::string>(), kept);
      if (!set) return set;
    }
    return success();
  }

  Status set_parameter(const Json& log) {
    JournalTrial* trial = open_trial(log);
    if (trial == nullptr) return success();
    return set_parameter(*trial, log.at("param_name").get<std::string>(),
                         log.at("distribution").get<std::string>(), log.at("param_value_internal"));
  }

  Status set_parameter(JournalTrial& trial, const std::string& name, const std::string& json,
                       const Json& kept) {
    const auto distribution = distributions_.get(json, path_);
    if (!distribution) return distribution.error();
    const auto [first, fresh] = studies_.at(trial.study).parameters.emplace(name, *distribution);
    if (!fresh && !compatible(*first->second, **distribution)) return success();
    const auto number = number_in(kept);
    if (!number) return invalid(fmt::format("the value of parameter {} is no number", name));
    auto value = (*distribution)->value(*number);
    if (!value) return value.error();
    trial.parameters.emplace_back(name, JournalParameter{*distribution, std::move(*value)});
    return success();
  }

  Status set_state(const Json& log) {
    JournalTrial* trial = open_trial(log);
    if (trial == nullptr) return success();
    constexpr std::int64_t kRunning = 0;
    const auto state = log.at("state").get<std::int64_t>();
    if (state == kRunning) {
      if (!trial->waits) return success();  // another process was the first to take it
      trial->trial.started_utc_ms = time_in(log, "datetime_start");
    }
    if (Status moved = move_to(*trial, state); !moved) return moved;
    if (trial->finished) trial->trial.ended_utc_ms = time_in(log, "datetime_complete");
    if (auto value = first_value(log)) trial->trial.value = value;
    return success();
  }

  static Status move_to(JournalTrial& trial, std::int64_t number) {
    const auto state = optuna_state(number);
    if (!state) return invalid(fmt::format("the state {} of a trial is not known", number));
    trial.trial.state = *state;
    trial.waits = *state == TrialState::kWaiting;
    trial.finished = is_finished(*state);
    return success();
  }

  Status set_intermediate_value(const Json& log) {
    JournalTrial* trial = open_trial(log);
    if (trial == nullptr) return success();
    const auto value = number_in(log.at("intermediate_value"));
    if (!value) return invalid("an intermediate value is no number");
    trial->curve[log.at("step").get<std::int64_t>()] = *value;
    return success();
  }

  static void set_attributes(const Json& log, const char* key, JournalTrial* trial) {
    if (trial == nullptr || !log.contains(key)) return;
    for (const auto& [name, value] : log.at(key).items()) {
      add_optuna_attribute(name, value, trial->trial);
    }
  }

  /// nullptr: there is no such trial, or it has ended; Optuna does not hear the operation either.
  JournalTrial* open_trial(const Json& log) {
    const auto id = log.at("trial_id").get<std::int64_t>();
    if (id < 0 || id >= static_cast<std::int64_t>(trials_.size())) return nullptr;
    JournalTrial& trial = trials_[static_cast<std::size_t>(id)];
    return trial.finished || !studies_.contains(trial.study) ? nullptr : &trial;
  }

  Status add_trials(std::int64_t study, ImportedStudy& imported) {
    SpaceBuilder builder;
    for (JournalTrial& known : trials_) {
      if (known.study != study) continue;
      ImportedTrial& trial = imported.trials.emplace_back(std::move(known.trial));
      for (const auto& [step, value] : known.curve) {
        trial.curve.emplace_back(static_cast<double>(step), value);
      }
      for (const auto& [name, parameter] : known.parameters) {
        Status declared = builder.declare(name, parameter.distribution->domain);
        if (!declared) return declared;
        builder.include(name, parameter.value);
        trial.configuration.set(name, parameter.value);
      }
    }
    auto space = builder.build();
    if (!space) return space.error();
    imported.space = std::move(*space);
    return bring_into(imported.space, imported.trials);
  }

  std::string path_;
  OptunaDistributions distributions_;
  std::map<std::int64_t, JournalStudy> studies_;
  std::vector<JournalTrial> trials_;  ///< By Optuna's id.
  std::int64_t next_study_ = 0;
};

Status apply_line(std::string_view line, Replay& replay) {
  const auto log = parse_python_json(line, {});
  if (!log) return log.error();
  try {
    return replay.apply(*log);
  } catch (const Json::exception&) {
    return invalid("the operation lacks what belongs to it");
  }
}

Result<ImportedStudy> read_journal(const ImportSource& source) {
  const auto text = read_file(source.path);
  if (!text) return text.error();
  Replay replay(source.path);
  std::size_t number = 0;
  std::size_t begin = 0;
  while (begin < text->size()) {
    ++number;
    const std::size_t end = text->find('\n', begin);
    if (end == std::string::npos) break;
    Status applied = apply_line(std::string_view(*text).substr(begin, end - begin), replay);
    if (!applied) {
      Error error = applied.error();
      error.where = fmt::format("{}:{}", source.path, number);
      if (error.mend.empty()) error.mend = "the file is damaged: restore a copy";
      return error;
    }
    begin = end + 1;
  }
  auto study = replay.study(source);
  if (study && begin < text->size()) {
    study->notices.push_back(
        fmt::format("line {} has no end and is left out: it was being written", number));
  }
  return study;
}

}  // namespace

const ImportReader kOptunaJournalReader{"an Optuna journal file", is_optuna_journal, read_journal};

}  // namespace hpopt
