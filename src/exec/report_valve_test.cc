#include "exec/report_valve.h"

#include <cmath>

#include <gtest/gtest.h>

namespace hpopt {
namespace {

constexpr Nanos kSecond = std::chrono::seconds(1);

Said said(double value, std::optional<double> step = {}, TrialId trial = 1,
          const char* metric = "loss") {
  return {.trial = trial, .token = 1, .metric = metric, .step = step, .value = value};
}

std::vector<double> values(const std::vector<Event>& events) {
  std::vector<double> values;
  for (const Event& event : events) {
    if (const auto* one = std::get_if<Said>(&event)) values.push_back(one->value);
  }
  return values;
}

/// How many reports a reader who counts them knows of.
std::uint64_t counted(const std::vector<Event>& events) {
  std::uint64_t count = 0;
  for (const Event& event : events) {
    if (const auto* one = std::get_if<Said>(&event)) count += 1 + one->passed_over;
  }
  return count;
}

TEST(ReportValve, AThousandASecondPassAsTheyAre) {
  ReportValve valve;
  for (int second = 0; second < 3; ++second) {
    std::vector<Event> events;
    for (int i = 0; i < ReportValve::kMost; ++i) events.emplace_back(said(i, i));
    valve.pass(events, kSecond * (second + 1));
    EXPECT_EQ(events.size(), 1000U);
    EXPECT_EQ(valve.due(), Nanos::max());
  }
}

TEST(ReportValve, OfAFloodTheExtremesAndTheLastPass) {
  ReportValve valve;
  std::vector<Event> all;
  for (int batch = 0; batch < 10; ++batch) {
    std::vector<Event> events;
    for (int i = 0; i < 10'000; ++i) {
      const int n = batch * 10'000 + i;
      events.emplace_back(said(n == 50'000 ? 1e6 : n == 70'000 ? -1e6 : n % 7));
    }
    valve.pass(events, kSecond + Nanos(batch));
    all.insert(all.end(), events.begin(), events.end());
  }
  EXPECT_EQ(all.size(), 1000U);
  EXPECT_EQ(valve.due(), 2 * kSecond);
  std::vector<Event> rest;
  valve.pass(rest, 2 * kSecond);
  EXPECT_EQ(values(rest), (std::vector<double>{1e6, -1e6, 99'999 % 7}));
  EXPECT_EQ(counted(all) + counted(rest), 100'000U);
  EXPECT_EQ(valve.due(), Nanos::max());
}

TEST(ReportValve, ADivergenceIsNotLost) {
  ReportValve valve;
  std::vector<Event> events;
  for (int i = 0; i < 5000; ++i) events.emplace_back(said(i == 3000 ? std::nan("") : 1.0));
  events.emplace_back(Exited{.trial = 1});
  valve.pass(events, kSecond);
  int diverged = 0;
  for (const double value : values(events)) diverged += std::isnan(value) ? 1 : 0;
  EXPECT_EQ(diverged, 1);
  EXPECT_TRUE(std::holds_alternative<Exited>(events.back()));  // all came before it
  EXPECT_EQ(counted(events), 5000U);
}

TEST(ReportValve, TrialsAndMetricsAreCountedApart) {
  ReportValve valve;
  std::vector<Event> events;
  for (int i = 0; i < 2000; ++i) events.emplace_back(said(i, i));
  events.emplace_back(said(0.5, 1, 2));
  events.emplace_back(said(0.5, 1, 1, "acc"));
  valve.pass(events, kSecond);
  EXPECT_EQ(events.size(), 1002U);
}

TEST(ReportValve, NamesWithoutEndAreNotRemembered) {
  ReportValve valve;
  for (int turn = 0; turn < 100; ++turn) {
    std::vector<Event> events;
    for (int i = 0; i < 1000; ++i) {
      events.emplace_back(said(i, i, 1, ("name " + std::to_string(1000 * turn + i)).c_str()));
    }
    valve.pass(events, kSecond);
    EXPECT_EQ(events.size(), 1000U);
  }
  EXPECT_LE(valve.watched(), ReportValve::kMostFlows);
}

TEST(ReportValve, OfRepeatsOfAStepTheLastPasses) {
  ReportValve valve;
  std::vector<Event> events;
  for (int i = 0; i < 100'000; ++i) events.emplace_back(said(i, i / 50'000));
  valve.pass(events, kSecond);
  EXPECT_EQ(values(events), (std::vector<double>{49'999, 99'999}));
}

}  // namespace
}  // namespace hpopt
