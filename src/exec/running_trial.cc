#include "exec/running_trial.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "base/files.h"
#include "exec/environment.h"
#include "exec/output_pipes.h"
#include "exec/plain_file.h"

namespace hpopt {
namespace {

constexpr Nanos kLook = std::chrono::milliseconds(200);      // at files that grow
constexpr Nanos kLookAgain = std::chrono::milliseconds(10);  // where more is there than was read
constexpr Nanos kHeed = std::chrono::seconds(1);  // for one that hears "stop" to leave by itself
constexpr Nanos kRest = std::chrono::seconds(1);  // for what a trial has left unread
constexpr Nanos kFarewell = std::chrono::milliseconds(250);  // for what a leader leaves behind
constexpr Nanos kSweep = std::chrono::milliseconds(2);
constexpr Nanos kGiveUp = std::chrono::seconds(2);  // on what doesn't die of KILL
constexpr Nanos kNever = Nanos::max();
// Bytes of a stream: others want their turn, and what is read is numbers before it is thinned.
constexpr std::size_t kMostAtOnce = std::size_t{1} << 16U;
constexpr std::size_t kLastLines = 12;
constexpr int kKilled = 128 + SIGKILL;
constexpr int kUnknownExit = 125;  // of a process that somebody else has reaped

Status check_directory(const std::string& directory) {
  if (directory.empty() || std::filesystem::is_directory(directory)) return success();
  return Error{Code::kNotFound, "the working directory of the command is missing", directory,
               "make it again, or run from another folder"};
}

std::string absolute(const std::string& path) { return std::filesystem::absolute(path).string(); }

}  // namespace

Result<std::unique_ptr<RunningTrial>> RunningTrial::start(const Launch& launch,
                                                          const TrialMeans& means, Nanos now) {
  if (launch.argv.empty()) return invalid("the command is empty");
  if (Status there = check_directory(launch.directory); !there) return there.error();
  const auto program = find_program(launch.argv.front(), launch.directory);
  if (!program) return program.error();
  const std::string& folder = launch.trial_directory;
  if (Status made = make_directories(checkpoint_directory(folder)); !made) return made.error();
  const std::string parameters = launch.configuration.json() + "\n";
  if (Status written = write_plain_file(params_file(folder), parameters); !written) {
    return written.error();
  }
  auto log = TrialLog::open(log_file(folder));
  if (!log) return log.error();
  std::unique_ptr<RunningTrial> run(new RunningTrial(launch, means, std::move(*log), now));
  run->open_socket(launch, means);
  if (Status opened = run->open_sources(launch, means); !opened) return opened.error();
  if (Status spawned = run->spawn_leader(launch, *program, means); !spawned) return spawned.error();
  return run;
}

RunningTrial::RunningTrial(const Launch& launch, const TrialMeans& means, TrialLog log, Nanos now)
    : trial_(launch.trial),
      token_(launch.token),
      log_(std::move(log)),
      parser_(means.parser),
      zero_based_(means.zero_based),
      reported_from_zero_(means.reported_from_zero),
      report_file_(report_file(launch.trial_directory, launch.token)),
      elapsed_before_(launch.elapsed),
      since_(now),
      look_at_(now + kLook) {
  parser_.assume_zero_based(zero_based_);
}

void RunningTrial::open_socket(const Launch& launch, const TrialMeans& means) {
  auto socket = ReportSocket::listen(report_socket(absolute(launch.trial_directory), launch.token));
  if (!socket) socket = ReportSocket::listen(means.spare_socket_path());
  if (socket) socket_ = std::move(*socket);
}

/// One reader a file, which knows all the objectives that it holds.
Status RunningTrial::open_sources(const Launch& launch, const TrialMeans& means) {
  std::set<std::string> seen;
  for (const Objective& first : means.objectives) {
    if (first.source.empty() || !seen.insert(first.source).second) continue;
    std::vector<Objective> objectives;
    for (Objective objective : means.objectives) {
      if (objective.source != first.source) continue;
      objective.source.clear();
      objectives.push_back(std::move(objective));
    }
    auto parser = MetricParser::create(objectives);
    if (!parser) return parser.error();
    parser->assume_zero_based(zero_based_);
    const std::string directory =
        launch.directory.empty() ? std::filesystem::current_path().string() : launch.directory;
    sources_.emplace_back(source_path(first.source, directory, launch.trial_directory), *parser);
  }
  return success();
}

Status RunningTrial::spawn_leader(const Launch& launch, const std::string& program,
                                  const TrialMeans& means) {
  auto pipes = open_output(means.terminal);
  if (!pipes) return pipes.error();
  auto environment = launch.environment;
  environment["HPOPT_REPORT_FILE"] = report_file_.path();
  environment["HPOPT_REPORT"] = socket_ ? socket_->path() : report_file_.path();
  const int out = pipes->child_out.get();
  auto spawned = means.containment.spawn({.program = program,
                                          .argv = launch.argv,
                                          .environment = merged_environment(environment),
                                          .directory = launch.directory,
                                          .out = out,
                                          .err = means.terminal ? out : pipes->child_err.get()},
                                         "HPOPT_REPORT=" + environment["HPOPT_REPORT"]);
  if (!spawned) return spawned.error();
  processes_ = std::move(*spawned);
  be_killed_before_us(leader());
  streams_.push_back({std::move(pipes->out), {}});
  if (pipes->err) streams_.push_back({std::move(pipes->err), {}});
  ended_ = open_pidfd(leader());
  return success();
}

void RunningTrial::add_polls(std::vector<pollfd>& polls) const {
  if (stage_ == Stage::kRunning && ended_) polls.push_back({ended_.get(), POLLIN, 0});
  if (held_) return;
  for (const Stream& stream : streams_) {
    if (stream.fd) polls.push_back({stream.fd.get(), POLLIN, 0});
  }
  if (socket_) socket_->add_polls(polls);
}

Nanos RunningTrial::due() const {
  if (stage_ == Stage::kLeaving) return sweep_at_;
  const Nanos file_look = held_ ? kNever : look_at_;
  // Without a pidfd the end is looked for as often as files are.
  return std::min({ended_ ? file_look : look_at_, term_at_, kill_at_});
}

void RunningTrial::advance(Nanos now, std::vector<Event>& events) {
  if (stage_ == Stage::kRunning) {
    notice_exit(now);
    if (!held_) {
      read_output(now, events);
      if (socket_) take(socket_->read(), now, events);
      if (now >= look_at_) read_files(now, events);
    }
    if (now >= look_at_) look_at_ = now + (files_behind() ? kLookAgain : kLook);
    if (stage_ == Stage::kRunning && now >= term_at_) terminate();
    if (stage_ == Stage::kRunning && now >= kill_at_) {
      processes_->kill();
      kill_at_ = now + kSweep;  // again, for those that were born meanwhile
    }
  }
  if (stage_ == Stage::kLeaving && now >= sweep_at_) leave(now, events);
}

void RunningTrial::read_output(Nanos now, std::vector<Event>& events) {
  for (Stream& stream : streams_) read_stream(stream, now, events);
  log_.flush();
  const auto& shown = parser_.zero_based();
  for (std::size_t i = 0; i < shown.size(); ++i) zero_based_[i] = zero_based_[i] || shown[i];
}

void RunningTrial::read_stream(Stream& stream, Nanos now, std::vector<Event>& events) {
  std::array<char, kMostAtOnce> buffer;  // NOLINT: not worth clearing
  const auto sink = [&](const Record& record) { take_record(record, now, events); };
  for (std::size_t total = 0; stream.fd && total < kMostAtOnce;) {
    const ssize_t got = ::read(stream.fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {  // a terminal says EIO when its last user has gone
      stream.splitter.finish(sink);
      stream.fd.reset();
      return;
    }
    total += static_cast<std::size_t>(got);
    stream.splitter.feed({buffer.data(), static_cast<std::size_t>(got)}, sink);
  }
}

void RunningTrial::take_record(const Record& record, Nanos now, std::vector<Event>& events) {
  log_.add(record);
  if (!record.text.empty()) take(parser_.parse(record.text), now, events);
}

void RunningTrial::take(const Understood& understood, Nanos now, std::vector<Event>& events) {
  if (understood.length) events.emplace_back(SaidLength{trial_, token_, *understood.length});
  for (const Reading& reading : understood.readings) {
    events.emplace_back(
        Said{trial_, token_, reading.name, reading.step, reading.value, elapsed(now)});
  }
}

void RunningTrial::take(const std::vector<ReportMessage>& messages, Nanos now,
                        std::vector<Event>& events) {
  for (const ReportMessage& message : messages) {
    if (message.memory != Memory::kEnough) {
      memory_reported_ = message.memory;
      continue;
    }
    events.emplace_back(
        Said{trial_, token_, message.metric, step_of(message), message.value, elapsed(now)});
  }
}

/// As of what is printed: a metric that begins at 0 is counted from 1, in this run and in later
/// ones, which may begin after a checkpoint.
std::optional<double> RunningTrial::step_of(const ReportMessage& message) {
  if (!message.step) return std::nullopt;
  const bool few = std::max(reported_.size(), reported_from_zero_.size()) < kMostMetrics;
  const bool first = few && reported_.insert(message.metric).second;
  if (first && *message.step == 0) reported_from_zero_.insert(message.metric);
  return *message.step + (reported_from_zero_.contains(message.metric) ? 1 : 0);
}

void RunningTrial::read_files(Nanos now, std::vector<Event>& events) {
  for (MetricSource& source : sources_) {
    for (const Understood& understood : source.read()) take(understood, now, events);
  }
  take(report_file_.read(), now, events);
}

bool RunningTrial::files_behind() const {
  return report_file_.behind() || std::any_of(sources_.begin(), sources_.end(),
                                              [](const auto& source) { return source.behind(); });
}

void RunningTrial::terminate() {
  processes_->signal(SIGTERM);
  term_at_ = kNever;
}

/// One that had stopped itself, too: it is to see the signal that waits for it.
void RunningTrial::wake() {
  processes_->thaw();
  processes_->signal(SIGCONT);
}

void RunningTrial::notice_exit(Nanos now) {
  int status = 0;
  const pid_t reaped = ::waitpid(processes_->leader(), &status, WNOHANG);
  if (reaped == 0 || (reaped < 0 && errno != ECHILD)) return;
  // Else a program that we live in has reaped it, and nobody can tell how it ended.
  exit_code_ = reaped > 0 ? exit_code_of(status) : kUnknownExit;
  if (!held_) elapsed_before_ = elapsed(now);
  held_ = false;
  stage_ = Stage::kLeaving;
  processes_->forget_leader();
  ended_.reset();
  sweep_at_ = now;
  rest_until_ = std::min(rest_until_, now + kRest);
}

// The leader has ended. What it left behind is told to go, has a moment to, and is killed; pipes
// that it holds open are not waited for any longer.
void RunningTrial::leave(Nanos now, std::vector<Event>& events) {
  read_output(now, events);
  if (!processes_->any()) return finish(now, events);
  if (give_up_at_ == kNever) {
    if (kill_at_ == kNever || term_at_ != kNever) {
      terminate();
      wake();
      kill_at_ = std::min(kill_at_, now + kFarewell);
    }
    give_up_at_ = std::max(now, kill_at_) + kGiveUp;
  }
  if (now >= kill_at_) processes_->kill();
  if (now >= give_up_at_) return finish(now, events);
  sweep_at_ = now + kSweep;
}

// Reads what it has written, piece by piece, so that others get their turns; then reports its exit.
void RunningTrial::finish(Nanos now, std::vector<Event>& events) {
  const std::size_t before = events.size();
  if (socket_) take(socket_->read(), now, events);
  const bool heard = events.size() != before;
  read_files(now, events);
  if ((heard || files_behind()) && now < rest_until_) {
    sweep_at_ = now;
    return;
  }
  report_exit(now, events);
}

void RunningTrial::report_exit(Nanos now, std::vector<Event>& events) {
  read_output(now, events);
  report_file_.remove();
  const auto sink = [&](const Record& record) { take_record(record, now, events); };
  for (Stream& stream : streams_) {
    if (stream.fd) stream.splitter.finish(sink);
    stream.fd.reset();
  }
  log_.flush();
  events.emplace_back(Exited{.trial = trial_,
                             .token = token_,
                             .exit_code = exit_code_,
                             .by_us = ended_by_us(),
                             .lost = !ended_by_us() && exit_code_ == kKilled && processes_->lost(),
                             .memory = memory_short(),
                             .memory_reported = memory_reported_.has_value(),
                             .elapsed = elapsed_before_,
                             .last_lines = log_.last_lines(kLastLines),
                             .source_trouble = source_trouble()});
  stage_ = Stage::kGone;
}

bool RunningTrial::ended_by_us() const {
  return told_to_go_ || (may_be_killed_ && exit_code_ == kKilled);
}

Memory RunningTrial::memory_short() const {
  if (memory_reported_) return *memory_reported_;
  if (ended_by_us()) return Memory::kEnough;
  const Memory told = log_.memory_told();
  return told == Memory::kEnough && exit_code_ == kKilled ? Memory::kHost : told;
}

std::string RunningTrial::source_trouble() const {
  for (const MetricSource& source : sources_) {
    if (std::string trouble = source.trouble(); !trouble.empty()) return trouble;
  }
  return {};
}

void RunningTrial::hold(Nanos now) {
  if (held_) return;
  elapsed_before_ = elapsed(now);
  frozen_ = processes_->hold();
  held_ = true;
  since_ = now;
}

void RunningTrial::go_on(Nanos now) {
  if (!held_) return;
  for (Nanos* instant : {&term_at_, &kill_at_, &give_up_at_, &rest_until_}) {
    if (*instant != kNever) *instant += now - since_;
  }
  held_ = false;
  since_ = now;
  look_at_ = now;
  processes_->thaw();
}

void RunningTrial::thaw(Token token, Nanos now) {
  token_ = token;
  verdict_ = true;
  go_on(now);
}

// TERM waits for a stopped process until it is continued, and is the first that it sees. One that
// speaks by the socket hears "stop" there, and first has a moment to leave by itself.
void RunningTrial::end(Nanos grace, Nanos now) {
  if (stage_ != Stage::kRunning) return;
  kill_at_ = std::min(kill_at_, now + grace);
  const bool listens = socket_ && socket_->has_spoken();
  const bool terminated = told_to_go_ && term_at_ == kNever;
  told_to_go_ = true;
  if (!terminated)
    term_at_ = std::min(term_at_, now + (listens ? std::min(kHeed, grace / 2) : Nanos{0}));
  if (now >= term_at_) terminate();
  if (held_) {
    held_ = false;
    since_ = now;
    look_at_ = now;
  }
  wake();
}

void RunningTrial::kill(Nanos now) {
  if (stage_ == Stage::kRunning) notice_exit(now);
  told_to_go_ = told_to_go_ || stage_ == Stage::kRunning;
  kill_at_ = now;
  give_up_at_ = std::min(give_up_at_, now + kGiveUp);
  rest_until_ = now;
}

void RunningTrial::bury(Nanos now, std::vector<Event>& events) {
  if (stage_ == Stage::kRunning) notice_exit(now);
  if (stage_ != Stage::kLeaving) return;
  read_output(now, events);
  finish(now, events);
}

void RunningTrial::answer_waiting() {
  if (socket_ && !held_) socket_->answer(verdict_ && !told_to_go_ && !may_be_killed_);
}

double RunningTrial::elapsed(Nanos now) const {
  const bool counts = stage_ == Stage::kRunning && !held_;
  return elapsed_before_ + (counts ? seconds(now - since_) : 0.0);
}

}  // namespace hpopt
