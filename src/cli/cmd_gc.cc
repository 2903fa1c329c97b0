#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/json_text.h"
#include "cli/store_access.h"
#include "engine/cleanup.h"
#include "storage/open_store.h"

namespace hpopt {
namespace {

/// What goes, and what came of the store's own file.
struct Collected {
  std::vector<Litter> litter;
  std::uintmax_t bytes = 0;  ///< Of all of it.
  bool pretend = false;
  std::string not_compacted;  ///< Why; empty: it was.
};

Result<Collected> collect(Store& store, const std::string& folder, bool checkpoints, bool pretend) {
  Collected collected;
  collected.pretend = pretend;
  auto litter = find_litter(store, folder, checkpoints);
  if (!litter) return litter.error();
  collected.litter = std::move(*litter);
  for (const Litter& one : collected.litter) {
    collected.bytes += one.bytes;
    if (pretend) continue;
    if (Status removed = remove_litter(one); !removed) return removed.error();
  }
  const auto busy = any_runs(store);
  if (!busy) return busy.error();
  if (*busy) {
    collected.not_compacted = "a study runs, and would have to wait";
  } else if (pretend) {
    collected.not_compacted = "this only shows what would go";
  } else if (Status done = store.compact(); !done) {
    return done.error();
  }
  return collected;
}

Json to_json(const Collected& collected) {
  Json removed = Json::array();
  for (const Litter& one : collected.litter) {
    removed.push_back({{"path", one.path}, {"what", one.what}, {"bytes", one.bytes}});
  }
  return {{"dry_run", collected.pretend},
          {"bytes", collected.bytes},
          {"removed", std::move(removed)},
          {"compacted", collected.not_compacted.empty()}};
}

std::string to_text(const Collected& collected) {
  std::string text;
  for (const Litter& one : collected.litter) {
    text += fmt::format("{:>12}  {}  {}\n", human_bytes(one.bytes), one.what, one.path);
  }
  if (collected.litter.empty()) {
    text += "nothing in the store is without use\n";
  } else {
    text += fmt::format("{} {}\n", human_bytes(collected.bytes),
                        collected.pretend ? "would be freed" : "freed");
  }
  if (!collected.pretend) {
    text += collected.not_compacted.empty()
                ? "the journal's file was made as small as it can be\n"
                : fmt::format("the journal's file was left: {}\n", collected.not_compacted);
  }
  return text;
}

}  // namespace

int cmd_gc(const Invocation& invocation, const Console& console) {
  const std::string locator = store_locator(invocation);
  auto store = open_store(locator, false);
  if (!store) return give_up(console, store.error());
  const auto collected = collect(**store, store_directory(locator), invocation.has("--checkpoints"),
                                 invocation.has("--dry-run"));
  if (!collected) return give_up(console, collected.error());
  console.out(invocation.has("--json") ? json_document(to_json(*collected)) : to_text(*collected));
  return kAnswerFound;
}

}  // namespace hpopt
