#include "engine/opening.h"

#include <algorithm>
#include <filesystem>
#include <limits>

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"
#include "engine/budget.h"
#include "engine/inheritance.h"
#include "engine/session.h"
#include "study/lease_keeper.h"

namespace hpopt {
namespace {

/// A study with less time left than this is as good as finished: nothing could be started any more.
constexpr double kWorthStarting = 0.5;  // seconds

std::string clock_text(double seconds) { return human_duration(seconds); }

/// Of the same command. A file that was not there before is something that the trials wrote.
std::vector<std::string> changed_files(const Fingerprint& before, const Fingerprint& after) {
  std::vector<std::string> lines;
  for (const auto& [path, digest] : after.files) {
    const auto old = std::find_if(before.files.begin(), before.files.end(),
                                  [&path = path](const auto& file) { return file.first == path; });
    if (old != before.files.end() && old->second != digest) {
      lines.push_back(fmt::format("{}: its content has changed", path));
    }
  }
  return lines;
}

double time_left(const StudyState& state, double used) {
  const auto budget = state.budget_seconds();
  return budget ? *budget - used : std::numeric_limits<double>::infinity();
}

/// Reads the study that was found; its journal's last state and what it has used.
Status read_found(Store& store, const std::string& name, Found& found) {
  auto journal = store.open(found.study);
  if (!journal) return journal.error();
  auto lease = (*journal)->lease(kRunner);
  if (!lease) return lease.error();
  if (!lease->holder.empty() && is_holder_alive(lease->holder)) {
    return Error{
        Code::kBusy,
        fmt::format("study '{}' runs already (process {})", name, holder_process(lease->holder)),
        {},
        "look at it with `hpopt status`, end it with `hpopt stop`, or give this one another "
        "--name"};
  }
  auto spent = (*journal)->spent();
  if (!spent) return spent.error();
  found.used = seconds(*spent);
  // A process that was killed is charged a beat for what it had not charged yet.
  if (is_holder_dead(lease->holder)) found.used += seconds(kBeat);
  SystemClock clock;
  auto session = Session::open(std::move(*journal), clock);
  if (!session) return session.error();
  found.state = (*session)->state();
  // One that ended without an answer and has time left may go better now: a crash is mended.
  const bool answered = found.state.ended() && found.state.best() != 0;
  found.finished = answered || time_left(found.state, found.used) < kWorthStarting;
  return success();
}

/// The same command in another folder may mean other files: another project's study of this name.
void add_differences_here(const Fingerprint& before, const StudySpec& spec,
                          const std::string& directory, Found& found) {
  for (const auto& [path, digest] : fingerprint(spec, directory).files) {
    const auto old = std::find_if(before.files.begin(), before.files.end(),
                                  [&path = path](const auto& file) { return file.first == path; });
    if (old == before.files.end() || old->second == digest) continue;
    found.differences.push_back(
        fmt::format("{} in this folder is not the one in {}, where the study was started", path,
                    found.directory));
  }
}

Result<std::unique_ptr<Session>> read_session(Store& store, const std::string& study,
                                              const Clock& clock) {
  auto journal = store.open(study);
  if (!journal) return journal.error();
  return Session::open(std::move(*journal), clock);
}

Result<Opened> create(Store& store, const Found& found, const StudySpec& spec,
                      const std::string& directory, std::uint64_t seed, const std::string& parent,
                      const Clock& clock) {
  if (auto valid = validate(spec); !valid) return valid.error();
  if (!is_utf8(directory)) {
    return invalid("the working directory's name is no UTF-8",
                   "the journal keeps it as text: rename it, or run from another folder",
                   json_string(directory));
  }
  const Created created{.name = spec.name,
                        .spec = to_json(spec).dump(),
                        .fingerprint = to_json(fingerprint(spec, directory)).dump(),
                        .directory = directory,
                        .seed = seed,
                        .parent = parent};
  auto id = store.create(
      created,
      {.revision = 0, .session = 0, .monotonic = clock.monotonic(), .utc_ms = clock.utc_ms()},
      found.study);
  if (!id) return id.error();
  std::string line = fmt::format("new study '{}'", spec.name);
  if (!found.study.empty()) line += fmt::format("; the old one is kept as {}", found.study);
  if (!parent.empty()) line += '\n' + inheritance_of(found.state, spec).line();
  return Opened{*id, true, std::move(line)};
}

Opened go_on(const Found& found, const StudyState& state) {
  const double left = time_left(state, found.used);
  std::string line = fmt::format("goes on with '{}': {} trials so far", state.origin().name,
                                 state.trials().size());
  if (left < std::numeric_limits<double>::infinity())
    line += fmt::format(", {} left", clock_text(left));
  if (found.state.ended() && found.state.best() == 0) {
    line += "; it ended without a score, and tries again";
  }
  return {found.study, true, std::move(line)};
}

/// The study goes on with these facts before all others; there may be none.
Result<Opened> go_on_with(Store& store, const Found& found, std::vector<Payload> facts,
                          const Clock& clock) {
  if (Status there = check_place(found); !there) return there.error();
  if (found.directory != found.state.origin().directory) facts.emplace_back(Moved{found.directory});
  if (facts.empty()) return go_on(found, found.state);
  auto session = read_session(store, found.study, clock);
  if (!session) return session.error();
  auto appended = (*session)->append(std::move(facts), Durability::kSynced);
  if (!appended) return appended.error();
  return go_on(found, (*session)->state());
}

/// Two processes that extend the same state by the same command extend it once.
std::string extension_key(int before, double more) {
  return fmt::format("extend {} by {}", before, shortest(more));
}

Result<Opened> extend(Store& store, const Found& found, double more, const Clock& clock) {
  if (found.situation == Situation::kQuestionChanged) {
    return invalid(fmt::format("study '{}' asks another question now, so it cannot be extended",
                               found.state.origin().name),
                   "give the old command to extend it; --restart starts over, knowing its trials");
  }
  const StudyState& state = found.state;
  const bool repeated = state.extension_key() == extension_key(state.extensions() - 1, more);
  if (repeated && !found.finished) {
    auto opened = go_on_with(store, found, {}, clock);
    if (opened) opened->line += fmt::format("; it was extended by {} before", clock_text(more));
    return opened;
  }
  // What was used without a budget is not taken out of the first one.
  const double added = state.budget_seconds() ? more : more + found.used;
  return go_on_with(store, found, {Extended{added, extension_key(state.extensions(), more)}},
                    clock);
}

/// A larger time means that total, which is reached once.
Result<Opened> extend_to(Store& store, const Found& found, double total, const Clock& clock) {
  const auto budget = found.state.budget_seconds();
  const double added = budget ? total - *budget : total + found.used;
  return go_on_with(store, found, {Extended{added, fmt::format("to {}", shortest(total))}}, clock);
}

}  // namespace

Result<std::optional<StudyInfo>> newest_study(Store& store, const std::string& name) {
  auto studies = store.list();
  if (!studies) return studies.error();
  for (const StudyInfo& study : *studies) {
    if (study.name == name) return std::optional(study);
  }
  return std::optional<StudyInfo>();
}

Status check_place(const Found& found) {
  std::error_code failure;
  if (std::filesystem::is_directory(found.directory, failure)) return success();
  return Error{
      Code::kNotFound,
      fmt::format("study '{}' runs in a folder that is not there any more",
                  found.state.origin().name),
      found.directory,
      "bring the folder back, or say --here to go on in this one; --reuse shows the answer"};
}

Result<Found> find_study(Store& store, const StudySpec& spec, const std::string& directory,
                         bool here) {
  Found found;
  found.directory = directory;
  auto info = newest_study(store, spec.name);
  if (!info) return info.error();
  if (!*info) return found;
  found.study = (*info)->id;
  if (auto read = read_found(store, spec.name, found); !read) return read.error();
  if (!here) found.directory = found.state.origin().directory;

  auto recorded = parse_json(found.state.origin().fingerprint, "fingerprint");
  if (!recorded) return recorded.error();
  const Fingerprint before = fingerprint_from_json(*recorded);
  const Fingerprint after = fingerprint(spec, found.directory);
  if (before.question != after.question) {
    found.situation = Situation::kQuestionChanged;
    found.differences = differences(found.state.spec(), spec);
    return found;
  }
  found.differences = changed_files(before, after);
  if (found.directory != directory) add_differences_here(before, spec, directory, found);
  if (!found.differences.empty()) {
    found.situation = Situation::kFilesChanged;
  } else {
    found.situation = found.finished ? Situation::kFinished : Situation::kPartial;
  }
  return found;
}

Result<Opened> open_study(Store& store, const Found& found, const StudySpec& spec,
                          const std::string& directory, Choice choice,
                          std::optional<double> extend_seconds, std::uint64_t seed,
                          const Clock& clock) {
  const auto fresh = [&](const std::string& parent) {
    return create(store, found, spec, directory, seed, parent, clock);
  };
  if (found.situation == Situation::kNew) return fresh({});
  switch (choice) {
    case Choice::kFresh:
      return fresh({});
    case Choice::kRestart:
      return fresh(found.study);
    case Choice::kReuse:
      return Opened{found.study, false, fmt::format("reuses the answer of '{}'", spec.name)};
    case Choice::kExtend:
      return extend(store, found, extend_seconds.value_or(spec.time_seconds.value_or(0)), clock);
    case Choice::kAuto:
      break;
  }
  if (found.situation == Situation::kQuestionChanged) return fresh(found.study);
  const double budget = found.state.budget_seconds().value_or(0);
  if (spec.time_seconds && *spec.time_seconds > budget) {
    return extend_to(store, found, *spec.time_seconds, clock);
  }
  if (!found.finished) return go_on_with(store, found, {}, clock);
  if (found.situation == Situation::kFilesChanged) return fresh(found.study);
  return Opened{found.study, false,
                fmt::format("'{}' is finished: its answer is reused", spec.name)};
}

Result<StudyInfo> resolve_study(Store& store, const std::string& name) {
  auto studies = store.list();
  if (!studies) return studies.error();
  if (studies->empty()) {
    return Error{Code::kNotFound, "the store holds no study", {}, "start one with `hpopt run`"};
  }
  if (name.empty()) return studies->front();
  std::vector<std::string> names;
  for (const StudyInfo& study : *studies) {
    if (study.id == name || study.name == name) return study;
    names.push_back(study.name);
  }
  return Error{Code::kNotFound,
               fmt::format("no study is called '{}'{}", name, did_you_mean(name, names)),
               {},
               "`hpopt list` shows them"};
}

}  // namespace hpopt
