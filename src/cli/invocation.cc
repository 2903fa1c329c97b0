#include "cli/invocation.h"

#include "base/text.h"

namespace hpopt {

std::vector<std::string> Invocation::values(std::string_view flag) const {
  const auto found = flags.find(flag);
  return found == flags.end() ? std::vector<std::string>{} : found->second;
}

std::optional<std::string> Invocation::value(std::string_view flag) const {
  const std::vector<std::string> given = values(flag);
  return given.empty() ? std::nullopt : std::optional(given.back());
}

std::optional<double> Invocation::number(std::string_view flag) const {
  const auto text = value(flag);
  return text ? parse_number(*text) : std::nullopt;
}

std::optional<double> Invocation::duration(std::string_view flag) const {
  const auto text = value(flag);
  if (!text) return std::nullopt;
  auto seconds = parse_duration(*text);
  return seconds ? std::optional(*seconds) : std::nullopt;
}

std::optional<std::string> Invocation::argument(std::size_t index) const {
  return index < arguments.size() ? std::optional(arguments[index]) : std::nullopt;
}

}  // namespace hpopt
