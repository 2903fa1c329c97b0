#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/json_text.h"
#include "cli/question.h"
#include "cli/store_access.h"
#include "engine/cleanup.h"
#include "engine/opening.h"
#include "storage/open_store.h"

namespace hpopt {
namespace {

/// What would go, for people.
std::string describe(const StudyInfo& info, const Litter& trials) {
  return fmt::format("study '{}' ({}), with {} of logs and checkpoints", info.name, info.id,
                     human_bytes(trials.bytes));
}

Result<bool> may_delete(const Invocation& invocation, const Console& console,
                        const std::string& what) {
  if (invocation.has("--yes")) return true;
  if (!console.in_terminal || !console.out_terminal || invocation.has("--json")) {
    return invalid("nobody can be asked whether to delete " + what, "say --yes");
  }
  return confirm(fmt::format("delete {}?", what), terminal_dialogue(console));
}

/// The same command finds an older study of the name now: that should not surprise.
std::string left_over(Store& store, const std::string& name) {
  const auto older = newest_study(store, name);
  if (!older || !*older) return {};
  return fmt::format("an older study of this name is left: {}\n", (*older)->id);
}

Result<int> run(const Invocation& invocation, const Console& console) {
  const auto name = invocation.argument(0);
  if (!name) return invalid("hpopt delete needs the name of a study", "`hpopt list` shows them");
  const std::string locator = store_locator(invocation);
  auto store = open_store(locator, false);
  if (!store) return store.error();
  const auto info = resolve_study(**store, *name);
  if (!info) return info.error();
  const auto trials = trials_of(store_directory(locator), *info);
  if (!trials) return trials.error();
  const bool pretend = invocation.has("--dry-run");
  if (!pretend) {
    const auto may = may_delete(invocation, console, describe(*info, *trials));
    if (!may) return may.error();
    if (!*may) return kNoAnswer;
    if (Status done = delete_study(**store, store_directory(locator), *info); !done) {
      return done.error();
    }
  }
  if (invocation.has("--json")) {
    console.out(json_document({{"study", info->id},
                               {"name", info->name},
                               {"bytes", trials->bytes},
                               {"deleted", !pretend}}));
    return kAnswerFound;
  }
  console.out(
      fmt::format("{} {}\n", pretend ? "would delete" : "deleted", describe(*info, *trials)));
  if (!pretend) console.out(left_over(**store, info->name));
  return kAnswerFound;
}

}  // namespace

int cmd_delete(const Invocation& invocation, const Console& console) {
  const auto code = run(invocation, console);
  return code ? *code : give_up(console, code.error());
}

}  // namespace hpopt
