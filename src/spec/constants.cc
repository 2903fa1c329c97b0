#include "spec/constants.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace hpopt {
namespace {

constexpr std::array kLengths{"epochs",  "num-epochs",       "n-epochs", "max-epochs",
                              "nepochs", "num-train-epochs", "epoch"};

bool has_placeholder(std::string_view text) { return text.find("${") != std::string_view::npos; }

/// The words of a command, one setting after the other.
struct Setting {
  std::string name;   ///< Plain; empty: no setting, but a word of its own.
  std::string value;  ///< Empty for a bare flag.
  std::size_t words = 1;
};

Setting setting_at(const std::vector<std::string>& command, std::size_t place) {
  const std::string& word = command[place];
  const std::size_t equals = word.find('=');
  if (equals != std::string::npos && !has_placeholder(word.substr(0, equals))) {
    return {plain_name(word.substr(0, equals)), word.substr(equals + 1)};
  }
  if (!word.starts_with("-")) return {};
  const std::string* next = place + 1 < command.size() ? &command[place + 1] : nullptr;
  const bool takes_next = next != nullptr && (!next->starts_with("-") || parse_number(*next));
  return takes_next ? Setting{plain_name(word), *next, 2} : Setting{plain_name(word), {}};
}

}  // namespace

bool names_length(std::string_view name) {
  return std::find(kLengths.begin(), kLengths.end(), plain_name(name)) != kLengths.end();
}

std::string plain_name(std::string_view name) {
  const std::size_t begin = std::min(name.find_first_not_of("-+"), name.size());
  std::string plain(name.substr(begin));
  std::replace(plain.begin(), plain.end(), '_', '-');
  return plain;
}

std::optional<std::string> constant_of(const std::vector<std::string>& command,
                                       std::string_view name) {
  const std::string wanted = plain_name(name);
  for (std::size_t i = 1; i < command.size(); ++i) {
    const Setting setting = setting_at(command, i);
    if (setting.name != wanted || setting.value.empty()) continue;
    if (!has_placeholder(setting.value)) return setting.value;
  }
  return std::nullopt;
}

std::optional<double> constant_length(const std::vector<std::string>& command) {
  for (std::size_t i = 0; i < command.size(); ++i) {
    const Setting setting = setting_at(command, i);
    if (!names_length(setting.name)) continue;
    const auto number = parse_integer(setting.value);
    if (!number || *number < 1) return std::nullopt;
    return static_cast<double>(*number);
  }
  return std::nullopt;
}

std::vector<std::string> rest_of_command(const std::vector<std::string>& command,
                                         const std::set<std::string>& names) {
  std::vector<std::string> rest;
  for (std::size_t i = 0; i < command.size();) {
    const Setting setting = setting_at(command, i);
    const bool varies = setting.name.empty()
                            ? has_placeholder(command[i])
                            : names.contains(setting.name) || names_length(setting.name) ||
                                  has_placeholder(setting.value);
    // A bare flag before a word of its own takes the word along: both stay, or both go.
    if (!varies) {
      rest.insert(rest.end(), command.begin() + static_cast<std::ptrdiff_t>(i),
                  command.begin() + static_cast<std::ptrdiff_t>(i + setting.words));
    }
    i += setting.words;
  }
  return rest;
}

}  // namespace hpopt
