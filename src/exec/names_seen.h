// NamesSeen: what a script called its numbers, for the moment when the metric isn't among them.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hpopt {

class NamesSeen {
 public:
  /// How often it was seen by now.
  int add(std::string_view name);
  [[nodiscard]] bool has(std::string_view name) const { return names_.find(name) != names_.end(); }
  [[nodiscard]] bool empty() const { return names_.empty(); }
  /// The most frequent first.
  [[nodiscard]] std::vector<std::string> names() const;

  /// "metric 'val_acc' was never printed; seen: val_accuracy, loss; did you mean 'val_accuracy'?"
  /// Of a trial that still runs: "... is not printed so far; ...".
  [[nodiscard]] std::string missing(std::string_view metric, bool still_runs = false) const;

 private:
  std::map<std::string, int, std::less<>> names_;
};

/// The name that was meant by `metric`: one that differs in case and signs only ("Val Acc"), one of
/// its words ("valid_0's auc"), or the nearest by spelling; empty: none is near.
[[nodiscard]] std::string meant_name(std::string_view metric,
                                     const std::vector<std::string>& names);

}  // namespace hpopt
