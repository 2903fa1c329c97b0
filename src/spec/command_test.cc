#include "spec/command.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/files.h"

namespace hpopt {
namespace {

using Argv = std::vector<std::string>;

StudySpec spec_with(Argv command) {
  StudySpec spec;
  spec.command = std::move(command);
  EXPECT_TRUE(spec.space.add({.name = "lr", .domain = FloatDomain{0, 1}}).ok());
  EXPECT_TRUE(
      spec.space.add({.name = "opt", .domain = CategoricalDomain{{"sgd", "adam"}, {}}}).ok());
  EXPECT_TRUE(
      spec.space
          .add({.name = "momentum", .domain = FloatDomain{0, 0.99}, .when = {{"opt", {"sgd"}}}})
          .ok());
  EXPECT_TRUE(spec.space.add({.name = "amp", .domain = CategoricalDomain{{false, true}, {}}}).ok());
  spec.fidelities.push_back({.name = "epochs", .high = 50});
  return spec;
}

const Configuration kSgd{{"lr", 0.5}, {"opt", "sgd"}, {"momentum", 0.9}, {"amp", true}};
const Configuration kAdam{{"lr", 0.5}, {"opt", "adam"}, {"amp", false}};

Argv rendered(const Argv& command, const Configuration& configuration,
              const TrialContext& context = {}) {
  const auto argv = render_command(spec_with(command), configuration, context);
  EXPECT_TRUE(argv.ok()) << argv.error().message();
  return argv ? *argv : Argv{};
}

TEST(RenderCommand, FillsNamesInsideArguments) {
  EXPECT_EQ(rendered({"t", "--x=${lr}/${opt}", "--epochs", "${epochs}", "$${lr}", "${open"}, kSgd),
            (Argv{"t", "--x=0.5/sgd", "--epochs", "50", "${lr}", "${open"}));
}

TEST(RenderCommand, FillsTheTrialsContext) {
  const TrialContext context{.trial = "7",
                             .trial_dir = "/d/7",
                             .seed = 42,
                             .gpus = "0,1",
                             .port = 99,
                             .fidelity = {{"epochs", 3}}};
  EXPECT_EQ(rendered({"${trial}", "${trial_dir}/m", "${seed}", "${gpus}", "${port}", "${epochs}"},
                     kSgd, context),
            (Argv{"7", "/d/7/m", "42", "0,1", "99", "3"}));
}

TEST(RenderCommand, ArgsAreAllThatTheCommandDoesNotName) {
  EXPECT_EQ(rendered({"t", "${args}"}, kSgd),
            (Argv{"t", "--lr=0.5", "--opt=sgd", "--momentum=0.9", "--amp=true", "--epochs=50"}));
  EXPECT_EQ(rendered({"t", "${args}"}, kAdam),
            (Argv{"t", "--lr=0.5", "--opt=adam", "--amp=false", "--epochs=50"}));
  EXPECT_EQ(rendered({"t", "${lr}", "${args_no_hyphens}"}, kAdam),
            (Argv{"t", "0.5", "opt=adam", "amp=false", "epochs=50"}));
}

TEST(RenderCommand, BooleansAreWrittenAsTheProgramReadsThem) {
  EXPECT_EQ(rendered({"/usr/bin/env", "python3", "t.py", "${args}"}, kAdam)[5], "--amp=False");
  EXPECT_EQ(rendered({"t", "${args_no_boolean_flags}"}, kSgd)[4], "--amp");
  EXPECT_EQ(rendered({"t", "${args_no_boolean_flags}"}, kAdam),
            (Argv{"t", "--lr=0.5", "--opt=adam", "--epochs=50"}));
}

TEST(RenderCommand, JsonNestsDottedNames) {
  StudySpec spec;
  spec.command = {"t", "--cfg=${args_json}"};
  for (const char* name : {"a", "b.c", "b.d.e"}) {
    ASSERT_TRUE(spec.space.add({.name = name, .domain = IntDomain{0, 9}}).ok());
  }
  const Configuration configuration{{"a", 1}, {"b.c", 2}, {"b.d.e", 3}};
  EXPECT_EQ(render_command(spec, configuration, {}).value()[1],
            R"(--cfg={"a":1,"b":{"c":2,"d":{"e":3}}})");
}

TEST(RenderCommand, JsonFilesStandInTheTrialsDirectory) {
  std::string root = (std::filesystem::temp_directory_path() / "hpopt-args-XXXXXX").string();
  ASSERT_NE(mkdtemp(root.data()), nullptr);
  const Argv argv = rendered({"t", "${args_json_file}"}, kAdam, {.trial_dir = root});
  EXPECT_EQ(argv[1], root + "/args.json");
  EXPECT_EQ(parse_json(read_file(argv[1]).value(), "").value(),
            Json::parse(R"({"amp": false, "lr": 0.5, "opt": "adam", "epochs": 50})"));
  std::filesystem::remove_all(root);
  EXPECT_EQ(rendered({"t", "${args_json_file}"}, kAdam)[1], "args.json");
}

TEST(RenderCommand, LeavesOutArgumentsOfInactiveParametersWithTheirFlag) {
  const Argv command{"t", "--m=${momentum}", "--momentum", "${momentum}", "--lr", "${lr}"};
  EXPECT_EQ(rendered(command, kSgd), (Argv{"t", "--m=0.9", "--momentum", "0.9", "--lr", "0.5"}));
  EXPECT_EQ(rendered(command, kAdam), (Argv{"t", "--lr", "0.5"}));
}

TEST(RenderCommand, ReadsTheEnvironmentWhenTheTrialStarts) {
  ASSERT_EQ(setenv("HPOPT_COMMAND_TEST", "there", 1), 0);
  EXPECT_EQ(rendered({"${envvar:HPOPT_COMMAND_TEST}"}, kAdam), (Argv{"there"}));
  unsetenv("HPOPT_COMMAND_TEST");
  EXPECT_EQ(
      render_command(spec_with({"${envvar:HPOPT_COMMAND_TEST}"}), kAdam, {}).error().message(),
      "the environment has no variable 'HPOPT_COMMAND_TEST' (set it, or remove "
      "${envvar:HPOPT_COMMAND_TEST} from the command)");
}

TEST(RenderCommand, ErrorsNameThePlaceholder) {
  const auto message = [](const Argv& command) {
    return render_command(spec_with(command), kAdam, {}).error().message();
  };
  EXPECT_EQ(
      message({"t", "--lr=${lrr}"}),
      "--lr=${lrr}: '${lrr}' names nothing, did you mean 'lr'? (name a parameter, or write $${ "
      "for a literal ${)");
  EXPECT_EQ(message({"t", "x${args}"}),
            "x${args}: '${args}' must be an argument of its own (split the argument in two)");
  EXPECT_EQ(message({"t", "${seed?--x}"}),
            "${seed?--x}: 'seed' is no parameter that can be true or false");
}

}  // namespace
}  // namespace hpopt
