#include "cli/store_access.h"

#include <limits>

#include <fmt/format.h>

#include "analysis/report.h"
#include "base/clock.h"
#include "base/text.h"
#include "engine/opening.h"
#include "storage/open_store.h"
#include "study/fold.h"
#include "study/holder.h"

namespace hpopt {
namespace {

Result<TrialId> parse_trial(const Invocation& invocation) {
  const auto text = invocation.argument(0);
  if (!text) {
    return invalid(fmt::format("hpopt {} needs the number of a trial", invocation.command),
                   "`hpopt trials` lists them");
  }
  const auto number = parse_integer(*text);
  if (!number || *number < 1 || *number > std::numeric_limits<TrialId>::max()) {
    return invalid(fmt::format("'{}' is not the number of a trial", *text),
                   fmt::format("usage: hpopt {} TRIAL [STUDY]", invocation.command));
  }
  return static_cast<TrialId>(*number);
}

bool is_running(const Lease& runner) {
  return !runner.holder.empty() && !is_holder_dead(runner.holder);
}

/// Of the text that digest_text() makes: one that another hpopt wrote is not read.
constexpr int kDigestForm = 1;
/// Facts: fewer are folded in no time.
constexpr Revision kWorthADigest = 10'000;

}  // namespace

std::string store_locator(const Invocation& invocation) {
  return invocation.value("--storage").value_or(".hpopt");
}

Result<StoredStudy> read_study(Store& store, const StudyInfo& info) {
  auto journal = store.open(info.id);
  if (!journal) return journal.error();
  StoredStudy study;
  study.info = info;
  study.journal = std::move(*journal);
  if (auto folded = fold(*study.journal, study.state); !folded) return folded.error();
  auto spent = study.journal->spent();
  if (!spent) return spent.error();
  study.used = seconds(*spent);
  auto runner = study.journal->lease(kRunner);
  if (!runner) return runner.error();
  study.running = is_running(*runner);
  return study;
}

std::string digest_text(const StudyState& state, const std::string& id) {
  return Json{{"form", kDigestForm}, {"status", digest_json(state, id)}}.dump(
      -1, ' ', false, Json::error_handler_t::replace);
}

Result<Json> read_status(Store& store, const StudyInfo& info) {
  auto journal = store.open(info.id);
  if (!journal) return journal.error();
  auto spent = (*journal)->spent();
  if (!spent) return spent.error();
  auto runner = (*journal)->lease(kRunner);
  if (!runner) return runner.error();
  const bool running = is_running(*runner);
  auto digest = (*journal)->digest();
  if (digest && (digest->of_head || (digest->of_last_beat && running))) {
    Json kept = Json::parse(digest->body, nullptr, false);
    if (!kept.is_discarded() && kept.value("form", 0) == kDigestForm) {
      return status_json(std::move(kept["status"]), seconds(*spent), running);
    }
  }
  StudyState state;
  if (auto folded = fold(**journal, state); !folded) return folded.error();
  if (state.revision() > kWorthADigest) {
    (*journal)->set_patience(Nanos{0});
    (void)(*journal)->keep_digest(state.revision(), digest_text(state, info.id));
  }
  return status_json(digest_json(state, info.id), seconds(*spent), running);
}

Result<StoredStudy> open_named_study(const Invocation& invocation, const std::string& name) {
  auto store = open_store(store_locator(invocation), false);
  if (!store) return store.error();
  auto info = resolve_study(**store, name);
  if (!info) return info.error();
  return read_study(**store, *info);
}

Result<StoredTrial> open_named_trial(const Invocation& invocation) {
  const auto id = parse_trial(invocation);
  if (!id) return id.error();
  auto study = open_named_study(invocation, invocation.argument(1).value_or(""));
  if (!study) return study.error();
  if (study->state.find(*id) == nullptr) {
    return Error{Code::kNotFound,
                 fmt::format("study '{}' has no trial {}; it has {}", study->info.name, *id,
                             study->state.trials().size()),
                 {},
                 "`hpopt trials` lists them"};
  }
  auto history = read_history(*study->journal, *id);
  if (!history) return history.error();
  return StoredTrial{std::move(*study), *id, std::move(*history)};
}

}  // namespace hpopt
