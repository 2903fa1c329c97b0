#include "sampler/layout.h"

#include <algorithm>
#include <cmath>

namespace hpopt {
namespace {

/// A value stands in the middle of its cell, so the middles give the edges, from zero upwards.
std::vector<double> widths_from(const std::vector<double>& middles) {
  std::vector<double> widths;
  double edge = 0;
  for (double middle : middles) {
    widths.push_back(2 * (middle - edge));
    edge = 2 * middle - edge;
  }
  return widths;
}

}  // namespace

Layout::Layout(const Space& space, std::uint64_t most_ordered_cells)
    : parameters_(space.parameters().size()) {
  for (std::size_t i = 0; i < parameters_; ++i) add_axis(space, i, most_ordered_cells);
}

void Layout::add_axis(const Space& space, std::size_t parameter, std::uint64_t most_ordered_cells) {
  const Parameter& described = space.parameters()[parameter];
  const std::optional<std::uint64_t> values = cardinality(described.domain);
  if (values == 1) return;
  Source source{.parameter = parameter, .domain = described.domain, .middles = {}, .gates = {}};
  ParzenAxis axis{.conditional = !described.when.empty()};
  if (values && (is_categorical(described.domain) || *values <= most_ordered_cells)) {
    for (std::uint64_t i = 0; i < *values; ++i) {
      source.middles.push_back(to_unit(described.domain, nth_value(described.domain, i)));
    }
    axis.cells = widths_from(source.middles);
    axis.ordered = !is_categorical(described.domain);
  }
  for (const Condition& condition : described.when) {
    const std::size_t parent = *space.index_of(condition.parent);
    const auto found = std::find_if(sources_.begin(), sources_.end(), [&](const Source& candidate) {
      return candidate.parameter == parent;
    });
    if (found == sources_.end()) {
      const Value only = from_unit(space.parameters()[parent].domain, 0.5);
      source.never |= std::find(condition.values.begin(), condition.values.end(), only) ==
                      condition.values.end();
      continue;
    }
    Gate gate{.axis = static_cast<std::size_t>(found - sources_.begin()), .allowed = {}};
    for (const Value& value : condition.values) {
      gate.allowed.push_back(coordinate_of(*found, to_unit(found->domain, value)));
    }
    source.gates.push_back(std::move(gate));
  }
  axes_.push_back(std::move(axis));
  sources_.push_back(std::move(source));
}

double Layout::coordinate_of(const Source& source, double unit) const {
  if (std::isnan(unit) || source.middles.empty()) return unit;
  const auto above = std::lower_bound(source.middles.begin(), source.middles.end(), unit);
  const auto index = above - source.middles.begin();
  const bool is_last = above == source.middles.end();
  const bool lower_is_nearer = index > 0 && (is_last || unit - *(above - 1) < *above - unit);
  return static_cast<double>(lower_is_nearer ? index - 1 : index);
}

void Layout::append_point(std::span<const double> row, std::vector<double>& points) const {
  for (const Source& source : sources_) {
    points.push_back(coordinate_of(source, row[source.parameter]));
  }
}

std::vector<double> Layout::row_of(std::span<const double> point) const {
  std::vector<double> row(parameters_, 0.5);
  for (std::size_t axis = 0; axis < size(); ++axis) {
    const Source& source = sources_[axis];
    const bool is_cell = !std::isnan(point[axis]) && !source.middles.empty();
    row[source.parameter] =
        is_cell ? source.middles[static_cast<std::size_t>(point[axis])] : point[axis];
  }
  return row;
}

std::vector<double> Layout::gated(std::vector<double> point) const {
  for (std::size_t axis = 0; axis < size(); ++axis) {
    if (!is_active(axis, point)) point[axis] = std::numeric_limits<double>::quiet_NaN();
  }
  return point;
}

std::vector<double> Layout::coordinates(std::vector<double> point) const {
  for (std::size_t axis = 0; axis < size(); ++axis) {
    if (!axes_[axis].ordered || std::isnan(point[axis])) continue;
    point[axis] = sources_[axis].middles[static_cast<std::size_t>(point[axis])];
  }
  return point;
}

bool Layout::is_active(std::size_t axis, std::span<const double> point) const {
  const Source& source = sources_[axis];
  if (source.never) return false;
  return std::all_of(source.gates.begin(), source.gates.end(), [&](const Gate& gate) {
    const double parent = point[gate.axis];
    if (std::isnan(parent)) return false;
    const Source& described = sources_[gate.axis];
    const double drawn = described.middles.empty()
                             ? to_unit(described.domain, from_unit(described.domain, parent))
                             : parent;
    return std::find(gate.allowed.begin(), gate.allowed.end(), drawn) != gate.allowed.end();
  });
}

}  // namespace hpopt
