#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/json_text.h"
#include "cli/store_access.h"
#include "engine/replay.h"

namespace hpopt {
namespace {

std::string subject(const Difference& difference) {
  if (difference.trial == 0) return fmt::format("fact {}, the study", difference.revision);
  return fmt::format("fact {}, trial {}", difference.revision, difference.trial);
}

std::string replay_text(const Replay& replayed, const std::string& study) {
  std::string text;
  for (const Difference& difference : replayed.differences) {
    text += fmt::format("{}\n  then  {}\n  now   {}\n", subject(difference), difference.recorded,
                        difference.replayed);
  }
  text += fmt::format("{} decisions of '{}' taken again: ", replayed.decisions, study);
  text += replayed.differences.empty()
              ? std::string("all come out the same\n")
              : fmt::format("{} come out otherwise\n", replayed.differences.size());
  if (replayed.unrecorded > 0) {
    text += fmt::format("{} more can't be taken again: an older hpopt did not write all down\n",
                        replayed.unrecorded);
  }
  return text;
}

Json replay_json(const Replay& replayed, const StudyInfo& info) {
  Json differences = Json::array();
  for (const Difference& difference : replayed.differences) {
    differences.push_back({{"fact", difference.revision},
                           {"trial", difference.trial == 0 ? Json() : Json(difference.trial)},
                           {"recorded", difference.recorded},
                           {"replayed", difference.replayed}});
  }
  return {{"study", info.name},
          {"id", info.id},
          {"decisions", replayed.decisions},
          {"unrecorded", replayed.unrecorded},
          {"differences", std::move(differences)}};
}

}  // namespace

int cmd_replay(const Invocation& invocation, const Console& console) {
  const auto study = open_named_study(invocation, invocation.argument(0).value_or(""));
  if (!study) return give_up(console, study.error());
  const auto replayed = replay(*study->journal);
  if (!replayed) return give_up(console, replayed.error());
  console.out(invocation.has("--json") ? json_document(replay_json(*replayed, study->info))
                                       : replay_text(*replayed, study->info.name));
  return replayed->differences.empty() ? kAnswerFound : kNoAnswer;
}

}  // namespace hpopt
