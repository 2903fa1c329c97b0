#include "spec/study_spec.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/files.h"

namespace hpopt {
namespace {

StudySpec full_spec() {
  StudySpec spec;
  spec.name = "digits";
  spec.command = {"./train", "--lr=${lr}", "data.csv", "--config=conf.yaml"};
  spec.objectives = {
      {.name = "acc", .maximize = true, .over = Over::kLast, .target = 0.99, .regex = "acc (.*)"},
      {.name = "loss", .maximize = false, .source = "out.jsonl"}};
  EXPECT_TRUE(
      spec.space
          .add(
              {.name = "lr", .domain = FloatDomain{1e-5, 1, Scale::kLog, 0}, .default_value = 1e-3})
          .ok());
  EXPECT_TRUE(spec.space.add({.name = "bs", .domain = IntDomain{8, 64}}).ok());
  EXPECT_TRUE(spec.space.add(Constraint{"lr", "bs", true}).ok());
  spec.fidelities = {{"epochs", 1, 50, true, true, 0}};
  spec.method = Method::kBayes;
  spec.early_stop = EarlyStop::kMedian;
  spec.min_iterations = 3;
  spec.eta = 4;
  spec.time_seconds = 60;
  spec.until = "18:00";
  spec.time_ratio = 4;
  spec.run_cap = 100;
  spec.workers = 2;
  spec.resources = {2, 1, std::int64_t{8} << 30};
  spec.batch_size = "bs";
  spec.pty = true;
  return spec;
}

std::string validation(const StudySpec& spec) {
  const Status valid = validate(spec);
  return valid ? "valid" : valid.error().message();
}

TEST(SpecJson, IsLossless) {
  EXPECT_EQ(spec_from_json(Json::parse(to_json(full_spec()).dump())).value(), full_spec());
  EXPECT_EQ(spec_from_json(to_json(StudySpec())).value(), StudySpec());
}

TEST(SpecJson, UnreadableTextsAreErrors) {
  EXPECT_EQ(spec_from_json(Json::object()).error().code, Code::kStorage);
  Json newer = to_json(full_spec());
  newer["method"] = "oracle";
  EXPECT_EQ(spec_from_json(newer).error().message(),
            "the stored word 'oracle' is unknown (a newer hpopt may have written it)");
}

TEST(SpecValidate, AcceptsAFullSpecificationAndAnInProcessOne) {
  EXPECT_EQ(validation(full_spec()), "valid");
  StudySpec spec;
  spec.objectives = {{.name = "score"}};
  EXPECT_EQ(validation(spec), "valid");
}

TEST(SpecValidate, SaysWhatIsMissingAndHowToMendIt) {
  StudySpec spec = full_spec();
  spec.objectives.clear();
  EXPECT_EQ(validation(spec),
            "nothing says what to optimize (add --metric NAME:max, or `metric: {name: NAME, goal: "
            "maximize}` to the file)");

  spec = full_spec();
  spec.objectives[1].name = "acc";
  EXPECT_EQ(validation(spec), "the metric 'acc' stands twice (remove one)");

  spec = full_spec();
  spec.space = Space();
  spec.batch_size.clear();
  EXPECT_EQ(validation(spec),
            "nothing varies (mark an argument of the command, such as --lr '~log(1e-5,1)', or add "
            "`parameters` to the file)");

  spec = full_spec();
  spec.time_seconds.reset();
  spec.until.reset();
  spec.time_ratio.reset();
  spec.run_cap.reset();
  EXPECT_EQ(validation(spec), "nothing says when to stop (add a budget, such as --time 30m)");

  spec = full_spec();
  spec.method = Method::kGrid;
  EXPECT_EQ(validation(spec),
            "method grid needs parameters that are finite, but 'lr' is log(1e-05, 1) (give it "
            "`values` or `q`, or use method random)");

  spec = full_spec();
  spec.batch_size = "batch";
  EXPECT_EQ(validation(spec),
            "batch_size names 'batch', which is no numeric parameter (name the parameter that "
            "holds the batch size)");

  spec = full_spec();
  spec.fidelities[0].low = 60;
  EXPECT_EQ(validation(spec),
            "fidelity 'epochs': the range is empty: 60 is above 50 (swap the bounds)");

  spec = full_spec();
  spec.fidelities[0].name = "lr";
  EXPECT_EQ(validation(spec), "fidelity 'lr': a parameter has this name too (rename one of them)");

  spec = full_spec();
  spec.command.emplace_back("${x}");
  EXPECT_EQ(validation(spec),
            "${x}: '${x}' names nothing (name a parameter, or write $${ for a literal ${)");
}

TEST(SpecWords, AreReadAsFlagsWriteThem) {
  EXPECT_EQ(parse_metric("val:acc:max").value(), (Objective{.name = "val:acc", .maximize = true}));
  EXPECT_EQ(parse_metric("loss:minimize").value(), (Objective{.name = "loss", .maximize = false}));
  EXPECT_EQ(parse_metric("loss").error().message(),
            "the metric 'loss' does not say which way is better (write loss:max or loss:min)");
  EXPECT_EQ(parse_metric("loss:down").error().mend, "write loss:max or loss:min");
  EXPECT_EQ(parse_time_of_day("18:05").value(), 65100);
  EXPECT_EQ(parse_time_of_day("6:05:10").value(), 21910);
  EXPECT_EQ(parse_time_of_day("24:00").error().message(),
            "'24:00' is not a time of day (write for example 18:00)");
  EXPECT_EQ(parse_workers("auto").value(), std::nullopt);
  EXPECT_EQ(parse_workers("4").value(), 4);
  EXPECT_EQ(parse_workers("0").error().message(),
            "'0' is not a number of workers (write auto, or 1 or more)");
  EXPECT_EQ(parse_method("custom").value(), Method::kAuto);
  EXPECT_EQ(parse_method("bayse").error().message(),
            "there is no method 'bayse', did you mean 'bayes'? (the methods are auto, bayes, gp, "
            "tpe, cmaes, random and grid)");
}

class FingerprintTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "hpopt-print-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
    write("train", "code");
    write("conf.yaml", "x: 1");
  }
  void TearDown() override { std::filesystem::remove_all(root_); }
  void write(const std::string& name, const std::string& content) const {
    ASSERT_TRUE(write_file_atomic(root_ + "/" + name, content).ok());
  }
  std::string root_;
};

TEST_F(FingerprintTest, CoversTheQuestionButNotItsLimits) {
  const StudySpec spec = full_spec();
  const Fingerprint before = fingerprint(spec, root_);
  StudySpec other = spec;
  other.time_seconds = 600;
  other.workers = 9;
  other.objectives[0].target.reset();
  EXPECT_EQ(fingerprint(other, root_), before);
  other.objectives[0].maximize = false;
  EXPECT_NE(fingerprint(other, root_).question, before.question);
  other = spec;
  other.command.emplace_back("--x");
  EXPECT_NE(fingerprint(other, root_).question, before.question);
}

TEST_F(FingerprintTest, DoesNotDependOnTheOrderOfParameters) {
  StudySpec one;
  StudySpec two;
  const Parameter a{.name = "a", .domain = IntDomain{1, 2}};
  const Parameter b{.name = "b", .domain = IntDomain{1, 3}};
  ASSERT_TRUE(one.space.add(a).ok() && one.space.add(b).ok());
  ASSERT_TRUE(two.space.add(b).ok() && two.space.add(a).ok());
  EXPECT_EQ(fingerprint(one, root_), fingerprint(two, root_));
}

TEST_F(FingerprintTest, FollowsTheFilesThatTheCommandNames) {
  const Fingerprint before = fingerprint(full_spec(), root_);
  ASSERT_EQ(before.files.size(), 2U);
  EXPECT_EQ(before.files[0].first, "./train");
  EXPECT_EQ(before.files[1].first, "conf.yaml");
  write("conf.yaml", "x: 2");
  const Fingerprint after = fingerprint(full_spec(), root_);
  EXPECT_EQ(after.question, before.question);
  EXPECT_EQ(after.files[0], before.files[0]);
  EXPECT_NE(after.files[1], before.files[1]);
  EXPECT_EQ(fingerprint_from_json(Json::parse(to_json(after).dump())), after);
}

StudySpec with_one(const std::string& name) {
  StudySpec spec;
  EXPECT_TRUE(spec.space.add({.name = name, .domain = FloatDomain{0, 1}}).ok());
  return spec;
}

TEST(SpecDifferences, FollowAParameterToItsNewName) {
  StudySpec after = with_one("rate");
  EXPECT_EQ(differences(with_one("lr"), after).back(),
            "if rate is lr by another name, say --renamed lr=rate: what is known of it is kept");
  after.renamed = {{"lr", "rate"}};
  EXPECT_EQ(differences(with_one("lr"), after),
            (std::vector<std::string>{"lr: is called rate now"}));
  EXPECT_TRUE(differences(after, after).empty());
}

TEST(StudySpecRenamed, IsReadKeptAndChecked) {
  EXPECT_EQ(parse_renamed("lr=rate").value(), std::pair(std::string("lr"), std::string("rate")));
  for (const char* wrong : {"", "lr", "=rate", "lr="}) EXPECT_FALSE(parse_renamed(wrong)) << wrong;
  StudySpec spec = with_one("rate");
  spec.objectives = {{.name = "acc"}};
  spec.renamed = {{"lr", "rate"}};
  EXPECT_TRUE(validate(spec).ok());
  EXPECT_EQ(spec_from_json(to_json(spec)).value(), spec);
  spec.renamed = {{"lr", "rata"}};
  EXPECT_EQ(validate(spec).error().what,
            "'lr' is said to be called 'rata' now, and no parameter is, did you mean 'rate'?");
  spec.renamed = {{"lr", "rate"}, {"eta", "rate"}};
  EXPECT_FALSE(validate(spec).ok());
}

TEST(SpecDifferences, AreLinesThatAPersonReads) {
  const StudySpec before = full_spec();
  EXPECT_TRUE(differences(before, before).empty());
  StudySpec after = before;
  after.command.pop_back();
  after.objectives.pop_back();
  after.space = Space();
  ASSERT_TRUE(after.space.add({.name = "opt", .domain = CategoricalDomain{{"a", "b"}, {}}}).ok());
  ASSERT_TRUE(after.space
                  .add({.name = "lr",
                        .domain = FloatDomain{1e-4, 1, Scale::kLog, 0},
                        .when = {{"opt", {"a"}}}})
                  .ok());
  const std::string command =
      "command: ./train '--lr=${lr}' data.csv --config=conf.yaml -> "
      "./train '--lr=${lr}' data.csv";
  EXPECT_EQ(differences(before, after),
            (std::vector<std::string>{
                command,
                "metric loss: minimize, from out.jsonl -> removed",
                "bs: int(8, 64) -> removed",
                "lr: log(1e-05, 1); default=0.001 -> log(0.0001, 1); when opt is a",
                "opt: new, choice(a, b)",
                "constraints: lr < bs -> none",
            }));
}

TEST(StudySpec, ACommandThatIsNoTextIsRefused) {
  StudySpec spec;
  spec.name = "s";
  spec.command = {"train", "--file", "\xff.csv", "--x", "${x}"};
  spec.objectives = {{.name = "acc"}};
  spec.time_seconds = 60;
  ASSERT_TRUE(spec.space.add({.name = "x", .domain = FloatDomain{0, 1}}).ok());
  const Status valid = validate(spec);
  ASSERT_FALSE(valid.ok());
  EXPECT_NE(valid.error().message().find("no UTF-8"), std::string::npos);
}

}  // namespace
}  // namespace hpopt
