#include "spec/study_file.h"

#include <cmath>
#include <cstdlib>

#include <gtest/gtest.h>

#include "spec/command.h"

namespace hpopt {
namespace {

using Argv = std::vector<std::string>;

StudySpec parsed(std::string_view yaml) {
  const Result<StudySpec> spec = parse_study(yaml, "s.yaml");
  EXPECT_TRUE(spec.ok()) << spec.error().message();
  return spec ? *spec : StudySpec();
}

StudySpec sweep(const std::string& name) {
  const std::string path = std::string(HPOPT_SOURCE_DIR) + "/src/spec/testdata/" + name + ".yaml";
  const Result<StudySpec> spec = load_study(path);
  EXPECT_TRUE(spec.ok()) << spec.error().message();
  return spec ? *spec : StudySpec();
}

Domain domain_in(const StudySpec& spec, const std::string& name) {
  const Parameter* parameter = spec.space.find(name);
  EXPECT_NE(parameter, nullptr) << name;
  return parameter != nullptr ? parameter->domain : Domain(FixedDomain{});
}

Configuration middle_of(const StudySpec& spec) {
  return spec.space.from_unit(std::vector<double>(spec.space.parameters().size(), 0.5));
}

TEST(SweepFiles, BayesWithTheDefaultCommand) {
  const StudySpec spec = sweep("bayes");
  EXPECT_EQ(spec.name, "bayes");
  EXPECT_EQ(spec.method, Method::kBayes);
  ASSERT_EQ(spec.objectives.size(), 1U);
  EXPECT_EQ(spec.objectives[0],
            (Objective{.name = "validation_loss", .maximize = false, .target = 0.01}));
  EXPECT_EQ(domain_in(spec, "learning_rate"), Domain(FloatDomain{1e-4, 0.1, Scale::kLog, 0}));
  EXPECT_EQ(domain_in(spec, "batch_size"), Domain(CategoricalDomain{{16, 32, 64}, {}}));
  EXPECT_EQ(domain_in(spec, "epochs"), Domain(FixedDomain{10}));
  EXPECT_EQ(domain_in(spec, "dropout"), Domain(FloatDomain{0, 0.5}));
  EXPECT_EQ(domain_in(spec, "layers"), Domain(IntDomain{1, 5}));
  EXPECT_EQ(spec.early_stop, EarlyStop::kHyperband);
  EXPECT_EQ(spec.min_iterations, 3);
  EXPECT_EQ(spec.eta, 2);
  EXPECT_EQ(render_command(spec, middle_of(spec), {}).value(),
            (Argv{"/usr/bin/env", "python3", "train.py", "--learning_rate=0.003162277660168",
                  "--batch_size=32", "--epochs=10", "--dropout=0.25", "--layers=3"}));
}

TEST(SweepFiles, GridIsFiniteAndTyped) {
  const StudySpec spec = sweep("grid");
  EXPECT_EQ(spec.run_cap, 24);
  EXPECT_TRUE(validate(spec).ok()) << validate(spec).error().message();
  EXPECT_EQ(domain_in(spec, "optimizer"), Domain(CategoricalDomain{{"adam", "sgd", "no"}, {}}));
  EXPECT_EQ(domain_in(spec, "nesterov"), Domain(CategoricalDomain{{true, false}, {}}));
  EXPECT_EQ(domain_in(spec, "hidden"),
            Domain(CategoricalDomain{{JsonText{"[64]"}, JsonText{"[64,32]"}}, {}}));
  EXPECT_EQ(domain_in(spec, "schedule"), Domain(CategoricalDomain{{Value(), "cosine"}, {}}));
  EXPECT_EQ(spec.space.enumerate(100)->size(), 24U);
  const Argv argv = render_command(spec, spec.space.enumerate(100)->front(), {}).value();
  EXPECT_EQ(argv, (Argv{"/usr/bin/env", "python3", "src/train.py", "--optimizer=adam",
                        "--nesterov=True", "--hidden=[64]", "--schedule=None", "--seed=7"}));
}

TEST(SweepFiles, NestedParametersHaveDottedNames) {
  const StudySpec spec = sweep("nested");
  EXPECT_EQ(domain_in(spec, "optimizer.name"), Domain(CategoricalDomain{{"sgd", "adam"}, {}}));
  const Domain rate = domain_in(spec, "optimizer.lr");
  EXPECT_NEAR(std::get<FloatDomain>(rate).low, 1e-4, 1e-6);
  EXPECT_EQ(domain_in(spec, "model.encoder.depth"), Domain(IntDomain{2, 8}));
  EXPECT_EQ(domain_in(spec, "model.width"), Domain(IntDomain{16, 512, Scale::kLog, 8}));
  const Argv argv = render_command(spec,
                                   {{"optimizer.name", "sgd"},
                                    {"optimizer.lr", 0.01},
                                    {"model.encoder.depth", 4},
                                    {"model.width", 64}},
                                   {})
                        .value();
  const std::string json =
      R"({"model":{"encoder":{"depth":4},"width":64},"optimizer":{"lr":0.01,"name":"sgd"}})";
  EXPECT_EQ(argv, (Argv{"/usr/bin/env", "python3", "-u", "train.py", json}));
}

TEST(SweepFiles, KnowEveryDistribution) {
  const StudySpec spec = sweep("distributions");
  const auto is = [&](const char* name, const Domain& domain) {
    EXPECT_EQ(domain_in(spec, name), domain) << name << ": " << describe(domain_in(spec, name));
  };
  is("constant", FixedDomain{1.5});
  is("categorical", CategoricalDomain{{"a", "b"}, {}});
  is("weighted", CategoricalDomain{{"a", "c"}, {0.5, 0.5}});
  is("int_uniform", IntDomain{1, 10});
  is("uniform", FloatDomain{0, 1});
  is("q_uniform", FloatDomain{0, 1, Scale::kLinear, 0.1});
  is("q_uniform_default", IntDomain{0, 10});
  is("log_uniform", FloatDomain{std::exp(-2.0), 1, Scale::kLog, 0});
  is("log_uniform_values", FloatDomain{0.001, 1, Scale::kLog, 0});
  is("q_log_uniform", IntDomain{2, 54, Scale::kLog, 2});
  is("q_log_uniform_values", IntDomain{8, 64, Scale::kLog, 8});
  is("inv_log_uniform", FloatDomain{std::exp(-2.0), 1, Scale::kLog, 0});
  is("inv_log_uniform_values", FloatDomain{0.001, 1, Scale::kLog, 0});
  is("normal", NormalDomain{1, 2, false, 0});
  is("q_normal", NormalDomain{10, 3, false, 1});
  is("log_normal", NormalDomain{0, 1, true, 0});
  is("q_log_normal", NormalDomain{1, 0.5, true, 0.5});
  is("beta", BetaDomain{2, 5, 0});
  is("q_beta", BetaDomain{2, 5, 0.05});
  EXPECT_EQ(spec.command, (Argv{"./train.sh", "${args}"}));
}

TEST(SweepFiles, HyperbandFromItsEndAndMacros) {
  const StudySpec spec = sweep("hyperband");
  EXPECT_EQ(spec.name, "agents");
  EXPECT_EQ(spec.min_iterations, 3);  // 27 / 3^2
  EXPECT_EQ(spec.eta, 3);
  ASSERT_EQ(setenv("HPOPT_TEST_DEVICE", "cpu", 1), 0);
  EXPECT_EQ(
      render_command(spec, {{"gamma", 0.95}, {"render", true}}, {}).value(),
      (Argv{"/usr/bin/env", "python", "train.py", "--gamma=0.95", "--render", "--device=cpu"}));
  EXPECT_EQ(render_command(spec, {{"gamma", 0.95}, {"render", false}}, {}).value().size(), 5U);
  unsetenv("HPOPT_TEST_DEVICE");
}

TEST(StudyFile, ReadsWhatTheUserBelieves) {
  const StudySpec spec = parse_study(
                             "parameters:\n"
                             "  lr: {min: 0.0, max: 1.0, prior: {at: 3e-4, spread: 0.5}}\n"
                             "  opt: {values: [sgd, adam], prior: adam}\n"
                             "  n: {min: 1, max: 9}\n",
                             "s.yaml")
                             .value();
  EXPECT_EQ(spec.space.find("lr")->belief, (Belief{3e-4, 0.5}));
  EXPECT_EQ(spec.space.find("opt")->belief, (Belief{"adam"}));
  EXPECT_EQ(spec.space.find("n")->belief, std::nullopt);
  EXPECT_EQ(describe(*spec.space.find("lr")), "float(0, 1); prior=0.0003; spread=0.5");
}

TEST(StudyFile, ReadsAllThatHpoptAdds) {
  const StudySpec spec = parsed(R"yaml(
name: digits
command: ["./train_mlp", "--lr=${lr}", "--width=${width}"]
metric: {name: val_accuracy, goal: maximize, over: last, source: "${trial_dir}/m.jsonl", regex: a(.)}
parameters:
  momentum: {min: 0.0, max: 0.99, when: {opt: sgd}}
  lr_min:   {distribution: log_uniform_values, min: 1e-6, max: 1}
  lr:       {distribution: log_uniform_values, min: 1e-5, max: 1}
  width:    {distribution: q_log_uniform_values, q: 8, min: 16, max: 512, default: 64}
  opt:      {values: [sgd, adam]}
  bs:       {values: [32, 64]}
constraints: ["lr_min < lr"]
fidelity:
  epochs:     {min: 1, max: 50, cut: true}
  subset:     {min: 0.1, max: 1.0}
  image_size: {min: 16, max: 64, q: 8}
time: 30m
until: 18:00
time_ratio: 4
workers: auto
resources: {cpus: 1, gpus: 1, memory: 8GiB}
batch_size: bs
pty: no
)yaml");
  EXPECT_EQ(spec.name, "digits");
  EXPECT_EQ(spec.objectives[0], (Objective{.name = "val_accuracy",
                                           .maximize = true,
                                           .over = Over::kLast,
                                           .source = "${trial_dir}/m.jsonl",
                                           .regex = "a(.)"}));
  EXPECT_EQ(spec.space.find("width")->default_value, Value(64));
  const auto& parameters = spec.space.parameters();
  EXPECT_LT(*spec.space.index_of("opt"), *spec.space.index_of("momentum"));
  EXPECT_EQ(parameters[*spec.space.index_of("momentum")].when,
            (std::vector<Condition>{{"opt", {"sgd"}}}));
  EXPECT_EQ(spec.space.constraints(), (std::vector<Constraint>{{"lr_min", "lr", true}}));
  EXPECT_EQ(spec.fidelities, (std::vector<Fidelity>{{"epochs", 1, 50, true, true, 0},
                                                    {"subset", 0.1, 1, false, false, 0},
                                                    {"image_size", 16, 64, false, true, 8}}));
  EXPECT_EQ(spec.time_seconds, 1800);
  EXPECT_EQ(spec.until, "18:00");
  EXPECT_EQ(spec.time_ratio, 4);
  EXPECT_EQ(spec.workers, std::nullopt);
  EXPECT_EQ(spec.resources, (Resources{1, 1, std::int64_t{8} << 30}));
  EXPECT_EQ(spec.batch_size, "bs");
  EXPECT_FALSE(spec.pty);
  EXPECT_TRUE(validate(spec).ok()) << validate(spec).error().message();
}

TEST(StudyFile, TypesFollowTheSchemaNotYaml) {
  const StudySpec spec = parsed(R"yaml(
name: no
command: [run, 1, on, 1e-3]
metric: {name: 12, goal: minimize}
parameters:
  a: {min: "0.5", max: 1e1}
  b: {values: [no, yes, "1", 1, 1.0, 1e-3, 0x10, 0o17, 1_000, .inf, ~, "null", True]}
  c: {min: 1_000, max: 2_000}
  d: {min: 0, max: 1.}
)yaml");
  EXPECT_EQ(spec.name, "no");
  EXPECT_EQ(spec.command, (Argv{"run", "1", "on", "1e-3"}));
  EXPECT_EQ(spec.objectives[0].name, "12");
  EXPECT_EQ(domain_in(spec, "a"), Domain(FloatDomain{0.5, 10}));
  EXPECT_EQ(std::get<CategoricalDomain>(domain_in(spec, "b")).values,
            (std::vector<Value>{"no", "yes", "1", 1, 1.0, 1e-3, 16, 15, "1_000",
                                std::numeric_limits<double>::infinity(), Value(), "null", true}));
  EXPECT_EQ(domain_in(spec, "c"), Domain(IntDomain{1000, 2000}));
  EXPECT_EQ(domain_in(spec, "d"), Domain(FloatDomain{0, 1}));
}

TEST(StudyFile, SeveralMetricsAnchorsAndMergeKeys) {
  const StudySpec spec = parsed(R"yaml(
metric:
  - {name: acc, goal: maximize}
  - {name: size, goal: minimize}
parameters:
  a: &unit {min: 0.0, max: 1.0}
  b: *unit
  c: {<<: *unit, max: 2.0}
)yaml");
  EXPECT_EQ(spec.objectives.size(), 2U);
  EXPECT_EQ(domain_in(spec, "b"), Domain(FloatDomain{0, 1}));
  EXPECT_EQ(domain_in(spec, "c"), Domain(FloatDomain{0, 2}));
}

TEST(StudyFile, ConditionsOfGroupsAndSiblings) {
  const StudySpec spec = parsed(R"yaml(
parameters:
  kind: {values: [a, b]}
  net:
    when: {kind: [a]}
    parameters:
      kind: {values: [x, y]}
      depth: {min: 1, max: 3, when: {kind: x}}
)yaml");
  EXPECT_EQ(spec.space.find("net.kind")->when, (std::vector<Condition>{{"kind", {"a"}}}));
  EXPECT_EQ(spec.space.find("net.depth")->when,
            (std::vector<Condition>{{"kind", {"a"}}, {"net.kind", {"x"}}}));
}

TEST(StudyFile, LoadingTakesTheNameFromTheFileAndReportsMissingOnes) {
  EXPECT_EQ(load_study("/none/study.yaml").error().message(),
            "/none/study.yaml: cannot read the file: No such file or directory");
}

struct FileErrorCase {
  const char* yaml;
  const char* message;
};

TEST(StudyFile, ReadsNewNames) {
  const auto spec =
      parse_study("renamed: {lr: rate}\nparameters: {rate: {min: 0.0, max: 1.0}}", "s");
  ASSERT_TRUE(spec.ok()) << spec.error().message();
  EXPECT_EQ(spec->renamed, (std::vector<std::pair<std::string, std::string>>{{"lr", "rate"}}));
}

class StudyFileErrors : public ::testing::TestWithParam<FileErrorCase> {};

TEST_P(StudyFileErrors, SayWhatWhereAndHowToMend) {
  const Result<StudySpec> spec = parse_study(GetParam().yaml, "s.yaml");
  ASSERT_FALSE(spec.ok()) << GetParam().yaml;
  EXPECT_EQ(spec.error().message(), GetParam().message);
}

const FileErrorCase kFileErrors[] = {
    {"",
     "s.yaml:1:1: a study file must be a mapping of keys to values (begin with for example "
     "`parameters:`)"},
    {"paramters: {}",
     "s.yaml:1:1: unknown key 'paramters', did you mean 'parameters'? (rename it)"},
    {"a: 1\nfoobar: 2", "s.yaml:1:1: unknown key 'a' (remove it; docs/options.md lists the keys)"},
    {"parameters:\n  lr: {min: 0, max: 1}\n  lr: {min: 0, max: 2}",
     "s.yaml:3:3: the key 'lr' stands twice (remove one of them; the first is in line 2)"},
    {"name: a\nname: b",
     "s.yaml:2:1: the key 'name' stands twice (remove one of them; the first is in line 1)"},
    {"parameters:\n  lr: {mni: 0, max: 1}",
     "s.yaml:2:8: unknown key 'mni' of parameter 'lr', did you mean 'min'? (rename it)"},
    {"parameters:\n  lr: {min: 3, max: 1}",
     "s.yaml:2:13: parameter 'lr': the range is empty: 3 is above 1 (swap the bounds)"},
    {"parameters:\n  lr: {distribution: log_uniform_values, min: 0, max: 1}",
     "s.yaml:2:47: parameter 'lr': a log scale cannot reach down to 0 (use a lower bound above "
     "0, such as 1e-5)"},
    {"parameters:\n  a: {min: 0, max: 1, when: {opt: sgd}}",
     "s.yaml:2:30: `when` of 'a' names 'opt', which is no parameter (name a parameter of this "
     "file)"},
    {"parameters:\n  opt: {values: [sgd, adam]}\n  a: {min: 0, max: 1, when: {opt: sdg}}",
     "s.yaml:3:35: parameter 'a': 'opt' can never be sdg: 'sdg' is none of sgd, adam, did you "
     "mean 'sgd'?"},
    {"parameters:\n  a: {values: [1, 2], when: {b: 1}}\n  b: {values: [1, 2], when: {a: 1}}",
     "s.yaml:2:30: the conditions of 'a' go in a circle (a parent must not depend on its own "
     "child)"},
    {"parameters:\n  a: {min: 0, max: 1, default: 2}",
     "s.yaml:2:32: parameter 'a': the default 2 is outside int(0, 1)"},
    {"parameters:\n  a: {distribution: unifrom, min: 0, max: 1}",
     "s.yaml:2:21: distribution has no 'unifrom', did you mean 'uniform'? (write one of: "
     "constant, "
     "categorical, categorical_w_probabilities, int_uniform, uniform, q_uniform, log_uniform, "
     "log_uniform_values, q_log_uniform, q_log_uniform_values, inv_log_uniform, "
     "inv_log_uniform_values, normal, q_normal, log_normal, q_log_normal, beta, q_beta)"},
    {"parameters:\n  a: {distribution: uniform, min: 0, max: 1, mu: 1}",
     "s.yaml:2:46: parameter 'a': 'mu' means nothing for distribution uniform (remove it; its "
     "keys are: min, max)"},
    {"parameters:\n  a: {min: 0}",
     "s.yaml:2:6: parameter 'a': distribution int_uniform needs 'max' (add `max:`)"},
    {"parameters:\n  a: {default: 1}",
     "s.yaml:2:6: parameter 'a' does not say what values it takes (write {min: 0, max: 1}, "
     "{values: [a, b]} or {value: 1})"},
    {"parameters:\n  a: 1",
     "s.yaml:2:6: 'a' must be a mapping, not '1' (write {min: 0, max: 1}, {values: [a, b]} or "
     "{value: 1})"},
    {"parameters:\n  a:",
     "s.yaml:2:3: 'a' must be a mapping, not nothing (write {min: 0, max: 1}, {values: [a, b]} "
     "or {value: 1})"},
    {"parameters:\n  a: {min: low, max: 1}", "s.yaml:2:12: 'min' must be a number, not 'low'"},
    {"parameters:\n  a: {values: []}",
     "s.yaml:2:15: parameter 'a': there are no values to choose from"},
    {"parameters:\n  a: {values: [x, x]}",
     "s.yaml:2:15: parameter 'a': the value \"x\" stands twice (remove one of them)"},
    {"parameters:\n  a: {values: x}",
     "s.yaml:2:15: 'values' must be a list, not 'x' (write for example [sgd, adam])"},
    {"parameters:\n  a: {values: [x, y], probabilities: [1]}",
     "s.yaml:2:38: parameter 'a': there are 2 values but 1 probability (give each value one)"},
    {"parameters:\n  a: {values: [x], probabilities: [0]}",
     "s.yaml:2:35: parameter 'a': all probabilities are 0"},
    {"parameters:\n  a: {values: [x], probabilities: [-1]}",
     "s.yaml:2:36: parameter 'a': a probability must be 0 or more"},
    {"parameters:\n  a: {distribution: q_uniform, min: 0, max: 1, q: 0}",
     "s.yaml:2:51: parameter 'a': q must be above 0"},
    {"parameters:\n  a: {distribution: normal, sigma: -1}",
     "s.yaml:2:36: parameter 'a': sigma must be above 0"},
    {"parameters:\n  a b: {min: 0, max: 1}",
     "s.yaml:2:3: 'a b' cannot be a parameter's name (begin with a letter; then letters, digits "
     "and _ . - /)"},
    {"parameters:\n  a: {min: 0, parameters: {b: {value: 1}}}",
     "s.yaml:2:7: 'a' groups parameters and has no 'min' (remove it, or `parameters`)"},
    {"parameters:\n  a: {min: 0, max: 1}\nconstraints: [\"a < b\"]",
     "s.yaml:3:15: the constraint names 'b', which is no parameter (name a parameter of the "
     "study)"},
    {"parameters: {a: {min: 2, max: 3}, lr: {min: 0.1, max: 1}}\nconstraints: [\"a < lr\"]",
     "s.yaml:2:15: no configuration meets 'a < lr': a is at least 2, lr at most 1 (mend the "
     "bounds, or remove the constraint)"},
    {"parameters: {a: {min: 0, max: 9, default: 5}, b: {min: 0, max: 9, default: 4}}\n"
     "constraints: [\"a <= b\"]",
     "s.yaml:2:15: the defaults of 'a' (5) and 'b' (4) break the constraint 'a <= b' (change a "
     "default, or remove it)"},
    {"parameters:\n  w: {min: 16, max: 512, q: 8, default: 65}",
     "s.yaml:2:41: parameter 'w': the default 65 is no value of int(16, 512; step=8) (write 64 or "
     "72)"},
    {"parameters: {a: {min: 2, max: 3}}\nconstraints: [\"2*a <= 3\"]",
     "s.yaml:2:15: no configuration meets '2*a <= 3': a is at least 2 (mend the bounds, or remove "
     "the constraint)"},
    {"parameters: {a: {min: 2, max: 3}, b: {min: 2, max: 3}}\nconstraints: [\"a * b <= 3\"]",
     "s.yaml:2:15: 'a * b' is not linear: it multiplies a parameter by a parameter (write sums of "
     "parameters and numbers, such as 2*a + b)"},
    {"parameters:\n  lr: {min: 0.1, max: 1, prior: 3}",
     "s.yaml:2:33: parameter 'lr': the prior 3 is outside float(0.1, 1)"},
    {"parameters:\n  lr: {min: 0.1, max: 1, prior: {spread: 3}}",
     "s.yaml:2:33: the prior of 'lr' needs 'at' (add `at:`)"},
    {"parameters:\n  lr: {min: 0.1, max: 1, prior: {at: 0.3, spred: 3}}",
     "s.yaml:2:43: unknown key 'spred' of the prior of 'lr', did you mean 'spread'? (rename it)"},
    {"constraints: [\"a ~ b\"]",
     "s.yaml:1:15: 'a ~ b' is no constraint (write sums with <, <=, > or >= between them, such as "
     "lr_min < lr or a + 2*b <= 512)"},
    {"fidelity:\n  epochs: {min: 0, max: 5}",
     "s.yaml:2:17: fidelity 'epochs': min must be above 0 (raise min)"},
    {"fidelity:\n  epochs: {min: 9, max: 5}",
     "s.yaml:2:17: fidelity 'epochs': the range is empty: 9 is above 5 (swap the bounds)"},
    {"fidelity:\n  epochs: {min: 1}", "s.yaml:2:11: fidelity 'epochs' needs 'max' (add `max:`)"},
    {"fidelity:\n  epochs: {max: 5, cut: maybe}",
     "s.yaml:2:25: 'cut' must be true or false, not 'maybe'"},
    {"metric: {goal: maximize}", "s.yaml:1:9: the metric needs 'name' (add `name:`)"},
    {"metric: {name: a, goal: maximise}",
     "s.yaml:1:25: goal has no 'maximise', did you mean 'maximize'? (write one of: minimize, "
     "maximize)"},
    {"metric: acc",
     "s.yaml:1:9: 'metric' must be a mapping, not 'acc' (write {name: val_acc, goal: maximize})"},
    {"metric: [{name: a}, {name: a}]", "s.yaml:1:28: the metric 'a' stands twice (remove one)"},
    {"command: python train.py",
     "s.yaml:1:10: 'command' must be a list, not 'python train.py' (write [\"python\", "
     "\"train.py\", \"${args}\"])"},
    {"command: [a, \"${lr}\"]",
     "s.yaml:1:14: '${lr}' names nothing (name a parameter, or write $${ for a literal ${)"},
    {"command: [a, ${args}]",
     "s.yaml:1:15: this is no valid YAML: end of sequence flow not found (inside [ ] put quotes "
     "around \"${...}\")"},
    {"command: [\"${program}\"]",
     "s.yaml:1:11: the command names ${program}, but the file has none (add `program:`)"},
    {"method: bayesian",
     "s.yaml:1:9: there is no method 'bayesian' (the methods are auto, bayes, gp, tpe, cmaes, "
     "random and grid)"},
    {"early_terminate: {type: hyperbnad}",
     "s.yaml:1:25: early_terminate has no 'hyperbnad', did you mean 'hyperband'? (write one of: "
     "hyperband, median, none, auto)"},
    {"early_terminate: {type: hyperband, eta: 1}", "s.yaml:1:41: 'eta' must be above 1"},
    {"time: soon",
     "s.yaml:1:7: 'soon' is not a duration (write for example 90s, 30m, 1.5h or 1h30m)"},
    {"until: 25:00", "s.yaml:1:8: '25:00' is not a time of day (write for example 18:00)"},
    {"run_cap: 0", "s.yaml:1:10: 'run_cap' must be 1 or more"},
    {"run_cap: many", "s.yaml:1:10: 'run_cap' must be a whole number, not 'many'"},
    {"workers: none", "s.yaml:1:10: 'none' is not a number of workers (write auto, or 1 or more)"},
    {"resources: {memory: lots}",
     "s.yaml:1:21: 'lots' is not an amount of memory (write for example 8GiB, 512MB or 1024)"},
    {"resources: {cpus: 0}", "s.yaml:1:19: 'cpus' must be 1 or more"},
    {"batch_size: bs",
     "s.yaml:1:13: batch_size names 'bs', which is no numeric parameter (name the parameter that "
     "holds the batch size)"},
    {"a: b: c", "s.yaml:1:5: this is no valid YAML: illegal map value"},
    {"a:\n\t- 1",
     "s.yaml:2:2: this is no valid YAML: illegal block entry (indent with blanks, not tabs)"},
    {"name: a\n---\nname: b",
     "s.yaml:2:1: a study file holds one document, and here begins a second (remove the line "
     "---)"},
};

INSTANTIATE_TEST_SUITE_P(Each, StudyFileErrors, ::testing::ValuesIn(kFileErrors));

}  // namespace
}  // namespace hpopt
