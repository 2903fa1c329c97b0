#include <fmt/format.h>

#include "base/text.h"
#include "hpopt/domain.h"

namespace hpopt {
namespace {

std::string step_option(double step) {
  return step > 0 ? fmt::format("; step={}", shortest(step)) : "";
}

/// A string is quoted where it would be read as something else.
std::string choice_text(const Value& value) {
  if (!value.is_string()) return value.json();
  const std::string& text = value.as_string();
  const bool is_word = text == "true" || text == "false" || text == "null";
  const bool is_plain = !text.empty() && trim(text) == text && !parse_number(text) && !is_word &&
                        text.find_first_of(",;()'\"") == std::string::npos;
  return is_plain ? text : value.json();
}

struct Describe {
  std::string operator()(const FloatDomain& domain) const {
    return fmt::format("{}({}, {}{})", domain.scale == Scale::kLog ? "log" : "float",
                       shortest(domain.low), shortest(domain.high), step_option(domain.step));
  }
  std::string operator()(const IntDomain& domain) const {
    const std::string step = domain.step > 1 ? fmt::format("; step={}", domain.step) : "";
    return fmt::format("{}({}, {}{})", domain.scale == Scale::kLog ? "logint" : "int", domain.low,
                       domain.high, step);
  }
  std::string operator()(const NormalDomain& domain) const {
    return fmt::format("{}({}, {}{})", domain.log ? "lognormal" : "normal", shortest(domain.mu),
                       shortest(domain.sigma), step_option(domain.step));
  }
  std::string operator()(const BetaDomain& domain) const {
    return fmt::format("beta({}, {}{})", shortest(domain.a), shortest(domain.b),
                       step_option(domain.step));
  }
  std::string operator()(const CategoricalDomain& domain) const {
    std::vector<std::string> values;
    values.reserve(domain.values.size());
    for (const Value& value : domain.values) values.push_back(choice_text(value));
    std::vector<std::string> weights;
    weights.reserve(domain.weights.size());
    for (const double weight : domain.weights) weights.push_back(shortest(weight));
    const std::string option = weights.empty() ? "" : "; weights=" + join(weights, "/");
    return fmt::format("choice({}{})", join(values, ", "), option);
  }
  std::string operator()(const FixedDomain& domain) const { return choice_text(domain.value); }
};

}  // namespace

std::string describe(const Domain& domain) { return std::visit(Describe{}, domain); }

}  // namespace hpopt
