// Result<T>: an expected failure is a value.
//
//   hpopt::Result<int> port = parse_port(text);
//   if (!port) return port.error();      // an Error converts to any Result<T>
//   use(*port);
//
// `value()` throws `hpopt::Exception` when there is an error: for programs that would end anyway.
// Threads: as a plain value. Ownership: owns what it holds.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace hpopt {

/// What kind of failure it is; decides the exit code and whether to try again. Persisted nowhere.
enum class Code {
  kInvalid,      ///< Wrong usage or input; mend it and call again.
  kNotFound,     ///< A study, trial or file that is named does not exist.
  kConflict,     ///< A guard failed: another process made progress. Read on and decide anew.
  kBusy,         ///< Somebody else holds it: the same study runs already.
  kStorage,      ///< The store cannot be read or written.
  kUnavailable,  ///< A resource of the machine is missing: a program, a directory, a device.
  kInternal,     ///< A defect of hpopt.
};
/// "invalid", "not_found", ...: as protocols and bindings say it.
[[nodiscard]] std::string_view name(Code code);

/// A failure that is expected: what went wrong, where, and how to mend it.
struct Error {
  Code code = Code::kInternal;
  std::string what;   ///< One line, lower case, without a full stop.
  std::string where;  ///< file:line:column, a path or a flag; may be empty.
  std::string mend;   ///< What to do about it; may be empty.

  /// "where: what (mend)", the parts that there are.
  [[nodiscard]] std::string message() const;
};

[[nodiscard]] inline Error invalid(std::string what, std::string mend = {},
                                   std::string where = {}) {
  return {Code::kInvalid, std::move(what), std::move(where), std::move(mend)};
}

/// Thrown by `Result::value()` on an error, at the edges of the library only.
class Exception : public std::runtime_error {
 public:
  explicit Exception(Error error) : std::runtime_error(error.message()), error_(std::move(error)) {}
  [[nodiscard]] const Error& error() const { return error_; }

 private:
  Error error_;
};

/// Nothing, as the value of a Result.
struct Unit {};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  [[nodiscard]] bool ok() const { return held_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// REQUIRES: ok().
  [[nodiscard]] T& operator*() & { return std::get<0>(held_); }
  [[nodiscard]] const T& operator*() const& { return std::get<0>(held_); }
  [[nodiscard]] T&& operator*() && { return std::get<0>(std::move(held_)); }
  [[nodiscard]] T* operator->() { return &std::get<0>(held_); }
  [[nodiscard]] const T* operator->() const { return &std::get<0>(held_); }

  /// REQUIRES: !ok().
  [[nodiscard]] const Error& error() const { return std::get<1>(held_); }

  /// The value; throws Exception on an error.
  T value() && {
    if (!ok()) throw Exception(error());
    return std::get<0>(std::move(held_));
  }
  const T& value() const& {
    if (!ok()) throw Exception(error());
    return std::get<0>(held_);
  }

  [[nodiscard]] T value_or(T otherwise) && {
    return ok() ? std::get<0>(std::move(held_)) : std::move(otherwise);
  }

 private:
  std::variant<T, Error> held_;
};

using Status = Result<Unit>;
[[nodiscard]] inline Status success() { return Unit{}; }

}  // namespace hpopt
