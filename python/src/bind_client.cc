// What a script that `hpopt run` starts uses to talk back.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include "bind.h"
#include "client/report_client.h"

namespace hpopt::python {
namespace {

bool report(ReportClient& client, std::string metric, std::optional<double> step, double value,
            int timeout_ms) {
  const auto answer =
      client.report({.metric = std::move(metric), .step = step, .value = value}, timeout_ms);
  return answer.value() == ReportAnswer::kContinue;
}

void out_of_memory(ReportClient& client, const std::string& kind) {
  ReportMessage message;
  message.memory = kind == "gpu" ? Memory::kDevice : Memory::kHost;
  (void)client.report(message).value();
}

}  // namespace

void bind_client(nb::module_& module) {
  nb::class_<ReportClient>(module, "ReportClient", "A trial's line to the `hpopt run` around it.")
      .def_static("from_environment", &ReportClient::from_environment, "None outside a trial.")
      .def(
          "report", report, nb::arg("metric"), nb::arg("step").none(), nb::arg("value"),
          nb::arg("timeout_ms") = 2000, nb::call_guard<nb::gil_scoped_release>(),
          "Says a number; an empty metric is the objective. Whether to go on. Errors: Unavailable.")
      .def("out_of_memory", out_of_memory, nb::arg("kind"),
           nb::call_guard<nb::gil_scoped_release>(),
           "Says before the exit that memory was short: \"gpu\" or \"host\".");
}

}  // namespace hpopt::python
