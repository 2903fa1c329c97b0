// MetricParser: records of a trial's output become numbers with a name and a step.
//
//   auto parser = MetricParser::create(spec.objectives).value();
//   parser.parse("Epoch 3/50");
//   parser.parse("loss: 0.31 - val_accuracy: 0.9");   // both at step 3; the full length is 50
//
// The formats are listed in docs/trial-protocol.md. Every number is kept as it was printed: 91.2%
// is 91.2. A step is what the record says itself, else what was said last. A metric stays with the
// unit (epoch, step, iter, iteration, round) with which it was seen first. A script that counts
// from 0 is counted from 1.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exec/record_scanner.h"
#include "hpopt/result.h"
#include "spec/study_spec.h"

namespace hpopt {

struct Reading {
  std::string name;
  std::optional<double> step;  ///< None: nothing tells it.
  double value = 0;
};

struct Understood {
  std::vector<Reading> readings;
  std::optional<double> length;  ///< The full length, when it became known or changed.
};

class MetricParser {
 public:
  /// Which of the units count from 0.
  using ZeroBased = std::array<bool, kStepUnits>;

  /// Errors: a regex that is none, or that hasn't exactly one group.
  static Result<MetricParser> create(const std::vector<Objective>& objectives);

  [[nodiscard]] Understood parse(std::string_view record);
  /// The same from a source that has its numbers in columns.
  [[nodiscard]] Understood take(const RecordText& said);

  /// What runs of the same command showed: a run that goes on from a checkpoint doesn't begin at 0.
  [[nodiscard]] const ZeroBased& zero_based() const { return zero_based_; }
  void assume_zero_based(const ZeroBased& units) { zero_based_ = units; }

 private:
  struct Pattern;
  struct Count {
    bool seen = false;
    bool restarted = false;  ///< It went back: it counts something within the training.
    double value = 0;
    double of = 0;
  };

  void read_patterns(std::string_view record, RecordText& said) const;
  void count(const StepText& step);
  [[nodiscard]] std::optional<StepUnit> unit_for(const std::string& name, const RecordText& said);
  void remember_unit(const std::string& name, StepUnit unit);
  [[nodiscard]] std::optional<double> learn_length(const RecordText& said);
  [[nodiscard]] Count& at(StepUnit unit) { return counts_[static_cast<std::size_t>(unit)]; }

  std::shared_ptr<const std::vector<Pattern>> patterns_;
  std::vector<std::string> wanted_;    ///< Objectives that are read from the output by their name.
  std::vector<std::string> silenced_;  ///< Objectives that come from a regex or a file.
  std::array<Count, kStepUnits> counts_;
  ZeroBased zero_based_{};
  std::map<std::string, StepUnit, std::less<>> units_;
  double length_ = 0;
  int lengths_ = 0;  ///< How often it became known or changed.
};

}  // namespace hpopt
