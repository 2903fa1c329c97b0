#include <array>

#include <fmt/format.h>

#include "space/space_json.h"
#include "spec/study_spec.h"

namespace hpopt {
namespace {

// Persisted names: add to the end, never rename.
constexpr std::array kEarlyStopNames{"auto", "none", "hyperband", "median"};

template <typename Enum, std::size_t kSize>
Enum enum_of(const std::array<const char*, kSize>& names, const std::string& name) {
  for (std::size_t i = 0; i < kSize; ++i) {
    if (name == names[i]) return static_cast<Enum>(i);
  }
  throw Exception(Error{Code::kStorage,
                        fmt::format("the stored word '{}' is unknown", name),
                        {},
                        "a newer hpopt may have written it"});
}

template <typename T>
void put(Json& json, const char* key, const std::optional<T>& value) {
  if (value) json[key] = *value;
}

template <typename T>
void take(const Json& json, const char* key, std::optional<T>& value) {
  if (json.contains(key)) value = json.at(key).get<T>();
}

Json objective_json(const Objective& objective) {
  Json json = {{"name", objective.name},
               {"maximize", objective.maximize},
               {"over", objective.over == Over::kLast ? "last" : "best"}};
  put(json, "target", objective.target);
  if (!objective.source.empty()) json["source"] = objective.source;
  if (!objective.regex.empty()) json["regex"] = objective.regex;
  return json;
}

Objective read_objective(const Json& json) {
  Objective objective;
  objective.name = json.at("name").get<std::string>();
  objective.maximize = json.at("maximize").get<bool>();
  objective.over = json.at("over").get<std::string>() == "last" ? Over::kLast : Over::kBest;
  take(json, "target", objective.target);
  objective.source = json.value("source", "");
  objective.regex = json.value("regex", "");
  return objective;
}

Json fidelity_json(const Fidelity& fidelity) {
  return {{"name", fidelity.name}, {"low", fidelity.low},         {"high", fidelity.high},
          {"cut", fidelity.cut},   {"integer", fidelity.integer}, {"step", fidelity.step}};
}

Fidelity read_fidelity(const Json& json) {
  return {json.at("name").get<std::string>(), json.at("low").get<double>(),
          json.at("high").get<double>(),      json.at("cut").get<bool>(),
          json.at("integer").get<bool>(),     json.at("step").get<double>()};
}

StudySpec read_spec(const Json& json) {
  StudySpec spec;
  spec.name = json.at("name").get<std::string>();
  spec.command = json.at("command").get<std::vector<std::string>>();
  for (const Json& objective : json.at("objectives")) {
    spec.objectives.push_back(read_objective(objective));
  }
  spec.space = space_from_json(json.at("space")).value();
  for (const Json& fidelity : json.at("fidelities")) {
    spec.fidelities.push_back(read_fidelity(fidelity));
  }
  spec.method = enum_of<Method>(kMethodNames, json.at("method").get<std::string>());
  spec.early_stop = enum_of<EarlyStop>(kEarlyStopNames, json.at("early_stop").get<std::string>());
  spec.min_iterations = json.at("min_iterations").get<double>();
  spec.eta = json.at("eta").get<double>();
  take(json, "time_seconds", spec.time_seconds);
  take(json, "until", spec.until);
  take(json, "time_ratio", spec.time_ratio);
  take(json, "run_cap", spec.run_cap);
  take(json, "workers", spec.workers);
  const Json& resources = json.at("resources");
  spec.resources = {resources.at("cpus").get<int>(), resources.at("gpus").get<int>(),
                    resources.at("memory_bytes").get<std::int64_t>()};
  spec.batch_size = json.at("batch_size").get<std::string>();
  spec.pty = json.at("pty").get<bool>();
  spec.renamed = json.value("renamed", spec.renamed);
  return spec;
}

}  // namespace

Json to_json(const StudySpec& spec) {
  Json json = {{"name", spec.name}, {"command", spec.command}};
  json["objectives"] = Json::array();
  for (const Objective& objective : spec.objectives) {
    json["objectives"].push_back(objective_json(objective));
  }
  json["space"] = to_json(spec.space);
  json["fidelities"] = Json::array();
  for (const Fidelity& fidelity : spec.fidelities) {
    json["fidelities"].push_back(fidelity_json(fidelity));
  }
  json["method"] = kMethodNames.at(static_cast<std::size_t>(spec.method));
  json["early_stop"] = kEarlyStopNames.at(static_cast<std::size_t>(spec.early_stop));
  json["min_iterations"] = spec.min_iterations;
  json["eta"] = spec.eta;
  put(json, "time_seconds", spec.time_seconds);
  put(json, "until", spec.until);
  put(json, "time_ratio", spec.time_ratio);
  put(json, "run_cap", spec.run_cap);
  put(json, "workers", spec.workers);
  json["resources"] = {{"cpus", spec.resources.cpus},
                       {"gpus", spec.resources.gpus},
                       {"memory_bytes", spec.resources.memory_bytes}};
  json["batch_size"] = spec.batch_size;
  json["pty"] = spec.pty;
  if (!spec.renamed.empty()) json["renamed"] = spec.renamed;
  return json;
}

Result<StudySpec> spec_from_json(const Json& json) {
  try {
    return read_spec(json);
  } catch (const Exception& error) {
    return error.error();
  } catch (const Json::exception& error) {
    return Error{Code::kStorage,
                 fmt::format("the stored specification cannot be read: {}", error.what()),
                 {},
                 {}};
  }
}

}  // namespace hpopt
