// Clock: the time, handed in so that tests and the simulator can own it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace hpopt {

/// A monotonic instant or duration in nanoseconds. Instants of two processes are never compared.
using Nanos = std::chrono::nanoseconds;

[[nodiscard]] inline double seconds(Nanos duration) {
  return std::chrono::duration<double>(duration).count();
}
[[nodiscard]] inline Nanos from_seconds(double value) {
  return std::chrono::duration_cast<Nanos>(std::chrono::duration<double>(value));
}

class Clock {
 public:
  virtual ~Clock() = default;
  /// Since an arbitrary origin; doesn't count while the machine is suspended.
  [[nodiscard]] virtual Nanos monotonic() const = 0;
  /// Milliseconds since 1970 UTC: for display only.
  [[nodiscard]] virtual std::int64_t utc_ms() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Nanos monotonic() const override;
  [[nodiscard]] std::int64_t utc_ms() const override;
};

/// Stands still until it is told to advance. Not thread-safe.
class ManualClock final : public Clock {
 public:
  [[nodiscard]] Nanos monotonic() const override { return now_; }
  [[nodiscard]] std::int64_t utc_ms() const override { return utc_ms_ + now_.count() / 1'000'000; }
  void advance(Nanos by) { now_ += by; }
  /// Somebody sets the wall clock, or the machine sleeps; back when negative.
  void set_wall_clock_by(Nanos by) { utc_ms_ += by.count() / 1'000'000; }

 private:
  Nanos now_{0};
  std::int64_t utc_ms_ = 1'767'225'600'000;  // 2026-01-01
};

/// "2026-01-31T12:00:00.123Z" (RFC 3339).
[[nodiscard]] std::string rfc3339(std::int64_t utc_ms);

}  // namespace hpopt
