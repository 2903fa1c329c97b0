// CmaEs: an evolution strategy with covariance matrix adaptation, over numbers, whole numbers and
// choices: see model/cma.h, margin.h and category_search.h.
//
// It is a function of the history: the observations in the order of their numbers, whoever proposed
// them, are its generations. Those that still run or wait at a lower step are no part of it yet;
// a result that comes late takes its place among the earlier ones, and what followed is thought
// over again. Failures rank last.
//
// What was tried before its first proposal, in an earlier study too, only tells where to begin: at
// the best of it, with the spread of the best. A search that finds nothing better any more starts
// again elsewhere with twice the population (IPOP: Auger and Hansen, CEC 2005).
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "sampler/evolution.h"
#include "sampler/points.h"
#include "sampler/start.h"

namespace hpopt {

class CmaEs final : public Sampler {
 public:
  explicit CmaEs(std::uint64_t seed) : seed_(seed), start_(seed), points_(kMostCells) {}

  std::optional<Proposal> propose(const Space& space, const History& history, Rng& rng) override;

 private:
  static constexpr std::uint64_t kMostCells =
      4096;  ///< Of an axis; finer ones are as good as real.

  /// Where the search is after so many observations.
  struct Progress {
    Evolution evolution;
    std::size_t seen;
    std::size_t generation = 0;
    std::size_t restarts = 0;
    std::vector<double> best_losses = {};  ///< Of each generation since the last restart.
  };

  void read(const Space& space, const History& history);
  [[nodiscard]] std::size_t population() const;
  [[nodiscard]] std::optional<std::vector<Standing>> observed(const History& history) const;
  [[nodiscard]] std::size_t before_own(const History& history,
                                       const std::vector<Standing>& observed);
  void forget_unlike(const std::vector<Standing>& observed);
  void replay(const std::vector<Standing>& observed, std::size_t before);
  [[nodiscard]] Progress beginning(std::span<const Standing> first) const;
  void teach(Evolution& evolution, std::span<const Standing> ranked, std::size_t seen) const;
  [[nodiscard]] Progress next(const Progress& before, std::span<const Standing> generation) const;
  [[nodiscard]] std::vector<double> anywhere(std::size_t restarts) const;
  [[nodiscard]] Evolution restarted(std::size_t restarts) const;
  [[nodiscard]] bool has_stagnated(const Progress& progress) const;

  std::uint64_t seed_;
  Start start_;
  Untried untried_;

  Points points_;
  std::unique_ptr<const Latents> latents_;

  // A cache of the newest generations: a decision is the same without it.
  std::vector<Standing> seen_;
  std::size_t before_ = 0;  ///< Of those, told where to begin.
  TrialId own_ = 1;         ///< No observation below it is an own proposal.
  std::deque<Progress> progress_;
};

}  // namespace hpopt
