#include "space/space_json.h"

#include <fmt/format.h>

namespace hpopt {
namespace {

const char* scale_name(Scale scale) { return scale == Scale::kLog ? "log" : "linear"; }

struct DomainToJson {
  Json operator()(const FloatDomain& domain) const {
    return {{"type", "float"},
            {"low", domain.low},
            {"high", domain.high},
            {"scale", scale_name(domain.scale)},
            {"step", domain.step}};
  }
  Json operator()(const IntDomain& domain) const {
    return {{"type", "int"},
            {"low", domain.low},
            {"high", domain.high},
            {"scale", scale_name(domain.scale)},
            {"step", domain.step}};
  }
  Json operator()(const NormalDomain& domain) const {
    return {{"type", "normal"},
            {"mu", domain.mu},
            {"sigma", domain.sigma},
            {"log", domain.log},
            {"step", domain.step}};
  }
  Json operator()(const BetaDomain& domain) const {
    return {{"type", "beta"}, {"a", domain.a}, {"b", domain.b}, {"step", domain.step}};
  }
  Json operator()(const CategoricalDomain& domain) const {
    Json values = Json::array();
    for (const Value& value : domain.values) values.push_back(to_json(value));
    Json json = {{"type", "categorical"}, {"values", std::move(values)}};
    if (!domain.weights.empty()) json["weights"] = domain.weights;
    return json;
  }
  Json operator()(const FixedDomain& domain) const {
    return {{"type", "fixed"}, {"value", to_json(domain.value)}};
  }
};

// These throw nlohmann's exceptions on a wrong shape; the functions below turn them into errors.

Scale read_scale(const Json& json) {
  return json.at("scale").get<std::string>() == "log" ? Scale::kLog : Scale::kLinear;
}

std::vector<Value> read_values(const Json& json) {
  std::vector<Value> values;
  for (const Json& element : json) values.push_back(value_from_json(element));
  return values;
}

Domain read_domain(const Json& json) {
  const auto real = [&](const char* key) { return json.at(key).get<double>(); };
  const auto whole = [&](const char* key) { return json.at(key).get<std::int64_t>(); };
  const std::string type = json.at("type").get<std::string>();
  if (type == "float") {
    return FloatDomain{real("low"), real("high"), read_scale(json), real("step")};
  }
  if (type == "int") return IntDomain{whole("low"), whole("high"), read_scale(json), whole("step")};
  if (type == "normal") {
    return NormalDomain{real("mu"), real("sigma"), json.at("log").get<bool>(), real("step")};
  }
  if (type == "beta") return BetaDomain{real("a"), real("b"), real("step")};
  if (type == "fixed") return FixedDomain{value_from_json(json.at("value"))};
  if (type != "categorical") {
    throw Exception(invalid(fmt::format("there is no domain of type '{}'", type),
                            "a newer hpopt may have written it"));
  }
  return CategoricalDomain{read_values(json.at("values")),
                           json.value("weights", std::vector<double>())};
}

Belief read_belief(const Json& json) {
  Belief belief{.at = value_from_json(json.at("at"))};
  if (json.contains("spread")) belief.spread = json.at("spread").get<double>();
  return belief;
}

Parameter read_parameter(const Json& json) {
  Parameter parameter;
  parameter.name = json.at("name").get<std::string>();
  parameter.domain = read_domain(json.at("domain"));
  if (json.contains("when")) {
    for (const Json& condition : json.at("when")) {
      parameter.when.push_back(
          {condition.at("parent").get<std::string>(), read_values(condition.at("values"))});
    }
  }
  if (json.contains("default")) parameter.default_value = value_from_json(json.at("default"));
  if (json.contains("prior")) parameter.belief = read_belief(json.at("prior"));
  return parameter;
}

Space read_space(const Json& json) {
  Space space;
  for (const Json& parameter : json.at("parameters")) {
    std::move(space.add(read_parameter(parameter))).value();
  }
  for (const Json& constraint : json.at("constraints")) {
    Constraint read{constraint.at("left").get<std::string>(),
                    constraint.at("right").get<std::string>(), constraint.at("strict").get<bool>()};
    std::move(space.add(std::move(read))).value();
  }
  return space;
}

template <typename Read>
auto caught(const char* what, const Json& json, Read read) -> Result<decltype(read(json))> {
  try {
    return read(json);
  } catch (const Exception& error) {
    return error.error();
  } catch (const Json::exception& error) {
    return Error{Code::kStorage,
                 fmt::format("the stored {} cannot be read: {}", what, error.what()),
                 {},
                 {}};
  }
}

}  // namespace

Json to_json(const Domain& domain) { return std::visit(DomainToJson{}, domain); }

Json to_json(const Parameter& parameter) {
  Json json = {{"name", parameter.name}, {"domain", to_json(parameter.domain)}};
  for (const Condition& condition : parameter.when) {
    Json values = Json::array();
    for (const Value& value : condition.values) values.push_back(to_json(value));
    json["when"].push_back({{"parent", condition.parent}, {"values", std::move(values)}});
  }
  if (parameter.default_value) json["default"] = to_json(*parameter.default_value);
  if (const auto& belief = parameter.belief) {
    json["prior"]["at"] = to_json(belief->at);
    if (belief->spread) json["prior"]["spread"] = *belief->spread;
  }
  return json;
}

Json to_json(const Space& space) {
  Json parameters = Json::array();
  for (const Parameter& parameter : space.parameters()) parameters.push_back(to_json(parameter));
  Json constraints = Json::array();
  for (const Constraint& constraint : space.constraints()) {
    constraints.push_back(
        {{"left", constraint.left}, {"right", constraint.right}, {"strict", constraint.strict}});
  }
  return {{"parameters", std::move(parameters)}, {"constraints", std::move(constraints)}};
}

Result<Domain> domain_from_json(const Json& json) { return caught("domain", json, read_domain); }
Result<Parameter> parameter_from_json(const Json& json) {
  return caught("parameter", json, read_parameter);
}
Result<Space> space_from_json(const Json& json) { return caught("space", json, read_space); }

}  // namespace hpopt
