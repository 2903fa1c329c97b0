// Folders of the original hpopt.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "interop/testing.h"

namespace hpopt {
namespace {

using testing::complaint;
using testing::fixture;
using testing::fresh_folder;
using ::testing::HasSubstr;
using testing::imported;
using ::testing::StartsWith;

TEST(ImportLegacy, ReadsAFolderOfBayesOpt) {
  const ImportResult result = imported({.path = fixture("smbo")}).value();
  const StudyState& state = result.state;
  EXPECT_EQ(result.name, "smbo");
  EXPECT_EQ(state.spec().objectives.front().name, "mAP");
  EXPECT_TRUE(state.spec().objectives.front().maximize);
  EXPECT_GT(state.counts().complete, 0);
  EXPECT_GT(state.counts().stopped, 0);
  for (const TrialRecord& trial : state.trials()) {
    for (const auto& [name, value] : trial.configuration) {
      EXPECT_TRUE(contains(state.space().find(name)->domain, value)) << name << value.json();
    }
  }
}

TEST(ImportLegacy, ReadsAFolderOfAsha) {
  const ImportResult result = imported({.path = fixture("asha")}).value();
  EXPECT_FALSE(result.state.spec().objectives.front().maximize);
  EXPECT_TRUE(result.state.best_score().has_value());
}

/// A folder that is made by hand.
class LegacyFolder : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& content) {
    ASSERT_TRUE(write_file_atomic(folder_ + "/" + name, content).ok());
  }
  void write_status(const std::string& items, const std::string& more = {}) {
    write("hpopt_status.json",
          R"({"search_algorithm": "smbo", "metric": "loss", "max_iterations": 3, "search_space": {)"
          R"("lr": {"type": "loguniform", "range": [0.001, 0.1, 10]},)"
          R"("bs": {"_type": "qloguniform", "_range": [3, 64, 8, 2]},)"
          R"("opt": {"type": "choice", "range": [0, 2], "choice_list": ["sgd", "adam"]})"
          R"(}, "config_list": [)" +
              items + "]" + more + "}");
  }
  [[nodiscard]] Result<ImportResult> result() const {
    return imported({.path = folder_, .metric = {"loss", false}});
  }

  std::string folder_ = fresh_folder();
};

TEST_F(LegacyFolder, StatesAndScoresAreThoseOfTheTrials) {
  const std::string config = R"("config": {"lr": 0.01, "bs": 16, "opt": "sgd"}})";
  write_status(R"({"status": 2, "score": 1.0, )" + config + R"(, {"status": 2, "score": 2.0, )" +
               config + R"(, {"status": 1, "score": null, )" + config +
               R"(, {"status": 0, "score": null, )" + config +
               R"(, {"status": 1, "score": null, )" + config);
  write("hpopt_trial_0.json", R"({"status": 2, "scores": [3.0, 2.0, 1.0]})");
  write("hpopt_trial_1.json", R"({"status": 2, "scores": [2.0]})");
  write("hpopt_trial_2.json", R"({"status": 1, "scores": [NaN, 5.0]})");
  write("hpopt_trial_4.json", R"({"status": 3, "scores": []})");
  const auto imported = result();
  ASSERT_TRUE(imported.ok()) << imported.error().message();
  const StudyState& state = imported->state;
  ASSERT_EQ(state.trials().size(), 4U);
  EXPECT_EQ(state.find(1)->state, TrialState::kComplete);
  EXPECT_EQ(state.find(1)->reports.size(), 3U);
  EXPECT_EQ(state.find(2)->state, TrialState::kStopped);
  EXPECT_EQ(state.find(3)->state, TrialState::kPaused);
  EXPECT_EQ(state.find(4)->state, TrialState::kOutOfMemory);
  EXPECT_EQ(imported->waiting, 1U);
  EXPECT_EQ(state.best_score(), 1.0);
}

TEST_F(LegacyFolder, RangesAreThoseThatItDrewFrom) {
  write_status(R"({"status": 2, "score": 1.0, "config": {"lr": 0.5, "bs": 0, "opt": "lion"}})");
  const StudyState state = result().value().state;
  EXPECT_EQ(describe(state.space().find("lr")->domain), "log(0.001, 0.5)");
  EXPECT_EQ(describe(state.space().find("bs")->domain), "int(0, 64; step=8)");
  EXPECT_EQ(describe(state.space().find("opt")->domain), "choice(sgd, adam, lion)");
}

TEST_F(LegacyFolder, WhichWayIsBetterIsLearntFromTheScores) {
  const std::string config = R"("config": {"lr": 0.01, "bs": 16, "opt": "sgd"}})";
  write_status(R"({"status": 2, "score": 1.0, )" + config);
  EXPECT_THAT(complaint({.path = folder_}),
              StartsWith("the source does not say which way is better (write --metric loss:max"));
  write("hpopt_trial_0.json", R"({"status": 2, "scores": [3.0, 2.0, 1.0]})");
  EXPECT_FALSE(imported({.path = folder_}).value().state.spec().objectives.front().maximize);
  EXPECT_THAT(complaint({.path = folder_, .metric = {"loss", true}}),
              HasSubstr("is minimized there, and --metric says max"));
}

TEST_F(LegacyFolder, ADamagedTrialIsSaidADamagedStudyRefused) {
  const std::string config = R"("config": {"lr": 0.01, "bs": 16, "opt": "sgd"}})";
  write_status(R"({"status": 2, "score": 1.0, )" + config);
  write("hpopt_trial_0.json", R"({"status": 2, "sco)");
  const auto imported = result();
  ASSERT_TRUE(imported.ok()) << imported.error().message();
  ASSERT_EQ(imported->notices.size(), 1U);
  EXPECT_THAT(imported->notices[0], HasSubstr("is damaged: its scores are left out"));
  EXPECT_EQ(imported->state.best_score(), 1.0);

  write("hpopt_status.json", "{\"search_space\": {}");
  EXPECT_THAT(result().error().message(), HasSubstr("the file is damaged: restore a copy"));
  write("hpopt_status.json", "{}");
  EXPECT_THAT(result().error().message(), HasSubstr("lacks what the original hpopt writes"));
  write("hpopt_status.json", R"({"search_space": {"x": {"type": "odd", "range": []}}})");
  EXPECT_THAT(result().error().message(),
              HasSubstr("the range of parameter 'x' is not understood"));
}

TEST_F(LegacyFolder, OtherFoldersAreRefused) {
  EXPECT_THAT(complaint({.path = folder_}), StartsWith("the folder holds no hpopt_status.json"));
  write("journal.db", "");
  EXPECT_THAT(complaint({.path = folder_}), StartsWith("this folder is a store of hpopt already"));
}

}  // namespace
}  // namespace hpopt
