#include "interop/import_time.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>

#include "base/text.h"

namespace hpopt {
namespace {

struct Reading {
  std::tm parts{};
  std::int64_t milliseconds = 0;  ///< Of the second.
  std::size_t length = 0;
};

/// "2026-01-31 12:00:00.123456" at the start of the text; length 0: there is none.
Reading read_parts(const std::string& text) {
  Reading reading;
  std::tm& parts = reading.parts;
  int length = 0;
  const int found =
      std::sscanf(text.c_str(), "%4d-%2d-%2d%*1[ T]%2d:%2d:%2d%n", &parts.tm_year, &parts.tm_mon,
                  &parts.tm_mday, &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &length);
  constexpr int kFields = 6;
  if (found != kFields || length == 0) return reading;
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  parts.tm_isdst = -1;
  std::size_t end = static_cast<std::size_t>(length);
  if (end < text.size() && text[end] == '.') {
    const std::size_t behind = std::min(text.find_first_not_of("0123456789", end + 1), text.size());
    const std::string digits = text.substr(end + 1, behind - end - 1) + "000";
    reading.milliseconds = parse_integer(digits.substr(0, 3)).value_or(0);
    end = behind;
  }
  reading.length = end;
  return reading;
}

/// Of "+01:00" or "-0530", seconds east of UTC.
int offset_of(const std::string& zone) {
  int hours = 0;
  int minutes = 0;
  const bool colon = zone.find(':') != std::string::npos;
  std::sscanf(zone.c_str() + 1, colon ? "%2d:%2d" : "%2d%2d", &hours, &minutes);
  const int seconds = hours * 3600 + minutes * 60;
  return zone.front() == '-' ? -seconds : seconds;
}

}  // namespace

std::int64_t utc_ms_of(std::string_view text, Zoneless zoneless) {
  const std::string plain(trim(text));
  Reading reading = read_parts(plain);
  if (reading.length == 0) return 0;
  const std::string zone = plain.substr(reading.length);
  std::time_t whole = 0;
  if (zone.empty() && zoneless == Zoneless::kLocal) {
    whole = std::mktime(&reading.parts);
  } else if (zone.empty() || zone == "Z") {
    whole = timegm(&reading.parts);
  } else if (zone.front() == '+' || zone.front() == '-') {
    whole = timegm(&reading.parts) - offset_of(zone);
  } else {
    return 0;
  }
  return static_cast<std::int64_t>(whole) * 1000 + reading.milliseconds;
}

}  // namespace hpopt
