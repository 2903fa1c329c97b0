#include "space/linear_program.h"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace hpopt {
namespace {

constexpr double kTolerance = 1e-9;
constexpr int kMostPivots = 10'000;

/// Maximizes two objectives, the second among what is best for the first. Each row says: basic +
/// sum of coefficient * free = constant, all variables >= 0; the free ones are 0 at the corner
/// where it stands.
class Tableau {
 public:
  explicit Tableau(std::size_t free) : width_(free + 1) {
    for (std::size_t i = 0; i < free; ++i) free_.push_back(i);
  }

  /// The sum is at most `constant`, which is >= 0.
  void at_most(std::vector<double> coefficients, double constant) {
    basic_.push_back(width_ - 1 + rows_.size());
    coefficients.push_back(constant);
    rows_.push_back(std::move(coefficients));
  }

  struct Best {
    double first;
    double second;
  };
  /// Of two variables.
  Best maximize(std::size_t first, std::size_t second) {
    for (std::vector<double>* objective : {&first_, &second_}) objective->assign(width_, 0);
    first_[first] = -1;
    second_[second] = -1;
    for (int pivots = 0; pivots < kMostPivots; ++pivots) {
      const auto enters = entering();
      const auto leaves = enters ? leaving(*enters) : std::nullopt;
      if (!leaves) return {first_.back(), second_.back()};
      pivot(*leaves, *enters);
    }
    return {1, 1};  // rounding errors have it go in a circle: not shown to be impossible
  }

 private:
  /// A free variable that would raise an objective.
  [[nodiscard]] std::optional<std::size_t> entering() const {
    std::optional<std::size_t> found;
    for (std::size_t column = 0; column + 1 < width_; ++column) {
      const bool raises_first = first_[column] < -kTolerance;
      const bool raises_second = first_[column] < kTolerance && second_[column] < -kTolerance;
      if (!raises_first && !raises_second) continue;
      if (!found || free_[column] < free_[*found]) found = column;
    }
    return found;
  }

  /// The row that bounds it; none: no row does.
  [[nodiscard]] std::optional<std::size_t> leaving(std::size_t column) const {
    std::optional<std::size_t> found;
    double least = 0;
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      if (rows_[row][column] < kTolerance) continue;
      const double ratio = rows_[row].back() / rows_[row][column];
      if (found && (ratio > least || (ratio == least && basic_[row] > basic_[*found]))) continue;
      found = row;
      least = ratio;
    }
    return found;
  }

  void pivot(std::size_t row, std::size_t column) {
    std::vector<double>& pivoted = rows_[row];
    const double divisor = pivoted[column];
    pivoted[column] = 1;
    for (double& element : pivoted) element /= divisor;
    for (std::size_t other = 0; other < rows_.size(); ++other) {
      if (other != row) eliminate(rows_[other], pivoted, column);
    }
    eliminate(first_, pivoted, column);
    eliminate(second_, pivoted, column);
    std::swap(basic_[row], free_[column]);
  }

  static void eliminate(std::vector<double>& from, const std::vector<double>& pivoted,
                        std::size_t column) {
    const double factor = from[column];
    from[column] = 0;
    for (std::size_t i = 0; i < from.size(); ++i) from[i] -= factor * pivoted[i];
  }

  std::size_t width_;
  std::vector<std::vector<double>> rows_;
  std::vector<double> first_;
  std::vector<double> second_;
  std::vector<std::size_t> basic_;  ///< The variable of each row.
  std::vector<std::size_t> free_;   ///< The variable of each column.
};

}  // namespace

// Two variables beside x: all rows are loosened by 1 - `met`, strict ones tightened by `inside`.
// With x = met = inside = 0 no row of magnitude 1 is violated, so there is no first phase.
bool can_be_met(std::span<const LinearRow> rows, std::size_t variables) {
  const std::size_t met = variables;
  const std::size_t inside = variables + 1;
  Tableau tableau(variables + 2);
  bool any_strict = false;
  for (const LinearRow& row : rows) {
    if (row.bound < -1) return false;
    std::vector<double> coefficients = row.coefficients;
    coefficients.push_back(1);
    coefficients.push_back(row.strict ? 1 : 0);
    tableau.at_most(std::move(coefficients), row.bound + 1);
    any_strict = any_strict || row.strict;
  }
  for (std::size_t i = 0; i < variables + 2; ++i) {
    std::vector<double> unit(variables + 2, 0.0);
    unit[i] = 1;
    tableau.at_most(std::move(unit), 1);
  }
  const auto best = tableau.maximize(met, inside);
  return best.first > 1 - kTolerance && (!any_strict || best.second > kTolerance);
}

}  // namespace hpopt
