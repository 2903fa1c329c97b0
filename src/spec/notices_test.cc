#include "spec/notices.h"

#include <gtest/gtest.h>

namespace hpopt {
namespace {

using Lines = std::vector<std::string>;

StudySpec plain_spec() {
  StudySpec spec;
  spec.command = {"./train", "--lr=${lr}", "${nesterov?--nesterov}"};
  spec.objectives = {{.name = "acc"}};
  EXPECT_TRUE(spec.space.add({.name = "lr", .domain = FloatDomain{0, 1}}).ok());
  EXPECT_TRUE(
      spec.space.add({.name = "nesterov", .domain = CategoricalDomain{{false, true}, {}}}).ok());
  return spec;
}

TEST(Unused, NothingWhereAllIsUsed) { EXPECT_EQ(unused(plain_spec()), Lines{}); }

TEST(Unused, KeysThatAreReadOnly) {
  StudySpec spec = plain_spec();
  spec.time_ratio = 4;
  spec.resources = {.cpus = 2, .gpus = 1, .memory_bytes = 1};
  EXPECT_EQ(unused(spec), (Lines{"'time_ratio' is read, but nothing is done with it yet",
                                 "'resources.gpus' is read, but nothing is done with it yet",
                                 "'resources.memory' is read, but nothing is done with it yet"}));
}

TEST(Unused, FurtherMetricsAndLengths) {
  StudySpec spec = plain_spec();
  spec.objectives.push_back({.name = "loss", .maximize = false});
  spec.fidelities = {{.name = "share", .low = 0.1, .high = 1, .cut = false}};
  spec.command.emplace_back("${share}");
  EXPECT_EQ(unused(spec),
            (Lines{"only the first of 2 metrics, 'acc', is optimized; the other is recorded",
                   "'share' is not shortened yet: each trial gets the maximum"}));
}

TEST(Unused, ParametersThatNoArgumentTakes) {
  StudySpec spec = plain_spec();
  EXPECT_TRUE(spec.space.add({.name = "wd", .domain = FloatDomain{0, 1}}).ok());
  EXPECT_EQ(unused(spec),
            Lines{"the parameter 'wd' is not used by the command: add ${wd} or ${args} to it, "
                  "unless it reads HPOPT_PARAMS"});
  spec.command.emplace_back("--config=${args_json_file}");
  EXPECT_EQ(unused(spec), Lines{});
  spec.command.clear();  // in-process: there is no command that could use it
  EXPECT_EQ(unused(spec), Lines{});
}

}  // namespace
}  // namespace hpopt
