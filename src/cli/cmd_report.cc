#include "cli/commands.h"
#include "cli/exit_code.h"
#include "client/report_client.h"

namespace hpopt {
namespace {

constexpr int kStopTrial = 10;  // the trial's script should end now

}  // namespace

int cmd_report(const Invocation& invocation, const Console& console) {
  const auto score = invocation.number("--score");
  const bool out_of_memory = invocation.has("--oom");
  if (!score && !out_of_memory) {
    return give_up(console,
                   invalid("hpopt report needs a score", "hpopt report --step 3 --score 0.91"));
  }
  auto client = ReportClient::from_environment();
  // A training that somebody runs by hand must not fail because nobody listens.
  if (!client) {
    complain(console, "warning", "this is no trial (HPOPT_REPORT is not set): nobody hears it");
    return kAnswerFound;
  }
  const auto answer = client->report({.metric = {},
                                      .step = invocation.number("--step"),
                                      .value = score.value_or(0),
                                      .memory = out_of_memory ? Memory::kHost : Memory::kEnough});
  if (!answer) {
    complain(console, "warning", answer.error().message());
    return kAnswerFound;
  }
  return *answer == ReportAnswer::kStop ? kStopTrial : kAnswerFound;
}

}  // namespace hpopt
