#include "cli/screen.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/event_lines.h"
#include "cli/live_block.h"

namespace hpopt {
namespace {

constexpr double kFrame = 0.19;  // seconds; the engine ticks every 0.2 s, and more often when busy
constexpr const char* kSuspended =
    "suspended: the trials are frozen and the time stands still until it is continued";
constexpr std::string_view kClearToLineEnd = "\x1b[K";
constexpr std::string_view kClearToScreenEnd = "\x1b[J";

class LiveScreen final : public Screen {
 public:
  LiveScreen(Canvas canvas, std::unique_ptr<EchoOff> echo_off)
      : canvas_(std::move(canvas)), echo_off_(std::move(echo_off)) {}

  void opened(const RunView& view) override { draw(view); }
  void tick(const RunView& view) override {
    if (view.used - drawn_at_ >= kFrame || view.phase != phase_) draw(view);
  }
  void noted(const std::string& line) override { say("note: " + line); }

  void happened(const Fact& fact, const RunView& view) override {
    if (const auto* started = std::get_if<Started>(&fact.payload)) {
      started_at_[started->trial] = view.used;
    }
    const auto* ended = std::get_if<Ended>(&fact.payload);
    if (ended == nullptr || ended->message.empty()) return;
    if (const auto line = events_.line(fact, view)) say(*line);
  }

  void say(std::string_view line) override {
    std::string text = to_block_start();
    text += kClearToScreenEnd;
    text += line;
    text += "\n";
    for (const std::string& drawn : lines_) text += drawn + "\n";
    canvas_.write(text);
  }

  /// The shell writes below, and the terminal is its own again.
  void suspending() override {
    say(kSuspended);
    lines_.clear();
    keeps_echo_off_ = echo_off_ != nullptr;
    echo_off_.reset();
  }
  void continued(const RunView& view) override {
    if (keeps_echo_off_) echo_off_ = std::make_unique<EchoOff>();
    draw(view);
  }

  void close() override {
    canvas_.write(to_block_start() + std::string(kClearToScreenEnd));
    lines_.clear();
    echo_off_.reset();
  }

 private:
  void draw(const RunView& view) {
    const Look look = canvas_.look();
    std::string text = to_block_start();
    Progress progress = observe(view);
    for (RunningTrial& trial : progress.running) {
      trial.seconds = view.used - started_at_.try_emplace(trial.trial, view.used).first->second;
    }
    std::vector<std::string> lines = draw_live(progress, look, canvas_.height() - 1);
    drawn_at_ = view.used;
    phase_ = view.phase;
    for (const std::string& line : lines) {
      text += line;
      text += kClearToLineEnd;
      text += "\n";
    }
    text += kClearToScreenEnd;
    if (!canvas_.write(text)) return;  // the block stands there as it was
    lines_ = std::move(lines);
    width_ = look.width;
  }

  /// The cursor stands below the block. Lines of a terminal that became narrower take several rows.
  std::string to_block_start() {
    if (lines_.empty()) return {};
    const int width = std::max(1, canvas_.look().width);
    int rows = 0;
    for (const std::string& line : lines_) {
      const int columns = width < width_ ? display_width(plain(line)) : 1;
      rows += std::max(1, (columns + width - 1) / width);
    }
    return fmt::format("\r\x1b[{}A", rows);
  }

  static std::string plain(std::string_view line) {
    std::string text;
    bool escape = false;
    for (const char c : line) {
      if (c == '\x1b') escape = true;
      if (!escape) text += c;
      if (escape && c == 'm') escape = false;
    }
    return text;
  }

  Canvas canvas_;
  std::unique_ptr<EchoOff> echo_off_;
  bool keeps_echo_off_ = false;  ///< While suspended.
  EventLines events_;
  std::vector<std::string> lines_;        ///< As drawn last.
  int width_ = 0;                         ///< Of the terminal then.
  std::map<TrialId, double> started_at_;  ///< Seconds of the budget used when it began.
  double drawn_at_ = 0;                   ///< Seconds of the budget used then.
  std::string phase_;
};

class PlainScreen final : public Screen {
 public:
  explicit PlainScreen(Canvas canvas) : canvas_(std::move(canvas)) {}

  void opened(const RunView& view) override {
    used_ = view.used;
    events_.begin(view.state);
  }
  void tick(const RunView& view) override { used_ = view.used; }
  void happened(const Fact& fact, const RunView& view) override {
    used_ = view.used;
    if (const auto line = events_.line(fact, view)) say(*line);
  }
  void noted(const std::string& line) override { say(stamped(used_, "note: " + line)); }
  void suspending() override { say(stamped(used_, kSuspended)); }
  void continued(const RunView& view) override { say(stamped(view.used, "it goes on")); }
  void say(std::string_view line) override { canvas_.write(fmt::format("{}\n", line)); }
  void close() override {}

 private:
  Canvas canvas_;
  EventLines events_;
  double used_ = 0;
};

class SilentScreen final : public Screen {
 public:
  void say(std::string_view /*line*/) override {}
  void close() override {}
};

int terminal_height(int fd) {
  constexpr int kUsual = 24;
  winsize size{};
  return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : kUsual;
}

}  // namespace

std::unique_ptr<Screen> make_live_screen(Canvas canvas, std::unique_ptr<EchoOff> echo_off) {
  return std::make_unique<LiveScreen>(std::move(canvas), std::move(echo_off));
}

std::unique_ptr<Screen> make_plain_screen(Canvas canvas) {
  return std::make_unique<PlainScreen>(std::move(canvas));
}

std::unique_ptr<Screen> make_silent_screen() { return std::make_unique<SilentScreen>(); }

std::unique_ptr<Screen> make_screen(const Console& console, Outlet& outlet, bool quiet, bool json) {
  if (quiet) return make_silent_screen();
  const int fd = json ? STDERR_FILENO : STDOUT_FILENO;
  const bool terminal = json ? console.err_terminal : console.out_terminal;
  const Look look = json ? console.err_look : console.out_look;
  const Canvas canvas{.write = [&outlet](std::string_view text) { return outlet.offer(text); },
                      .look =
                          [fd, look] {
                            Look now = look;
                            now.width = terminal_width(fd, look.width);
                            return now;
                          },
                      .height = [fd] { return terminal_height(fd); }};
  if (!terminal || !console.redraws) return make_plain_screen(canvas);
  return make_live_screen(canvas, std::make_unique<EchoOff>());
}

}  // namespace hpopt
