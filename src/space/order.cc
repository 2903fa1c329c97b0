#include "space/order.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "space/linear.h"

namespace hpopt {
namespace {

using Names = std::vector<std::string>;
using Edges = std::vector<std::pair<std::string, std::string>>;

/// The lower and the higher one of an order.
std::pair<std::string, std::string> edge_of(const Space& space, const Inequality& order) {
  const bool rises = order.terms[0].coefficient > 0;
  const auto name = [&](std::size_t term) {
    return space.parameters()[order.terms[term].parameter].name;
  };
  return {name(rises ? 0 : 1), name(rises ? 1 : 0)};
}

/// Of the orders between two active parameters.
Edges active_edges(const Space& space, const Configuration& configuration) {
  Edges edges;
  for (const Inequality& inequality : space.inequalities()) {
    if (!is_order(inequality)) continue;
    auto edge = edge_of(space, inequality);
    if (configuration.has(edge.first) && configuration.has(edge.second)) {
      edges.push_back(std::move(edge));
    }
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

}  // namespace

std::optional<Configuration> sort_in_conflict(const Space& space, Configuration configuration) {
  const Edges edges = active_edges(space, configuration);
  for (const Inequality& inequality : space.inequalities()) {
    if (!is_order(inequality) || holds(space, inequality, configuration)) continue;
    const std::optional<Names> ordered =
        order_of(tied_to(edge_of(space, inequality).first, edges), edges, configuration);
    if (!ordered) return std::nullopt;
    hand_out_sorted(space, *ordered, configuration);
  }
  return configuration;
}

}  // namespace hpopt
