#include "hpopt/domain.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "space/testing.h"

namespace hpopt {
namespace {

using testing::any_domain;
using testing::any_unit;

bool value_at_most(const Value& a, const Value& b) { return a.as_double() <= b.as_double(); }

RC_GTEST_PROP(DomainUnit, TheWayBackIsExact, ()) {
  const Domain domain = *any_domain();
  RC_ASSERT(validate(domain).ok());
  const Value value = from_unit(domain, *any_unit());
  RC_ASSERT(contains(domain, value));
  const double unit = to_unit(domain, value);
  RC_ASSERT(unit >= 0 && unit <= 1);
  RC_ASSERT(from_unit(domain, unit) == value);
}

RC_GTEST_PROP(DomainUnit, BoundsAreExact, ()) {
  const Domain domain = *any_domain();
  for (const double unit : {0.0, 1.0, -3.0, 7.0, std::numeric_limits<double>::quiet_NaN()}) {
    const Value value = from_unit(domain, unit);
    RC_ASSERT(contains(domain, value));
    RC_ASSERT(from_unit(domain, to_unit(domain, value)) == value);
  }
  if (const auto* real = std::get_if<FloatDomain>(&domain); real != nullptr && real->step == 0) {
    RC_ASSERT(from_unit(domain, 0) == Value(real->low));
    RC_ASSERT(from_unit(domain, 1) == Value(real->high));
  }
  if (const auto* whole = std::get_if<IntDomain>(&domain)) {
    RC_ASSERT(from_unit(domain, 0) == Value(whole->low));
    RC_ASSERT(from_unit(domain, 1).as_int() > whole->high - whole->step);
  }
}

RC_GTEST_PROP(DomainUnit, MapsAreMonotone, ()) {
  const Domain domain = *any_domain();
  RC_PRE(!is_categorical(domain) && is_numeric(domain));
  double low = *any_unit();
  double high = *any_unit();
  if (low > high) std::swap(low, high);
  RC_ASSERT(value_at_most(from_unit(domain, low), from_unit(domain, high)));
  RC_ASSERT(to_unit(domain, from_unit(domain, low)) <= to_unit(domain, from_unit(domain, high)));
}

RC_GTEST_PROP(DomainUnit, EveryValueOfAFiniteDomainHasItsOwnCell, ()) {
  const Domain domain = testing::any_finite_domain();
  const std::optional<std::uint64_t> count = cardinality(domain);
  RC_ASSERT(count.has_value());
  const std::uint64_t index =
      static_cast<std::uint64_t>(*any_unit() * static_cast<double>(*count - 1));
  const Value value = nth_value(domain, index);
  RC_ASSERT(contains(domain, value));
  RC_ASSERT(from_unit(domain, to_unit(domain, value)) == value);
  if (index > 0 && !is_categorical(domain)) {
    RC_ASSERT(nth_value(domain, index - 1).as_double() < value.as_double());
  }
}

RC_GTEST_PROP(DomainUnit, QuantisedValuesCountFromTheLowerBoundAndStayBelowTheUpper, ()) {
  const Domain domain =
      *rc::gen::element(testing::any_stepped_float(), testing::any_stepped_log_float());
  const FloatDomain real = std::get<FloatDomain>(domain);
  const double value = from_unit(domain, *any_unit()).as_double();
  RC_ASSERT(value >= real.low && value <= real.high);
  const double steps = (value - real.low) / real.step;
  RC_ASSERT(std::abs(steps - std::round(steps)) < 1e-6);
}

RC_GTEST_PROP(DomainUnit, NearestNumberIsInTheDomain, ()) {
  const Domain domain = *any_domain();
  RC_PRE(is_numeric(domain));
  const double number = testing::between(-1e4, 1e4);
  RC_ASSERT(contains(domain, nearest_number(domain, number)));
}

RC_GTEST_PROP(DomainCoerce, IsTheIdentityInsideAndReadsTexts, ()) {
  const Domain domain = *any_domain();
  const Value value = from_unit(domain, *any_unit());
  RC_ASSERT(coerce(domain, value).value() == value);
  RC_ASSERT(coerce(domain, value.text()).value() == value);
}

TEST(DomainPrior, LogUniformHasItsMedianAtTheGeometricMean) {
  const Domain domain = FloatDomain{1e-5, 1e-1, Scale::kLog, 0};
  EXPECT_EQ(from_unit(domain, 0.5), Value(1e-3));
  EXPECT_NEAR(to_unit(domain, 1e-2), 0.75, 1e-12);
}

TEST(DomainPrior, WideLinearRangesDoNotOverflow) {
  const double greatest = std::numeric_limits<double>::max();
  const Domain domain = FloatDomain{-greatest, greatest, Scale::kLinear, 0};
  EXPECT_TRUE(contains(domain, from_unit(domain, 0.75)));
  EXPECT_NEAR(to_unit(domain, from_unit(domain, 0.75)), 0.75, 1e-12);
}

TEST(DomainPrior, TheFullRangeOfIntegersIsReachable) {
  const Domain domain = IntDomain{INT64_MIN, INT64_MAX, Scale::kLinear, 1};
  EXPECT_EQ(from_unit(domain, 0), Value(std::int64_t{INT64_MIN}));
  EXPECT_EQ(from_unit(domain, 1), Value(std::int64_t{INT64_MAX}));
  EXPECT_FALSE(cardinality(domain).has_value());
}

TEST(DomainPrior, LogIntegersGiveSmallValuesTheirShare) {
  const Domain domain = IntDomain{1, 1024, Scale::kLog, 1};
  const std::int64_t median = from_unit(domain, 0.5).as_int();
  EXPECT_GE(median, 24);
  EXPECT_LE(median, 40);
}

TEST(DomainPrior, WeightsAreShares) {
  const Domain domain = CategoricalDomain{{"a", "b"}, {1, 3}};
  EXPECT_EQ(from_unit(domain, 0.24), Value("a"));
  EXPECT_EQ(from_unit(domain, 0.26), Value("b"));
}

TEST(DomainPrior, NormalDrawsItsCentralPart) {
  const Domain domain = NormalDomain{10, 2, false, 0};
  EXPECT_EQ(from_unit(domain, 0.5), Value(10.0));
  EXPECT_NEAR(from_unit(domain, 1).as_double(), 10 + 2 * 3.2905, 1e-3);
  EXPECT_EQ(to_unit(domain, 1000.0), 1);
}

TEST(DomainPrior, DrawsDecimalsWithoutRoundingNoise) {
  const Domain domain = FloatDomain{0.1, 0.7, Scale::kLinear, 0.2};
  EXPECT_EQ(cardinality(domain), 4U);
  EXPECT_EQ(nth_value(domain, 1), Value(0.3));
  EXPECT_EQ(nth_value(domain, 2), Value(0.5));
  EXPECT_EQ(nth_value(domain, 3), Value(0.7));
}

TEST(DomainPrior, AWholeStepOfABellGivesIntegers) {
  EXPECT_TRUE(from_unit(NormalDomain{5, 2, false, 1}, 0.3).is_int());
  EXPECT_FALSE(from_unit(NormalDomain{5, 2, false, 0.5}, 0.3).is_int());
}

TEST(DomainCardinality, CountsWhatItCan) {
  EXPECT_EQ(cardinality(IntDomain{8, 256, Scale::kLinear, 8}), 32U);
  EXPECT_EQ(cardinality(IntDomain{10, 10, Scale::kLog, 1}), 1U);
  EXPECT_EQ(cardinality(FloatDomain{0, 1, Scale::kLinear, 0.1}), 11U);
  EXPECT_EQ(cardinality(CategoricalDomain{{"a", "b"}, {}}), 2U);
  EXPECT_EQ(cardinality(FixedDomain{1}), 1U);
  EXPECT_FALSE(cardinality(FloatDomain{0, 1}).has_value());
  EXPECT_FALSE(cardinality(NormalDomain{0, 1, false, 1}).has_value());
}

TEST(DomainCoerce, ConvertsBetweenKindsWithoutLoss) {
  EXPECT_EQ(coerce(IntDomain{8, 256, Scale::kLinear, 1}, "64").value(), Value(64));
  EXPECT_EQ(coerce(IntDomain{8, 256, Scale::kLinear, 1}, 64.0).value(), Value(64));
  EXPECT_EQ(coerce(FloatDomain{0, 10}, 3).value(), Value(3.0));
  EXPECT_EQ(coerce(FloatDomain{0, 1}, "1e-3").value(), Value(0.001));
  EXPECT_EQ(coerce(IntDomain{16, 512, Scale::kLinear, 8}, 30).value(), Value(32));
  EXPECT_EQ(coerce(CategoricalDomain{{16, 32}, {}}, "32").value(), Value(32));
  EXPECT_EQ(coerce(CategoricalDomain{{0.5, 1.0}, {}}, 1).value(), Value(1.0));
}

TEST(DomainCoerce, ErrorsSayWhatTheParameterIs) {
  EXPECT_EQ(coerce(IntDomain{8, 256}, 3.5).error().message(), "3.5 is outside int(8, 256)");
  EXPECT_EQ(coerce(IntDomain{1, 9}, 3.5).error().message(),
            "3.5 is not a whole number (the parameter is int(1, 9))");
  EXPECT_EQ(coerce(FloatDomain{1e-5, 1, Scale::kLog, 0}, 2.0).error().message(),
            "2.0 is outside log(1e-05, 1)");
  EXPECT_EQ(coerce(FloatDomain{0, 1}, "much").error().message(),
            "\"much\" is not a number (the parameter is float(0, 1))");
  EXPECT_EQ(coerce(CategoricalDomain{{"sgd", "adam"}, {}}, "adma").error().message(),
            "'adma' is none of sgd, adam, did you mean 'adam'?");
}

TEST(DomainValidate, SaysWhatIsWrongAndHowToMendIt) {
  const auto message = [](const Domain& domain) { return validate(domain).error().message(); };
  EXPECT_EQ(message(FloatDomain{3, 1}), "the range is empty: 3 is above 1 (swap the bounds)");
  EXPECT_EQ(message(FloatDomain{0, 1, Scale::kLog, 0}),
            "a log scale cannot reach down to 0 (use a lower bound above 0, such as 1e-5)");
  EXPECT_EQ(message(IntDomain{0, 9, Scale::kLog, 1}),
            "a log scale cannot reach down to 0 (use a lower bound above 0, such as 1e-5)");
  EXPECT_EQ(message(IntDomain{0, 9, Scale::kLinear, 0}),
            "the step of whole numbers must be 1 or more");
  EXPECT_EQ(message(FloatDomain{0, std::numeric_limits<double>::infinity()}),
            "the bounds of a range must be finite numbers");
  EXPECT_EQ(message(FloatDomain{0, 1, Scale::kLinear, 1e-20}),
            "the step 1e-20 is too small for the range (leave it out for a continuous parameter)");
  EXPECT_EQ(message(NormalDomain{0, 0, false, 0}), "sigma must be above 0");
  EXPECT_EQ(message(BetaDomain{0, 1, 0}), "a and b of a beta prior must be above 0");
  EXPECT_EQ(message(CategoricalDomain{}), "there are no values to choose from");
  EXPECT_EQ(message(CategoricalDomain{{"a", "a"}, {}}),
            "the value \"a\" stands twice (remove one of them)");
  EXPECT_EQ(message(CategoricalDomain{{"a", "b"}, {1}}),
            "there are 2 values but 1 weight (give each value a weight)");
}

TEST(DomainDescribe, WritesAsTheInlineFormDoes) {
  EXPECT_EQ(describe(FloatDomain{1e-5, 1, Scale::kLog, 0}), "log(1e-05, 1)");
  EXPECT_EQ(describe(FloatDomain{0, 1, Scale::kLinear, 0.1}), "float(0, 1; step=0.1)");
  EXPECT_EQ(describe(IntDomain{8, 256, Scale::kLinear, 8}), "int(8, 256; step=8)");
  EXPECT_EQ(describe(IntDomain{8, 256, Scale::kLog, 1}), "logint(8, 256)");
  EXPECT_EQ(describe(CategoricalDomain{{"sgd", "adam"}, {}}), "choice(sgd, adam)");
  EXPECT_EQ(describe(CategoricalDomain{{"1", 1, "a,b", true, "true"}, {}}),
            R"(choice("1", 1, "a,b", true, "true"))");
  EXPECT_EQ(describe(NormalDomain{0, 1, true, 0}), "lognormal(0, 1)");
  EXPECT_EQ(describe(FixedDomain{"sgd"}), "sgd");
}

}  // namespace
}  // namespace hpopt
