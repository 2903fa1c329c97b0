#include "cli/question.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/progress.h"

namespace hpopt {
namespace {

struct Way {
  char key;
  Choice choice;
  std::string text;
};

std::vector<Way> ways(const Found& found, const StudySpec& spec) {
  const std::string more = human_duration(spec.time_seconds.value_or(0));
  std::vector<Way> list;
  if (found.finished) {
    list.push_back({'r', Choice::kReuse, "reuse its answer"});
    if (spec.time_seconds) {
      list.push_back({'e', Choice::kExtend, fmt::format("extend it by {}, or `e 30m`", more)});
    }
  } else {
    list.push_back({'g', Choice::kAuto, "go on with it all the same"});
  }
  list.push_back({'s', Choice::kRestart, "start over, knowing its trials"});
  list.push_back({'f', Choice::kFresh, "start over from nothing (it is kept)"});
  return list;
}

std::string menu(const std::vector<Way>& list) {
  std::string text;
  for (const Way& way : list) text += fmt::format("  {}  {}\n", way.key, way.text);
  return text + fmt::format("[{}] ", list.front().key);
}

std::optional<Decided> understand(const std::string& answer, const std::vector<Way>& list) {
  if (answer.empty()) return Decided{list.front().choice, std::nullopt};
  const auto way = std::find_if(list.begin(), list.end(),
                                [&](const Way& each) { return each.key == answer.front(); });
  if (way == list.end()) return std::nullopt;
  const std::string_view rest = trim(std::string_view(answer).substr(1));
  if (rest.empty()) return Decided{way->choice, std::nullopt};
  if (way->choice != Choice::kExtend) return std::nullopt;
  auto seconds = parse_duration(rest);
  if (!seconds) return std::nullopt;
  return Decided{Choice::kExtend, *seconds};
}

bool asks_for_more(const Found& found, const StudySpec& spec) {
  return spec.time_seconds && *spec.time_seconds > found.state.budget_seconds().value_or(0);
}

}  // namespace

Result<Decided> choice_of_flags(const Invocation& invocation) {
  Decided decided;
  std::string first;
  const auto take = [&](std::string_view flag, Choice choice) -> Status {
    if (!invocation.has(flag)) return success();
    if (!first.empty()) {
      return invalid(fmt::format("{} and {} contradict each other", first, flag),
                     "give one of them");
    }
    first = flag;
    decided.choice = choice;
    return success();
  };
  if (auto taken = take("--reuse", Choice::kReuse); !taken) return taken.error();
  if (auto taken = take("--extend", Choice::kExtend); !taken) return taken.error();
  if (auto taken = take("--restart", Choice::kRestart); !taken) return taken.error();
  if (auto taken = take("--fresh", Choice::kFresh); !taken) return taken.error();
  decided.extend_seconds = invocation.duration("--extend");
  return decided;
}

std::string describe_found(const Found& found, const StudySpec& spec) {
  std::string text;
  switch (found.situation) {
    case Situation::kNew:
    case Situation::kPartial:
      break;
    case Situation::kFinished:
      text = fmt::format("study '{}' is finished", spec.name);
      if (!spec.renamed.empty()) text += "; --renamed tells something only to --restart";
      break;
    case Situation::kFilesChanged:
      text =
          fmt::format("study '{}' is {}, and files that its command names have changed:", spec.name,
                      found.finished ? "finished" : "not finished");
      break;
    case Situation::kQuestionChanged:
      text = fmt::format("study '{}' asks another question now:", spec.name);
      break;
  }
  for (const std::string& line : found.differences) text += "\n  " + line;
  return text;
}

bool reuses(const Found& found, const StudySpec& spec, Choice choice) {
  if (found.situation == Situation::kNew) return false;
  const bool answered = found.situation == Situation::kFinished && !asks_for_more(found, spec);
  return choice == Choice::kReuse || (choice == Choice::kAuto && answered);
}

bool begins_anew(const Found& found, const StudySpec& spec, Choice choice) {
  if (found.situation == Situation::kNew) return true;
  if (choice != Choice::kAuto) return choice == Choice::kFresh || choice == Choice::kRestart;
  const bool outdated = found.situation == Situation::kFilesChanged && found.finished;
  return found.situation == Situation::kQuestionChanged ||
         (outdated && !asks_for_more(found, spec));
}

std::string describe_reuse(const Found& found, const StudySpec& spec) {
  const char* so_far = found.finished ? "" : " so far";
  if (found.situation == Situation::kQuestionChanged) {
    return fmt::format("its answer to the old question{} is reused", so_far);
  }
  if (found.situation == Situation::kPartial) {
    return fmt::format("study '{}' is not finished: its answer so far is reused", spec.name);
  }
  std::string text = fmt::format("its answer{} is reused", so_far);
  const auto& cap = found.state.spec().run_cap;
  if (spec.run_cap && spec.run_cap != cap) {
    text += fmt::format("; it was run {}: start over with --restart for more",
                        cap ? fmt::format("with --trials {}", *cap) : "without --trials");
  }
  return text;
}

bool wants_question(const Found& found, const StudySpec& spec) {
  if (found.situation == Situation::kNew || found.situation == Situation::kQuestionChanged)
    return false;
  if (found.situation == Situation::kFilesChanged) return true;
  return found.finished && !asks_for_more(found, spec);
}

Dialogue terminal_dialogue(const Console& console) {
  return {[&console](const std::string& text) { console.out(text); },
          []() -> std::optional<std::string> {
            char* line = nullptr;
            std::size_t size = 0;
            const ssize_t length = getline(&line, &size, stdin);
            const std::unique_ptr<char, void (*)(void*)> owner(line, std::free);
            if (length < 0) return std::nullopt;
            return std::string(line, static_cast<std::size_t>(length));
          }};
}

bool confirm(const std::string& question, const Dialogue& dialogue) {
  dialogue.write(question + " [y/N] ");
  const auto line = dialogue.read();
  const std::string answer(line ? trim(*line) : std::string_view());
  return answer == "y" || answer == "yes" || answer == "Y";
}

Result<Decided> ask(const Found& found, const StudySpec& spec, const Dialogue& dialogue) {
  const std::vector<Way> list = ways(found, spec);
  dialogue.write(menu(list));
  while (const auto line = dialogue.read()) {
    if (const auto decided = understand(std::string(trim(*line)), list)) return *decided;
    dialogue.write(fmt::format("please answer with one of the letters\n{}", menu(list)));
  }
  return invalid("no answer to the question", "--reuse, --extend, --restart or --fresh answer it");
}

}  // namespace hpopt
