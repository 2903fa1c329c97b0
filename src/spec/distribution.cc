#include "spec/distribution.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include <fmt/format.h>

#include "base/text.h"

namespace hpopt {
namespace {

enum class Shape : std::uint8_t { kConstant, kChoice, kWeighted, kInt, kUniform, kBell, kBeta };

struct Distribution {
  std::string_view name;
  Shape shape;
  bool quantised = false;
  bool log = false;
  bool exponents = false;  ///< min and max are natural logarithms.
  bool inverse = false;    ///< They are those of 1/x.
};

constexpr std::array kDistributions{
    Distribution{"constant", Shape::kConstant},
    Distribution{"categorical", Shape::kChoice},
    Distribution{"categorical_w_probabilities", Shape::kWeighted},
    Distribution{"int_uniform", Shape::kInt},
    Distribution{"uniform", Shape::kUniform},
    Distribution{"q_uniform", Shape::kUniform, true},
    Distribution{"log_uniform", Shape::kUniform, false, true, true},
    Distribution{"log_uniform_values", Shape::kUniform, false, true},
    Distribution{"q_log_uniform", Shape::kUniform, true, true, true},
    Distribution{"q_log_uniform_values", Shape::kUniform, true, true},
    Distribution{"inv_log_uniform", Shape::kUniform, false, true, true, true},
    Distribution{"inv_log_uniform_values", Shape::kUniform, false, true},
    Distribution{"normal", Shape::kBell},
    Distribution{"q_normal", Shape::kBell, true},
    Distribution{"log_normal", Shape::kBell, false, true},
    Distribution{"q_log_normal", Shape::kBell, true, true},
    Distribution{"beta", Shape::kBeta},
    Distribution{"q_beta", Shape::kBeta, true},
};

std::vector<std::string> distribution_names() {
  std::vector<std::string> names;
  names.reserve(kDistributions.size());
  for (const Distribution& distribution : kDistributions) names.emplace_back(distribution.name);
  return names;
}

const Distribution& named(std::string_view name) {
  return *std::find_if(kDistributions.begin(), kDistributions.end(),
                       [&](const Distribution& d) { return d.name == name; });
}

std::vector<std::string> required_keys(const Distribution& distribution) {
  switch (distribution.shape) {
    case Shape::kConstant:
      return {"value"};
    case Shape::kChoice:
      return {"values"};
    case Shape::kWeighted:
      return {"values", "probabilities"};
    case Shape::kInt:
    case Shape::kUniform:
      return {"min", "max"};
    case Shape::kBell:
    case Shape::kBeta:
      break;
  }
  return {};
}

std::vector<std::string> optional_keys(const Distribution& distribution) {
  std::vector<std::string> keys;
  if (distribution.shape == Shape::kBell) keys = {"mu", "sigma"};
  if (distribution.shape == Shape::kBeta) keys = {"a", "b"};
  if (distribution.quantised || distribution.shape == Shape::kInt) keys.emplace_back("q");
  return keys;
}

/// What W&B infers when `distribution` is absent; q makes it a quantised one.
std::string inferred_name(const YamlNode& map) {
  if (map.find("values") != nullptr) {
    return map.find("probabilities") != nullptr ? "categorical_w_probabilities" : "categorical";
  }
  if (map.find("value") != nullptr) return "constant";
  const YamlNode* min = map.find("min");
  const YamlNode* max = map.find("max");
  if (min == nullptr && max == nullptr) return {};
  const bool whole =
      (min == nullptr || is_whole_text(*min)) && (max == nullptr || is_whole_text(*max));
  const YamlNode* step = map.find("q");
  if (whole && (step == nullptr || is_whole_text(*step))) return "int_uniform";
  return step != nullptr ? "q_uniform" : "uniform";
}

/// Reads the mapping of one parameter, whose distribution is known.
class DistributionReader {
 public:
  DistributionReader(StudyReader& reader, const std::string& name, const YamlNode& map,
                     const Distribution& distribution)
      : reader_(reader), name_(name), map_(map), distribution_(distribution) {}

  Domain read() {
    check_keys();
    if (reader_.failed()) return FixedDomain{};
    Domain domain = read_shape();
    if (reader_.failed()) return domain;
    if (const Status valid = validate(domain); !valid) {
      reader_.fail(place(), fmt::format("parameter '{}': {}", name_, valid.error().what),
                   valid.error().mend);
    }
    return domain;
  }

 private:
  void check_keys() {
    const std::vector<std::string> required = required_keys(distribution_);
    std::vector<std::string> known = required;
    for (std::string& key : optional_keys(distribution_)) known.push_back(std::move(key));
    for (const YamlNode::Entry& entry : map_.entries) {
      const std::string& key = entry.key.text;
      const bool common =
          key == "distribution" || key == "default" || key == "prior" || key == "when";
      if (common || std::find(known.begin(), known.end(), key) != known.end()) continue;
      reader_.fail(entry.key,
                   fmt::format("parameter '{}': '{}' means nothing for distribution {}", name_, key,
                               distribution_.name),
                   "remove it; its keys are: " + join(known, ", "));
    }
    for (const std::string& key : required) {
      if (map_.find(key) != nullptr) continue;
      reader_.fail(
          map_,
          fmt::format("parameter '{}': distribution {} needs '{}'", name_, distribution_.name, key),
          fmt::format("add `{}:`", key));
    }
  }

  /// Where an error of the whole domain is shown.
  const YamlNode& place() const {
    for (const char* key : {"min", "values", "sigma", "a"}) {
      if (const YamlNode* node = map_.find(key)) return *node;
    }
    return map_;
  }

  double number_or(const char* key, double otherwise) {
    const YamlNode* node = map_.find(key);
    return node != nullptr ? reader_.number(*node, key) : otherwise;
  }

  double step() {
    if (!distribution_.quantised) return 0;
    const double step = number_or("q", 1);
    if (!reader_.failed() && !(step > 0)) {
      reader_.fail(*map_.find("q"), fmt::format("parameter '{}': q must be above 0", name_));
    }
    return step;
  }

  Domain read_shape() {
    switch (distribution_.shape) {
      case Shape::kConstant:
        return FixedDomain{value_of(*map_.find("value"))};
      case Shape::kChoice:
      case Shape::kWeighted:
        return read_values();
      case Shape::kInt:
        return read_int();
      case Shape::kUniform:
        return read_uniform();
      case Shape::kBell:
        return read_bell();
      case Shape::kBeta:
        return BetaDomain{number_or("a", 1), number_or("b", 1), step()};
    }
    return FixedDomain{};
  }

  Domain read_values() {
    const YamlNode& values = *map_.find("values");
    if (!reader_.expect_list(values, "values", "write for example [sgd, adam]")) {
      return FixedDomain{};
    }
    CategoricalDomain domain;
    for (const YamlNode& value : values.items) domain.values.push_back(value_of(value));
    if (distribution_.shape == Shape::kWeighted) read_probabilities(domain);
    return domain;
  }

  void read_probabilities(CategoricalDomain& domain) {
    const YamlNode& node = *map_.find("probabilities");
    if (!reader_.expect_list(node, "probabilities", "write one number a value")) return;
    if (node.items.size() != domain.values.size()) {
      reader_.fail(node,
                   fmt::format("parameter '{}': there are {} values but {} probabilit{}", name_,
                               domain.values.size(), node.items.size(),
                               node.items.size() == 1 ? "y" : "ies"),
                   "give each value one");
      return;
    }
    CategoricalDomain kept;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const double weight = reader_.number(node.items[i], "probabilities");
      if (weight < 0) {
        reader_.fail(node.items[i],
                     fmt::format("parameter '{}': a probability must be 0 or more", name_));
      }
      if (weight <= 0) continue;
      kept.values.push_back(domain.values[i]);
      kept.weights.push_back(weight);
    }
    if (!reader_.failed() && kept.values.empty()) {
      reader_.fail(node, fmt::format("parameter '{}': all probabilities are 0", name_));
    }
    domain = std::move(kept);
  }

  Domain read_int() {
    const YamlNode* step = map_.find("q");
    return IntDomain{reader_.whole(*map_.find("min"), "min"),
                     reader_.whole(*map_.find("max"), "max"), Scale::kLinear,
                     step != nullptr ? reader_.whole(*step, "q") : 1};
  }

  Domain read_uniform() {
    const Scale scale = distribution_.log ? Scale::kLog : Scale::kLinear;
    double low = reader_.number(*map_.find("min"), "min");
    double high = reader_.number(*map_.find("max"), "max");
    const double width = step();
    if (distribution_.exponents) {
      if (distribution_.inverse) std::tie(low, high) = std::pair(-high, -low);
      low = std::exp(low);
      high = std::exp(high);
      if (width > 0) {  // W&B rounds to multiples of q; the lower bound is one of them here.
        low = std::max(std::round(low / width), 1.0) * width;
        high = std::max(std::round(high / width) * width, low);
      }
    }
    const YamlNode* q = map_.find("q");
    const bool whole_step = width > 0 && (q == nullptr || is_whole_text(*q));
    const bool in_range = std::abs(low) < 0x1p53 && std::abs(high) < 0x1p53;
    if (whole_step && in_range && std::floor(low) == low && low <= high) {
      return IntDomain{static_cast<std::int64_t>(low), static_cast<std::int64_t>(std::floor(high)),
                       scale, static_cast<std::int64_t>(width)};
    }
    return FloatDomain{low, high, scale, width};
  }

  Domain read_bell() {
    const double mu = number_or("mu", 0);
    const double sigma = number_or("sigma", 1);
    const double width = step();
    if (sigma == 0) return FixedDomain{distribution_.log ? std::exp(mu) : mu};
    return NormalDomain{mu, sigma, distribution_.log, width};
  }

  StudyReader& reader_;
  const std::string& name_;
  const YamlNode& map_;
  const Distribution& distribution_;
};

}  // namespace

Domain read_distribution(StudyReader& reader, const std::string& name, const YamlNode& map) {
  std::string distribution = inferred_name(map);
  if (const YamlNode* node = map.find("distribution")) {
    const std::vector<std::string> names = distribution_names();
    distribution = names[reader.word(*node, "distribution", names)];
  }
  if (distribution.empty()) {
    reader.fail(map, fmt::format("parameter '{}' does not say what values it takes", name),
                "write {min: 0, max: 1}, {values: [a, b]} or {value: 1}");
  }
  if (reader.failed()) return FixedDomain{};
  return DistributionReader(reader, name, map, named(distribution)).read();
}

}  // namespace hpopt
