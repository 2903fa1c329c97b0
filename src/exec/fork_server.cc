#include "exec/fork_server.h"

#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "base/files.h"

namespace hpopt {
namespace {

constexpr Nanos kMoment = std::chrono::milliseconds(10);

/// As we number processes; none: it has ended and was reaped.
std::optional<pid_t> process_of(int pidfd) {
  constexpr std::string_view kKey = "Pid:\t";
  const std::string text = read_file(fmt::format("/proc/self/fdinfo/{}", pidfd)).value_or("");
  const std::size_t found = text.find(kKey);
  if (found == std::string::npos) return std::nullopt;
  pid_t process = 0;
  const char* const number = text.data() + found + kKey.size();
  std::from_chars(number, text.data() + text.size(), process);
  if (process <= 0) return std::nullopt;
  return process;
}

/// {"refused":[mark,why]}
std::optional<std::string> refusal_in(const Json& answer, const std::string& mark) {
  const Json refused = answer.value("refused", Json());
  const bool fits = refused.is_array() && refused.size() == 2 && refused[0] == mark;
  if (!fits || !refused[1].is_string()) return std::nullopt;
  return refused[1].get<std::string>();
}

Error no_worker(const std::string& why) {
  return {Code::kUnavailable, "no other worker can be had: " + why, {}, "run fewer workers"};
}

}  // namespace

Result<std::optional<ForkServer::Child>> ForkServer::fork(const std::string& mark, int socket,
                                                          int call, Nanos until) {
  const std::scoped_lock lock(mutex_);
  std::optional<Child> none;
  if (state_ != State::kForks) return none;
  const Heard said = program_->say(Json{{"fork", mark}}.dump(), call, until, socket);
  const auto answer = said == Heard::kLine ? listen(mark, call, until) : State::kGone;
  if (!answer) return answer.error();
  state_ = *answer;
  if (state_ != State::kForks) return none;
  Child child{.process = 0, .ended = program_->take_passed()};
  if (!child.ended) state_ = State::kGone;
  if (!child.ended) return none;
  const auto process = process_of(child.ended.get());
  if (!process) return no_worker("what it has forked ended at once");
  has_forked_ = true;
  child.process = *process;
  return std::optional(std::move(child));
}

/// For the answer.
Result<ForkServer::State> ForkServer::listen(const std::string& mark, int call, Nanos until) {
  std::string line;
  while (program_->hear(line, call, until) == Heard::kLine) {
    const Json answer = Json::parse(line, nullptr, false);
    if (!answer.is_object()) return State::kGone;
    if (answer.contains("evaluates")) return State::kDeclined;
    if (answer.value("forked", Json()) == mark) return State::kForks;
    if (auto why = refusal_in(answer, mark)) return no_worker(*why);
    note_exit(answer);
  }
  return State::kGone;
}

/// {"ended":[mark,exit_code]}
void ForkServer::note_exit(const Json& told) {
  if (!told.is_object() || !told.contains("ended")) return;
  const Json& ended = told["ended"];
  const bool fits =
      ended.is_array() && ended.size() == 2 && ended[0].is_string() && ended[1].is_number_integer();
  if (fits) exit_codes_[ended[0].get<std::string>()] = ended[1].get<int>();
}

std::optional<int> ForkServer::exit_code(const std::string& mark) {
  constexpr int kNobody = -1;
  const bool had_ended = program_->exit_code().has_value();
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return std::nullopt;  // somebody forks: with the next look
  std::string line;
  while (program_->hear(line, kNobody, SystemClock().monotonic() + kMoment) == Heard::kLine) {
    note_exit(Json::parse(line, nullptr, false));
    if (exit_codes_.contains(mark)) break;
  }
  if (const auto told = exit_codes_.extract(mark)) return told.mapped();
  if (had_ended) return WorkerProcess::kUnknownExit;
  return std::nullopt;
}

ForkServer::State ForkServer::state() const {
  const std::scoped_lock lock(mutex_);
  return state_;
}

bool ForkServer::has_forked() const {
  const std::scoped_lock lock(mutex_);
  return has_forked_;
}

}  // namespace hpopt
