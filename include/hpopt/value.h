// Value: what a hyper-parameter can be set to. Configuration: a value for each active parameter.
//
//   hpopt::Configuration c;
//   c.set("lr", 1e-3);
//   c.set("optimizer", "adam");
//   c.get("lr")->as_double();            // 0.001
//
// Threads: as a plain value. Ownership: owns what it holds.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace hpopt {

/// A JSON array or object, as its canonical text (keys sorted, no white space).
struct JsonText {
  std::string text;
  friend bool operator==(const JsonText&, const JsonText&) = default;
  friend auto operator<=>(const JsonText&, const JsonText&) = default;
};

/// Any JSON value. Integers and reals are told apart; an integer equals only an integer.
class Value {
 public:
  using Held = std::variant<std::monostate, bool, std::int64_t, double, std::string, JsonText>;

  Value() = default;                                            ///< null
  Value(bool value) : held_(value) {}                           // NOLINT: implicit
  Value(int value) : held_(std::int64_t{value}) {}              // NOLINT: implicit
  Value(std::int64_t value) : held_(value) {}                   // NOLINT: implicit
  Value(double value) : held_(value) {}                         // NOLINT: implicit
  Value(const char* value) : held_(std::string(value)) {}       // NOLINT: implicit
  Value(std::string value) : held_(std::move(value)) {}         // NOLINT: implicit
  Value(std::string_view value) : held_(std::string(value)) {}  // NOLINT: implicit
  Value(JsonText value) : held_(std::move(value)) {}            // NOLINT: implicit

  [[nodiscard]] const Held& held() const { return held_; }
  [[nodiscard]] bool is_null() const { return held_.index() == 0; }
  [[nodiscard]] bool is_number() const { return held_.index() == 2 || held_.index() == 3; }
  [[nodiscard]] bool is_int() const { return held_.index() == 2; }
  [[nodiscard]] bool is_string() const { return held_.index() == 4; }

  /// The number as a double. REQUIRES: is_number().
  [[nodiscard]] double as_double() const;
  /// REQUIRES: is_int().
  [[nodiscard]] std::int64_t as_int() const { return std::get<std::int64_t>(held_); }
  /// REQUIRES: is_string().
  [[nodiscard]] const std::string& as_string() const { return std::get<std::string>(held_); }

  /// As an argument of a command: a string bare, all else as JSON; reals in their shortest form
  /// that reads back exactly.
  [[nodiscard]] std::string text() const;
  /// As JSON; a non-finite real becomes null.
  [[nodiscard]] std::string json() const;

  friend bool operator==(const Value&, const Value&) = default;
  /// A total order: by kind, then by value; NaN last.
  friend bool operator<(const Value& a, const Value& b);

 private:
  Held held_;
};

/// The active parameters' values, sorted by name.
class Configuration {
 public:
  using Item = std::pair<std::string, Value>;

  Configuration() = default;
  Configuration(std::initializer_list<Item> items);

  void set(std::string_view name, Value value);
  void erase(std::string_view name);
  [[nodiscard]] const Value* get(std::string_view name) const;  ///< nullptr: not active.
  [[nodiscard]] bool has(std::string_view name) const { return get(name) != nullptr; }
  [[nodiscard]] std::size_t size() const { return items_.size(); }
  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] auto begin() const { return items_.begin(); }
  [[nodiscard]] auto end() const { return items_.end(); }

  /// {"a":1,"b":"x"}: canonical, equal for equal configurations.
  [[nodiscard]] std::string json() const;

  friend bool operator==(const Configuration&, const Configuration&) = default;

 private:
  std::vector<Item> items_;
};

}  // namespace hpopt
