// What Optuna's storages have in common: distributions, directions, states, the choice of a study.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "hpopt/domain.h"
#include "hpopt/result.h"
#include "interop/import_reader.h"
#include "interop/import_space.h"

namespace hpopt {

struct OptunaDistribution {
  Domain domain;
  std::vector<Value> choices;  ///< By index, as Optuna keeps a choice; may hold one twice.

  /// The value behind the number that Optuna keeps. Errors: no choice has this index.
  [[nodiscard]] Result<Value> value(double kept) const;
};

/// {"name": "FloatDistribution", "attributes": {...}}; the classes before Optuna 3 too.
[[nodiscard]] Result<OptunaDistribution> parse_optuna_distribution(std::string_view json,
                                                                   std::string_view where);

/// Thousands of trials repeat a few distributions: each text is parsed once.
class OptunaDistributions {
 public:
  /// Valid as long as this object.
  Result<const OptunaDistribution*> get(std::string_view json, std::string_view where);

 private:
  std::map<std::string, OptunaDistribution, std::less<>> known_;
};

/// StudyDirection. Persisted by Optuna: not to be renumbered.
enum class OptunaDirection : std::int64_t { kNotSet = 0, kMinimize = 1, kMaximize = 2 };

struct OptunaStudy {
  std::string name = {};
  std::vector<OptunaDirection> directions = {};
  std::string metric_names = {};  ///< JSON of a list, or empty.
};

/// The study of that name; without one, the only study there is. Errors: the names that there are.
[[nodiscard]] Result<std::size_t> choose_optuna_study(const std::vector<std::string>& names,
                                                      const ImportSource& source);

/// Name and objective of what is imported. Errors: it has several objectives.
[[nodiscard]] Status begin_optuna_study(const OptunaStudy& study, const ImportSource& source,
                                        ImportedStudy& imported);

/// "COMPLETE" or 1, as TrialState; none: it is not known.
[[nodiscard]] std::optional<TrialState> optuna_state(std::string_view name);
[[nodiscard]] std::optional<TrialState> optuna_state(std::int64_t number);

/// Adds a user's attribute to the numbers of a trial, when it is one.
void add_optuna_attribute(const std::string& key, const Json& value, ImportedTrial& trial);

}  // namespace hpopt
