#include "convert.h"

#include <nanobind/stl/string.h>

#include <variant>

#include "hpopt/result.h"

namespace hpopt::python {
namespace {

[[noreturn]] void refuse(nb::handle object, const char* where, const char* why) {
  const std::string text = nb::cast<std::string>(nb::repr(object));
  throw Exception(invalid(text + why, "give a text, a number, a bool or None", where));
}

Value from_int(nb::handle object, const char* where) {
  int overflow = 0;
  const std::int64_t number = PyLong_AsLongLongAndOverflow(object.ptr(), &overflow);
  if (overflow != 0) refuse(object, where, " has more than 64 bits");
  return number;
}

/// As JSON has it; keys sorted, so that equal values are equal texts.
Value from_container(nb::handle object, const char* where) {
  try {
    const nb::object text = nb::module_::import_("json").attr("dumps")(
        object, nb::arg("sort_keys") = true, nb::arg("ensure_ascii") = false,
        nb::arg("allow_nan") = false, nb::arg("separators") = nb::make_tuple(",", ":"));
    return JsonText{nb::cast<std::string>(text)};
  } catch (nb::python_error&) {
    refuse(object, where, " is no JSON value");
  }
}

Value from_scalar(nb::handle object, const char* where) {
  if (!nb::hasattr(object, "item")) refuse(object, where, " is no value of a parameter");
  try {
    const nb::object item = object.attr("item")();
    if (!item.type().is(object.type())) return to_value(item, where);
  } catch (nb::python_error&) {
  }
  refuse(object, where, " is no single value");
}

struct ToPython {
  nb::object operator()(std::monostate) const { return nb::none(); }
  nb::object operator()(bool value) const { return nb::bool_(value); }
  nb::object operator()(std::int64_t value) const { return nb::int_(value); }
  nb::object operator()(double value) const { return nb::float_(value); }
  nb::object operator()(const std::string& value) const { return nb::cast(value); }
  nb::object operator()(const JsonText& value) const {
    return nb::module_::import_("json").attr("loads")(value.text);
  }
};

}  // namespace

Value to_value(nb::handle object, const char* where) {
  PyObject* const raw = object.ptr();
  if (object.is_none()) return {};
  if (PyBool_Check(raw)) return raw == Py_True;
  if (PyLong_Check(raw)) return from_int(object, where);
  if (PyFloat_Check(raw)) return PyFloat_AsDouble(raw);
  if (PyUnicode_Check(raw)) {
    Py_ssize_t size = 0;
    const char* text = PyUnicode_AsUTF8AndSize(raw, &size);
    if (text != nullptr) return std::string(text, static_cast<std::size_t>(size));
    PyErr_Clear();
    refuse(object, where, " is no Unicode text");
  }
  if (PyList_Check(raw) || PyTuple_Check(raw) || PyDict_Check(raw)) {
    return from_container(object, where);
  }
  return from_scalar(object, where);
}

nb::object to_python(const Value& value) { return std::visit(ToPython(), value.held()); }

Configuration to_configuration(const nb::dict& mapping) {
  Configuration configuration;
  for (const auto& [key, value] : mapping) {
    if (!nb::isinstance<nb::str>(key)) refuse(key, "params", " is no name of a parameter");
    const auto name = nb::cast<std::string>(key);
    configuration.set(name, to_value(value, name.c_str()));
  }
  return configuration;
}

nb::typed<nb::dict, nb::str, nb::any> to_python(const Configuration& configuration) {
  nb::typed<nb::dict, nb::str, nb::any> found;
  for (const auto& [name, value] : configuration) found[name.c_str()] = to_python(value);
  return found;
}

}  // namespace hpopt::python
