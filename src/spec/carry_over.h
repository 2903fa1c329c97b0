// CarryOver: how a trial of one specification reads in a later, changed one.
//
//   const CarryOver way(before, after);
//   way.read(old_configuration);     // error: "width 600 is outside int(16, 512)"
//
// A parameter's value is looked for, in this order: under its old name; as a constant of the old
// command (`--batch-size 32`); as the default. A value between two steps goes to the nearer one. A
// parameter that is gone is projected away, but where the command now has one of its choices as a
// constant, only trials with that choice fit.
//
// Threads: const use is safe. REQUIRES: both specifications outlive it.
#pragma once

#include <map>
#include <string>

#include "hpopt/result.h"
#include "spec/study_spec.h"

namespace hpopt {

class CarryOver {
 public:
  CarryOver(const StudySpec& before, const StudySpec& after);

  /// The configuration in the new space. Errors: why it doesn't fit, `where` naming the parameter.
  [[nodiscard]] Result<Configuration> read(const Configuration& old) const;

  /// Why the old scores can't be compared with new ones: the command does something else. Empty:
  /// they can.
  [[nodiscard]] const std::string& incomparable() const { return incomparable_; }
  /// Whether a full training is as long as it was.
  [[nodiscard]] bool same_length() const { return same_length_; }

 private:
  [[nodiscard]] Result<Value> value_of(const Parameter& parameter, const Configuration& old) const;
  [[nodiscard]] Status check_removed(const Configuration& old) const;
  [[nodiscard]] std::string why_incomparable() const;
  [[nodiscard]] std::string changed_constant() const;
  [[nodiscard]] const std::string& old_name(const std::string& name) const;

  const StudySpec& before_;
  const StudySpec& after_;
  std::map<std::string, std::string> old_names_;  ///< By the new one; only of parameters it had.
  std::string incomparable_;
  bool same_length_ = true;
};

}  // namespace hpopt
