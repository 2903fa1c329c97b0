// Gp: a Gaussian process over the whole space, and the point where it expects the greatest
// improvement: see model/gaussian_process.h and acquisition.h.
//
// Trials are compared at equal steps, as Tpe does. Those that still run, and those that failed,
// count as if they had what is expected of them ("kriging believer": Ginsbourger, Le Riche and
// Carraro, 2010), so that the next one goes elsewhere; where trials fail is learnt apart: see
// success.h. What is to be improved upon is the best value that is believed in, not the best that
// was seen: noise makes some trials look better than they are. What the user believes is added: see
// beliefs.h.
#pragma once

#include <functional>

#include "model/gp_fit.h"
#include "sampler/beliefs.h"
#include "sampler/gp_model.h"
#include "sampler/points.h"
#include "sampler/simple_samplers.h"
#include "sampler/start.h"
#include "sampler/success.h"

namespace hpopt {

class Gp final : public Sampler {
 public:
  struct Options {
    std::size_t most_rows = 1000;     ///< That the process learns from: the best.
    std::size_t most_fitted = 300;    ///< That its parameters are fitted to.
    std::size_t most_outcomes = 100;  ///< Failures, and successes, that tell where trials fail.
    double refit = 0.15;              ///< After so much more data.
    int evaluations = 40;             ///< Of the likelihood, a start.
    const Kernels* kernels = &hpopt::kernels();
  };

  explicit Gp(std::uint64_t seed) : Gp(seed, Options()) {}
  Gp(std::uint64_t seed, Options options) : options_(options), start_(seed) {}

  std::optional<Proposal> propose(const Space& space, const History& history, Rng& rng) override;

 private:
  struct Data {
    std::size_t level = 0;
    std::vector<TrialId> trials;
    std::vector<double> rows;    ///< Coordinates, one row a trial.
    std::vector<double> values;  ///< Standardized losses.
  };

  void read(const Space& space, const History& history);
  [[nodiscard]] const Layout& layout() const { return points_.layout(); }
  [[nodiscard]] std::optional<Data> collect(const History& history) const;
  void append_row(TrialId trial, std::vector<double>& rows) const;
  [[nodiscard]] std::vector<double> pending_rows(const History& history) const;
  [[nodiscard]] std::function<std::vector<double>(const std::vector<double>&)> mending(
      const Space& space) const;
  [[nodiscard]] Outcomes outcomes(const History& history) const;
  [[nodiscard]] GpModel fitted(const History& history, const GpKernel& kernel, const Data& data,
                               const Outcomes& outcomes, std::string& model) const;
  [[nodiscard]] Rewards rewards(const GaussianProcess& process, double best, const GpModel& known,
                                const Outcomes& seen, std::size_t trials) const;
  [[nodiscard]] std::optional<Configuration> choose(const Space& space, const History& history,
                                                    const Data& data, Rng& rng,
                                                    std::string& model) const;

  Options options_;
  Start start_;
  Points points_;
  std::optional<Beliefs> beliefs_;
};

}  // namespace hpopt
