#include <nanobind/nanobind.h>
#include <nanobind/stl/string_view.h>

#include "bind.h"
#include "engine/version.h"

NB_MODULE(_engine, module) {
  module.doc() = "The engine of hpopt; hpopt is what to import.";
  module.attr("version") = hpopt::kVersion;
  hpopt::python::bind_errors(module);
  hpopt::python::bind_space(module);
  hpopt::python::bind_results(module);
  hpopt::python::bind_study(module);
  hpopt::python::bind_client(module);
  hpopt::python::bind_import(module);
}
