// A study in a process that was forked from the one that opened it.
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include <gtest/gtest.h>

#include "base/testing.h"
#include "hpopt/hpopt.h"

namespace hpopt {
namespace {

class InheritedStudy : public ::testing::Test {
 protected:
  InheritedStudy() {
    Options options{.trials = 4, .storage = testing::fresh_folder()};
    (void)options.space.add({.name = "x", .domain = FloatDomain{0, 1}});
    study_.emplace(Study::open("inherited", std::move(options)).value());
    trial_.emplace(study_->ask().value());
  }

  /// Whether it holds in a forked process.
  static bool holds_in_child(const std::function<bool()>& what) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(what() ? 0 : 1);
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  static bool refuses(const Error& error) {
    return error.code == Code::kInvalid && error.what.find("forked from") != std::string::npos;
  }
  static bool throws(const std::function<void()>& call) {
    try {
      call();
    } catch (const Exception& thrown) {
      return refuses(thrown.error());
    }
    return false;
  }

  std::optional<Study> study_;
  std::optional<Trial> trial_;
};

TEST_F(InheritedStudy, IsRefused) {
  EXPECT_TRUE(holds_in_child([&] { return refuses(study_->ask().error()); }));
  EXPECT_TRUE(holds_in_child([&] { return refuses(study_->attach(1).error()); }));
  EXPECT_TRUE(holds_in_child([&] { return refuses(study_->enqueue({}).error()); }));
  EXPECT_TRUE(holds_in_child([&] { return refuses(study_->tell(*trial_, 1).error()); }));
  EXPECT_TRUE(holds_in_child([&] { return refuses(study_->fail(*trial_, "no").error()); }));
  EXPECT_TRUE(holds_in_child([&] { return refuses(study_->set_aside(*trial_).error()); }));
  EXPECT_TRUE(holds_in_child([&] { return throws([&] { trial_->report(1, 0.5); }); }));
  EXPECT_TRUE(holds_in_child([&] { return throws([&] { trial_->suggest_float("x", 0, 1); }); }));
  EXPECT_TRUE(holds_in_child([&] {
    return refuses(*study_->optimize([](Trial&) { return 1.0; }).error) &&
           refuses(*study_->optimize_workers({.argv = {"true"}}).error) &&
           refuses(*study_->optimize_command({"true"}).error);
  }));
  EXPECT_TRUE(holds_in_child([&] {
    return refuses(*study_->summary().error) && study_->trials().empty() && !study_->best();
  }));
}

TEST_F(InheritedStudy, LosesNothingWhenTheChildEnds) {
  EXPECT_TRUE(holds_in_child([&] {
    trial_.reset();
    study_.reset();
    return true;
  }));
  EXPECT_TRUE(study_->tell(*trial_, 0.5).ok());
  EXPECT_EQ(study_->trials().size(), 1U);
}

TEST_F(InheritedStudy, IsOpenedAnewAndTheTrialAttachedTo) {
  const std::string storage = testing::fresh_folder();
  Options options{.trials = 4, .storage = storage};
  Study study = Study::open("inherited", options).value();
  Trial trial = study.ask().value();
  EXPECT_TRUE(holds_in_child([&] {
    Study again = Study::open("inherited", options).value();
    return again.tell(again.attach(trial.number()).value(), 0.25).ok();
  }));
  EXPECT_EQ(study.trials().front().score, 0.25);
}

}  // namespace
}  // namespace hpopt
