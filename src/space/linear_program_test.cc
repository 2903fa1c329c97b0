#include "space/linear_program.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "space/testing.h"

namespace hpopt {
namespace {

TEST(LinearProgram, TellsTouchingFromOverlapping) {
  EXPECT_TRUE(can_be_met(std::vector<LinearRow>{{{1, 1}, 1}, {{-1, -1}, -1}}, 2));
  EXPECT_FALSE(can_be_met(std::vector<LinearRow>{{{1, 1}, 1, true}, {{-1, -1}, -1}}, 2));
  EXPECT_FALSE(can_be_met(std::vector<LinearRow>{{{1, 1}, 0.9}, {{-1, -1}, -1}}, 2));
  EXPECT_FALSE(can_be_met(std::vector<LinearRow>{{{1, -1}, 0, true}, {{-1, 1}, 0}}, 2));
  EXPECT_TRUE(can_be_met(std::vector<LinearRow>{{{0}, 0}}, 1));
  EXPECT_FALSE(can_be_met(std::vector<LinearRow>{{{0}, 0, true}}, 1));
  EXPECT_TRUE(can_be_met(std::vector<LinearRow>{}, 0));
}

std::vector<LinearRow> any_rows(std::size_t variables) {
  std::vector<LinearRow> rows(static_cast<std::size_t>(*rc::gen::inRange(1, 6)));
  for (LinearRow& row : rows) {
    for (std::size_t i = 0; i < variables; ++i) {
      row.coefficients.push_back(testing::between(-1, 1));
    }
    row.bound = testing::between(-0.8, 0.8);
    row.strict = *rc::gen::arbitrary<bool>();
  }
  return rows;
}

// What a point meets can be met; and nothing does where a sum of rows, none of them negative,
// contradicts itself on the whole cube (the other half of Farkas' lemma).
RC_GTEST_PROP(LinearProgram, AgreesWithWhatIsSeen, ()) {
  constexpr std::size_t kVariables = 3;
  const std::vector<LinearRow> rows = any_rows(kVariables);
  bool seen = false;
  for (int i = 0; i < 50; ++i) {
    std::vector<double> x;
    for (std::size_t j = 0; j < kVariables; ++j) x.push_back(*testing::any_unit());
    seen = seen || std::all_of(rows.begin(), rows.end(), [&](const LinearRow& row) {
             double sum = 0;
             for (std::size_t j = 0; j < kVariables; ++j) sum += row.coefficients[j] * x[j];
             return sum < row.bound - 1e-6;
           });
  }
  std::vector<double> weights;
  for (std::size_t i = 0; i < rows.size(); ++i) weights.push_back(*testing::any_unit());
  std::vector<double> sums(kVariables, 0.0);
  double bound = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < kVariables; ++j) sums[j] += weights[i] * rows[i].coefficients[j];
    bound += weights[i] * rows[i].bound;
  }
  double least = 0;
  for (const double sum : sums) least += std::min(sum, 0.0);
  const bool contradicted = least > bound + 1e-6;
  if (seen) RC_ASSERT(can_be_met(rows, kVariables));
  if (contradicted) RC_ASSERT(!can_be_met(rows, kVariables));
}

}  // namespace
}  // namespace hpopt
