// Question: what becomes of a study that is there already, asked on a terminal.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/console.h"
#include "cli/invocation.h"
#include "engine/opening.h"
#include "hpopt/result.h"

namespace hpopt {

struct Decided {
  Choice choice = Choice::kAuto;
  std::optional<double> extend_seconds;
};

/// What --reuse, --extend, --restart and --fresh say; kAuto when none is given. Errors: several.
[[nodiscard]] Result<Decided> choice_of_flags(const Invocation& invocation);

/// What was found, in lines for people: that it is finished, and what differs. Empty: nothing to
/// say.
[[nodiscard]] std::string describe_found(const Found& found, const StudySpec& spec);

/// Whether nothing is run: what the choice makes of the study that was found.
[[nodiscard]] bool reuses(const Found& found, const StudySpec& spec, Choice choice);

/// Whether a new study is made, which runs where the command was given.
[[nodiscard]] bool begins_anew(const Found& found, const StudySpec& spec, Choice choice);

/// Whose answer is reused, in words that go on from describe_found().
[[nodiscard]] std::string describe_reuse(const Found& found, const StudySpec& spec);

/// Whether a terminal should ask: the study is finished, or files changed under a partial one.
/// Not when the flags, or a larger --time, say what to do.
[[nodiscard]] bool wants_question(const Found& found, const StudySpec& spec);

/// A terminal's two ends. `read` gives none at the end of input.
struct Dialogue {
  std::function<void(const std::string&)> write;
  std::function<std::optional<std::string>()> read;
};

/// The two ends of this process's terminal. The console must outlive it.
[[nodiscard]] Dialogue terminal_dialogue(const Console& console);

/// Asks a question that is no unless the answer is yes.
[[nodiscard]] bool confirm(const std::string& question, const Dialogue& dialogue);

/// Asks until the answer is understood; the end of input is an error.
[[nodiscard]] Result<Decided> ask(const Found& found, const StudySpec& spec,
                                  const Dialogue& dialogue);

}  // namespace hpopt
