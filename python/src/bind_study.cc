// Study and Trial. Engine calls run without the GIL.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <stdexcept>

#include "bind.h"
#include "convert.h"
#include "held_trial.h"
#include "hpopt/study.h"

namespace hpopt::python {
namespace {

using Unlocked = nb::gil_scoped_release;
using Named = nb::typed<nb::dict, nb::str, nb::any>;
using Anything = nb::typed<nb::list, nb::any>;
using Objective = nb::typed<nb::callable, double(HeldTrial&)>;

Existing existing(const std::string& word) {
  if (word == "go_on") return Existing::kGoOn;
  if (word == "restart") return Existing::kRestart;
  if (word == "fresh") return Existing::kFresh;
  throw Exception(invalid("'" + word + "' is unknown", "go_on, restart or fresh", "existing"));
}

Study open(std::string name, std::string storage, std::string metric, bool maximize,
           const Space& space, double time, std::int64_t trials, int workers, int full_steps,
           std::uint64_t seed, const std::string& existing_word, const std::string& sampler,
           const std::string& early_stop, int min_steps, double reduction_factor,
           std::string batch_size, bool resumable) {
  Options options;
  options.storage = std::move(storage);
  options.metric = std::move(metric);
  options.maximize = maximize;
  options.space = space;
  options.time = std::chrono::duration<double>(time);
  options.trials = trials;
  options.workers = workers;
  options.full_steps = full_steps;
  options.seed = seed;
  options.existing = existing(existing_word);
  options.sampler = sampler;
  options.early_stop = early_stop;
  options.min_steps = min_steps;
  options.reduction_factor = reduction_factor;
  options.batch_size = std::move(batch_size);
  options.resumable = resumable;
  return Study::open(std::move(name), std::move(options)).value();
}

HeldTrial* ask(Study& study) {
  Result<Trial> trial = [&] {
    const Unlocked unlocked;
    return study.ask();
  }();
  if (trial) return new HeldTrial(std::move(*trial));
  const Code code = trial.error().code;
  raise(trial.error(), code == Code::kNotFound      ? "exhausted"
                       : code == Code::kUnavailable ? "time_up"
                                                    : nullptr);
}

/// The exception of an objective as the engine knows it. The GIL is held.
std::string words_of(const nb::python_error& thrown) {
  return nb::cast<std::string>(
      nb::module_::import_("hpopt.trial").attr("describe")(thrown.value()));
}

/// One evaluation in one of the engine's threads.
double evaluate(const Objective& objective, Trial& trial) {
  const nb::gil_scoped_acquire locked;
  const nb::object held = nb::cast(new HeldTrial(&trial));
  const auto end = [&] { nb::cast<HeldTrial*>(held)->end(); };
  std::string failure;
  try {
    const auto score = nb::cast<double>(objective(held));
    end();
    return score;
  } catch (nb::python_error& thrown) {
    failure = words_of(thrown);
  }
  end();
  throw std::runtime_error(failure);
}

OptimizeOptions bounds(double time, std::int64_t trials, int workers) {
  return {.time = std::chrono::duration<double>(time), .trials = trials, .workers = workers};
}

Summary optimize(Study& study, const Objective& objective, double time, std::int64_t trials,
                 int workers) {
  const Unlocked unlocked;
  return study.optimize([&](Trial& trial) { return evaluate(objective, trial); },
                        bounds(time, trials, workers));
}

Summary optimize_workers(Study& study, const std::vector<std::string>& worker, double time,
                         std::int64_t trials, int workers) {
  return study.optimize_workers({.argv = worker, .forks = true}, bounds(time, trials, workers));
}

/// The index of what was chosen, so that the caller's own object is what it gets.
std::size_t suggest_categorical(HeldTrial& held, const std::string& name, const Anything& choices) {
  std::vector<Value> values;
  for (const nb::handle choice : choices) values.push_back(to_value(choice, name.c_str()));
  const Unlocked unlocked;
  return held.with([&](Trial& trial) {
    const Value value = trial.suggest_categorical(name, values);
    return static_cast<std::size_t>(std::find(values.begin(), values.end(), value) -
                                    values.begin());
  });
}

/// A member of Trial, asked without the GIL.
template <auto Member>
auto asked() {
  return [](HeldTrial& held) {
    const Unlocked unlocked;
    return held.with([](Trial& trial) { return (trial.*Member)(); });
  };
}

void bind_trial(nb::module_& module) {
  nb::class_<HeldTrial>(module, "Trial", "A lease on one evaluation.")
      .def_prop_ro("number", &HeldTrial::number)
      .def_prop_ro("over", &HeldTrial::over, "Whether its result was told, or it was released.",
                   nb::call_guard<Unlocked>())
      .def_prop_ro("params",
                   [](HeldTrial& held) {
                     Configuration params;
                     {
                       const Unlocked unlocked;
                       params = held.with([](Trial& trial) { return trial.params(); });
                     }
                     return to_python(params);
                   })
      .def_prop_ro("seed", asked<&Trial::seed>())
      .def_prop_ro("next_step", asked<&Trial::next_step>())
      .def_prop_ro("last_step", asked<&Trial::last_step>())
      .def_prop_ro("fidelity", asked<&Trial::fidelity>())
      .def_prop_ro("left", asked<&Trial::left>())
      .def_prop_ro("checkpoint_dir", asked<&Trial::checkpoint_dir>())
      .def_prop_ro("stop_requested",
                   [](HeldTrial& held) {
                     const Unlocked unlocked;
                     return held.with([](Trial& trial) { return trial.stop().stop_requested(); });
                   })
      .def(
          "suggest_float",
          [](HeldTrial& held, const std::string& name, double low, double high, bool log,
             double step) {
            return held.with([&](Trial& trial) {
              return trial.suggest_float(name, low, high, {.log = log, .step = step});
            });
          },
          nb::arg("name"), nb::arg("low"), nb::arg("high"), nb::arg("log"), nb::arg("step"),
          nb::call_guard<Unlocked>())
      .def(
          "suggest_int",
          [](HeldTrial& held, const std::string& name, std::int64_t low, std::int64_t high,
             bool log, std::int64_t step) {
            return held.with([&](Trial& trial) {
              return trial.suggest_int(name, low, high, {.log = log, .step = step});
            });
          },
          nb::arg("name"), nb::arg("low"), nb::arg("high"), nb::arg("log"), nb::arg("step"),
          nb::call_guard<Unlocked>())
      .def("suggest_categorical", suggest_categorical, nb::arg("name"), nb::arg("values"),
           "The index of the value that was chosen.")
      .def(
          "report",
          [](HeldTrial& held, int step, double score) {
            return static_cast<int>(
                held.with([&](Trial& trial) { return trial.report(step, score); }));
          },
          nb::arg("step"), nb::arg("score"), nb::call_guard<Unlocked>(),
          "The number of an hpopt.Verdict.")
      .def("release", &HeldTrial::end, nb::call_guard<Unlocked>(),
           "As if it had never been asked.");
}

}  // namespace

void bind_study(nb::module_& module) {
  bind_trial(module);
  nb::class_<Study>(module, "Study")
      .def_static("open", open, nb::arg("name"), nb::kw_only(), nb::arg("storage"),
                  nb::arg("metric"), nb::arg("maximize"), nb::arg("space"), nb::arg("time"),
                  nb::arg("trials"), nb::arg("workers"), nb::arg("full_steps"), nb::arg("seed"),
                  nb::arg("existing"), nb::arg("sampler"), nb::arg("early_stop"),
                  nb::arg("min_steps"), nb::arg("reduction_factor"), nb::arg("batch_size"),
                  nb::arg("resumable"), nb::call_guard<Unlocked>())
      .def_prop_ro("id", &Study::id)
      .def_prop_ro("name", &Study::name)
      .def("ask", ask, nb::rv_policy::take_ownership, "Errors: Exhausted, TimeUp, StorageError.")
      .def(
          "tell",
          [](Study& study, HeldTrial& held, double score) {
            study.tell(held.take(), score).value();
          },
          nb::arg("trial"), nb::arg("score"), nb::call_guard<Unlocked>())
      .def(
          "fail",
          [](Study& study, HeldTrial& held, const std::string& why) {
            study.fail(held.take(), why).value();
          },
          nb::arg("trial"), nb::arg("why"), nb::call_guard<Unlocked>())
      .def(
          "set_aside", [](Study& study, HeldTrial& held) { study.set_aside(held.take()).value(); },
          nb::arg("trial"), nb::call_guard<Unlocked>())
      .def(
          "attach",
          [](Study& study, std::uint32_t number) {
            return new HeldTrial(study.attach(number).value());
          },
          nb::arg("number"), nb::rv_policy::take_ownership, nb::call_guard<Unlocked>())
      .def(
          "enqueue",
          [](Study& study, const Named& params) {
            Configuration configuration = to_configuration(params);
            const Unlocked unlocked;
            study.enqueue(std::move(configuration)).value();
          },
          nb::arg("params"))
      .def("optimize", optimize, nb::arg("objective"), nb::arg("time"), nb::arg("trials"),
           nb::arg("workers"), "Calls the objective with an engine's Trial in threads of its own.")
      .def("optimize_workers", optimize_workers, nb::arg("worker"), nb::arg("time"),
           nb::arg("trials"), nb::arg("workers"), nb::call_guard<Unlocked>(),
           "Runs the command that speaks the worker protocol.")
      .def("stop", &Study::stop, nb::call_guard<Unlocked>())
      .def("summary", &Study::summary, nb::call_guard<Unlocked>())
      .def("trials", &Study::trials, nb::call_guard<Unlocked>())
      .def("space", &Study::space, nb::call_guard<Unlocked>());
}

}  // namespace hpopt::python
