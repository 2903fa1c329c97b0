#include "sampler/gp_model.h"

#include "base/json.h"

namespace hpopt {
namespace {

Json write_parameters(const GpParameters& parameters) {
  return {
      {"lengths", parameters.lengths}, {"scale", parameters.scale}, {"noise", parameters.noise}};
}

GpParameters read_parameters(const Json& json) {
  return {json.at("lengths").get<std::vector<double>>(), json.at("scale").get<double>(),
          json.at("noise").get<double>()};
}

}  // namespace

std::string write_model(const GpModel& model) {
  Json json = write_parameters(model.parameters);
  json["by"] = "gp";
  json["trials"] = model.trials;
  if (model.success) json["success"] = write_parameters(*model.success);
  return json.dump();
}

std::optional<GpModel> read_model(const std::string& text, std::size_t axes) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || json.value("by", "") != "gp") return std::nullopt;
  if (json.at("lengths").size() != axes) return std::nullopt;
  GpModel model{json.at("trials").get<std::size_t>(), read_parameters(json)};
  if (json.contains("success")) model.success = read_parameters(json.at("success"));
  return model;
}

}  // namespace hpopt
