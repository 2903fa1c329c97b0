// GaussianProcess: what is believed of a function after some of its values were seen (Rasmussen and
// Williams, "Gaussian Processes for Machine Learning", 2006, algorithm 2.1): a zero-mean process
// with the covariance of gp_kernel.h and Gaussian noise.
//
//   GaussianProcess process(kernel, parameters, rows, values);
//   process.predict(points, means, variances);
//
// It always gives an answer: where the matrix of covariances is singular its diagonal is raised
// until it is not. Threads: const use is safe.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/rng.h"
#include "linalg/cholesky.h"
#include "model/gp_kernel.h"

namespace hpopt {

class GaussianProcess {
 public:
  /// `rows`: kernel.width() coordinates a value. REQUIRES: finite values; no infinite coordinates.
  GaussianProcess(const GpKernel& kernel, GpParameters parameters, std::vector<double> rows,
                  std::vector<double> values);

  [[nodiscard]] std::size_t size() const { return values_.size(); }
  [[nodiscard]] const GpParameters& parameters() const { return parameters_; }
  [[nodiscard]] const GpKernel& kernel() const { return kernel_; }

  /// Sees more, in O(size()^2) a value.
  void append(std::span<const double> rows, std::span<const double> values);
  /// Forgets what was appended beyond the first n.
  void shrink(std::size_t n);

  /// Of the function itself, without noise, at each row of `points`.
  void predict(std::span<const double> points, std::span<double> means,
               std::span<double> variances) const;

  /// The means at the rows that were seen, as predict() has them.
  [[nodiscard]] std::vector<double> believed() const;

  struct Gradient {
    double mean;
    double variance;
    std::vector<double> by_mean;  ///< Derivatives by each coordinate; 0 where there is none.
    std::vector<double> by_variance;
  };
  /// At one row.
  [[nodiscard]] Gradient gradient(std::span<const double> point) const;

  /// One draw of the function's joint values at the rows of `points`.
  [[nodiscard]] std::vector<double> sample(std::span<const double> points, Rng& rng) const;

  struct LeftOut {
    double mean;
    double variance;  ///< With noise.
  };
  /// What would be predicted of each value by the others (equations 5.10 to 5.12).
  [[nodiscard]] std::vector<LeftOut> leave_one_out() const;

  /// log p(values | rows), with the diagonal as it had to be raised.
  [[nodiscard]] double log_likelihood() const;

 private:
  void factor();
  void weigh();

  GpKernel kernel_;
  GpParameters parameters_;
  std::vector<double> rows_;
  std::vector<double> values_;
  double raised_ = 0;  ///< Of the diagonal, beyond the noise.
  Cholesky factor_;
  std::vector<double> weights_;  ///< K^-1 values.
};

}  // namespace hpopt
