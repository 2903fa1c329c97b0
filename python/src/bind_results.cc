// Summary, Best, TrialInfo.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "bind.h"
#include "convert.h"
#include "hpopt/study.h"

namespace hpopt::python {
namespace {

void bind_best(nb::module_& module) {
  using Best = Summary::Best;
  nb::class_<Best>(module, "Best", "The best trial of a study.")
      .def_ro("trial", &Best::trial, "Its number.")
      .def_ro("score", &Best::score)
      .def_ro("step", &Best::step, "The last step that it was trained to; 0: no steps.")
      .def_ro("confirmed", &Best::confirmed, "Whether it was trained to its full length.")
      .def_prop_ro("params", [](const Best& best) { return to_python(best.params); })
      .def("__repr__", [](const Best& best) {
        return nb::str("<hpopt.Best trial {}: {:.6g}, {}>")
            .format(best.trial, best.score, to_python(best.params));
      });
}

void bind_summary(nb::module_& module) {
  nb::class_<Summary>(module, "Summary", "What a study came to.")
      .def_prop_ro(
          "outcome", [](const Summary& summary) { return name(summary.outcome); },
          "not_run, finished, time_up, stopped, paused or error.")
      .def_ro("study", &Summary::study, "The study's id.")
      .def_ro("reason", &Summary::reason, "Why it ended, one line.")
      .def_prop_ro(
          "best", [](const Summary& summary) { return summary.best; }, "None: no score yet.")
      .def_ro("complete", &Summary::complete, "So many trials are complete.")
      .def_ro("stopped", &Summary::stopped)
      .def_ro("paused", &Summary::paused)
      .def_ro("failed", &Summary::failed, "Failed, out of memory or diverged.")
      .def_ro("seconds", &Summary::seconds, "Of the budget, used over all sessions.")
      .def_prop_ro(
          "error",
          [](const Summary& summary) {
            return summary.error ? to_exception(*summary.error) : nb::none();
          },
          nb::sig("def error(self) -> BaseException | None"), "The exception, not raised; or None.")
      .def("brief", &Summary::brief, "One line.")
      .def("full", &Summary::full, "Some lines, with the best parameters.")
      .def("__repr__", [](const Summary& summary) {
        return nb::str("<hpopt.Summary {}>").format(summary.brief());
      });
}

void bind_trial_info(nb::module_& module) {
  nb::class_<TrialInfo>(module, "TrialInfo", "What is known of one trial.")
      .def_ro("number", &TrialInfo::number)
      .def_ro("state", &TrialInfo::state,
              "waiting, running, paused, complete, stopped, failed, out_of_memory, diverged or "
              "cancelled.")
      .def_ro("score", &TrialInfo::score, "None: it has none.")
      .def_ro("reports", &TrialInfo::reports, "(step, score), in order.")
      .def_ro("seconds", &TrialInfo::seconds, "That it ran.")
      .def_ro("reason", &TrialInfo::reason, "Why it is in this state, one line.")
      .def_prop_ro("params", [](const TrialInfo& info) { return to_python(info.params); })
      .def("__repr__", [](const TrialInfo& info) {
        const nb::str score = info.score ? nb::str(" {:.6g}").format(*info.score) : nb::str("");
        return nb::str("<hpopt.TrialInfo {}: {}{}, {}>")
            .format(info.number, info.state, score, to_python(info.params));
      });
}

}  // namespace

void bind_results(nb::module_& module) {
  bind_best(module);
  bind_summary(module);
  bind_trial_info(module);
}

}  // namespace hpopt::python
