#include "options/options.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/text.h"
#include "options/completion.h"

namespace hpopt {
namespace {

TEST(OptionTable, EveryFlagBelongsToCommandsThatExist) {
  std::set<std::string> names;
  for (const Command& command : command_table()) names.emplace(command.name);
  for (const Option& option : option_table()) {
    if (option.flag.empty()) continue;
    for (const std::string& command : split(option.commands, ' ')) {
      EXPECT_TRUE(names.contains(command)) << option.flag << " names " << command;
    }
  }
}

TEST(OptionTable, NoCommandHasAFlagTwice) {
  for (const Command& command : command_table()) {
    std::set<std::string> seen;
    for (const Option* option : options_of(command.name)) {
      EXPECT_TRUE(seen.emplace(option->flag).second) << option->flag;
      if (option->short_flag.empty()) continue;
      EXPECT_TRUE(seen.emplace(option->short_flag).second) << option->short_flag;
    }
  }
}

TEST(OptionTable, RecordsAreWhole) {
  for (const Option& option : option_table()) {
    const std::string name(option.flag.empty() ? option.key : option.flag);
    EXPECT_FALSE(name.empty());
    EXPECT_FALSE(option.meaning.empty()) << name;
    EXPECT_EQ(option.flag.empty(), option.commands.empty()) << name;
    if (option.takes == Takes::kChoice) {
      EXPECT_NE(option.range.find('|'), std::string::npos) << name;
    }
    const bool needs_value = !option.flag.empty() && option.takes != Takes::kNothing;
    if (needs_value) {
      EXPECT_FALSE(option.value.empty()) << name;
    }
  }
}

TEST(OptionTable, FindsByLongAndShortFlagOfACommand) {
  ASSERT_NE(find_option("run", "--time"), nullptr);
  EXPECT_EQ(find_option("run", "-t"), find_option("run", "--time"));
  EXPECT_EQ(find_option("list", "--time"), nullptr);
  EXPECT_EQ(find_option("run", ""), nullptr);
}

TEST(OptionTable, FileKeysAreThoseOfTheirParent) {
  const std::vector<std::string> top = file_keys("");
  EXPECT_NE(std::find(top.begin(), top.end(), "run_cap"), top.end());
  EXPECT_EQ(std::find(top.begin(), top.end(), "metric.goal"), top.end());
  EXPECT_EQ(file_keys("resources"), (std::vector<std::string>{"cpus", "gpus", "memory"}));
}

TEST(OptionDocs, AreInStepWithTheTable) {
  const std::string path = std::string(HPOPT_SOURCE_DIR) + "/docs/options.md";
  if (std::getenv("HPOPT_UPDATE_DOCS") != nullptr) {
    ASSERT_TRUE(write_file_atomic(path, options_markdown()).ok());
  }
  const Result<std::string> committed = read_file(path);
  ASSERT_TRUE(committed.ok()) << committed.error().message();
  EXPECT_EQ(*committed, options_markdown())
      << "run options_test with HPOPT_UPDATE_DOCS=1 in the environment and commit docs/options.md";
}

TEST(Completion, NamesEveryCommandAndFlag) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const Result<std::string> script = completion_script(shell);
    ASSERT_TRUE(script.ok());
    for (const Command& command : command_table()) {
      EXPECT_NE(script->find(command.name), std::string::npos) << command.name;
    }
    for (const Option& option : option_table()) {
      if (option.flag.empty()) continue;
      EXPECT_NE(script->find(option.flag.substr(2)), std::string::npos) << option.flag;
    }
  }
  EXPECT_EQ(completion_script("tcsh").error().message(),
            "there is no completion for 'tcsh' (the shells are bash, zsh and fish)");
}

}  // namespace
}  // namespace hpopt
