#include "base/text.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace hpopt {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

/// std::from_chars takes no leading plus, which people write.
std::string_view without_plus(std::string_view text) {
  const bool plus = text.size() > 1 && text[0] == '+' && text[1] != '-' && text[1] != '+';
  return plus ? text.substr(1) : text;
}

std::optional<double> seconds_of_unit(std::string_view unit) {
  if (unit.empty() || unit == "s" || unit == "sec" || unit == "seconds") return 1;
  if (unit == "ms") return 1e-3;
  if (unit == "m" || unit == "min" || unit == "minutes") return 60;
  if (unit == "h" || unit == "hours") return 3600;
  if (unit == "d" || unit == "days") return 86400;
  return std::nullopt;
}

Error not_a_duration(std::string_view text) {
  return invalid(fmt::format("'{}' is not a duration", text),
                 "write for example 90s, 30m, 1.5h or 1h30m");
}

std::optional<double> bytes_of_unit(std::string_view unit) {
  constexpr std::array kPrefixes{'k', 'm', 'g', 't'};
  if (unit.empty() || unit == "b") return 1;
  const auto prefix = std::find(kPrefixes.begin(), kPrefixes.end(), unit[0]);
  const std::string_view rest = unit.substr(1);
  if (prefix == kPrefixes.end()) return std::nullopt;
  const auto power = static_cast<double>(prefix - kPrefixes.begin() + 1);
  if (rest == "ib") return std::pow(1024.0, power);
  if (rest.empty() || rest == "b") return std::pow(1000.0, power);
  return std::nullopt;
}

/// The leading digits and point of `text`, which is then advanced past them.
std::optional<double> take_decimal(std::string_view& text) {
  const std::size_t end = text.find_first_not_of("0123456789.");
  const std::optional<double> number = parse_number(text.substr(0, end));
  text.remove_prefix(std::min(end, text.size()));
  return number;
}

/// Edit distance in which swapping two neighbours counts as one edit (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (lower(a[i - 1]) == lower(b[j - 1]) ? 0U : 1U);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

std::string two_units(double large, const char* large_name, double small, const char* small_name) {
  if (small == 0) return fmt::format("{} {}", large, large_name);
  return fmt::format("{} {} {} {}", large, large_name, small, small_name);
}

}  // namespace

std::string shortest(double value) { return fmt::format("{}", value); }

std::string brief_number(double value) { return fmt::format("{:.6g}", value); }

std::optional<double> parse_number(std::string_view text) {
  text = without_plus(text);
  double value = 0;
  const auto [end, failure] = std::from_chars(text.begin(), text.end(), value);
  if (end != text.end() || text.empty()) return std::nullopt;
  if (failure == std::errc::result_out_of_range)
    return std::strtod(std::string(text).c_str(), nullptr);
  if (failure != std::errc()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  text = without_plus(text);
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.begin(), text.end(), value);
  if (failure != std::errc() || end != text.end()) return std::nullopt;
  return value;
}

Result<double> parse_duration(std::string_view text) {
  std::string_view left = trim(text);
  if (left.empty()) return not_a_duration(text);
  double total = 0;
  while (!left.empty()) {
    const std::optional<double> number = take_decimal(left);
    left = trim(left);
    const auto unit_end = std::find_if(
        left.begin(), left.end(), [](char c) { return is_digit(c) || c == '.' || is_space(c); });
    const auto unit_size = static_cast<std::size_t>(unit_end - left.begin());
    const std::optional<double> unit = seconds_of_unit(left.substr(0, unit_size));
    if (!number || !unit) return not_a_duration(text);
    total += *number * *unit;
    left = trim(left.substr(unit_size));
  }
  if (!(total > 0) || !std::isfinite(total)) {
    return invalid(fmt::format("the duration '{}' must be more than zero", text));
  }
  return total;
}

std::string human_duration(double seconds) {
  if (!(seconds >= 0)) return "0 s";
  if (seconds < 10) return fmt::format("{:.2g} s", seconds);
  if (seconds < 59.5) return fmt::format("{:.0f} s", seconds);
  const double whole = std::round(seconds);
  if (whole < 3600) return two_units(std::floor(whole / 60), "min", std::fmod(whole, 60), "s");
  const double minutes = std::round(seconds / 60);
  if (minutes < 48 * 60) {
    return two_units(std::floor(minutes / 60), "h", std::fmod(minutes, 60), "min");
  }
  const double hours = std::round(seconds / 3600);
  return two_units(std::floor(hours / 24), "d", std::fmod(hours, 24), "h");
}

std::string human_bytes(std::uint64_t bytes) {
  constexpr double kStep = 1024;
  constexpr std::array kUnits{"bytes", "KiB", "MiB", "GiB", "TiB"};
  auto size = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; size >= kStep && unit + 1 < kUnits.size(); ++unit) size /= kStep;
  return fmt::format("{:.3g} {}", size, kUnits[unit]);
}

Result<std::int64_t> parse_bytes(std::string_view text) {
  std::string_view left = trim(text);
  const std::optional<double> number = take_decimal(left);
  std::string unit(trim(left));
  std::transform(unit.begin(), unit.end(), unit.begin(), lower);
  const std::optional<double> factor = bytes_of_unit(unit);
  const double bytes = number && factor ? *number * *factor : -1;
  if (!(bytes >= 0) || bytes >= 0x1p63) {
    return invalid(fmt::format("'{}' is not an amount of memory", text),
                   "write for example 8GiB, 512MB or 1024");
  }
  return static_cast<std::int64_t>(bytes);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t from = 0;;) {
    const std::size_t to = text.find(separator, from);
    parts.emplace_back(text.substr(from, to - from));
    if (to == std::string_view::npos) return parts;
    from = to + 1;
  }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  std::string found;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance >= least || distance >= candidate.size()) continue;
    least = distance;
    found = candidate;
  }
  return found;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string found = nearest(word, candidates);
  return found.empty() ? "" : fmt::format(", did you mean '{}'?", found);
}

std::string shell_quote(std::string_view argument) {
  const auto is_safe = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("_-./=:,@%+").find(c) != std::string_view::npos;
  };
  if (!argument.empty() && std::all_of(argument.begin(), argument.end(), is_safe)) {
    return std::string(argument);
  }
  std::string quoted = "'";
  for (const char c : argument) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + '\'';
}

std::string shell_command(const std::vector<std::string>& argv) {
  std::vector<std::string> quoted;
  quoted.reserve(argv.size());
  for (const std::string& argument : argv) quoted.push_back(shell_quote(argument));
  return join(quoted, " ");
}

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return fmt::format("{:02x}", fmt::join(digest.begin(), digest.begin() + size, ""));
}

std::string random_id() {
  constexpr std::string_view kAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
  constexpr std::size_t kLength = 12;
  std::string id;
  while (id.size() < kLength) {
    std::array<unsigned char, kLength> bytes{};
    if (getrandom(bytes.data(), bytes.size(), 0) != kLength) continue;
    for (const unsigned char byte : bytes) {
      // 252 is the largest multiple of 36 in a byte: no letter is likelier than another.
      if (byte < 252 && id.size() < kLength) id += kAlphabet[byte % kAlphabet.size()];
    }
  }
  return id;
}

}  // namespace hpopt
