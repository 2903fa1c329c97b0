#include "spec/study_parameters.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "spec/distribution.h"
#include "spec/study_spec.h"

namespace hpopt {
namespace {

constexpr const char* kParameterMend = "write {min: 0, max: 1}, {values: [a, b]} or {value: 1}";

const std::vector<std::string>& parameter_keys() {
  static const std::vector<std::string> keys{
      "distribution", "min",           "max",   "q",          "mu",      "sigma", "a",   "b",
      "values",       "probabilities", "value", "parameters", "default", "prior", "when"};
  return keys;
}

/// A condition that is written down but whose names aren't looked up yet.
struct PendingCondition {
  const YamlNode* name;
  const YamlNode* values;
  std::string prefix;  ///< Of the parameter that it belongs to: siblings are meant first.
};

struct PendingParameter {
  Parameter parameter;
  const YamlNode* key;
  const YamlNode* default_node;
  const YamlNode* prior_node;
  std::vector<PendingCondition> conditions;
};

class ParametersReader {
 public:
  explicit ParametersReader(StudyReader& reader) : reader_(reader) {}

  Space read(const YamlNode& map) {
    collect(map, "", {});
    for (PendingParameter& pending : pending_) resolve(pending);
    Space space;
    std::vector<const PendingParameter*> left;
    left.reserve(pending_.size());
    for (const PendingParameter& pending : pending_) left.push_back(&pending);
    while (!left.empty() && !reader_.failed()) {
      const auto next = std::find_if(left.begin(), left.end(), [&](const PendingParameter* p) {
        return has_all_parents(space, p->parameter);
      });
      if (next == left.end()) {
        reader_.fail(
            *left.front()->conditions.front().name,
            fmt::format("the conditions of '{}' go in a circle", left.front()->parameter.name),
            "a parent must not depend on its own child");
        break;
      }
      add(space, **next);
      left.erase(next);
    }
    return space;
  }

 private:
  void collect(const YamlNode& map, const std::string& prefix,
               const std::vector<PendingCondition>& inherited) {
    if (!reader_.expect_map(map, "parameters", "write `name: {min: 0, max: 1}`")) return;
    for (const YamlNode::Entry& entry : map.entries) {
      const std::string name = prefix + entry.key.text;
      if (!is_parameter_name(entry.key.text)) {
        reader_.fail(entry.key, fmt::format("'{}' cannot be a parameter's name", entry.key.text),
                     "begin with a letter; then letters, digits and _ . - /");
      }
      if (!reader_.expect_map(entry.value, name, kParameterMend)) continue;
      reader_.check_keys(entry.value, fmt::format("parameter '{}'", name), parameter_keys());
      if (reader_.failed()) return;
      std::vector<PendingCondition> conditions = inherited;
      collect_conditions(entry.value, prefix, conditions);
      if (entry.value.find("parameters") != nullptr) {
        collect_group(entry.value, name, conditions);
      } else {
        Parameter parameter{.name = name, .domain = read_distribution(reader_, name, entry.value)};
        const YamlNode* prior = entry.value.find("prior");
        if (prior != nullptr) parameter.belief = read_belief(*prior, name);
        pending_.push_back({std::move(parameter), &entry.key, entry.value.find("default"), prior,
                            std::move(conditions)});
      }
    }
  }

  Belief read_belief(const YamlNode& node, const std::string& name) {
    if (!node.is_map()) return {.at = value_of(node)};
    reader_.check_keys(node, fmt::format("the prior of '{}'", name), {"at", "spread"});
    const YamlNode* at = node.find("at");
    if (at == nullptr) {
      reader_.fail(node, fmt::format("the prior of '{}' needs 'at'", name), "add `at:`");
      return {};
    }
    Belief belief{.at = value_of(*at)};
    if (const YamlNode* spread = node.find("spread")) {
      belief.spread = reader_.number(*spread, "spread");
    }
    return belief;
  }

  void collect_group(const YamlNode& group, const std::string& name,
                     const std::vector<PendingCondition>& conditions) {
    for (const YamlNode::Entry& entry : group.entries) {
      if (entry.key.text == "parameters" || entry.key.text == "when") continue;
      reader_.fail(entry.key,
                   fmt::format("'{}' groups parameters and has no '{}'", name, entry.key.text),
                   "remove it, or `parameters`");
    }
    collect(*group.find("parameters"), name + '.', conditions);
  }

  void collect_conditions(const YamlNode& map, const std::string& prefix,
                          std::vector<PendingCondition>& conditions) {
    const YamlNode* when = map.find("when");
    if (when == nullptr) return;
    if (!reader_.expect_map(*when, "when", "write {parent: value} or {parent: [a, b]}")) return;
    for (const YamlNode::Entry& entry : when->entries) {
      conditions.push_back({&entry.key, &entry.value, prefix});
    }
  }

  bool is_declared(const std::string& name) const {
    return std::any_of(pending_.begin(), pending_.end(),
                       [&](const PendingParameter& p) { return p.parameter.name == name; });
  }

  void resolve(PendingParameter& pending) {
    for (const PendingCondition& condition : pending.conditions) {
      const std::string sibling = condition.prefix + condition.name->text;
      const std::string parent = is_declared(sibling) ? sibling : condition.name->text;
      if (!is_declared(parent)) {
        std::vector<std::string> names;
        names.reserve(pending_.size());
        for (const PendingParameter& other : pending_) names.push_back(other.parameter.name);
        reader_.fail(*condition.name,
                     fmt::format("`when` of '{}' names '{}', which is no parameter{}",
                                 pending.parameter.name, parent, did_you_mean(parent, names)),
                     "name a parameter of this file");
        return;
      }
      std::vector<Value> values;
      if (condition.values->is_list()) {
        for (const YamlNode& value : condition.values->items) values.push_back(value_of(value));
      } else {
        values.push_back(value_of(*condition.values));
      }
      pending.parameter.when.push_back({parent, std::move(values)});
    }
    if (pending.default_node != nullptr) {
      pending.parameter.default_value = value_of(*pending.default_node);
    }
  }

  static bool has_all_parents(const Space& space, const Parameter& parameter) {
    return std::all_of(
        parameter.when.begin(), parameter.when.end(),
        [&](const Condition& condition) { return space.find(condition.parent) != nullptr; });
  }

  /// In steps, each on a copy, so that an error is shown where it comes from.
  void add(Space& space, const PendingParameter& pending) {
    Parameter parameter = pending.parameter;
    parameter.when.clear();
    parameter.default_value.reset();
    parameter.belief.reset();
    if (!try_add(space, parameter, *pending.key)) return;
    for (std::size_t i = 0; i < pending.conditions.size(); ++i) {
      parameter.when.push_back(pending.parameter.when[i]);
      if (!try_add(space, parameter, *pending.conditions[i].values)) return;
    }
    parameter.default_value = pending.parameter.default_value;
    const auto place = [&](const YamlNode* node) -> const YamlNode& {
      return node != nullptr ? *node : *pending.key;
    };
    if (!try_add(space, parameter, place(pending.default_node))) return;
    parameter.belief = pending.parameter.belief;
    if (!try_add(space, parameter, place(pending.prior_node))) return;
    const Status added = space.add(std::move(parameter));
    if (!added) reader_.fail(*pending.key, added.error());
  }

  bool try_add(const Space& space, const Parameter& parameter, const YamlNode& at) {
    Space copy = space;
    const Status added = copy.add(parameter);
    if (!added) reader_.fail(at, added.error());
    return added.ok();
  }

  StudyReader& reader_;
  std::vector<PendingParameter> pending_;
};

}  // namespace

Space read_parameters(StudyReader& reader, const YamlNode& map) {
  return ParametersReader(reader).read(map);
}

}  // namespace hpopt
