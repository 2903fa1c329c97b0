#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/run_answer.h"
#include "cli/store_access.h"
#include "engine/opening.h"
#include "engine/run_command.h"
#include "engine/session.h"
#include "storage/open_store.h"
#include "study/holder.h"

namespace hpopt {
namespace {

constexpr auto kLook = std::chrono::milliseconds(100);
constexpr auto kWaitForItsEnd = std::chrono::seconds(30);

Status request_stop(Store& store, const std::string& study, const Clock& clock) {
  auto journal = store.open(study);
  if (!journal) return journal.error();
  auto session = Session::open(std::move(*journal), clock);
  if (!session) return session.error();
  return (*session)->append({Requested{Wish::kStop, random_id()}}, Durability::kSynced);
}

/// Until nobody runs it any more.
Status wait_until_gone(Journal& journal) {
  const auto patience_ends = std::chrono::steady_clock::now() + kWaitForItsEnd;
  while (std::chrono::steady_clock::now() < patience_ends) {
    const auto lease = journal.lease(kRunner);
    if (!lease) return lease.error();
    if (lease->holder.empty() || is_holder_dead(lease->holder)) return success();
    std::this_thread::sleep_for(kLook);
  }
  return Error{Code::kUnavailable,
               "the study was told to stop, and still runs",
               {},
               "look at it with `hpopt status`"};
}

/// Tells a running study to stop, waits for its end, and gives it as it then stands.
Result<StoredStudy> stop_study(Store& store, const StudyInfo& info, const Console& console) {
  auto study = read_study(store, info);
  if (!study) return study;
  if (!study->running) {
    console.err(fmt::format("study '{}' is {}, not running\n", info.name, standing(study->view())));
    return study;
  }
  const SystemClock clock;
  if (auto asked = request_stop(store, info.id, clock); !asked) return asked.error();
  if (auto gone = wait_until_gone(*study->journal); !gone) return gone.error();
  return read_study(store, info);
}

}  // namespace

int cmd_stop(const Invocation& invocation, const Console& console) {
  auto store = open_store(store_locator(invocation), false);
  if (!store) return give_up(console, store.error());
  const auto info = resolve_study(**store, invocation.argument(0).value_or(""));
  if (!info) return give_up(console, info.error());
  const auto study = stop_study(**store, *info, console);
  if (!study) return give_up(console, study.error());
  auto summary = summarize(**store, info->id);
  if (!summary) return give_up(console, summary.error());
  if (study->state.ended()) summary->outcome = Summary::Outcome::kStopped;

  RunAnswer answer(info->id, console.out_look);
  answer.keep(study->state, study->used);
  console.out(invocation.has("--json") ? answer.json(*summary) : answer.text(*summary));
  return summary->best ? kAnswerFound : kNoAnswer;
}

}  // namespace hpopt
