// Collects what fits of an old study, and why the rest does not.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/inheritance.h"
#include "spec/carry_over.h"
#include "study/configuration_key.h"
#include "study/full_length.h"

namespace hpopt {
namespace {

using Curve = std::vector<std::pair<double, double>>;

// More teach a sampler nothing: the best and an even share of the others say the same.
constexpr std::size_t kMostKnown = 1000;
constexpr std::size_t kMostBest = 250;
// Levels lie far apart, so that a long curve is as good when it is thinned.
constexpr std::size_t kMostPoints = 200;

/// One that ended well may have failed only because the metric had another name then.
bool said_enough(const TrialRecord& trial) {
  const bool misnamed = trial.state == TrialState::kFailed && trial.exit_code == 0;
  return misnamed || trial.state == TrialState::kComplete || trial.state == TrialState::kStopped ||
         trial.state == TrialState::kPaused || trial.state == TrialState::kRunning;
}

/// What the trial said of the metric, by steps; a repeated step keeps the last value.
Curve curve_of(const TrialRecord& trial, MetricId metric) {
  std::map<double, double> values;
  if (metric == 0) {
    for (const Report& report : trial.reports) values[report.step] = report.value;
  }
  for (const MetricReading& reading : trial.readings) {
    if (reading.metric == metric) values[reading.step] = reading.value;
  }
  std::erase_if(values, [](const auto& point) { return !std::isfinite(point.second); });
  return {values.begin(), values.end()};
}

/// Every so-many-th point, the last one included.
Curve thinned(const Curve& curve) {
  if (curve.size() <= kMostPoints) return curve;
  Curve kept;
  for (std::size_t i = 1; i <= kMostPoints; ++i) {
    kept.push_back(curve[i * curve.size() / kMostPoints - 1]);
  }
  return kept;
}

double score_of(const Curve& curve, const Objective& objective) {
  double score = std::numeric_limits<double>::quiet_NaN();
  for (const auto& [step, value] : curve) {
    const bool better = objective.maximize ? value > score : value < score;
    if (std::isnan(score) || better || objective.over == Over::kLast) score = value;
  }
  return score;
}

/// Collects what fits, and why the rest doesn't.
class Collector {
 public:
  Collector(const StudyState& old, const StudySpec& now)
      : old_(old), now_(now), way_(old.spec(), now) {}

  Inheritance collect() {
    if (now_.objectives.empty() || now_.space.empty()) return {};
    const Objective& objective = now_.objectives.front();
    const auto metric = old_.metric_id(objective.name);
    if (!metric) return {};
    if (*metric == 0) {
      for (const TrialRecord& known : old_.inherited()) add(known, 0, false);
    }
    for (const TrialRecord& trial : old_.trials()) add(trial, *metric, true);
    found_.misfits = misfits();
    found_.incomparable = way_.incomparable();
    if (found_.incomparable.empty() && is_read_otherwise(*metric)) {
      found_.incomparable = fmt::format("'{}' is read in another way", objective.name);
    }
    keep_the_telling();
    return std::move(found_);
  }

 private:
  struct Misfit {
    std::string what;
    std::size_t count = 0;
  };

  /// A number that was only printed beside the objectives had no way of its own.
  [[nodiscard]] bool is_read_otherwise(MetricId metric) const {
    const std::vector<Objective>& before = old_.spec().objectives;
    const Objective& now = now_.objectives.front();
    return metric < before.size() &&
           (before[metric].source != now.source || before[metric].regex != now.regex);
  }

  void add(const TrialRecord& trial, MetricId metric, bool own) {
    KnownTrial known{.trial = trial.id, .curve = curve_of(trial, metric)};
    const bool diverged = trial.state == TrialState::kDiverged;
    if (!diverged && (!said_enough(trial) || known.curve.empty())) return;
    known.score = score_of(known.curve, now_.objectives.front());
    known.curve = thinned(known.curve);
    if (diverged) {
      known.cause = Cause::kDiverged;
    } else if (is_full_length(old_, trial) && way_.same_length()) {
      known.cause = Cause::kComplete;
    }
    auto fits = way_.read(trial.configuration);
    const auto place = fits ? places_.find(configuration_key(*fits)) : places_.end();
    const bool again = place != places_.end();
    // The study tried again what it had inherited: one trial, of which the newer word counts.
    if (!again || own_[place->second]) ++found_.told;
    if (!fits) return count(fits.error());
    known.configuration = std::move(*fits);
    keep(std::move(known), own, again ? std::optional(place->second) : std::nullopt);
  }

  /// Of several that read alike now, the best.
  void keep(KnownTrial known, bool own, std::optional<std::size_t> place) {
    if (!place) {
      places_[configuration_key(known.configuration)] = found_.trials.size();
      found_.trials.push_back(std::move(known));
      own_.push_back(own);
      return;
    }
    const bool newer = own && !own_[*place];
    if (!newer) ++alike_;
    own_[*place] = own_[*place] || own;
    if (newer || better(known, found_.trials[*place])) found_.trials[*place] = std::move(known);
  }

  [[nodiscard]] bool better(const KnownTrial& a, const KnownTrial& b) const {
    if (std::isnan(a.score) || std::isnan(b.score)) return std::isnan(b.score);
    return now_.objectives.front().maximize ? a.score > b.score : a.score < b.score;
  }

  void count(const Error& error) {
    Misfit& misfit = misfits_[error.where];
    if (misfit.count++ == 0) misfit.what = error.what;
  }

  [[nodiscard]] std::string misfits() const {
    std::size_t all = 0;
    std::vector<std::string> reasons;
    for (const auto& [where, misfit] : misfits_) {
      all += misfit.count;
      reasons.push_back(misfits_.size() == 1 ? misfit.what
                                             : fmt::format("{}: {}", misfit.count, misfit.what));
    }
    std::vector<std::string> parts;
    if (all > 0) {
      parts.push_back(
          fmt::format("{} {} not fit: {}", all, all == 1 ? "does" : "do", join(reasons, "; ")));
    }
    if (alike_ > 0) parts.push_back(fmt::format("{} read like another now", alike_));
    return join(parts, "; ");
  }

  void keep_the_telling() {
    std::vector<KnownTrial>& trials = found_.trials;
    if (trials.size() <= kMostKnown) return;
    std::vector<std::size_t> order(trials.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return better(trials[a], trials[b]); });
    std::vector<std::size_t> kept(order.begin(), order.begin() + kMostBest);
    const std::size_t others = order.size() - kMostBest;
    constexpr std::size_t kShare = kMostKnown - kMostBest;
    for (std::size_t i = 0; i < kShare; ++i) kept.push_back(order[kMostBest + i * others / kShare]);
    std::sort(kept.begin(), kept.end());
    std::vector<KnownTrial> telling;
    for (std::size_t i : kept) telling.push_back(std::move(trials[i]));
    trials = std::move(telling);
  }

  const StudyState& old_;
  const StudySpec& now_;
  CarryOver way_;
  Inheritance found_;
  std::size_t alike_ = 0;
  std::vector<bool> own_;                        ///< By place: not inherited before.
  std::map<std::uint64_t, std::size_t> places_;  ///< Of configurations in found_.
  std::map<std::string, Misfit> misfits_;        ///< By parameter.
};

}  // namespace

Inheritance inheritance_of(const StudyState& old, const StudySpec& now) {
  return Collector(old, now).collect();
}

}  // namespace hpopt
