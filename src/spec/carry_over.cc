#include "spec/carry_over.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "spec/constants.h"

namespace hpopt {
namespace {

Error misfit(const std::string& parameter, const std::string& why) {
  return {Code::kInvalid, fmt::format("{} {}", parameter, why), parameter, {}};
}

const Value* fixed_value(const Parameter* parameter) {
  if (parameter == nullptr) return nullptr;
  const auto* fixed = std::get_if<FixedDomain>(&parameter->domain);
  return fixed == nullptr ? nullptr : &fixed->value;
}

/// Of the training's length as the specification knows it; 0: it doesn't.
double known_length(const StudySpec& spec) {
  for (const Fidelity& fidelity : spec.fidelities) {
    if (fidelity.cut) return fidelity.high;
  }
  for (const Parameter& parameter : spec.space.parameters()) {
    const Value* fixed = fixed_value(&parameter);
    if (fixed != nullptr && fixed->is_number() && names_length(parameter.name)) {
      return fixed->as_double();
    }
  }
  return constant_length(spec.command).value_or(0);
}

/// What is given to a script in full: another value makes another training.
std::map<std::string, double> given_lengths(const StudySpec& spec) {
  std::map<std::string, double> lengths;
  for (const Fidelity& fidelity : spec.fidelities) {
    if (!fidelity.cut) lengths[fidelity.name] = fidelity.high;
  }
  return lengths;
}

/// All that varies, in either of the two.
std::set<std::string> varying_names(const StudySpec& before, const StudySpec& after) {
  std::set<std::string> names;
  for (const StudySpec* spec : {&before, &after}) {
    for (const Parameter& parameter : spec->space.parameters()) {
      names.insert(plain_name(parameter.name));
    }
    for (const Fidelity& fidelity : spec->fidelities) names.insert(plain_name(fidelity.name));
  }
  return names;
}

}  // namespace

CarryOver::CarryOver(const StudySpec& before, const StudySpec& after)
    : before_(before), after_(after) {
  for (const auto& [old, name] : after.renamed) {
    if (before.space.find(old) != nullptr) old_names_[name] = old;
  }
  const double was = known_length(before);
  const double is = known_length(after);
  same_length_ = was == is || was == 0 || is == 0;
  incomparable_ = why_incomparable();
}

std::string CarryOver::why_incomparable() const {
  const std::set<std::string> names = varying_names(before_, after_);
  // What was imported, or was a function, had no command: the same metric must do.
  const bool had_command = !before_.command.empty();
  if (had_command &&
      rest_of_command(before_.command, names) != rest_of_command(after_.command, names)) {
    return "the command has changed";
  }
  if (given_lengths(before_) != given_lengths(after_))
    return "the length of a training has changed";
  return changed_constant();
}

/// A parameter that could not vary and has another value now.
std::string CarryOver::changed_constant() const {
  for (const Parameter& parameter : after_.space.parameters()) {
    const Value* now = fixed_value(&parameter);
    const Value* then = fixed_value(before_.space.find(old_name(parameter.name)));
    if (now == nullptr || then == nullptr || *now == *then) continue;
    if (names_length(parameter.name)) continue;
    return fmt::format("{} is {} now, not {}", parameter.name, now->text(), then->text());
  }
  return {};
}

const std::string& CarryOver::old_name(const std::string& name) const {
  const auto renamed = old_names_.find(name);
  return renamed == old_names_.end() ? name : renamed->second;
}

Result<Configuration> CarryOver::read(const Configuration& old) const {
  if (Status kept = check_removed(old); !kept) return kept.error();
  Configuration now;
  for (const Parameter& parameter : after_.space.parameters()) {
    if (!after_.space.is_active(parameter, now)) continue;
    auto value = value_of(parameter, old);
    if (!value) return value.error();
    now.set(parameter.name, std::move(*value));
  }
  if (Status fits = after_.space.check(now); !fits) {
    return Error{Code::kInvalid, fits.error().what, "constraint", {}};
  }
  return now;
}

Result<Value> CarryOver::value_of(const Parameter& parameter, const Configuration& old) const {
  const std::string& name = old_name(parameter.name);
  const Parameter* before = before_.space.find(name);
  const Value* now = fixed_value(&parameter);
  if (now != nullptr && (before == nullptr || !is_categorical(before->domain))) return *now;
  std::optional<Value> known;
  if (const Value* value = old.get(name)) {
    known = *value;
  } else if (before == nullptr) {
    if (auto constant = constant_of(before_.command, name)) known = Value(std::move(*constant));
  }
  if (known) {
    auto value = coerce(parameter.domain, *known);
    if (!value) return misfit(parameter.name, value.error().what);
    return value;
  }
  if (parameter.default_value) return *parameter.default_value;
  return misfit(parameter.name, before == nullptr ? "is new, and no default says what it was"
                                                  : "was not active, and has no default");
}

Status CarryOver::check_removed(const Configuration& old) const {
  for (const Parameter& parameter : before_.space.parameters()) {
    const bool moved = std::any_of(old_names_.begin(), old_names_.end(), [&](const auto& renamed) {
      return renamed.second == parameter.name;
    });
    if (moved || after_.space.find(parameter.name) != nullptr) continue;
    const Value* value = old.get(parameter.name);
    const auto constant = constant_of(after_.command, parameter.name);
    if (value == nullptr || !constant || !is_categorical(parameter.domain)) continue;
    const auto kept = coerce(parameter.domain, Value(*constant));
    if (kept && *kept == *value) continue;
    return misfit(parameter.name,
                  fmt::format("was {} and is always {} now", value->text(), *constant));
  }
  return success();
}

}  // namespace hpopt
