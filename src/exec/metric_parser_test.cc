#include "exec/metric_parser.h"

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace hpopt {
namespace {

Objective named(const std::string& name) {
  Objective objective;
  objective.name = name;
  return objective;
}

MetricParser parser_of(const std::string& metric = "val_acc") {
  return MetricParser::create({named(metric)}).value();
}

std::map<std::string, double> numbers(MetricParser& parser, const std::string& record) {
  std::map<std::string, double> result;
  for (const Reading& reading : parser.parse(record).readings) result[reading.name] = reading.value;
  return result;
}

std::map<std::string, double> numbers(const std::string& record) {
  MetricParser parser = parser_of();
  return numbers(parser, record);
}

/// Step of the only number of the record; -1: no step, -2: not one number.
double step_in(MetricParser& parser, const std::string& record) {
  const Understood understood = parser.parse(record);
  if (understood.readings.size() != 1) return -2;
  return understood.readings[0].step.value_or(-1);
}

using Numbers = std::map<std::string, double>;

TEST(MetricParser, NameColonNumber) {
  EXPECT_EQ(numbers("val_acc: 0.91"), (Numbers{{"val_acc", 0.91}}));
  EXPECT_EQ(numbers("val_acc : 0.91, loss:1e-3"), (Numbers{{"val_acc", 0.91}, {"loss", 1e-3}}));
  EXPECT_EQ(numbers("delta: -0.5; n: 12"), (Numbers{{"delta", -0.5}, {"n", 12}}));
}

TEST(MetricParser, NameEqualsNumber) {
  EXPECT_EQ(numbers("val_acc=0.91 loss = .5"), (Numbers{{"val_acc", 0.91}, {"loss", 0.5}}));
}

TEST(MetricParser, NameSpaceNumber) {
  EXPECT_EQ(numbers("loss 0.31 val_acc 91"), (Numbers{{"loss", 0.31}, {"val_acc", 91}}));
  EXPECT_EQ(numbers("read 100 images from 3 folders"), Numbers{});
  EXPECT_EQ(numbers("improved from 0.31 to 0.29"), Numbers{});
}

TEST(MetricParser, NamesMatchWhole) {
  EXPECT_EQ(numbers("val_loss: 0.3 loss: 0.2"), (Numbers{{"val_loss", 0.3}, {"loss", 0.2}}));
  EXPECT_EQ(numbers("Train Loss: 0.3 | Val Loss: 0.2"),
            (Numbers{{"Train Loss", 0.3}, {"Val Loss", 0.2}}));
  EXPECT_EQ(numbers("val_acc: 0.8 best val_acc: 0.9"),
            (Numbers{{"val_acc", 0.8}, {"best val_acc", 0.9}}));
}

TEST(MetricParser, NamesMayHaveSigns) {
  EXPECT_EQ(numbers("val/acc@1: 0.9 eval-f1.macro: 0.8 a:b: 0.7"),
            (Numbers{{"val/acc@1", 0.9}, {"eval-f1.macro", 0.8}, {"a:b", 0.7}}));
}

TEST(MetricParser, JsonObject) {
  EXPECT_EQ(numbers(R"({"val_acc": 0.91, "ok": true, "model": "a: 3", "lr": 1e-3})"),
            (Numbers{{"val_acc", 0.91}, {"lr", 1e-3}}));
}

TEST(MetricParser, NestedJsonObject) {
  EXPECT_EQ(numbers(R"({"val": {"acc": 0.91, "top": {"5": 0.99}}, "list": [1, 2, {"x": 3}]})"),
            (Numbers{{"val.acc", 0.91}, {"val.top.5", 0.99}}));
}

TEST(MetricParser, PythonDict) {
  EXPECT_EQ(numbers("{'val_acc': 0.91, 'ok': True, 'none': None, 'shape': (1, 2), 'loss': '0.25'}"),
            (Numbers{{"val_acc", 0.91}, {"loss", 0.25}}));
  EXPECT_EQ(numbers("INFO:root:{'val_acc': np.float64(0.91)}"), (Numbers{{"val_acc", 0.91}}));
}

TEST(MetricParser, HuggingFaceTrainer) {
  MetricParser parser = parser_of("eval_loss");
  const auto said = parser.parse("{'eval_loss': 0.3, 'eval_runtime': 1.5, 'epoch': 2.0}");
  ASSERT_EQ(said.readings.size(), 2U);
  EXPECT_EQ(said.readings[0].name, "eval_loss");
  EXPECT_EQ(said.readings[0].step, 2.0);
}

TEST(MetricParser, WrappedNumbers) {
  EXPECT_EQ(numbers("acc: np.float64(0.5)"), (Numbers{{"acc", 0.5}}));
  EXPECT_EQ(numbers("acc=tensor(0.5)"), (Numbers{{"acc", 0.5}}));
  EXPECT_EQ(numbers("acc: tensor(0.5, device='cuda:0'), loss: 1.5"),
            (Numbers{{"acc", 0.5}, {"loss", 1.5}}));
  EXPECT_EQ(numbers("acc:tensor([0.5], grad_fn=<MeanBackward0>)"), (Numbers{{"acc", 0.5}}));
  EXPECT_EQ(numbers("acc: tensor([0.5, 0.6])"), Numbers{});
  EXPECT_EQ(numbers("acc: <tf.Tensor: shape=(), dtype=float32, numpy=0.5>").at("acc"), 0.5);
  EXPECT_EQ(numbers("loss tensor(0.25, device='cuda:0')"), (Numbers{{"loss", 0.25}}));
}

TEST(MetricParser, PercentStaysAsPrinted) {
  EXPECT_EQ(numbers("val_acc: 91.2%"), (Numbers{{"val_acc", 91.2}}));
  EXPECT_EQ(numbers("val_acc 91.2 %, loss: 3%."), (Numbers{{"val_acc", 91.2}, {"loss", 3}}));
}

TEST(MetricParser, LightGbm) {
  MetricParser parser = parser_of("valid_0's auc");
  const auto said = parser.parse(
      "[10]\ttraining's binary_logloss: 0.3\tvalid_0's binary_logloss: 0.4\tvalid_0's auc: 0.9");
  ASSERT_EQ(said.readings.size(), 3U);
  EXPECT_EQ(said.readings[0].name, "training's binary_logloss");
  EXPECT_EQ(said.readings[1].name, "valid_0's binary_logloss");
  EXPECT_EQ(said.readings[2].name, "valid_0's auc");
  EXPECT_EQ(said.readings[2].value, 0.9);
  EXPECT_EQ(said.readings[2].step, 10.0);
}

TEST(MetricParser, XgBoostCountsFromZero) {
  MetricParser parser = parser_of("eval-rmse");
  auto said = parser.parse("[0]\ttrain-rmse:0.52\teval-rmse:0.61");
  EXPECT_EQ(said.readings[1].step, 1.0);
  said = parser.parse("[1]\ttrain-rmse:0.32+0.01\teval-rmse:0.41+0.02");
  ASSERT_EQ(said.readings.size(), 2U);
  EXPECT_EQ(said.readings[0].name, "train-rmse");
  EXPECT_EQ(said.readings[1].value, 0.41);
  EXPECT_EQ(said.readings[1].step, 2.0);
}

TEST(MetricParser, CatBoost) {
  MetricParser parser = parser_of("test");
  const auto said = parser.parse("10:\tlearn: 0.5\ttest: 0.4\tbest: 0.4 (9)\ttotal: 1.2s");
  ASSERT_EQ(said.readings.size(), 3U);
  EXPECT_EQ(said.readings[1].name, "test");
  EXPECT_EQ(said.readings[1].step, 10.0);
}

TEST(MetricParser, Keras) {
  MetricParser parser = parser_of("val_accuracy");
  EXPECT_TRUE(parser.parse("Epoch 3/50").readings.empty());
  const auto said = parser.parse(
      "1875/1875 [==============================] - 3s 1ms/step - loss: 0.3 - val_accuracy: 0.9");
  ASSERT_EQ(said.readings.size(), 2U);
  EXPECT_EQ(said.readings[1].name, "val_accuracy");
  EXPECT_EQ(said.readings[1].step, 3.0);
  EXPECT_EQ(said.length, 50.0);
}

TEST(MetricParser, KerasThreeDrawsItsBarInBoxes) {
  MetricParser parser = parser_of("accuracy");
  (void)parser.parse("Epoch 1/5");
  EXPECT_EQ(
      step_in(parser, "1875/1875 \xe2\x94\x81\xe2\x94\x81\xe2\x94\x81 3s 1ms/step - accuracy: 0.9"),
      1);
}

TEST(MetricParser, StepWords) {
  MetricParser parser = parser_of();
  EXPECT_EQ(step_in(parser, "Epoch 3/50 val_acc: 0.9"), 3);
  EXPECT_EQ(step_in(parser, "Epoch [4/50], val_acc: 0.9"), 4);
  EXPECT_EQ(step_in(parser, "epoch: 5 val_acc: 0.9"), 5);
  EXPECT_EQ(step_in(parser, "epoch=6, val_acc=0.9"), 6);
  EXPECT_EQ(step_in(parser, "[Epoch 7] val_acc 0.9"), 7);
  EXPECT_EQ(step_in(parser, "Epoch #8 of 50: val_acc 0.9"), 8);
  EXPECT_EQ(step_in(parser, "Train Epoch: 9 [64/60000 (0%)]\tval_acc: 0.9"), 9);
}

TEST(MetricParser, OtherUnits) {
  for (const char* word : {"step", "iter", "iteration", "round", "global_step"}) {
    MetricParser parser = parser_of();
    EXPECT_EQ(step_in(parser, std::string(word) + "=100 val_acc=0.9"), 100) << word;
    EXPECT_EQ(step_in(parser, std::string(word) + " 105, val_acc=0.9"), 105) << word;
  }
}

TEST(MetricParser, TheUnitSeenFirstWithAMetricStays) {
  MetricParser parser = parser_of();
  EXPECT_EQ(step_in(parser, "Epoch [1/5], Step [100/600], val_acc: 0.1"), 1);
  EXPECT_EQ(step_in(parser, "Step [200/600], val_acc: 0.2"), 1);
  EXPECT_EQ(step_in(parser, "Epoch [2/5], Step [100/600], val_acc: 0.3"), 2);
  EXPECT_EQ(step_in(parser, "step 7 loss: 0.3"), 7);
  EXPECT_EQ(step_in(parser, "epoch 3 step 8 loss: 0.3"), 8);
}

TEST(MetricParser, AStepThatWasSaidBeforeHoldsOn) {
  MetricParser parser = parser_of();
  EXPECT_EQ(step_in(parser, "val_acc: 0.1"), -1);
  (void)parser.parse("epoch 3");
  EXPECT_EQ(step_in(parser, "val_acc: 0.1"), 3);
}

TEST(MetricParser, OtherEpochsDontCount) {
  MetricParser parser = parser_of();
  EXPECT_EQ(step_in(parser, "epoch: 7 val_acc: 0.9"), 7);
  (void)parser.parse("best epoch: 3, steps per epoch: 600, epochs: 50");
  EXPECT_EQ(step_in(parser, "val_acc: 0.9"), 7);
}

TEST(MetricParser, TqdmPostfix) {
  MetricParser parser = parser_of("acc");
  const auto said = parser.parse(
      " 30%|\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88       | 3/10 [00:01<00:02,  2.5it/s, loss=0.3, "
      "acc=0.9]");
  ASSERT_EQ(said.readings.size(), 2U);
  EXPECT_EQ(said.readings[0].name, "loss");
  EXPECT_EQ(said.readings[1].name, "acc");
  EXPECT_EQ(said.readings[1].value, 0.9);
  EXPECT_EQ(said.readings[1].step, 3.0);
  EXPECT_FALSE(said.length);
}

TEST(MetricParser, TqdmWithADescription) {
  MetricParser parser = parser_of("acc");
  EXPECT_EQ(step_in(parser, "Epoch 4:  30%|\xe2\x96\x88 | 30/100 [00:01<00:02, acc=0.9]"), 4);
  EXPECT_EQ(numbers("Training: 30%|\xe2\x96\x88 | 30/100 [00:01<?, ?it/s]"), Numbers{});
}

TEST(MetricParser, ABarWithinAnEpochIsNoStep) {
  MetricParser parser = parser_of("acc");
  EXPECT_EQ(step_in(parser, "| 99/100 [00:01<00:02, acc=0.8]"), 99);
  EXPECT_EQ(step_in(parser, "| 1/100 [00:00<00:02, acc=0.9]"), -1);
}

TEST(MetricParser, NotFinite) {
  MetricParser parser = parser_of();
  EXPECT_TRUE(std::isnan(numbers(parser, "val_acc: nan").at("val_acc")));
  EXPECT_TRUE(std::isnan(numbers(parser, "epoch 3 val_acc nan").at("val_acc")));
  EXPECT_TRUE(std::isnan(numbers(parser, R"({"val_acc": NaN})").at("val_acc")));
  EXPECT_EQ(numbers(parser, "val_acc=-inf").at("val_acc"), -INFINITY);
  EXPECT_EQ(numbers(parser, "val_acc: tensor(inf)").at("val_acc"), INFINITY);
  EXPECT_EQ(numbers(parser, "val_acc: info"), Numbers{});
}

TEST(MetricParser, WhatIsNoNumber) {
  EXPECT_EQ(numbers("time: 12:30:05 date: 2024-01-31 took: 3s sha: 12ab url: http://host:8080/"),
            Numbers{});
}

TEST(MetricParser, LogPrefixes) {
  EXPECT_EQ(numbers("INFO:root:val_acc: 0.9"), (Numbers{{"val_acc", 0.9}}));
  EXPECT_EQ(numbers("2024-01-31 12:30:05,123 - INFO - val_acc: 0.9"), (Numbers{{"val_acc", 0.9}}));
  EXPECT_EQ(numbers("[2024-01-31 12:30:05] INFO val_acc: 0.9"), (Numbers{{"val_acc", 0.9}}));
}

TEST(MetricParser, AUsersRegex) {
  Objective objective = named("accuracy");
  objective.regex = R"(correct: \d+/\d+ \(([\d.]+)%\))";
  MetricParser parser = MetricParser::create({objective}).value();
  const auto said = parser.parse("epoch 2: accuracy: 5, correct: 9100/10000 (91.0%)");
  ASSERT_EQ(said.readings.size(), 2U);
  EXPECT_EQ(said.readings[1].name, "accuracy");
  EXPECT_EQ(said.readings[1].value, 91.0);
  EXPECT_EQ(said.readings[1].step, 2.0);
}

TEST(MetricParser, ALineThatAUsersRegexBacktracksInIsNone) {
  Objective objective = named("accuracy");
  objective.regex = R"(accuracy (\d+) (?:\w+ ?)*$)";
  MetricParser parser = MetricParser::create({objective}).value();
  EXPECT_EQ(numbers(parser, "accuracy 91 of all"), (Numbers{{"accuracy", 91}}));
  EXPECT_EQ(numbers(parser, "accuracy 91 of " + std::string(200, 'a') + "!"), Numbers{});
}

TEST(MetricParser, ARegexMustHaveOneGroup) {
  Objective objective = named("accuracy");
  objective.regex = "accuracy";
  EXPECT_NE(MetricParser::create({objective}).error().message().find("0 groups"),
            std::string::npos);
  objective.regex = "(accuracy";
  EXPECT_NE(MetricParser::create({objective}).error().message().find("not valid"),
            std::string::npos);
}

TEST(MetricParser, TheLengthIsOfTheMetricsUnit) {
  MetricParser parser = parser_of();
  EXPECT_FALSE(parser.parse("Epoch 1/5 step 10/600 loss: 0.3").length);
  EXPECT_EQ(parser.parse("val_acc: 0.4").length, 5.0);
  EXPECT_FALSE(parser.parse("Epoch 2/5 val_acc: 0.5").length);
  EXPECT_EQ(parser.parse("Epoch 3/6 val_acc: 0.5").length, 6.0);
  EXPECT_FALSE(parser.parse("Epoch 7/6 val_acc: 0.5").length);
}

TEST(MetricParser, CountingFromZeroIsRememberedForRunsThatGoOn) {
  MetricParser first = parser_of();
  EXPECT_EQ(step_in(first, "epoch 0 val_acc: 0.1"), 1);
  EXPECT_EQ(step_in(first, "epoch 1 val_acc: 0.1"), 2);
  MetricParser second = parser_of();
  second.assume_zero_based(first.zero_based());
  EXPECT_EQ(step_in(second, "epoch 5 val_acc: 0.1"), 6);
}

RC_GTEST_PROP(MetricParser, TakesAnyText, (const std::string& text)) {
  MetricParser parser = parser_of();
  (void)parser.parse(text);
}

RC_GTEST_PROP(MetricParser, TakesAnyMixtureOfItsWords, ()) {
  const auto words = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "epoch", "val_acc", ":", "=", " ", "0.5", "3", "/50", "[", "]", "{", "}", "'", "nan", "%",
      "|", "tensor(", ")", "\xe2\x96\x88", "-", ",", "\t", "of ", "<tf.", "numpy=", ">", "//"));
  std::string text;
  for (const std::string& word : words) text += word;
  MetricParser parser = parser_of();
  (void)parser.parse(text);
}

TEST(MetricParser, ThousandsMayBeParted) {
  using Map = std::map<std::string, double>;
  EXPECT_EQ(numbers("samples: 1,234.5 loss: 0.5"), (Map{{"samples", 1234.5}, {"loss", 0.5}}));
  EXPECT_EQ(numbers("samples: -12,345,678"), (Map{{"samples", -12345678}}));
  EXPECT_EQ(numbers("val_acc 1,234 of them"), (Map{{"val_acc", 1234}}));
  EXPECT_EQ(numbers("samples=1,234,"), (Map{{"samples", 1234}}));
  EXPECT_EQ(numbers("share: 1,234%"), (Map{{"share", 1234}}));
  // Lists and decimal commas are none.
  EXPECT_EQ(numbers("val_acc: 0,912").at("val_acc"), 0);
  EXPECT_EQ(numbers("val_acc: 1,23").at("val_acc"), 1);
  EXPECT_EQ(numbers("val_acc: 1,234,0.5").at("val_acc"), 1);
  EXPECT_EQ(numbers("val_acc: 1,2345").at("val_acc"), 1);
  EXPECT_EQ(numbers("{'a': 1,'b': 2}"), (Map{{"a", 1}, {"b", 2}}));
  MetricParser parser = parser_of();
  EXPECT_EQ(step_in(parser, "step 1,200/10,000: val_acc: 0.5"), 1200);
}

TEST(MetricParser, ATabMayPartANameFromItsNumber) {
  using Map = std::map<std::string, double>;
  EXPECT_EQ(numbers("val_acc\t0.91"), (Map{{"val_acc", 0.91}}));
  EXPECT_EQ(numbers("val_acc\t\t-1"), (Map{{"val_acc", -1}}));
  EXPECT_EQ(numbers("loss\tnan\tval_acc\t0.5").at("val_acc"), 0.5);
  EXPECT_EQ(numbers("time\tval_acc 0.5"), (Map{{"val_acc", 0.5}}));
  EXPECT_EQ(numbers("epoch\tloss\tval_acc"), Map{});
  MetricParser parser = parser_of();
  EXPECT_EQ(step_in(parser, "epoch\t3\tval_acc\t0.5"), 3);
}

TEST(MetricParser, StepsAndLengthsThatAreNoCountAreDropped) {
  MetricParser parser = parser_of();
  for (const char* record : {"Epoch 1/inf val_acc: 0.5", "Epoch 1/nan val_acc: 0.5",
                             "Epoch 1/0 val_acc: 0.5", "Epoch 1/-3 val_acc: 0.5"}) {
    const Understood understood = parser.parse(record);
    EXPECT_EQ(understood.length, std::nullopt) << record;
  }
  MetricParser fresh = parser_of();
  for (const char* record :
       {R"({"epoch": Infinity, "val_acc": 0.5})", R"({"epoch": NaN, "val_acc": 0.5})",
        R"({"epoch": -1, "val_acc": 0.5})"}) {
    EXPECT_EQ(step_in(fresh, record), -1) << record;
  }
}

TEST(MetricParserTest, NamesWithoutEndAreNotAllRemembered) {
  MetricParser parser = parser_of();
  ASSERT_EQ(step_in(parser, "Epoch 1 - first: 1"), 1);
  for (int i = 0; i < 2000; ++i) (void)parser.parse(fmt::format("Epoch 1 - name_{}: 1", i));
  ASSERT_EQ(step_in(parser, "Epoch 1 - late: 1"), 1);
  ASSERT_EQ(step_in(parser, "Epoch 1 - val_acc: 1"), 1);
  EXPECT_EQ(step_in(parser, "Step 70 - first: 1"), 1) << "an early name keeps its unit";
  EXPECT_EQ(step_in(parser, "Step 70 - val_acc: 1"), 1) << "so does one that is asked for";
  EXPECT_EQ(step_in(parser, "Step 70 - late: 1"), 70);
}

TEST(MetricParserTest, AFullLengthThatNeverStaysIsNotBelievedForEver) {
  MetricParser parser = parser_of();
  int told = 0;
  for (int i = 1; i <= 1000; ++i) {
    told += parser.parse(fmt::format("Epoch 1/{} - val_acc: 1", i)).length ? 1 : 0;
  }
  EXPECT_GT(told, 1);
  EXPECT_LT(told, 100);
}

}  // namespace
}  // namespace hpopt
