#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/deadline_guard.h"
#include "cli/exit_code.h"
#include "cli/outlet.h"
#include "cli/preflight.h"
#include "cli/program_start.h"
#include "cli/question.h"
#include "cli/request.h"
#include "cli/run_answer.h"
#include "cli/run_watcher.h"
#include "cli/screen.h"
#include "cli/signals.h"
#include "cli/store_access.h"
#include "engine/run_command.h"
#include "exec/descriptor_limit.h"
#include "spec/notices.h"
#include "spec/study_file.h"
#include "storage/open_store.h"

namespace hpopt {
namespace {

/// The time of the study is up by then: who doesn't read its answer finds it in the store.
constexpr std::chrono::milliseconds kReaderPatience{500};
constexpr double kEndless = 1e9;  // seconds

/// One `hpopt run`, from the flags to the exit code.
class Run {
 public:
  Run(const Invocation& invocation, const Console& console)
      : invocation_(invocation),
        console_(console),
        quiet_(invocation.has("--quiet")),
        json_(invocation.has("--json")) {}

  Result<int> run() {
    if (auto ready = prepare(); !ready) return ready.error();
    auto opened = open();
    if (!opened) return opened.error();
    say(opened->line);
    return opened->run ? work(opened->study) : reuse(opened->study);
  }

 private:
  Status prepare() {
    auto spec = read_request(invocation_);
    if (!spec) return spec.error();
    spec_ = std::move(*spec);
    if (spec_.time_ratio && !spec_.time_seconds && !spec_.until) {
      return invalid("time_ratio alone is not enough in this version",
                     "add `time: 30m` beside it, or --time 30m",
                     place_of_key(invocation_.argument(0).value_or(""), "time_ratio"));
    }
    const std::string locator = store_locator(invocation_);
    watch_opening();
    if (auto valid = check(open_store(locator, false, patience()).ok()); !valid) return valid;
    auto store = open_store(locator, true, patience());
    if (!store) return store.error();
    store_ = std::move(*store);
    return success();
  }

  /// A store that nobody can open must not outlast the time that was given.
  void watch_opening() {
    const Error error{Code::kStorage, "the store does not answer", store_locator(invocation_),
                      "look at the disk, or choose another place with --storage"};
    guard_.watch_opening(opening_left(), complaint(console_, "error", error.message()));
  }

  /// In seconds, of the time that was given and until the time of day; endless without either.
  [[nodiscard]] double opening_left() const {
    double left = std::min(spec_.time_seconds.value_or(kEndless), kEndless) - gone_by();
    if (spec_.until) {
      left = std::min(left, seconds_until(*spec_.until, clock_.utc_ms() / 1000).value_or(left));
    }
    return std::max(0.0, left);
  }

  /// Seconds of this session, in which the user was not waited for.
  [[nodiscard]] double gone_by() const { return seconds(clock_.monotonic() - began_); }

  /// For the locks of others, while the store is opened.
  [[nodiscard]] Nanos patience() const {
    constexpr double kShare = 0.8;
    return std::min(kPatience, from_seconds(kShare * opening_left()));
  }

  /// No store is made for what can't be run. Where one is, the study may be there and finished:
  /// then it needs no time, and its program is looked for where it was started.
  Status check(bool store_exists) const {
    StudySpec asked = spec_;
    const bool has_end = asked.time_seconds || asked.until || asked.run_cap;
    const bool of_old_study = invocation_.has("--reuse") || invocation_.has("--extend");
    if (store_exists && of_old_study && !has_end) asked.time_seconds = 1;
    if (auto valid = validate(asked); !valid) return valid;
    if (auto valid = check_metrics(spec_); !valid) return valid;
    return store_exists ? success() : check_program(spec_, working_directory());
  }

  static std::string working_directory() { return std::filesystem::current_path().string(); }

  Result<Opened> open() {
    const std::string directory = working_directory();
    auto decided = choice_of_flags(invocation_);
    if (!decided) return decided.error();
    auto found = find_study(*store_, spec_, directory, invocation_.has("--here"));
    if (!found) return found.error();
    if (auto there = check_there(*found, decided->choice); !there) return there.error();
    if (auto bounded = find_end(); !bounded) return bounded.error();
    if (!found->finished) give_time(found->used);
    say(describe_found(*found, spec_));
    const bool may_ask = console_.in_terminal && console_.out_terminal && !quiet_ && !json_;
    if (decided->choice == Choice::kAuto && may_ask && wants_question(*found, spec_)) {
      const Nanos asked = clock_.monotonic();
      guard_.rest();  // people may take their time
      decided = ask(*found, spec_, terminal_dialogue(console_));
      began_ += clock_.monotonic() - asked;
      watch_opening();
      if (!decided) return decided.error();
    }
    const bool anew = begins_anew(*found, spec_, decided->choice);
    if (anew || !found->finished) give_time(anew ? 0 : found->used);
    const std::string& place = anew ? directory : found->directory;
    if (!reuses(*found, spec_, decided->choice)) {
      if (auto there = anew ? success() : check_place(*found); !there) return there.error();
      if (auto ready = check_program(spec_, place); !ready) return ready.error();
      say(describe_place(*found, place, directory));
    }
    const auto seed = static_cast<std::uint64_t>(
        parse_integer(invocation_.value("--seed").value_or("0")).value_or(0));
    auto opened = open_study(*store_, *found, spec_, directory, decided->choice,
                             decided->extend_seconds, seed, clock_);
    if (!opened) return opened;
    if (!opened->run) opened->line = describe_reuse(*found, spec_);
    if (opened->run && spec_.until) {
      opened->line += "; it runs " + until_text(*spec_.until, clock_.utc_ms() / 1000);
    }
    return opened;
  }

  /// Who asks for what an old study has found wants no new one.
  [[nodiscard]] Status check_there(const Found& found, Choice choice) const {
    const bool needs_one = choice == Choice::kReuse || choice == Choice::kExtend;
    if (!needs_one || found.situation != Situation::kNew) return success();
    return Error{Code::kNotFound,
                 fmt::format("there is no study '{}' to {}", spec_.name,
                             choice == Choice::kReuse ? "reuse" : "extend"),
                 {},
                 "leave the flag out to start it, or name another with --name"};
  }

  static std::string describe_place(const Found& found, const std::string& place,
                                    const std::string& directory) {
    if (place != directory) return fmt::format("it runs in {}, where it was started", place);
    const std::string& before = found.state.origin().directory;
    if (before.empty() || place != found.directory || before == place) return {};
    return fmt::format("it goes on in this folder, no longer in {}", before);
  }

  /// A time of day bounds this session.
  Status find_end() {
    if (!spec_.until) return success();
    const std::int64_t now = clock_.utc_ms() / 1000;
    auto left = seconds_until(*spec_.until, now);
    if (!left) return left.error();
    until_utc_ms_ = 1000 * (now + static_cast<std::int64_t>(*left));
    end_is_time_ = !spec_.time_seconds;
    return success();
  }

  /// A study that was given no time but a time of day has what is left until then, beside what it
  /// has used.
  void give_time(double used) {
    if (!end_is_time_) return;
    const double left = 1e-3 * static_cast<double>(*until_utc_ms_ - clock_.utc_ms());
    spec_.time_seconds = used + gone_by() + left;
  }

  int work(const std::string& study) {
    for (const std::string& line : unused(spec_)) say("note: " + line);
    RunAnswer answer(study, json_ ? console_.err_look : console_.out_look);
    const std::unique_ptr<Screen> screen =
        make_screen(console_, json_ ? err_ : out_, quiet_, json_);
    RunWatcher watcher(*screen, answer, guard_, [&] { return last_words(answer); });
    const SignalScope signals;
    const RunSettings settings{
        .began = began_,
        .until_utc_ms = until_utc_ms_,
        .store_directory = store_directory(store_locator(invocation_)),
        .workers = spec_.workers.value_or(0),
        .containment = containment_kind(invocation_.value("--containment").value_or("auto")),
        .interrupts = signals.interrupts(),
        .wake_fd = signals.wake_fd(),
        .digest = [&](const StudyState& state) { return digest_text(state, study); },
        .suspensions = signals.suspensions(),
        .suspend = suspend_process};
    const Summary summary = run_command(*store_, study, settings, watcher, clock_);
    screen->close();
    if (!answer.kept()) read_answer(study, answer);
    print(answer, summary);
    guard_.printed(exit_code(summary));
    return exit_code(summary);
  }

  /// What there is to say when the store hangs at the end.
  DeadlineGuard::Words last_words(const RunAnswer& answer) const {
    Summary summary;
    summary.outcome = Summary::Outcome::kError;
    summary.error = silent_store();
    summary.reason = summary.error->what;
    return {.out = answer_words(answer, summary),
            .err = complaint(console_, "error", summary.error->message())};
  }

  [[nodiscard]] Error silent_store() const {
    return {Code::kStorage, "the store does not answer: what was found last may not be stored",
            store_locator(invocation_), "look at the disk, or choose another place with --storage"};
  }

  Result<int> reuse(const std::string& study) {
    auto summary = summarize(*store_, study);
    if (!summary) return summary.error();
    RunAnswer answer(study, json_ ? console_.err_look : console_.out_look);
    read_answer(study, answer);
    print(answer, *summary);
    return summary->best ? kAnswerFound : kNoAnswer;
  }

  void read_answer(const std::string& study, RunAnswer& answer) const {
    StudyInfo info;
    info.id = study;
    if (const auto stored = read_study(*store_, info)) answer.keep(stored->state, stored->used);
  }

  std::string answer_words(const RunAnswer& answer, const Summary& summary) const {
    return json_ ? answer.json(summary) : quiet_ ? answer.answer() : "\n" + answer.text(summary);
  }

  void print(const RunAnswer& answer, const Summary& summary) {
    out_.deliver(answer_words(answer, summary), kReaderPatience);
    if (summary.error) {
      err_.deliver(complaint(console_, "error", summary.error->message()), kReaderPatience);
    }
  }

  void say(const std::string& line) {
    if (quiet_ || line.empty()) return;
    (json_ ? err_ : out_).deliver(line + "\n", kReaderPatience);
  }

  const Invocation& invocation_;
  const Console& console_;
  bool quiet_;
  bool json_;
  DeadlineGuard guard_{complaint(  ///< Outlives the store: closing that may hang.
      console_, "warning",
      "nothing could be stored for some seconds: the disk does not answer, or the machine is "
      "overloaded; trials go on, and nothing is decided about them until it does")};
  Outlet out_{STDOUT_FILENO};
  Outlet err_{STDERR_FILENO};
  StudySpec spec_;
  std::unique_ptr<Store> store_;
  std::optional<std::int64_t> until_utc_ms_;
  bool end_is_time_ = false;  ///< Nothing else says how long the study may take.
  SystemClock clock_;
  Nanos began_ = program_began(clock_);  ///< Later by what a question to the user took.
};

}  // namespace

int cmd_run(const Invocation& invocation, const Console& console) {
  raise_descriptor_limit();
  const auto code = Run(invocation, console).run();
  return code ? *code : give_up(console, code.error());
}

}  // namespace hpopt
