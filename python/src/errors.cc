#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <exception>

#include "bind.h"

namespace hpopt::python {
namespace {

void set(const nb::object& exception) { PyErr_SetObject(exception.type().ptr(), exception.ptr()); }

void translate(const std::exception_ptr& thrown, void* /*payload*/) {
  try {
    std::rethrow_exception(thrown);
  } catch (const Exception& exception) {
    set(to_exception(exception.error()));
  }
}

}  // namespace

nb::object to_exception(const Error& error, const char* kind) {
  return nb::module_::import_("hpopt.errors")
      .attr("of_kind")(kind != nullptr ? kind : std::string(name(error.code)), error.what,
                       error.where, error.mend);
}

void raise(const Error& error, const char* kind) {
  set(to_exception(error, kind));
  throw nb::python_error();
}

void bind_errors(nb::module_& /*module*/) { nb::register_exception_translator(translate); }

}  // namespace hpopt::python
