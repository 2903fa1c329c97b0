#include "exec/report_valve.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <set>
#include <string_view>
#include <tuple>

namespace hpopt {
namespace {

/// A progress bar says the same step thousands of times.
void drop_repeats(std::vector<Event>& events) {
  std::set<std::tuple<TrialId, std::string_view, double>> later;
  std::vector<bool> dropped(events.size(), false);
  for (std::size_t i = events.size(); i-- > 0;) {
    const auto* said = std::get_if<Said>(&events[i]);
    if (said == nullptr || !said->step) continue;
    dropped[i] = !later.emplace(said->trial, said->metric, *said->step).second;
  }
  std::vector<Event> kept;
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (!dropped[i]) kept.push_back(std::move(events[i]));
  }
  events = std::move(kept);
}

}  // namespace

void ReportValve::keep_back(Flow& flow, Said&& said) {
  const std::uint64_t order = ++flow.order;
  const auto better = [&](const std::optional<Flow::Kept>& kept, auto&& compare) {
    return std::isfinite(said.value) && (!kept || compare(said.value, kept->said.value));
  };
  if (better(flow.lowest, std::less<>())) flow.lowest = {said, order};
  if (better(flow.highest, std::greater<>())) flow.highest = {said, order};
  if (!std::isfinite(said.value)) flow.not_finite = {said, order};
  flow.last = {std::move(said), order};
}

void ReportValve::release(Flow& flow, std::vector<Event>& out) {
  std::map<std::uint64_t, Said> kept;  // one may be several of them
  for (auto* slot : {&flow.lowest, &flow.highest, &flow.not_finite, &flow.last}) {
    if (*slot) kept.emplace((*slot)->order, std::move((*slot)->said));
    slot->reset();
  }
  std::uint64_t before = 0;
  for (auto& [order, said] : kept) {
    said.passed_over += order - before - 1;
    before = order;
    out.emplace_back(std::move(said));
  }
  flow.order = 0;
}

void ReportValve::release_trial(TrialId trial, std::vector<Event>& out) {
  auto flow = flows_.lower_bound({trial, {}});
  while (flow != flows_.end() && flow->first.first == trial) {
    release(flow->second, out);
    flow = flows_.erase(flow);
  }
}

/// Null: a script makes up names without end.
ReportValve::Flow* ReportValve::flow_of(const Said& said) {
  const Key key{said.trial, said.metric};
  const auto found = flows_.find(key);
  if (found != flows_.end()) return &found->second;
  return flows_.size() < kMostFlows ? &flows_[key] : nullptr;
}

void ReportValve::pass(std::vector<Event>& events, Nanos now) {
  drop_repeats(events);
  std::vector<Event> out;
  for (auto flow = flows_.begin(); flow != flows_.end();) {
    const bool over = now >= flow->second.ends;
    if (over) release(flow->second, out);
    flow = over ? flows_.erase(flow) : std::next(flow);
  }
  for (Event& event : events) {
    if (auto* said = std::get_if<Said>(&event)) {
      Flow* flow = flow_of(*said);
      if (flow != nullptr && flow->passed == 0) flow->ends = now + kWindow;
      if (flow != nullptr && ++flow->passed > kMost) {
        keep_back(*flow, std::move(*said));
        continue;
      }
    } else if (const auto* exited = std::get_if<Exited>(&event)) {
      release_trial(exited->trial, out);
    }
    out.push_back(std::move(event));
  }
  events = std::move(out);
}

Nanos ReportValve::due() const {
  Nanos due = Nanos::max();
  for (const auto& [key, flow] : flows_) {
    if (flow.last) due = std::min(due, flow.ends);
  }
  return due;
}

}  // namespace hpopt
