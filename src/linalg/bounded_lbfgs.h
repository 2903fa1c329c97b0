// BoundedLbfgs: minimizes a smooth function over a box, by reverse communication: it says where it
// wants to know the function, and is told. So many can run in step, their points evaluated in one
// batch.
//
//   BoundedLbfgs search(start, lower, upper);
//   while (!search.done()) search.tell(value_at(search.point()), gradient_at(search.point()));
//   use(search.best());
//
// L-BFGS directions (Nocedal and Wright, "Numerical Optimization", 2nd ed., algorithm 7.4) on the
// variables that no bound holds, and a search along the projected path (two-metric projection:
// Bertsekas, "Projected Newton methods for optimization problems with simple constraints", SIAM J.
// Control and Optimization 20, 1982). It never fails: where no step helps it is done. Values that
// are not finite count as too large. Threads: one at a time.
#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <vector>

namespace hpopt {

class BoundedLbfgs {
 public:
  struct Options {
    std::size_t memory = 8;      ///< Pairs of steps and changes of the gradient.
    int most_evaluations = 200;  ///< > 0
    double flat = 1e-6;          ///< Done when no component of the projected gradient is larger.
    double still = 1e-9;         ///< Done when a step gains less than this, relatively.
  };

  /// `start` is moved into the box. REQUIRES: one lower <= upper, finite, a variable.
  BoundedLbfgs(std::vector<double> start, std::vector<double> lower, std::vector<double> upper);
  BoundedLbfgs(std::vector<double> start, std::vector<double> lower, std::vector<double> upper,
               Options options);

  [[nodiscard]] bool done() const { return done_; }
  /// Where the function is wanted. REQUIRES: !done().
  [[nodiscard]] std::span<const double> point() const { return trial_; }
  /// The value and the gradient at point().
  void tell(double value, std::span<const double> gradient);

  /// The best point so far; before the first tell() the start.
  [[nodiscard]] const std::vector<double>& best() const { return x_; }
  /// Infinite: no finite value was told.
  [[nodiscard]] double best_value() const { return value_; }
  [[nodiscard]] int evaluations() const { return evaluations_; }

 private:
  struct Pair {
    std::vector<double> step;
    std::vector<double> change;  ///< Of the gradient.
    double product;              ///< Of the two, > 0.
  };

  void accept(double value, std::span<const double> gradient);
  void remember(std::span<const double> gradient);
  void shorten(double value);
  void begin_search();
  void place_trial();
  [[nodiscard]] bool is_held(std::size_t i) const;
  [[nodiscard]] double projected_gradient() const;
  [[nodiscard]] std::vector<double> direction() const;
  [[nodiscard]] double slope_to_trial() const;

  Options options_;
  std::vector<double> lower_;
  std::vector<double> upper_;
  std::vector<double> x_;
  std::vector<double> gradient_;
  double value_;
  std::vector<double> direction_;
  std::vector<double> trial_;
  double length_ = 1;
  int shortened_ = 0;
  int evaluations_ = 0;
  bool done_ = false;
  std::deque<Pair> pairs_;
};

}  // namespace hpopt
