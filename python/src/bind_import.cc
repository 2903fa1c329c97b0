// Studies of other tools.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <tuple>

#include "bind.h"
#include "interop/import.h"
#include "interop/import_reader.h"

namespace hpopt::python {
namespace {

std::tuple<std::string, std::string, bool> import_study(std::string path, std::string name,
                                                        std::string study,
                                                        const std::string& metric,
                                                        std::vector<std::string> parameters,
                                                        const std::string& storage) {
  const ImportSource source{.path = std::move(path),
                            .name = std::move(name),
                            .study = std::move(study),
                            .metric = parse_metric_wish(metric),
                            .parameters = std::move(parameters)};
  const ImportResult result = import_into(storage, source).value();
  const Objective& objective = result.state.spec().objectives.front();
  return {result.name, objective.name, objective.maximize};
}

}  // namespace

void bind_import(nb::module_& module) {
  module.def("import_study", import_study, nb::arg("path"), nb::arg("name"), nb::arg("study"),
             nb::arg("metric"), nb::arg("parameters"), nb::arg("storage"),
             nb::call_guard<nb::gil_scoped_release>(),
             "The study's name, its metric, and whether more is better. Errors: NotFound, "
             "InvalidInput, StorageError.");
}

}  // namespace hpopt::python
