#include "spec/study_reader.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"

namespace hpopt {
namespace {

std::string what_stands(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kList:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a mapping";
    case YamlNode::Kind::kScalar:
      break;
  }
  return fmt::format("'{}'", node.text);
}

std::string must_be(std::string_view key, std::string_view expected, const YamlNode& node) {
  return fmt::format("'{}' must be {}, not {}", key, expected, what_stands(node));
}

/// Where the schema wants a number: one in quotes is a number too, and so is YAML 1.1's 1_000.
Value as_number(const YamlNode& node) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  YamlNode plain = node;
  plain.quoted = false;
  const std::string& text = plain.text;
  if (!text.empty() && is_digit(text.front()) && is_digit(text.back())) {
    std::erase(plain.text, '_');
  }
  return value_of(plain);
}

std::optional<double> number_in(const YamlNode& node) {
  const Value value = as_number(node);
  return value.is_number() ? std::optional(value.as_double()) : std::nullopt;
}

}  // namespace

void StudyReader::fail(const YamlNode& at, std::string what, std::string mend) {
  if (!error_) error_ = invalid(std::move(what), std::move(mend), place_of(file_, at));
}

std::string StudyReader::text(const YamlNode& node, std::string_view key) {
  if (node.is_scalar()) return node.text;
  fail(node, must_be(key, "a text", node));
  return {};
}

double StudyReader::number(const YamlNode& node, std::string_view key) {
  const std::optional<double> number = node.is_scalar() ? number_in(node) : std::nullopt;
  if (number && std::isfinite(*number)) return *number;
  fail(node, must_be(key, "a number", node));
  return 0;
}

std::int64_t StudyReader::whole(const YamlNode& node, std::string_view key) {
  if (const Value value = as_number(node); value.is_int()) return value.as_int();
  const std::optional<double> number = number_in(node);
  if (number && std::floor(*number) == *number && std::abs(*number) < 0x1p53) {
    return static_cast<std::int64_t>(*number);
  }
  fail(node, must_be(key, "a whole number", node));
  return 1;
}

bool StudyReader::truth(const YamlNode& node, std::string_view key) {
  std::string lower = node.text;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const bool is_true = lower == "true" || lower == "yes" || lower == "on";
  const bool is_false = lower == "false" || lower == "no" || lower == "off";
  if (!is_true && !is_false) fail(node, must_be(key, "true or false", node));
  return is_true;
}

std::size_t StudyReader::word(const YamlNode& node, std::string_view key,
                              const std::vector<std::string>& words) {
  const auto found = std::find(words.begin(), words.end(), node.text);
  if (node.is_scalar() && found != words.end()) {
    return static_cast<std::size_t>(found - words.begin());
  }
  fail(node,
       fmt::format("{} has no '{}'{}", key, node.is_scalar() ? node.text : what_stands(node),
                   did_you_mean(node.text, words)),
       "write one of: " + join(words, ", "));
  return 0;
}

bool StudyReader::expect_map(const YamlNode& node, std::string_view key, std::string mend) {
  if (node.is_map()) return true;
  fail(node, must_be(key, "a mapping", node), std::move(mend));
  return false;
}

bool StudyReader::expect_list(const YamlNode& node, std::string_view key, std::string mend) {
  if (node.is_list()) return true;
  fail(node, must_be(key, "a list", node), std::move(mend));
  return false;
}

void StudyReader::check_keys(const YamlNode& map, std::string_view of,
                             const std::vector<std::string>& keys) {
  for (const YamlNode::Entry& entry : map.entries) {
    const std::string& key = entry.key.text;
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    const std::string place = of.empty() ? std::string() : fmt::format(" of {}", of);
    const std::string guess = did_you_mean(key, keys);
    const std::string list =
        of.empty() ? "docs/options.md lists the keys" : "the keys here are: " + join(keys, ", ");
    fail(entry.key, fmt::format("unknown key '{}'{}{}", key, place, guess),
         guess.empty() ? "remove it; " + list : "rename it");
  }
}

bool is_whole_text(const YamlNode& node) { return node.is_scalar() && as_number(node).is_int(); }

}  // namespace hpopt
