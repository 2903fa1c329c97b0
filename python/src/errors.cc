#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <exception>

#include "bind.h"

namespace hpopt::python {
namespace {

const char* word(Code code) {
  switch (code) {
    case Code::kInvalid:
      return "invalid";
    case Code::kNotFound:
      return "not_found";
    case Code::kConflict:
      return "conflict";
    case Code::kBusy:
      return "busy";
    case Code::kStorage:
      return "storage";
    case Code::kUnavailable:
      return "unavailable";
    case Code::kInternal:
      break;
  }
  return "internal";
}

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
      .attr("of_kind")(kind != nullptr ? kind : word(error.code), error.what, error.where,
                       error.mend);
}

void raise(const Error& error, const char* kind) {
  set(to_exception(error, kind));
  throw nb::python_error();
}

void bind_errors(nb::module_& /*module*/) { nb::register_exception_translator(translate); }

}  // namespace hpopt::python
