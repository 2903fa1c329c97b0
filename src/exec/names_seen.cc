#include "exec/names_seen.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/text.h"

namespace hpopt {
namespace {

constexpr std::size_t kNamesShown = 8;

/// Lower case, with one space for every run of signs: "Val-Acc" and "val_acc" are "val acc".
std::string word_form(std::string_view name) {
  std::string form;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      form += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!form.empty() && form.back() != ' ') {
      form += ' ';
    }
  }
  return form;
}

}  // namespace

int NamesSeen::add(std::string_view name) {
  if (const auto found = names_.find(name); found != names_.end()) return ++found->second;
  return names_.emplace(name, 1).first->second;
}

std::vector<std::string> NamesSeen::names() const {
  std::vector<std::pair<int, std::string>> counted;
  counted.reserve(names_.size());
  for (const auto& [name, count] : names_) counted.emplace_back(-count, name);
  std::sort(counted.begin(), counted.end());
  std::vector<std::string> names;
  names.reserve(counted.size());
  for (auto& [count, name] : counted) names.push_back(std::move(name));
  return names;
}

std::string NamesSeen::missing(std::string_view metric, bool still_runs) const {
  if (names_.empty()) {
    return fmt::format(
        "metric '{}' was never printed, and nothing else that could be understood; "
        "print a line such as '{}: 0.91'",
        metric, metric);
  }
  const std::vector<std::string> all = names();
  std::vector<std::string> shown(
      all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(kNamesShown, all.size())));
  if (all.size() > kNamesShown) shown.emplace_back("...");
  const std::string meant = meant_name(metric, all);
  return fmt::format("metric '{}' {}; seen: {}{}", metric,
                     still_runs ? "is not printed so far" : "was never printed", join(shown, ", "),
                     meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant));
}

std::string meant_name(std::string_view metric, const std::vector<std::string>& names) {
  const std::string form = word_form(metric);
  for (const std::string& name : names) {
    if (word_form(name) == form) return name;
  }
  if (std::string close = nearest(metric, names); !close.empty()) return close;
  for (const std::string& name : names) {
    if (fmt::format(" {} ", word_form(name)).find(fmt::format(" {} ", form)) != std::string::npos) {
      return name;
    }
  }
  return {};
}

}  // namespace hpopt
