// Tables: our own export, and those that other tools write.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "interop/export.h"
#include "interop/testing.h"
#include "space/space_json.h"

namespace hpopt {
namespace {

using testing::complaint;
using testing::file_with;
using ::testing::HasSubstr;
using testing::imported;

StudyState state_of(const std::string& table, const MetricWish& metric,
                    std::vector<std::string> parameters = {}) {
  auto result =
      imported({.path = file_with(table), .metric = metric, .parameters = std::move(parameters)});
  EXPECT_TRUE(result.ok()) << result.error().message();
  return std::move(result->state);
}

std::string exported(const StudyState& state) {
  std::string text;
  export_study(state, false, ExportFormat::kCsv, ExportRows::kTrials,
               [&](std::string_view part) { text += part; });
  return text;
}

constexpr const char* kOurs =
    "trial,state,score,step,elapsed,param.lr,param.kind,param.width,metric.loss,worker,runs,"
    "started,ended,exit_code,reason\n"
    "1,complete,0.75,2.5,2.0,0.25,\"a,b\",16,7.0,1,1,2026-01-01T00:00:00.000Z,"
    "2026-01-01T00:00:02.000Z,0,it ended by itself\n"
    "2,stopped,0.5,1,0.5,0.5,c,64,,1,1,2026-01-01T00:00:03.000Z,2026-01-01T00:00:03.500Z,,too bad\n"
    "3,failed,,,0.0,0.75,c,,,1,1,2026-01-01T00:00:04.000Z,2026-01-01T00:00:05.000Z,3,exited\n"
    "4,out-of-memory,,,0.0,1.0,c,64,,1,1,,,137,out of memory\n"
    "5,paused,0.25,1,1.0,0.125,c,32,,1,1,,,,interrupted\n"
    "6,waiting,,,0.0,0.1,c,32,,,0,,,,\n"
    "7,cancelled,,,0.0,0.1,c,32,,1,1,,,,dropped\n";

TEST(ImportCsv, ReadsOurExportBack) {
  const StudyState state = state_of(kOurs, {"acc", true});
  ASSERT_EQ(state.trials().size(), 5U);
  const TrialRecord& first = *state.find(1);
  EXPECT_EQ(first.state, TrialState::kComplete);
  EXPECT_EQ(first.configuration.json(), R"({"kind":"a,b","lr":0.25,"width":16})");
  EXPECT_EQ(first.last_step(), 2.5);
  EXPECT_EQ(state.best_score(), 0.75);
  EXPECT_EQ(first.readings.size(), 1U);
  EXPECT_EQ(first.started_utc_ms, 1'767'225'600'000);
  EXPECT_EQ(first.elapsed, 2);
  EXPECT_EQ(state.find(2)->decisions.back().reason, "too bad");
  EXPECT_EQ(state.find(3)->exit_code, 3);
  EXPECT_EQ(state.find(3)->configuration.json(), R"({"kind":"c","lr":0.75})");
  EXPECT_EQ(state.find(4)->state, TrialState::kOutOfMemory);
  EXPECT_EQ(state.find(5)->state, TrialState::kPaused);
  EXPECT_EQ(state.spec().objectives.front().name, "acc");
}

TEST(ImportCsv, WhatIsExportedAgainIsTheSame) {
  const StudyState once = state_of(kOurs, {"acc", true});
  const StudyState twice = state_of(exported(once), {"acc", true});
  EXPECT_EQ(exported(once), exported(twice));
  EXPECT_EQ(to_json(once.space()).dump(), to_json(twice.space()).dump());
}

TEST(ImportCsv, ReadsOptunasDataframe) {
  const StudyState state = state_of(
      ",number,value,datetime_start,datetime_complete,duration,params_lr,params_opt,state\n"
      "0,0,0.5,2024-01-01 10:00:00.000000,2024-01-01 10:00:02.500000,0 days 00:00:02.5,"
      "0.00001,adam,COMPLETE\n"
      "1,1,,2024-01-01 10:00:03.000000,,,1,sgd,FAIL\n"
      "2,2,0.25,,,,0.01,,PRUNED\n",
      {"loss", false});
  EXPECT_EQ(state.counts().complete, 1);
  EXPECT_EQ(state.counts().failed, 1);
  EXPECT_EQ(state.counts().stopped, 1);
  EXPECT_EQ(state.find(1)->elapsed, 2.5);
  EXPECT_EQ(describe(state.space().find("lr")->domain), "log(1e-05, 1)");
  EXPECT_EQ(state.find(3)->configuration.json(), R"({"lr":0.01})");
}

TEST(ImportCsv, ReadsATableWhoseParametersAreNamed) {
  const std::string table =
      "Name,State,lr,layers,nesterov,betas,val_acc\n"
      "swift-sun-1,finished,0.1,2,True,\"[0.9, 0.99]\",0.5\n"
      "dry-moon-2,crashed,0.2,3,False,\"[0.8, 0.9]\",\n"
      "old-tree-3,finished,0.3,4,True,\"[0.9, 0.99]\",0.75\n";
  const StudyState state =
      state_of(table, {"val_acc", true}, {"lr", "layers", "nesterov", "betas"});
  EXPECT_EQ(state.best(), 3U);
  EXPECT_EQ(state.counts().failed, 1);
  EXPECT_EQ(state.find(1)->configuration.json(),
            R"({"betas":[0.9,0.99],"layers":2,"lr":0.1,"nesterov":true})");
  EXPECT_EQ(describe(state.space().find("layers")->domain), "int(2, 4)");
  EXPECT_TRUE(is_categorical(state.space().find("nesterov")->domain));
}

TEST(ImportCsv, WithoutStatesAScoreMeansComplete) {
  const StudyState state =
      state_of("params.x,acc\n1,0.5\n2,\n3,nan\n4,inf\n5,-1e400\n", {"acc", true});
  EXPECT_EQ(state.counts().complete, 1);
  EXPECT_EQ(state.counts().failed, 1);
  EXPECT_EQ(state.counts().diverged, 3);
}

TEST(ImportCsv, SaysWhatIsWrongAndWhere) {
  const auto of = [](const std::string& table, const MetricWish& metric,
                     const std::vector<std::string>& parameters = {}) {
    return complaint({.path = file_with(table), .metric = metric, .parameters = parameters});
  };
  const std::string table = "params_x,state,acc\n1,complete,0.5\n";
  EXPECT_EQ(of(table, {}),
            "a table does not say which column is the score (write --metric NAME:max or NAME:min; "
            "the columns are params_x, state, acc)");
  EXPECT_EQ(of(table, {"ac", true}),
            "no column is called 'ac', did you mean 'acc'? (the columns are params_x, state, acc)");
  EXPECT_EQ(of(table, {"acc", {}}),
            "the source does not say which way is better (write --metric acc:max or acc:min)");
  EXPECT_EQ(of("x,acc\n1,2\n", {"acc", true}),
            "no column is named params_* or param.* (say which are parameters with --params "
            "NAME,NAME; the columns are x, acc)");
  EXPECT_THAT(of("x,acc\n1,2\n", {"acc", true}, {"y"}), HasSubstr("no column is called 'y'"));
  EXPECT_THAT(of("params_x,acc\n1,good\n", {"acc", true}),
              HasSubstr(":2: the score 'good' is no number (mend or empty the cell)"));
  EXPECT_THAT(of("params_x,state,acc\n1,odd,2\n", {"acc", true}),
              HasSubstr(":2: the state 'odd' is not known"));
}

TEST(ImportCsv, OtherFilesAreNoTables) {
  EXPECT_THAT(complaint({.path = file_with("{\"a\": 1}\n")}),
              HasSubstr("what kind of file this is can't be told"));
  EXPECT_THAT(complaint({.path = file_with("")}), HasSubstr("the file is empty"));
  EXPECT_THAT(complaint({.path = file_with(std::string("a\0b", 3))}),
              HasSubstr("what kind of file this is can't be told"));
  EXPECT_THAT(complaint({.path = testing::fresh_folder() + "/none"}),
              HasSubstr("there is no such file or folder"));
}

}  // namespace
}  // namespace hpopt
