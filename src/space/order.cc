#include "space/order.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text.h"

namespace hpopt {
namespace {

using Names = std::vector<std::string>;
using Edges = std::vector<std::pair<std::string, std::string>>;

std::optional<double> side_number(const Space& space, const std::string& side,
                                  const Configuration& configuration) {
  if (space.find(side) == nullptr) return parse_number(side);
  const Value* value = configuration.get(side);
  return value != nullptr ? std::optional(value->as_double()) : std::nullopt;
}

/// Left and right of the constraints between two active parameters.
Edges active_edges(const Space& space, const Configuration& configuration) {
  Edges edges;
  for (const Constraint& constraint : space.constraints()) {
    if (!configuration.has(constraint.left) || !configuration.has(constraint.right)) continue;
    edges.emplace_back(constraint.left, constraint.right);
  }
  return edges;
}

/// All names that constraints tie to `start`, directly or through others.
std::set<std::string> tied_to(const std::string& start, const Edges& edges) {
  std::set<std::string> tied{start};
  for (std::size_t before = 0; before != tied.size();) {
    before = tied.size();
    for (const auto& [left, right] : edges) {
      if (!tied.contains(left) && !tied.contains(right)) continue;
      tied.insert(left);
      tied.insert(right);
    }
  }
  return tied;
}

/// The names so that every left side precedes its right side, the lower value first where the
/// constraints leave it open; none when they are circular.
std::optional<Names> order_of(std::set<std::string> names, const Edges& edges,
                              const Configuration& configuration) {
  Names ordered;
  while (!names.empty()) {
    std::optional<std::string> next;
    for (const std::string& name : names) {
      const bool is_free = std::none_of(edges.begin(), edges.end(), [&](const auto& edge) {
        return edge.second == name && names.contains(edge.first);
      });
      const auto value = [&](const std::string& of) { return configuration.get(of)->as_double(); };
      if (is_free && (!next || value(name) < value(*next))) next = name;
    }
    if (!next) return std::nullopt;
    names.erase(*next);
    ordered.push_back(*next);
  }
  return ordered;
}

void hand_out_sorted(const Space& space, const Names& ordered, Configuration& configuration) {
  std::vector<double> numbers;
  for (const std::string& name : ordered) numbers.push_back(configuration.get(name)->as_double());
  std::sort(numbers.begin(), numbers.end());
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    const Parameter* parameter = space.find(ordered[i]);
    configuration.set(ordered[i], nearest_number(parameter->domain, numbers[i]));
  }
}

struct Operator {
  std::size_t at;
  std::size_t size;
  bool less;  ///< < or <=
  bool strict;
};

std::vector<Operator> operators_in(std::string_view text) {
  std::vector<Operator> found;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '<' && text[at] != '>') continue;
    const bool strict = at + 1 >= text.size() || text[at + 1] != '=';
    const std::size_t size = strict ? 1 : 2;
    found.push_back({at, size, text[at] == '<', strict});
    at += size - 1;
  }
  return found;
}

bool is_side(std::string_view text) {
  return !text.empty() && text.find_first_of(" \t=!*/<>()&|") == std::string_view::npos;
}

}  // namespace

bool holds(const Space& space, const Constraint& constraint, const Configuration& configuration) {
  const std::optional<double> left = side_number(space, constraint.left, configuration);
  const std::optional<double> right = side_number(space, constraint.right, configuration);
  if (!left || !right) return true;
  return constraint.strict ? *left < *right : *left <= *right;
}

std::string describe(const Constraint& constraint) {
  return fmt::format("{} {} {}", constraint.left, constraint.strict ? "<" : "<=", constraint.right);
}

std::optional<Configuration> sort_in_conflict(const Space& space, Configuration configuration) {
  const Edges edges = active_edges(space, configuration);
  for (const Constraint& constraint : space.constraints()) {
    if (holds(space, constraint, configuration) || !configuration.has(constraint.left)) continue;
    const std::optional<Names> ordered =
        order_of(tied_to(constraint.left, edges), edges, configuration);
    if (!ordered) return std::nullopt;
    hand_out_sorted(space, *ordered, configuration);
  }
  return configuration;
}

void yield_to_defaults(const Space& space, Configuration& configuration) {
  const auto may_move = [&](const std::string& side) {
    const Parameter* parameter = space.find(side);
    return parameter != nullptr && !parameter->default_value;
  };
  const auto move = [&](const std::string& side, const std::string& other, double end) {
    const Domain& domain = space.find(side)->domain;
    const double bound = *side_number(space, other, configuration);
    const double from = to_unit(domain, nearest_number(domain, bound));
    configuration.set(side, from_unit(domain, (from + end) / 2));
  };
  for (const Constraint& constraint : space.constraints()) {
    if (holds(space, constraint, configuration)) continue;
    if (may_move(constraint.right)) {
      move(constraint.right, constraint.left, 1);
    } else if (may_move(constraint.left)) {
      move(constraint.left, constraint.right, 0);
    }
  }
}

Result<std::vector<Constraint>> parse_constraint(std::string_view text) {
  const std::vector<Operator> operators = operators_in(text);
  std::vector<Constraint> constraints;
  std::size_t from = 0;
  for (std::size_t i = 0; i < operators.size(); ++i) {
    const Operator& op = operators[i];
    const std::size_t after = op.at + op.size;
    const std::size_t end = i + 1 < operators.size() ? operators[i + 1].at : text.size();
    std::string left(trim(text.substr(from, op.at - from)));
    std::string right(trim(text.substr(after, end - after)));
    if (!is_side(left) || !is_side(right)) break;
    if (!op.less) left.swap(right);
    constraints.push_back({std::move(left), std::move(right), op.strict});
    from = after;
  }
  if (constraints.empty() || constraints.size() != operators.size()) {
    return invalid(fmt::format("'{}' is not an order constraint", text),
                   "write names and numbers with < or <= between them, such as lr_min < lr");
  }
  return constraints;
}

}  // namespace hpopt
