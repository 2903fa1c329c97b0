// What the real Optuna wrote (testdata/make_optuna.py), and what became of it.
#include "interop/import_optuna.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "interop/import_json.h"
#include "interop/import_time.h"
#include "interop/testing.h"
#include "storage/sqlite.h"

namespace hpopt {
namespace {

using testing::complaint;
using ::testing::EndsWith;
using testing::file_with;
using testing::fixture;
using ::testing::HasSubstr;
using testing::imported;
using ::testing::StartsWith;

const Json& optuna_view() {
  static const Json view =
      parse_python_json(read_file(fixture("optuna.json")).value(), "optuna.json").value();
  return view;
}

std::string database_with(const std::string& more = {}) {
  std::string path = testing::fresh_folder() + "/optuna.db";
  Database database = Database::open(path, Database::Mode::kCreate).value();
  EXPECT_TRUE(database.execute(read_file(fixture("optuna.sql")).value() + more).ok());
  return path;
}

std::string journal_with(const std::string& more) {
  return file_with(read_file(fixture("optuna.journal")).value() + more);
}

/// "sqlite" or "journal".
class OptunaTest : public ::testing::TestWithParam<const char*> {
 protected:
  [[nodiscard]] std::string path() const {
    return GetParam() == std::string("sqlite") ? database_with() : fixture("optuna.journal");
  }
  [[nodiscard]] ImportResult result_of(const std::string& study) const {
    return imported({.path = path(), .study = study}).value();
  }
  [[nodiscard]] static const Json& view_of(const std::string& study) {
    return optuna_view().at(GetParam()).at(study);
  }
};

INSTANTIATE_TEST_SUITE_P(Storages, OptunaTest, ::testing::Values("sqlite", "journal"),
                         [](const auto& kind) { return std::string(kind.param); });

std::string_view our_state(const Json& trial) {
  const std::string state = trial["state"].get<std::string>();
  if (state == "COMPLETE") {
    return std::isfinite(*number_in(trial["value"])) ? "complete" : "diverged";
  }
  if (state == "PRUNED") return "stopped";
  return state == "FAIL" ? "failed" : "paused";
}

void expect_value(const Value& ours, const Json& theirs) {
  if (ours.is_number() && !ours.is_int()) {
    EXPECT_DOUBLE_EQ(ours.as_double(), theirs.get<double>());
  } else {
    EXPECT_EQ(ours, value_from_json(theirs));
  }
}

void expect_trial(const TrialRecord& ours, const Json& theirs) {
  EXPECT_EQ(name(ours.state), our_state(theirs));
  ASSERT_EQ(ours.configuration.size(), theirs["params"].size());
  for (const auto& [name, value] : ours.configuration) expect_value(value, theirs["params"][name]);
  const Json& reports = theirs["reports"];
  ASSERT_GE(ours.reports.size(), reports.size());
  for (std::size_t i = 0; i < reports.size(); ++i) {
    EXPECT_EQ(ours.reports[i].step, reports[i][0].get<double>());
    const double value = *number_in(reports[i][1]);
    EXPECT_TRUE(ours.reports[i].value == value || std::isnan(value));
    EXPECT_EQ(std::isnan(ours.reports[i].value), std::isnan(value));
  }
  const auto time = [&](const char* key) {
    return theirs[key].is_null() ? 0 : utc_ms_of(theirs[key].get<std::string>(), Zoneless::kUtc);
  };
  EXPECT_EQ(ours.started_utc_ms, time("started"));
  EXPECT_EQ(ours.ended_utc_ms, time("ended"));
}

TEST_P(OptunaTest, EveryTrialIsAsOptunaSeesIt) {
  for (const char* name : {"digits", "loss"}) {
    const ImportResult result = result_of(name);
    TrialId id = 0;
    for (const Json& trial : view_of(name)["trials"]) {
      if (trial["state"] == "WAITING") continue;
      SCOPED_TRACE(::testing::Message() << name << " " << trial["number"]);
      const TrialRecord* ours = result.state.find(++id);
      ASSERT_NE(ours, nullptr);
      expect_trial(*ours, trial);
      if (ours->state == TrialState::kComplete) {
        EXPECT_EQ(result.state.score(*ours), trial["value"].get<double>());
      }
    }
    EXPECT_EQ(result.state.trials().size(), id);
    EXPECT_EQ(result.state.best_score(), view_of(name)["best"].get<double>());
    EXPECT_EQ(result.state.spec().objectives.front().maximize,
              view_of(name)["direction"] == "maximize");
  }
}

TEST_P(OptunaTest, DistributionsBecomeDomains) {
  const ImportResult result = result_of("digits");
  const Space& space = result.state.space();
  const auto domain = [&](const char* name) { return describe(space.find(name)->domain); };
  EXPECT_EQ(domain("lr"), "log(1e-05, 1)");
  EXPECT_EQ(domain("dropout"), "float(0, 0.7; step=0.1)");
  EXPECT_EQ(domain("decay"), "float(0, 0.2)");
  EXPECT_EQ(domain("layers"), "int(1, 4)");
  EXPECT_EQ(domain("width"), "int(16, 128; step=8)");
  EXPECT_EQ(domain("batch"), "logint(8, 512)");
  EXPECT_EQ(domain("opt"), "choice(sgd, adam)");
  const CategoricalDomain mixed{{Value(), true, 1, 2.5, "adam", JsonText{"[1,2]"}, "nan"}, {}};
  EXPECT_EQ(space.find("mixed")->domain, Domain(mixed));
  for (const TrialRecord& trial : result.state.trials()) {
    for (const auto& [name, value] : trial.configuration) {
      EXPECT_TRUE(contains(space.find(name)->domain, value)) << name << " " << value.json();
    }
  }
}

TEST_P(OptunaTest, WaitingTrialsAreLeftOutAndCounted) {
  const ImportResult result = result_of("digits");
  EXPECT_EQ(result.waiting, 1U);
  EXPECT_EQ(result.state.counts().waiting, 0);
  EXPECT_EQ(result.state.counts().paused, 1);
  EXPECT_EQ(result.name, "digits");
  EXPECT_EQ(result.state.spec().objectives.front().name, "accuracy");
  EXPECT_TRUE(result.state.metric_id("seconds").has_value());
  EXPECT_FALSE(result.state.metric_id("host").has_value());
}

TEST_P(OptunaTest, OneOfSeveralStudiesMustBeNamed) {
  EXPECT_EQ(complaint({.path = path()}),
            "the file holds 3 studies: digits, loss, pareto (say which with --study NAME)");
  EXPECT_EQ(
      complaint({.path = path(), .study = "digit"}),
      "the file holds no study 'digit', did you mean 'digits'? (it holds digits, loss, pareto)");
}

TEST_P(OptunaTest, SeveralObjectivesAreRefused) {
  EXPECT_THAT(complaint({.path = path(), .study = "pareto"}),
              StartsWith("study 'pareto' has 2 objectives, and hpopt optimizes one"));
}

TEST_P(OptunaTest, TheMetricMayHaveAnotherNameButNotAnotherGoal) {
  const ImportResult result =
      imported({.path = path(), .name = "mine", .study = "loss", .metric = {"val_loss", {}}})
          .value();
  EXPECT_EQ(result.name, "mine");
  EXPECT_EQ(result.state.spec().objectives.front().name, "val_loss");
  EXPECT_FALSE(result.state.spec().objectives.front().maximize);
  EXPECT_EQ(complaint({.path = path(), .study = "loss", .metric = {"val_loss", true}}),
            "study 'loss' is minimized there, and --metric says max (write --metric val_loss:min)");
}

TEST(OptunaSqlite, OtherSchemasAreNamed) {
  EXPECT_THAT(
      complaint({.path = database_with("UPDATE alembic_version SET version_num = 'v2.6.0.a';")}),
      StartsWith("the tables are 'v2.6.0.a', and those of Optuna 3 and later are read"));
  EXPECT_THAT(complaint({.path = database_with("DROP TABLE alembic_version;")}),
              StartsWith("the tables are of a version before 0.9"));
  EXPECT_THAT(complaint({.path = database_with("DROP TABLE trial_params;")}),
              StartsWith("this SQLite file holds no tables of Optuna"));
  const std::string older = database_with("UPDATE alembic_version SET version_num = 'v3.0.0.d';");
  EXPECT_TRUE(imported({.path = older, .study = "loss"}).ok());
}

TEST(OptunaSqlite, DamagedFilesAreRefused) {
  const std::string whole = read_file(database_with()).value();
  for (const std::size_t size : {std::size_t{100}, whole.size() / 3, whole.size() / 2}) {
    const std::string path = file_with(whole.substr(0, size));
    const auto result = imported({.path = path, .study = "digits"});
    ASSERT_FALSE(result.ok()) << size;
    EXPECT_EQ(result.error().code, Code::kInvalid) << result.error().message();
  }
  EXPECT_THAT(
      complaint({.path = database_with("UPDATE trials SET state = 'ODD';"), .study = "digits"}),
      StartsWith("a trial has a state that is not known: ODD"));
  EXPECT_THAT(complaint({.path = database_with("UPDATE trial_params SET distribution_json = '{}';"),
                         .study = "digits"}),
              StartsWith("this is no distribution of Optuna: {}"));
  EXPECT_THAT(complaint({.path = database_with("UPDATE trial_params SET param_value = 99 "
                                               "WHERE param_name = 'opt';"),
                         .study = "digits"}),
              HasSubstr("there is no choice 99"));
}

TEST(OptunaSqlite, OurOwnStoreIsToldFromIt) {
  const std::string path = testing::fresh_folder() + "/journal.db";
  ASSERT_TRUE(
      Database::open(path, Database::Mode::kCreate).value().execute("CREATE TABLE facts (a)").ok());
  EXPECT_THAT(complaint({.path = path}), StartsWith("this is a store of hpopt, not of Optuna"));
}

TEST(OptunaJournal, ALineThatWasBeingWrittenIsLeftOut) {
  const auto result =
      imported({.path = journal_with(R"({"op_code":6,"worker_id":"a","tr)"), .study = "digits"});
  ASSERT_TRUE(result.ok()) << result.error().message();
  ASSERT_EQ(result->notices.size(), 1U);
  EXPECT_THAT(result->notices[0], EndsWith("has no end and is left out: it was being written"));
}

TEST(OptunaJournal, DamagedLinesAreNamed) {
  const std::string first = R"({"op_code":0,"worker_id":"a","study_name":"s","directions":[1]})";
  const auto of = [&](const std::string& second) {
    const std::string path = file_with(first + "\n" + second + "\n");
    return complaint({.path = path}).substr(path.size());
  };
  EXPECT_THAT(of("{\"op_code\":"), StartsWith(":2: not valid JSON"));
  EXPECT_EQ(of(R"({"op_code":11})"),
            ":2: the operation 11 is not known (a newer Optuna wrote it: export a CSV there and "
            "import that)");
  EXPECT_EQ(of(R"({"op_code":4})"),
            ":2: the operation lacks what belongs to it (the file is damaged: restore a copy)");
  EXPECT_EQ(of(R"([1])"),
            ":2: the operation lacks what belongs to it (the file is damaged: restore a copy)");
}

TEST(OptunaJournal, AFinishedTrialHearsNothingMore) {
  const std::string log =
      R"({"op_code":0,"worker_id":"a","study_name":"s","directions":[2]})"
      "\n"
      R"({"op_code":4,"worker_id":"a","study_id":0,"datetime_start":"2024-01-01T00:00:00.000000"})"
      "\n"
      R"({"op_code":6,"worker_id":"a","trial_id":0,"state":1,"values":[Infinity],)"
      R"("datetime_complete":"2024-01-01T00:00:01.000000"})"
      "\n"
      R"({"op_code":7,"worker_id":"b","trial_id":0,"step":1,"intermediate_value":5.0})"
      "\n"
      R"({"op_code":4,"worker_id":"a","study_id":7,"datetime_start":null})"
      "\n"
      R"({"op_code":4,"worker_id":"a","study_id":0,"datetime_start":null,"state":4})"
      "\n"
      R"({"op_code":10})"
      "\n";
  const ImportResult result = imported({.path = file_with(log)}).value();
  ASSERT_EQ(result.state.trials().size(), 1U);
  EXPECT_EQ(result.state.find(1)->state, TrialState::kDiverged);
  ASSERT_EQ(result.state.find(1)->reports.size(), 1U);
  EXPECT_EQ(result.state.find(1)->reports[0].value, INFINITY);
  EXPECT_EQ(result.state.find(1)->elapsed, 1);
  EXPECT_EQ(result.waiting, 1U);
}

TEST(OptunaDistribution, ReadsTheClassesOfOldVersions) {
  const auto domain = [](const char* json) {
    return describe(parse_optuna_distribution(json, "f").value().domain);
  };
  EXPECT_EQ(domain(R"({"name":"UniformDistribution","attributes":{"low":0,"high":1}})"),
            "float(0, 1)");
  EXPECT_EQ(domain(R"({"name":"LogUniformDistribution","attributes":{"low":0.1,"high":1}})"),
            "log(0.1, 1)");
  EXPECT_EQ(
      domain(R"({"name":"DiscreteUniformDistribution","attributes":{"low":0,"high":1,"q":0.5}})"),
      "float(0, 1; step=0.5)");
  EXPECT_EQ(domain(R"({"name":"IntUniformDistribution","attributes":{"low":1,"high":9,"step":2}})"),
            "int(1, 9; step=2)");
  EXPECT_EQ(domain(R"({"name":"IntLogUniformDistribution","attributes":{"low":1,"high":9}})"),
            "logint(1, 9)");
  for (const char* wrong :
       {R"({"name":"NewDistribution","attributes":{}})", R"({"name":"FloatDistribution"})", "[]",
        R"({"name":"FloatDistribution","attributes":{"low":2,"high":1,"log":false,"step":null}})",
        R"({"name":"CategoricalDistribution","attributes":{"choices":[]}})"}) {
    EXPECT_FALSE(parse_optuna_distribution(wrong, "f").ok()) << wrong;
  }
}

TEST(OptunaDistribution, AChoiceMayStandTwice) {
  const auto distribution =
      parse_optuna_distribution(
          R"({"name":"CategoricalDistribution","attributes":{"choices":["a","b","a"]}})", "f")
          .value();
  EXPECT_EQ(describe(distribution.domain), "choice(a, b)");
  EXPECT_EQ(distribution.value(2).value(), Value("a"));
}

}  // namespace
}  // namespace hpopt
