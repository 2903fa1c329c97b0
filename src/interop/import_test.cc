#include "interop/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hpopt/hpopt.h"
#include "interop/testing.h"

namespace hpopt {
namespace {

using testing::file_with;
using testing::fixture;
using testing::fresh_folder;
using ::testing::HasSubstr;

constexpr const char* kTable = "params_x,acc\n0.25,0.5\n0.5,0.75\n";

TEST(Import, TheSameImportTwiceAddsNothing) {
  const auto store = make_memory_store();
  const ImportSource source{
      .path = file_with(kTable, "digits.csv"), .name = {}, .metric = {"acc", true}};
  const ImportResult once = import_study(*store, source).value();
  const ImportResult twice = import_study(*store, source).value();
  EXPECT_TRUE(once.added);
  EXPECT_FALSE(twice.added);
  EXPECT_EQ(once.name, "digits");
  EXPECT_EQ(once.study, twice.study);
  EXPECT_EQ(once.state.revision(), twice.state.revision());
  EXPECT_EQ(store->list().value().size(), 1U);
}

TEST(Import, ANameThatIsTakenIsRefused) {
  const auto store = make_memory_store();
  const std::string path = file_with(kTable, "digits.csv");
  ASSERT_TRUE(import_study(*store, {.path = path, .metric = {"acc", true}}).ok());
  const auto other = import_study(*store, {.path = path, .metric = {"acc", false}});
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().code, Code::kInvalid);
  EXPECT_THAT(other.error().what, HasSubstr("the store has another study 'digits' already"));
  EXPECT_TRUE(import_study(*store, {.path = path, .name = "other", .metric = {"acc", false}}).ok());
}

TEST(Import, WhatCannotBeReadMakesNoStore) {
  const std::string folder = fresh_folder() + "/store";
  EXPECT_EQ(import_study("no such file", {.storage = folder}).error().code, Code::kNotFound);
  EXPECT_FALSE(exists(folder));
}

TEST(Import, TakesTheUrlsOfOptuna) {
  const std::string url = "sqlite:///" + file_with(kTable);
  EXPECT_TRUE(testing::imported({.path = url, .metric = {"acc", true}}).ok());
}

/// The digits study of Optuna, opened as ours.
TEST(Import, AStudyGoesOnWhereTheSpaceIsTheSame) {
  const std::string folder = fresh_folder();
  const std::string id =
      import_study(fixture("optuna.journal"), {.study = "loss", .storage = folder}).value();
  Space space;
  ASSERT_TRUE(space.add({.name = "x", .domain = FloatDomain{-3, 3}}).ok());
  auto study = Study::open(
      "loss", {.metric = "score", .maximize = false, .storage = folder, .space = space});
  ASSERT_TRUE(study.ok()) << study.error().message();
  EXPECT_EQ(study->id(), id);
  const auto best = study->best().value();
  auto trial = study->ask();
  ASSERT_TRUE(trial.ok()) << trial.error().message();
  EXPECT_EQ(trial->number(), 7U);
  ASSERT_TRUE(study->tell(std::move(*trial), best.score - 1).ok());
  EXPECT_EQ(study->best()->trial, 7U);
}

TEST(Import, AStudyGoesOnDefineByRun) {
  const std::string folder = fresh_folder();
  ASSERT_TRUE(import_study(fixture("optuna.journal"), {.study = "digits", .storage = folder}).ok());
  auto study = Study::open("digits", {.metric = "accuracy", .storage = folder});
  ASSERT_TRUE(study.ok()) << study.error().message();
  for (int i = 0; i < 5; ++i) {
    auto trial = study->ask();
    ASSERT_TRUE(trial.ok()) << trial.error().message();
    const double lr = trial->suggest_float("lr", 1e-5, 1, {.log = true});
    if (trial->suggest_categorical("opt", {"sgd", "adam"}) == Value("sgd")) {
      (void)trial->suggest_float("momentum", 0, 0.99);
    }
    ASSERT_TRUE(study->tell(std::move(*trial), lr).ok());
  }
}

TEST(Import, AStudyThatStartsOverKnowsItsTrials) {
  const std::string folder = fresh_folder();
  ASSERT_TRUE(import_study(fixture("optuna.journal"), {.study = "loss", .storage = folder}).ok());
  Space space;
  ASSERT_TRUE(space.add({.name = "x", .domain = FloatDomain{-5, 5}}).ok());
  auto study = Study::open("loss", {.metric = "score",
                                    .maximize = false,
                                    .storage = folder,
                                    .space = space,
                                    .existing = Existing::kRestart});
  ASSERT_TRUE(study.ok()) << study.error().message();
  auto trial = study->ask();
  ASSERT_TRUE(trial.ok()) << trial.error().message();
  const auto old =
      testing::imported({.path = fixture("optuna.journal"), .study = "loss"}).value().state;
  EXPECT_EQ(trial->params(), old.find(old.best())->configuration);
}

}  // namespace
}  // namespace hpopt
