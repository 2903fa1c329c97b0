#include "cli/screen.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "cli/event_lines.h"

namespace hpopt {
namespace {

/// A study of which facts are told to a screen one by one.
class ScreenTest : public testing::Test {
 protected:
  void SetUp() override {
    StudySpec spec;
    spec.name = "digits";
    spec.command = {"train", "--lr=${lr}"};
    spec.objectives.push_back({});
    spec.objectives.front().name = "acc";
    ASSERT_TRUE(spec.space.add({.name = "lr", .domain = FloatDomain{1e-5, 1, Scale::kLog, 0}}));
    spec.time_seconds = 60;
    tell(Created{.name = "digits",
                 .spec = to_json(spec).dump(),
                 .fingerprint = "{}",
                 .directory = "/tmp",
                 .seed = 0,
                 .parent = {}});
    tell(SessionOpened{});
  }

  void tell(Payload payload) {
    const Fact fact{{.revision = state_.revision() + 1, .session = state_.created() ? 1U : 0U},
                    std::move(payload)};
    const Status applied = state_.apply(fact);
    ASSERT_TRUE(applied) << applied.error().message();
    if (screen_) screen_->happened(fact, view());
  }

  void start(TrialId trial, double lr, Token token) {
    Configuration configuration;
    configuration.set("lr", lr);
    tell(Suggested{.trial = trial,
                   .configuration = configuration,
                   .unique = true,
                   .request = std::to_string(trial),
                   .epoch = 1,
                   .decision = {}});
    tell(Started{.trial = trial,
                 .version = 0,
                 .token = token,
                 .worker = 0,
                 .until_step = 3,
                 .thawed = false,
                 .decision = {},
                 .record = {}});
  }

  void report(TrialId trial, Token token, std::uint32_t step, double value) {
    tell(Reported{.trial = trial,
                  .token = token,
                  .sequence = step,
                  .metric = 0,
                  .step = static_cast<double>(step),
                  .value = value,
                  .elapsed = 1.0 * step});
  }

  [[nodiscard]] RunView view() const {
    return {.state = state_,
            .used = used_,
            .budget = 60,
            .left = 60 - used_,
            .workers = 1,
            .phase = "running"};
  }

  Canvas canvas() {
    return {[this](std::string_view text) {
              if (takes_) shown_ += text;
              return takes_;
            },
            [this] { return Look{.width = width_, .color = false, .unicode = false}; },
            [] { return 24; }};
  }

  StudyState state_;
  std::unique_ptr<Screen> screen_;
  std::string shown_;
  double used_ = 5;
  int width_ = 60;
  bool takes_ = true;
};

TEST_F(ScreenTest, PlainLinesTellWhatIsWorthReading) {
  screen_ = make_plain_screen(canvas());
  start(1, 0.25, 1);
  report(1, 1, 1, 0.5);
  report(1, 1, 2, 0.4);
  used_ = 65;
  report(1, 1, 3, 0.6);
  tell(Paused{.trial = 1,
              .token = 1,
              .held = true,
              .elapsed = 3,
              .decision = {.by = "asha", .reason = "waits for others"}});
  start(2, 0.5, 2);
  tell(Ended{.trial = 2,
             .token = 2,
             .cause = Cause::kFailed,
             .exit_code = 1,
             .elapsed = 1,
             .message = "exited with 1:\nTraceback\nValueError",
             .decision = {.by = "engine", .reason = "it exited with 1"}});
  screen_->noted("something odd");
  EXPECT_EQ(shown_,
            "  0:05  trial 1 starts  lr=0.25\n"
            "  0:05  new best acc 0.5  trial 1 at step 1  lr=0.25\n"
            "  1:05  new best acc 0.6  trial 1 at step 3  lr=0.25\n"
            "  1:05  trial 1 pauses at step 3: waits for others\n"
            "  1:05  trial 2 starts  lr=0.5\n"
            "  1:05  trial 2 failed: it exited with 1\n"
            "          Traceback\n"
            "          ValueError\n"
            "  1:05  note: something odd\n");
}

// Once each step of an improving curve was a line of its own: thousands for a trainer in a hurry.
TEST_F(ScreenTest, PlainLinesTellTheSameLeaderSeldom) {
  screen_ = make_plain_screen(canvas());
  start(1, 0.25, 1);
  shown_.clear();
  for (std::uint32_t step = 1; step <= 1000; ++step) {
    used_ = 5 + 0.012 * step;
    report(1, 1, step, 0.001 * step);
  }
  EXPECT_EQ(std::count(shown_.begin(), shown_.end(), '\n'), 3) << shown_;
  start(2, 0.5, 2);
  shown_.clear();
  report(2, 2, 1, 2);
  EXPECT_EQ(shown_, "  0:17  new best acc 2  trial 2 at step 1  lr=0.5\n");
}

TEST_F(ScreenTest, PlainLinesDoNotAnnounceTheBestOfAnEarlierSession) {
  start(1, 0.25, 1);
  report(1, 1, 1, 0.5);
  screen_ = make_plain_screen(canvas());
  screen_->opened(view());
  report(1, 1, 2, 0.4);
  EXPECT_EQ(shown_, "");
}

TEST_F(ScreenTest, PlainLinesLeaveOutThatAFrozenProcessIsGone) {
  screen_ = make_plain_screen(canvas());
  start(1, 0.25, 1);
  tell(Paused{.trial = 1, .token = 1, .held = true, .elapsed = 3, .decision = {}});
  shown_.clear();
  tell(Paused{.trial = 1, .token = 1, .held = false, .elapsed = 3, .decision = {}});
  EXPECT_EQ(shown_, "");
}

TEST_F(ScreenTest, LiveBlockIsRedrawnInPlaceBelowNotes) {
  start(1, 0.25, 1);
  screen_ = make_live_screen(canvas());
  screen_->opened(view());
  const auto lines = std::count(shown_.begin(), shown_.end(), '\n');
  EXPECT_EQ(lines, 4);
  shown_.clear();
  used_ = 5.1;
  screen_->tick(view());
  EXPECT_EQ(shown_, "") << "too soon for another frame";
  used_ = 5.3;
  screen_->tick(view());
  EXPECT_TRUE(shown_.starts_with("\r\x1b[4A")) << "goes up the lines of the block";
  shown_.clear();
  screen_->noted("odd");
  EXPECT_TRUE(shown_.starts_with("\r\x1b[4A\x1b[Jnote: odd\n")) << shown_;
  EXPECT_TRUE(shown_.ends_with("failed\n")) << "the block stands below the note";
  shown_.clear();
  screen_->close();
  EXPECT_EQ(shown_, "\r\x1b[4A\x1b[J");
}

TEST_F(ScreenTest, LiveBlockKnowsWhichFrameWasDropped) {
  screen_ = make_live_screen(canvas());
  screen_->opened(view());
  takes_ = false;
  start(1, 0.25, 1);
  used_ = 6;
  screen_->tick(view());
  takes_ = true;
  shown_.clear();
  screen_->close();
  EXPECT_EQ(shown_, "\r\x1b[3A\x1b[J") << "the block without the trial is the one that is seen";
}

TEST_F(ScreenTest, LiveBlockFindsItsStartOnATerminalThatBecameNarrower) {
  start(1, 0.25, 1);
  screen_ = make_live_screen(canvas());
  screen_->opened(view());
  shown_.clear();
  width_ = 30;
  used_ = 6;
  screen_->tick(view());
  EXPECT_TRUE(shown_.starts_with("\r\x1b[7A"))
      << "the lines of up to 60 columns take two rows each";
}

}  // namespace
}  // namespace hpopt
