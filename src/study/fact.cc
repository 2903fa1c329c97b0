#include "study/fact.h"

#include <array>

namespace hpopt {

std::string_view kind_name(const Payload& payload) {
  static constexpr std::array<std::string_view, std::variant_size_v<Payload>> kNames = {
      "created",      "session opened", "session closed",
      "suggested",    "started",        "reported",
      "metric named", "paused",         "ended",
      "grown",        "assigned",       "extended",
      "requested",    "planned",        "study ended",
      "noted",        "length learnt",  "checkpoint removed",
      "inherited",    "moved",          "capped",
      "fitted"};
  return kNames[payload.index()];
}

}  // namespace hpopt
