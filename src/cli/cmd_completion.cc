#include "cli/commands.h"
#include "cli/exit_code.h"
#include "options/completion.h"

namespace hpopt {

int cmd_completion(const Invocation& invocation, const Console& console) {
  const auto shell = invocation.argument(0);
  if (!shell) {
    return give_up(console, invalid("hpopt completion needs the name of a shell",
                                    "for bash: source <(hpopt completion bash)"));
  }
  const auto script = completion_script(*shell);
  if (!script) return give_up(console, script.error());
  console.out(*script);
  return kAnswerFound;
}

}  // namespace hpopt
