#include "exec/metric_source.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "base/testing.h"
#include "exec/event_fixture.h"

namespace hpopt {
namespace {

class MetricSourceTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }
  [[nodiscard]] MetricSource open(const std::string& name) const {
    return {path(name), MetricParser::create({}).value()};
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::app) << text;
  }

  const std::string folder_ = testing::fresh_folder();
};

TEST_F(MetricSourceTest, ThePathOfATrial) {
  EXPECT_EQ(source_path("out.csv", "/u/me", "/t/1"), "/u/me/out.csv");
  EXPECT_EQ(source_path("${trial_dir}/out.csv", "/u/me", "/t/1"), "/t/1/out.csv");
  EXPECT_EQ(source_path("/a/out.csv", "/u/me", "/t/1"), "/a/out.csv");
}

TEST_F(MetricSourceTest, ReadsLinesOrEventsAsTheTrialMakesThem) {
  MetricSource lines = open("log.jsonl");
  MetricSource events = open("runs");
  write("log.jsonl", "{\"acc\": 0.5}\n");
  ::mkdir(path("runs").c_str(), 0700);
  write("runs/events.out.tfevents.1", event_fixture());
  EXPECT_EQ(lines.read().size(), 1U);
  EXPECT_EQ(events.read().size(), 9U);
  EXPECT_EQ(lines.trouble(), "");
  EXPECT_EQ(events.trouble(), "");
}

TEST_F(MetricSourceTest, TellsWhyItIsSilent) {
  write("old.csv", "acc\n1\n");
  MetricSource old = open("old.csv");
  EXPECT_TRUE(old.read().empty());
  EXPECT_EQ(old.trouble(), "metric.source '" + path("old.csv") + "' got no new line from this run");
  MetricSource none = open("none.csv");
  EXPECT_TRUE(none.read().empty());
  EXPECT_EQ(none.trouble(), "metric.source '" + path("none.csv") + "' was never written");
  ASSERT_EQ(::mkfifo(path("pipe.csv").c_str(), 0600), 0);
  EXPECT_NE(open("pipe.csv").trouble().find("is no plain file"), std::string::npos);
  EXPECT_NE(open(".").trouble().find("no scalars of TensorBoard"), std::string::npos);
}

}  // namespace
}  // namespace hpopt
