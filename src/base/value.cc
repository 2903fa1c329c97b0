#include "hpopt/value.h"

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "base/text.h"

namespace hpopt {
namespace {

/// A real always shows that it is one, so that it reads back as a real: 1.0, 1e-05.
std::string real_text(double value) {
  std::string text = shortest(value);
  if (std::isfinite(value) && text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

struct AsJson {
  std::string operator()(std::monostate) const { return "null"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const {
    return std::isfinite(value) ? real_text(value) : "null";
  }
  std::string operator()(const std::string& value) const { return json_string(value); }
  std::string operator()(const JsonText& value) const { return value.text; }
};

/// std::less is no order where NaN takes part: NaN goes last, and all NaN are equal.
bool real_less(double a, double b) {
  if (std::isnan(a)) return false;
  return std::isnan(b) || a < b;
}

auto lower_bound_by_name(auto& items, std::string_view name) {
  return std::lower_bound(items.begin(), items.end(), name,
                          [](const Configuration::Item& item, std::string_view key) {
                            return item.first.compare(key) < 0;
                          });
}

}  // namespace

double Value::as_double() const {
  return is_int() ? static_cast<double>(as_int()) : std::get<double>(held_);
}

std::string Value::text() const {
  if (is_string()) return as_string();
  if (const double* real = std::get_if<double>(&held_)) return real_text(*real);
  return json();
}

std::string Value::json() const { return std::visit(AsJson{}, held_); }

bool operator<(const Value& a, const Value& b) {
  const double* left = std::get_if<double>(&a.held_);
  const double* right = std::get_if<double>(&b.held_);
  if (left != nullptr && right != nullptr) return real_less(*left, *right);
  return a.held_ < b.held_;
}

Configuration::Configuration(std::initializer_list<Item> items) {
  for (const Item& item : items) set(item.first, item.second);
}

void Configuration::set(std::string_view name, Value value) {
  const auto place = lower_bound_by_name(items_, name);
  if (place != items_.end() && place->first == name) {
    place->second = std::move(value);
  } else {
    items_.emplace(place, std::string(name), std::move(value));
  }
}

void Configuration::erase(std::string_view name) {
  const auto place = lower_bound_by_name(items_, name);
  if (place != items_.end() && place->first == name) items_.erase(place);
}

const Value* Configuration::get(std::string_view name) const {
  const auto place = lower_bound_by_name(items_, name);
  return place != items_.end() && place->first == name ? &place->second : nullptr;
}

std::string Configuration::json() const {
  std::string text = "{";
  for (const auto& [name, value] : items_) {
    if (text.size() > 1) text += ',';
    text += json_string(name) + ':' + value.json();
  }
  return text + '}';
}

}  // namespace hpopt
