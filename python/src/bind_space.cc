// Domains and spaces.
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include "base/text.h"
#include "bind.h"
#include "convert.h"
#include "hpopt/space.h"
#include "spec/inline_form.h"
#include "spec/study_spec.h"

namespace hpopt::python {
namespace {

using Anything = nb::typed<nb::list, nb::any>;
using Named = nb::typed<nb::dict, nb::str, nb::any>;

/// nanobind would take the variant apart.
struct AnyDomain {
  Domain domain;
};

Scale scale(bool log) { return log ? Scale::kLog : Scale::kLinear; }

std::vector<Value> to_values(const nb::list& list, const char* where) {
  std::vector<Value> values;
  for (const nb::handle item : list) values.push_back(to_value(item, where));
  return values;
}

nb::list to_list(const std::vector<Value>& values) {
  nb::list list;
  for (const Value& value : values) list.append(to_python(value));
  return list;
}

/// The arguments of the class in hpopt.spaces that stands for it.
struct Fields {
  nb::dict fields;
  template <typename T>
  Fields& add(const char* name, T value) {
    fields[name] = value;
    return *this;
  }
  Fields& step(double step) { return add("step", step > 0 ? nb::cast(step) : nb::none()); }
};

struct ToFields {
  std::pair<std::string, nb::dict> operator()(const FloatDomain& domain) const {
    const bool log = domain.scale == Scale::kLog;
    return {"float", Fields()
                         .add("low", domain.low)
                         .add("high", domain.high)
                         .add("log", log)
                         .step(domain.step)
                         .fields};
  }
  std::pair<std::string, nb::dict> operator()(const IntDomain& domain) const {
    const bool log = domain.scale == Scale::kLog;
    return {"int", Fields()
                       .add("low", domain.low)
                       .add("high", domain.high)
                       .add("log", log)
                       .add("step", domain.step)
                       .fields};
  }
  std::pair<std::string, nb::dict> operator()(const NormalDomain& domain) const {
    return {"normal", Fields()
                          .add("mu", domain.mu)
                          .add("sigma", domain.sigma)
                          .add("log", domain.log)
                          .step(domain.step)
                          .fields};
  }
  std::pair<std::string, nb::dict> operator()(const BetaDomain& domain) const {
    return {"beta", Fields().add("a", domain.a).add("b", domain.b).step(domain.step).fields};
  }
  std::pair<std::string, nb::dict> operator()(const CategoricalDomain& domain) const {
    const nb::object weights = domain.weights.empty() ? nb::none() : nb::cast(domain.weights);
    return {"categorical",
            Fields().add("values", to_list(domain.values)).add("weights", weights).fields};
  }
  std::pair<std::string, nb::dict> operator()(const FixedDomain& domain) const {
    return {"fixed", Fields().add("value", to_python(domain.value)).fields};
  }
};

/// The unit map REQUIRES a sound domain.
const Domain& sound(const AnyDomain& any) {
  validate(any.domain).value();
  return any.domain;
}

double unit_of(const AnyDomain& any, nb::handle object) {
  return to_unit(any.domain, coerce(sound(any), to_value(object, "value")).value());
}

void add_parameter(Space& space, const std::string& name, const AnyDomain& domain,
                   const std::vector<std::pair<std::string, Anything>>& when,
                   nb::handle default_value, nb::handle prior_at, std::optional<double> spread) {
  Parameter parameter{.name = name, .domain = domain.domain};
  for (const auto& [parent, values] : when) {
    parameter.when.push_back({parent, to_values(values, name.c_str())});
  }
  if (!default_value.is_none()) {
    validate(domain.domain).value();
    Result<Value> value = coerce(domain.domain, to_value(default_value, name.c_str()));
    if (!value) {
      Error error = value.error();
      error.where = name;
      throw Exception(error);
    }
    parameter.default_value = *value;
  }
  if (!prior_at.is_none()) {
    parameter.belief = Belief{to_value(prior_at, name.c_str()), spread};
  }
  space.add(std::move(parameter)).value();
}

/// A mark of the command line, `~log(1e-5,1;default=1e-3)`, as the parameter `name`.
void add_mark(Space& space, const std::string& name, const std::string& mark) {
  StudySpec spec;
  apply_inline({"program", name + "=" + mark}, spec).value();
  const bool one = spec.space.parameters().size() == 1 && spec.fidelities.empty();
  if (!one) throw Exception(invalid(mark + " marks no parameter", "as ~log(1e-5,1)", name));
  Parameter parameter = spec.space.parameters().front();
  parameter.name = name;
  space.add(std::move(parameter)).value();
}

void add_constraint(Space& space, const std::string& text) {
  for (Constraint& constraint : parse_constraint(text).value()) {
    space.add(std::move(constraint)).value();
  }
}

Anything parameters(const Space& space) {
  Anything found;
  for (const Parameter& parameter : space.parameters()) {
    nb::list when;
    for (const Condition& condition : parameter.when) {
      when.append(nb::make_tuple(condition.parent, to_list(condition.values)));
    }
    const nb::object chosen =
        parameter.default_value ? to_python(*parameter.default_value) : nb::none();
    nb::object prior = nb::none();
    if (const auto& belief = parameter.belief) {
      const nb::object spread = belief->spread ? nb::cast(*belief->spread) : nb::none();
      prior = nb::make_tuple(to_python(belief->at), spread);
    }
    found.append(nb::make_tuple(parameter.name, AnyDomain{parameter.domain}, when, chosen, prior));
  }
  return found;
}

}  // namespace

void bind_space(nb::module_& module) {
  nb::class_<AnyDomain>(module, "Domain", "The set that a parameter's value is drawn from.")
      .def_static(
          "make_float",
          [](double low, double high, bool log, double step) {
            return AnyDomain{FloatDomain{low, high, scale(log), step}};
          },
          nb::arg("low"), nb::arg("high"), nb::arg("log") = false, nb::arg("step") = 0.0)
      .def_static(
          "make_int",
          [](std::int64_t low, std::int64_t high, bool log, std::int64_t step) {
            return AnyDomain{IntDomain{low, high, scale(log), step}};
          },
          nb::arg("low"), nb::arg("high"), nb::arg("log") = false, nb::arg("step") = 1)
      .def_static(
          "make_normal",
          [](double mu, double sigma, bool log, double step) {
            return AnyDomain{NormalDomain{mu, sigma, log, step}};
          },
          nb::arg("mu"), nb::arg("sigma"), nb::arg("log") = false, nb::arg("step") = 0.0)
      .def_static(
          "make_beta",
          [](double a, double b, double step) {
            return AnyDomain{BetaDomain{a, b, step}};
          },
          nb::arg("a"), nb::arg("b"), nb::arg("step") = 0.0)
      .def_static(
          "make_categorical",
          [](const Anything& values, std::vector<double> weights) {
            return AnyDomain{CategoricalDomain{to_values(values, "values"), std::move(weights)}};
          },
          nb::arg("values"), nb::arg("weights") = std::vector<double>())
      .def_static(
          "make_fixed",
          [](nb::handle value) { return AnyDomain{FixedDomain{to_value(value, "value")}}; },
          nb::arg("value").none())
      .def_prop_ro(
          "fields", [](const AnyDomain& any) { return std::visit(ToFields(), any.domain); },
          nb::sig("def fields(self) -> tuple[str, dict[str, typing.Any]]"),
          "The kind, and the arguments of its class in hpopt.spaces.")
      .def("to_unit", unit_of, nb::arg("value").none(),
           "Where it stands in [0, 1], on which the prior is uniform. Errors: InvalidInput.")
      .def(
          "from_unit",
          [](const AnyDomain& any, double unit) { return to_python(from_unit(sound(any), unit)); },
          nb::arg("unit"), "The value that stands there; a number outside [0, 1] is clamped.")
      .def(
          "contains",
          [](const AnyDomain& any, nb::handle value) {
            return contains(sound(any), to_value(value, "value"));
          },
          nb::arg("value").none())
      .def("__str__", [](const AnyDomain& any) { return describe(any.domain); })
      .def(
          "__eq__", [](const AnyDomain& a, const AnyDomain& b) { return a.domain == b.domain; },
          nb::is_operator(), nb::sig("def __eq__(self, other: object, /) -> bool"))
      .def("__hash__",
           [](const AnyDomain& any) { return std::hash<std::string>()(describe(any.domain)); });

  nb::class_<Space>(module, "Space", "Parameters, conditions and constraints.")
      .def(nb::init<>())
      .def("add", add_parameter, nb::arg("name"), nb::arg("domain"), nb::arg("when"),
           nb::arg("default").none(), nb::arg("prior_at").none() = nb::none(),
           nb::arg("prior_spread").none() = nb::none(), "Errors: InvalidInput.")
      .def("add_mark", add_mark, nb::arg("name"), nb::arg("mark"), "Errors: InvalidInput.")
      .def("add_constraint", add_constraint, nb::arg("text"), "Errors: InvalidInput.")
      .def_prop_ro("parameters", parameters,
                   "(name, domain, [(parent, values)], default, (prior's at, spread) or None), ...")
      .def(
          "check",
          [](const Space& space, const Named& params) {
            space.check(to_configuration(params)).value();
          },
          nb::arg("params"),
          "Errors: InvalidInput: names a parameter too many or too few, or a value outside.");

  module.def(
      "parse_duration", [](const std::string& text) { return parse_duration(text).value(); },
      nb::arg("text"), "Seconds of \"30m\", \"1h30m\". Errors: InvalidInput.");
  module.def(
      "parse_objective",
      [](const std::string& text) {
        const Objective objective = parse_metric(text).value();
        return std::make_pair(objective.name, objective.maximize);
      },
      nb::arg("text"),
      "Name and whether more is better, of \"val_acc:max\". Errors: InvalidInput.");
}

}  // namespace hpopt::python
