#include "study/memory_bounds.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include <fmt/format.h>

#include "base/memory_kind.h"
#include "base/text.h"
#include "spec/batch_size.h"
#include "study/state.h"

namespace hpopt {
namespace {

/// How the need of memory follows a parameter.
enum class Need { kFree, kGrows, kUnknown };

using Words = std::string_view;
constexpr std::array<Words, 11> kFreeWords{"seed", "epoch", "epochs",   "warmup", "patience", "lr",
                                           "rate", "decay", "interval", "every",  "workers"};
constexpr std::array<Words, 14> kUnknownWords{
    "accum",      "accumulate", "accumulation", "patch",   "stride", "strides", "groups",
    "downsample", "shard",      "shards",       "devices", "gpus",   "nodes",   "splits"};
constexpr std::array<Words, 14> kSizeWords{
    "width",    "depth", "size",   "mult",  "multiplier", "layers",     "hidden",
    "channels", "units", "length", "scale", "expansion",  "resolution", "dim"};

/// "maxSeqLength" and "max-seq_length" are "max", "seq", "length".
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words(1);
  bool lower_before = false;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool begins = std::isupper(byte) != 0 && lower_before;
    if (std::isalnum(byte) == 0 || begins) words.emplace_back();
    if (std::isalnum(byte) != 0) words.back() += static_cast<char>(std::tolower(byte));
    lower_before = std::islower(byte) != 0;
  }
  return words;
}

template <std::size_t kCount>
bool share(const std::vector<std::string>& words, const std::array<Words, kCount>& known) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::find(known.begin(), known.end(), word) != known.end();
  });
}

bool is_whole(double number) { return number == std::floor(number); }

/// Whether its values are counts: whole numbers, such as widths and layers.
bool counts(const Domain& domain) {
  if (std::holds_alternative<IntDomain>(domain)) return true;
  if (const auto* real = std::get_if<FloatDomain>(&domain)) {
    return real->step >= 1 && is_whole(real->step) && is_whole(real->low);
  }
  if (const auto* normal = std::get_if<NormalDomain>(&domain)) {
    return normal->step >= 1 && is_whole(normal->step);
  }
  const auto* choice = std::get_if<CategoricalDomain>(&domain);
  return choice != nullptr &&
         std::all_of(choice->values.begin(), choice->values.end(), [](const Value& value) {
           return value.is_number() && is_whole(value.as_double());
         });
}

Need need_of(const Parameter& parameter) {
  if (std::holds_alternative<FixedDomain>(parameter.domain)) return Need::kFree;
  if (!is_numeric(parameter.domain)) return Need::kUnknown;
  const std::vector<std::string> words = words_of(parameter.name);
  if (share(words, kUnknownWords)) return Need::kUnknown;
  if (share(words, kFreeWords)) return Need::kFree;
  return counts(parameter.domain) || share(words, kSizeWords) ? Need::kGrows : Need::kFree;
}

/// What the parameters of a study need.
class Needs {
 public:
  explicit Needs(const StudySpec& spec) : space_(spec.space), batch_(batch_parameter(spec)) {}

  [[nodiscard]] Need of(const std::string& name) const {
    const Parameter* parameter = space_.find(name);
    if (parameter == nullptr) return Need::kUnknown;
    return parameter == batch_ ? Need::kGrows : need_of(*parameter);
  }

  [[nodiscard]] Configuration without_free(const Configuration& configuration) const {
    Configuration needy;
    for (const auto& [name, value] : configuration) {
      if (of(name) != Need::kFree) needy.set(name, value);
    }
    return needy;
  }

  /// Whether it needs at least as much as the point. REQUIRES: both without what is free.
  [[nodiscard]] bool as_much(const Configuration& needy, const Configuration& point) const {
    return std::equal(needy.begin(), needy.end(), point.begin(), point.end(),
                      [&](const auto& own, const auto& bound) {
                        if (own.first != bound.first) return false;
                        return of(own.first) == Need::kGrows
                                   ? own.second.as_double() >= bound.second.as_double()
                                   : own.second == bound.second;
                      });
  }

 private:
  const Space& space_;
  const Parameter* batch_;
};

constexpr std::size_t kNewestFailures = 256;  // are looked at: a decision must stay cheap

}  // namespace

bool MemoryBounds::ran_out(const StudySpec& spec, const Configuration& configuration) {
  const Needs needs(spec);
  Configuration point = needs.without_free(configuration);
  const bool bounds = std::any_of(point.begin(), point.end(), [&](const auto& item) {
    return needs.of(item.first) == Need::kGrows;
  });
  if (!bounds || forbid(spec, point)) return false;
  std::erase_if(points_, [&](const auto& other) { return needs.as_much(other, point); });
  points_.push_back(std::move(point));
  return true;
}

void MemoryBounds::fitted(const StudySpec& spec, const Configuration& configuration) {
  if (points_.empty()) return;
  const Needs needs(spec);
  const Configuration needy = needs.without_free(configuration);
  std::erase_if(points_, [&](const auto& point) { return needs.as_much(needy, point); });
}

bool MemoryBounds::forbid(const StudySpec& spec, const Configuration& configuration) const {
  if (points_.empty()) return false;
  const Needs needs(spec);
  const Configuration needy = needs.without_free(configuration);
  return std::any_of(points_.begin(), points_.end(),
                     [&](const auto& point) { return needs.as_much(needy, point); });
}

std::optional<Configuration> within_memory(const StudyState& state, Configuration configuration) {
  while (state.memory_bounds().forbid(state.spec(), configuration)) {
    auto smaller = smaller_batch(state.spec(), configuration);
    if (!smaller) return std::nullopt;
    configuration = std::move(*smaller);
  }
  return configuration;
}

std::optional<Retry> due_retry(const StudyState& state) {
  const std::vector<TrialId>& failures = state.memory_failures();
  if (batch_parameter(state.spec()) == nullptr) return std::nullopt;
  const std::size_t oldest = failures.size() - std::min(failures.size(), kNewestFailures);
  for (std::size_t i = failures.size(); i-- > oldest;) {
    auto smaller = smaller_batch(state.spec(), state.find(failures[i])->configuration);
    if (smaller) smaller = within_memory(state, std::move(*smaller));
    if (smaller && !state.tried(*smaller)) return Retry{failures[i], std::move(*smaller)};
  }
  return std::nullopt;
}

std::string in_words(const Retry& retry, TrialId next, const StudyState& state) {
  const TrialRecord& failed = *state.find(retry.trial);
  const std::string& batch = batch_parameter(state.spec())->name;
  return fmt::format("trial {} ran out of {} with {}={}: trial {} tries it with {}", failed.id,
                     in_words(failed.memory), batch, failed.configuration.get(batch)->text(), next,
                     retry.configuration.get(batch)->text());
}

std::string memory_advice(const StudyState& state, const TrialRecord& trial) {
  const StudySpec& spec = state.spec();
  if (smaller_batch(spec, trial.configuration)) return {};
  const std::string what = fmt::format("trial {} ran out of {}", trial.id, in_words(trial.memory));
  const Parameter* batch = batch_parameter(spec);
  const Value* value = batch == nullptr ? nullptr : trial.configuration.get(batch->name);
  if (value != nullptr) {
    return fmt::format("{} with {}={}, and the study allows no smaller one: give it smaller values",
                       what, batch->name, value->text());
  }
  if (const auto constant = constant_batch(spec.command)) {
    return fmt::format("{}: with {} '~choice(...)' instead of {}, hpopt would try a smaller batch",
                       what, constant->name, constant->value);
  }
  return fmt::format(
      "{}, and no parameter holds the batch size: with one, such as --batch-size "
      "'~choice(32,64,128)', hpopt would try a smaller batch",
      what);
}

}  // namespace hpopt
