#include "spec/original_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "spec/study_file.h"

namespace hpopt {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kSmbo = R"(metric: mAP
search_algorithm: smbo
early_stop: None
num_init_trials: 3
num_trials: 4
max_iterations: 20
hp_space:
  lr:
    param_type: loguniform
    range:
      - 0.0001
      - 0.1
      - 10
  bs:
    param_type: qloguniform
    range: [10, 64, 8, 2]
  momentum:
    param_type: quniform
    range: [0.1, 0.9, 0.1]
  opt:
    param_type: choice
    range: [sgd, adam]
)";

std::string domain(const StudySpec& spec, std::string_view name) {
  return describe(spec.space.find(name)->domain);
}

std::string error_of(const std::string& text) {
  const auto spec = parse_study(text, "hpo_config.yaml");
  return spec ? "none" : spec.error().message();
}

TEST(OriginalForm, IsAStudyFile) {
  const auto spec = parse_study(kSmbo, "hpo_config.yaml");
  ASSERT_TRUE(spec.ok()) << spec.error().message();
  EXPECT_EQ(domain(*spec, "lr"), "log(0.0001, 0.1)");
  EXPECT_EQ(domain(*spec, "bs"), "logint(16, 64; step=8)") << "the multiples of 8";
  EXPECT_EQ(domain(*spec, "momentum"), "float(0.1, 0.9; step=0.1)");
  EXPECT_EQ(domain(*spec, "opt"), "choice(sgd, adam)");
  ASSERT_EQ(spec->objectives.size(), 1U);
  EXPECT_EQ(spec->objectives[0].name, "mAP");
  EXPECT_TRUE(spec->objectives[0].maximize);
  EXPECT_EQ(spec->method, Method::kBayes);
  EXPECT_EQ(spec->early_stop, EarlyStop::kNone);
  EXPECT_EQ(spec->run_cap, 4);
  ASSERT_EQ(spec->fidelities.size(), 1U);
  EXPECT_EQ(spec->fidelities[0].name, "iterations");
  EXPECT_EQ(spec->fidelities[0].high, 20);
  EXPECT_TRUE(spec->fidelities[0].cut);
  EXPECT_THAT(spec->left_out, ElementsAre("num_init_trials"));
}

TEST(OriginalForm, AshaIsHyperband) {
  const auto spec = parse_study(
      "metric: loss\nmode: min\nsearch_algorithm: asha\nmin_iterations: 2\nreduction_factor: 4\n"
      "num_brackets: 2\nhp_space: {x: {param_type: uniform, range: [0, 1]}}\n",
      "hpo_config.yaml");
  ASSERT_TRUE(spec.ok()) << spec.error().message();
  EXPECT_FALSE(spec->objectives[0].maximize);
  EXPECT_EQ(spec->early_stop, EarlyStop::kHyperband);
  EXPECT_EQ(spec->eta, 4);
  EXPECT_EQ(spec->min_iterations, 2);
  EXPECT_THAT(spec->left_out, ElementsAre("num_brackets"));
}

TEST(OriginalForm, EarlyStopOfSmbo) {
  const std::string space = "hp_space: {x: {param_type: uniform, range: [0, 1]}}\n";
  EXPECT_EQ(parse_study(space, "f").value().early_stop, EarlyStop::kAuto);
  EXPECT_EQ(parse_study(space + "early_stop: median_stop\n", "f").value().early_stop,
            EarlyStop::kMedian);
}

TEST(OriginalForm, ErrorsNameTheirPlace) {
  EXPECT_THAT(error_of(std::string(kSmbo) + "colour: red\n"),
              StartsWith("hpo_config.yaml:23:1: unknown key 'colour' of an hpo_config.yaml"));
  EXPECT_THAT(error_of("hp_space: {x: {param_type: normal, range: [0, 1]}}"),
              HasSubstr("param_type has no 'normal'"));
  EXPECT_THAT(error_of("hp_space: {x: {param_type: quniform, range: [0, 1]}}"),
              HasSubstr("quniform needs 3 numbers (write [low, high, step])"));
  EXPECT_THAT(error_of("hp_space: {x: {range: [0, 1]}}"), HasSubstr("needs param_type and range"));
  EXPECT_THAT(error_of("hp_space: {x: {param_type: uniform, range: [2, 1]}}"),
              StartsWith("hpo_config.yaml:1:"));
  EXPECT_THAT(error_of("hp_space: {x: {param_type: quniform, range: [0, 1, 0]}}"), HasSubstr("q"));
  EXPECT_THAT(error_of("hp_space: 3"), HasSubstr("'hp_space' must be a mapping"));
  EXPECT_THAT(error_of("early_stop: always\nhp_space: {}"),
              HasSubstr("early_stop has no 'always'"));
}

}  // namespace
}  // namespace hpopt
