// What the module is put together from, and how an Error becomes an exception of hpopt.errors.
#pragma once

#include <nanobind/nanobind.h>

#include "hpopt/result.h"

namespace hpopt::python {

namespace nb = nanobind;

void bind_errors(nb::module_& module);
void bind_space(nb::module_& module);
void bind_results(nb::module_& module);
void bind_study(nb::module_& module);
void bind_client(nb::module_& module);
void bind_import(nb::module_& module);

/// The exception, not raised. `kind`: a word of hpopt.errors; null: the error's own.
[[nodiscard]] nb::object to_exception(const Error& error, const char* kind = nullptr);
/// Raises it.
[[noreturn]] void raise(const Error& error, const char* kind);

}  // namespace hpopt::python
