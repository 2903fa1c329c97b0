#include "spec/inline_form.h"

#include <gtest/gtest.h>

#include "spec/command.h"

namespace hpopt {
namespace {

using Argv = std::vector<std::string>;

StudySpec inline_spec(const Argv& argv) {
  StudySpec spec;
  const Status applied = apply_inline(argv, spec);
  EXPECT_TRUE(applied.ok()) << applied.error().message();
  return spec;
}

std::string inline_error(const Argv& argv) {
  StudySpec spec;
  const Status applied = apply_inline(argv, spec);
  return applied ? "no error" : applied.error().message();
}

Domain domain_of(const StudySpec& spec, const std::string& name) {
  const Parameter* parameter = spec.space.find(name);
  EXPECT_NE(parameter, nullptr) << name;
  return parameter != nullptr ? parameter->domain : Domain(FixedDomain{});
}

TEST(InlineForm, ReadsWhatTheUserBelieves) {
  StudySpec spec;
  ASSERT_TRUE(apply_inline({"train", "--lr=~log(1e-5,1;prior=3e-4,spread=0.25)",
                            "--opt=~choice(sgd,adam;prior=adam)"},
                           spec)
                  .ok());
  EXPECT_EQ(spec.space.find("lr")->belief, (Belief{3e-4, 0.25}));
  EXPECT_EQ(spec.space.find("opt")->belief, (Belief{"adam"}));
}

TEST(InlineForm, NamesAParameterAfterItsFlagHoweverItIsWritten) {
  const Domain expected = FloatDomain{1e-5, 1, Scale::kLog, 0};
  const std::vector<std::pair<Argv, Argv>> forms{
      {{"t", "--lr", "~log(1e-5,1)"}, {"t", "--lr", "${lr}"}},
      {{"t", "--lr=~log(1e-5,1)"}, {"t", "--lr=${lr}"}},
      {{"t", "lr=~log(1e-5,1)"}, {"t", "lr=${lr}"}},
      {{"t", "~lr:log(1e-5,1)"}, {"t", "${lr}"}},
      {{"t", "+lr=~log( 1e-5 , 1 )"}, {"t", "+lr=${lr}"}},
      {{"t", "-x", "~lr:log(1e-5,1)"}, {"t", "-x", "${lr}"}},
  };
  for (const auto& [argv, command] : forms) {
    const StudySpec spec = inline_spec(argv);
    EXPECT_EQ(spec.command, command);
    EXPECT_EQ(domain_of(spec, "lr"), expected);
  }
}

TEST(InlineForm, KeepsDashesAndDotsOfNames) {
  const StudySpec spec =
      inline_spec({"t", "--batch-size", "~int(16,64)", "optimizer.lr=~float(0,1)"});
  EXPECT_EQ(spec.command,
            (Argv{"t", "--batch-size", "${batch-size}", "optimizer.lr=${optimizer.lr}"}));
  EXPECT_NE(spec.space.find("batch-size"), nullptr);
}

TEST(InlineForm, KnowsEveryWord) {
  const StudySpec spec = inline_spec({"t",
                                      "--a",
                                      "~float(0,1)",
                                      "--b",
                                      "~int(1,9;step=2)",
                                      "--c",
                                      "~log(1e-3,1;default=0.1)",
                                      "--d",
                                      "~logint(8,256)",
                                      "--e",
                                      "~choice(sgd,adam)",
                                      "~flag(--nesterov)",
                                      "--seed",
                                      "~seed()",
                                      "--out",
                                      "~trial_dir()",
                                      "--epochs",
                                      "~fidelity(1,50)",
                                      "--subset",
                                      "~length(0.1,1)"});
  EXPECT_EQ(domain_of(spec, "a"), Domain(FloatDomain{0, 1}));
  EXPECT_EQ(domain_of(spec, "b"), Domain(IntDomain{1, 9, Scale::kLinear, 2}));
  EXPECT_EQ(spec.space.find("c")->default_value, Value(0.1));
  EXPECT_EQ(domain_of(spec, "d"), Domain(IntDomain{8, 256, Scale::kLog, 1}));
  EXPECT_EQ(domain_of(spec, "e"), Domain(CategoricalDomain{{"sgd", "adam"}, {}}));
  EXPECT_EQ(domain_of(spec, "nesterov"), Domain(CategoricalDomain{{false, true}, {}}));
  ASSERT_EQ(spec.fidelities.size(), 2U);
  EXPECT_EQ(spec.fidelities[0], (Fidelity{"epochs", 1, 50, true, true, 0}));
  EXPECT_EQ(spec.fidelities[1], (Fidelity{"subset", 0.1, 1, false, false, 0}));
  EXPECT_EQ(spec.command.back(), "${subset}");
}

TEST(InlineForm, ChoicesAreTypedAsJsonWhereTheyAreJson) {
  const StudySpec spec = inline_spec(
      {"t", "--a",
       "~choice(1,2.0,true,null,word,\"3\",'x, y',[1,2],True,it's;weights=1/1/1/1/1/1/1/1/1/3)"});
  const Domain domain = domain_of(spec, "a");
  const auto& choice = std::get<CategoricalDomain>(domain);
  EXPECT_EQ(choice.values, (std::vector<Value>{1, 2.0, true, Value(), "word", "3", "x, y",
                                               JsonText{"[1,2]"}, "True", "it's"}));
  EXPECT_EQ(choice.weights.back(), 3);
}

TEST(InlineForm, PassesWhatIsNoMark) {
  const Argv argv{"t", "~/data", "--dir=~/x", "~user/a(1)", "a~log(1,2)", "~", "~log", "--x=1"};
  const StudySpec spec = inline_spec(argv);
  EXPECT_EQ(spec.command, argv);
  EXPECT_TRUE(spec.space.empty());
}

TEST(InlineForm, DoubledTildesEscape) {
  EXPECT_EQ(inline_spec({"t", "~~log(1,2)", "--a=~~b", "x~~y"}).command,
            (Argv{"t", "~log(1,2)", "--a=~b", "x~~y"}));
}

TEST(InlineForm, FlagsArePresentOrAbsent) {
  const StudySpec spec = inline_spec({"t", "~flag(--nesterov;default=true)", "end"});
  EXPECT_EQ(spec.space.find("nesterov")->default_value, Value(true));
  EXPECT_EQ(render_command(spec, {{"nesterov", true}}, {}).value(),
            (Argv{"t", "--nesterov", "end"}));
  EXPECT_EQ(render_command(spec, {{"nesterov", false}}, {}).value(), (Argv{"t", "end"}));
}

TEST(InlineForm, AnExplicitNameMayBeUsedTwice) {
  const StudySpec spec = inline_spec({"t", "~w:int(1,9)", "~w:int(1,9)"});
  EXPECT_EQ(spec.space.parameters().size(), 1U);
  EXPECT_EQ(spec.command, (Argv{"t", "${w}", "${w}"}));
}

TEST(InlineForm, AddsToWhatTheFileHas) {
  StudySpec spec;
  ASSERT_TRUE(spec.space.add({.name = "lr", .domain = FloatDomain{0, 1}}).ok());
  ASSERT_TRUE(apply_inline({"t", "--lr=~float(0,1)", "--n", "~int(1,2)"}, spec).ok());
  EXPECT_EQ(spec.command, (Argv{"t", "--lr=${lr}", "--n", "${n}"}));
  ASSERT_TRUE(apply_inline({"t", "--n", "~int(1,2)"}, spec).ok());
  EXPECT_EQ(spec.command, (Argv{"t", "--n", "${n}", "${args}"}));
  EXPECT_EQ(apply_inline({"t", "--lr=~float(0,2)"}, spec).error().message(),
            "--lr=~float(0,2): 'lr' is float(0, 1) already, but float(0, 2) here (remove one of "
            "them, or name this one with ~NAME:word(...))");
}

TEST(InlineForm, ErrorsNameTheArgumentAndTheMend) {
  const std::vector<std::pair<Argv, std::string>> cases{
      {{"--lr", "~lgo(1e-5,1)"},
       "--lr ~lgo(1e-5,1): 'lgo' is no kind of parameter, did you mean 'log'? (the kinds are "
       "float, "
       "int, log, logint, choice, flag, seed, trial_dir, fidelity, length; write ~~ for a literal "
       "~)"},
      {{"--lr=~log(0,1)"},
       "--lr=~log(0,1): parameter 'lr': a log scale cannot reach down to 0 (use a lower bound "
       "above "
       "0, such as 1e-5)"},
      {{"--lr=~float(3,1)"},
       "--lr=~float(3,1): parameter 'lr': the range is empty: 3 is above 1 (swap the bounds)"},
      {{"--lr=~log(1e-5)"},
       "--lr=~log(1e-5): 'log' takes two bounds, not 1 (write ~log(LOW,HIGH))"},
      {{"--lr=~log(a,1)"}, "--lr=~log(a,1): 'a' is not a number"},
      {{"--n=~int(1.5,3)"}, "--n=~int(1.5,3): '1.5' is not a whole number"},
      {{"t", "~log(1e-5,1)"},
       "~log(1e-5,1): the mark has no name (put a flag before it, or write ~NAME:log(1e-5,1))"},
      {{"--lr=~log(1e-5,1)x"},
       "--lr=~log(1e-5,1)x: the mark does not end with ')' (close it, or write ~~ for a literal "
       "~)"},
      {{"--lr=~log(1,2;dflt=1)"},
       "--lr=~log(1,2;dflt=1): 'dflt' is no option of 'log' (its options are: default, prior, "
       "spread, step)"},
      {{"--lr=~log(1,2;spread=1)"},
       "--lr=~log(1,2;spread=1): 'spread' belongs to a prior (add prior=VALUE, or remove it)"},
      {{"--lr=~log(1,2;prior=3)"},
       "--lr=~log(1,2;prior=3): parameter 'lr': the prior 3 is outside log(1, 2)"},
      {{"--lr=~log(1,2;default)"},
       "--lr=~log(1,2;default): the option 'default' has no value (write options as name=value, "
       "such as ;default=1e-3)"},
      {{"--lr=~log(1,2;default=5)"},
       "--lr=~log(1,2;default=5): parameter 'lr': the default 5 is outside log(1, 2)"},
      {{"--w=~int(16,512;step=8;default=65)"},
       "--w=~int(16,512;step=8;default=65): parameter 'w': the default 65 is no value of int(16, "
       "512; step=8) (write 64 or 72)"},
      {{"--o=~choice(a,b;weights=1)"},
       "--o=~choice(a,b;weights=1): parameter 'o': there are 2 values but 1 weight (give each "
       "value a weight)"},
      {{"--a=~int(1,2)", "--a=~int(1,2)"},
       "--a=~int(1,2): 'a' is marked twice (give one of them another name with ~NAME:word(...))"},
      {{"--a=~choice()"},
       "--a=~choice(): there are no values to choose from (write ~choice(A,B,...))"},
      {{"--a=~choice(x,x)"},
       "--a=~choice(x,x): parameter 'a': the value \"x\" stands twice (remove one of them)"},
      {{"~flag(nesterov)"},
       "~flag(nesterov): 'nesterov' is no flag that can be left out (write the whole argument as "
       "~flag(--name))"},
      {{"--epochs", "~fidelity(0,9)"},
       "--epochs ~fidelity(0,9): the lower bound must be above 0 (write ~fidelity(LOW,HIGH))"},
      {{"--s", "~seed(1)"}, "--s ~seed(1): 'seed' takes nothing, not 1 (write ~seed())"},
  };
  for (const auto& [argv, message] : cases) EXPECT_EQ(inline_error(argv), message);
}

}  // namespace
}  // namespace hpopt
