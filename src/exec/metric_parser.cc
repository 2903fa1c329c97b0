#include "exec/metric_parser.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "exec/number_text.h"
#include "exec/regex.h"
#include "study/fact.h"

namespace hpopt {

struct MetricParser::Pattern {
  std::string metric;
  Regex regex;
};

namespace {

/// A trial that names another full length each time isn't believed for ever.
constexpr int kMostLengths = 16;

Error bad_regex(const Objective& objective, const std::string& what) {
  return invalid(fmt::format("the regex of metric '{}' {}", objective.name, what),
                 "write one group around the number, such as 'accuracy is ([0-9.]+)'",
                 "--metric-regex");
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The unit of this record that is preferred, progress bars left out.
std::optional<StepUnit> preferred_unit(const std::vector<StepText>& steps) {
  std::optional<StepUnit> best;
  for (const StepText& step : steps) {
    if (step.unit != StepUnit::kBar && (!best || step.unit < *best)) best = step.unit;
  }
  return best;
}

}  // namespace

Result<MetricParser> MetricParser::create(const std::vector<Objective>& objectives) {
  MetricParser parser;
  auto patterns = std::make_shared<std::vector<Pattern>>();
  for (const Objective& objective : objectives) {
    if (objective.regex.empty() && objective.source.empty()) {
      parser.wanted_.push_back(objective.name);
      continue;
    }
    parser.silenced_.push_back(objective.name);
    if (objective.regex.empty()) continue;
    const auto regex = Regex::compile(objective.regex);
    if (!regex) {
      return bad_regex(objective, fmt::format("is not valid: {}", regex.error().what));
    }
    if (regex->groups() != 1) {
      return bad_regex(objective, fmt::format("has {} groups instead of one", regex->groups()));
    }
    patterns->push_back({objective.name, *regex});
  }
  parser.patterns_ = std::move(patterns);
  return parser;
}

Understood MetricParser::parse(std::string_view record) {
  RecordText said = scan_record(record, wanted_);
  if (!silenced_.empty()) {
    std::erase_if(said.numbers, [&](const auto& item) { return contains(silenced_, item.first); });
    read_patterns(record, said);
  }
  return take(said);
}

void MetricParser::read_patterns(std::string_view record, RecordText& said) const {
  for (const Pattern& pattern : *patterns_) {
    const auto group = pattern.regex.find_group(record);
    if (!group) continue;
    const std::string_view text = trim(*group);
    const auto number = read_grouped_number(text);
    if (number && number->length == text.size()) {
      said.numbers.emplace_back(pattern.metric, number->value);
    } else if (const auto plain = parse_number(text)) {
      said.numbers.emplace_back(pattern.metric, *plain);
    }
  }
}

Understood MetricParser::take(const RecordText& said) {
  Understood understood;
  for (const StepText& step : said.steps) count(step);
  understood.readings.reserve(said.numbers.size());
  for (const auto& [name, value] : said.numbers) {
    const auto unit = unit_for(name, said);
    const auto step = unit ? std::optional(at(*unit).value) : std::nullopt;
    understood.readings.push_back({name, step, value});
  }
  understood.length = learn_length(said);
  return understood;
}

void MetricParser::count(const StepText& step) {
  Count& count = at(step.unit);
  double value = step.value;
  if (step.unit == StepUnit::kBar) {
    count.restarted = count.restarted || (count.seen && value < count.value);
    value = std::max(value, 1.0);  // what is shown before the first step has ended belongs to it
  } else {
    bool& from_zero = zero_based_[static_cast<std::size_t>(step.unit)];
    from_zero = from_zero || (!count.seen && value == 0);
    if (from_zero) value += 1;
  }
  count.value = value;
  count.seen = true;
  if (step.of) count.of = *step.of;
}

/// The metric's own unit if it has one by now, else the best that this record or an earlier one
/// tells.
std::optional<StepUnit> MetricParser::unit_for(const std::string& name, const RecordText& said) {
  if (const auto known = units_.find(name); known != units_.end()) return known->second;
  auto unit = preferred_unit(said.steps);
  for (std::size_t i = 0; !unit && i < static_cast<std::size_t>(StepUnit::kBar); ++i) {
    if (counts_[i].seen) unit = static_cast<StepUnit>(i);
  }
  if (unit) {
    remember_unit(name, *unit);
    return unit;
  }
  const bool bar = !said.steps.empty() && !at(StepUnit::kBar).restarted;
  return bar ? std::optional(StepUnit::kBar) : std::nullopt;
}

/// A script may invent names without end; those that are asked for are remembered all the same.
void MetricParser::remember_unit(const std::string& name, StepUnit unit) {
  const bool asked = contains(wanted_, name) || contains(silenced_, name);
  if (asked || units_.size() < kMostMetrics) units_.emplace(name, unit);
}

/// The length in the unit of the first metric that is wanted; a bar's total is none.
std::optional<double> MetricParser::learn_length(const RecordText& said) {
  std::optional<StepUnit> unit;
  if (wanted_.empty() && silenced_.empty()) {
    unit = preferred_unit(said.steps);
  } else {
    const std::string& first = wanted_.empty() ? silenced_.front() : wanted_.front();
    if (const auto known = units_.find(first); known != units_.end()) unit = known->second;
  }
  if (!unit) return std::nullopt;
  const double length = at(*unit).of;
  if (length <= 0 || length == length_ || lengths_ == kMostLengths) return std::nullopt;
  length_ = length;
  ++lengths_;
  return length_;
}

}  // namespace hpopt
