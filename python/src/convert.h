// Values between Python and the engine. The GIL is held by all callers.
#pragma once

#include <nanobind/nanobind.h>

#include "hpopt/value.h"

namespace hpopt::python {

namespace nb = nanobind;

/// None, bool, int of 64 bits, float, str; lists and dicts as JSON; scalars of NumPy and of tensor
/// libraries by their item(). Throws Exception (kInvalid) for all else, naming `where`.
[[nodiscard]] Value to_value(nb::handle object, const char* where);
[[nodiscard]] nb::object to_python(const Value& value);

/// From a dict of names.
[[nodiscard]] Configuration to_configuration(const nb::dict& mapping);
[[nodiscard]] nb::typed<nb::dict, nb::str, nb::any> to_python(const Configuration& configuration);

}  // namespace hpopt::python
