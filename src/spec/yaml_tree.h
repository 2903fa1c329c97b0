// YamlNode: a YAML document as a tree of texts with their places. Nothing is typed: what a plain
// `no` or `1e-3` means is for the schema to say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hpopt/result.h"
#include "hpopt/value.h"

namespace hpopt {

struct YamlNode {
  enum class Kind : std::uint8_t { kNull, kScalar, kList, kMap };
  struct Entry;

  Kind kind = Kind::kNull;
  std::string text = {};  ///< Of a scalar.
  bool quoted = false;    ///< A scalar in quotes is a string, whatever it looks like.
  int line = 1;
  int column = 1;
  std::vector<YamlNode> items;  ///< Of a list.
  std::vector<Entry> entries;   ///< Of a mapping, in their order.

  [[nodiscard]] bool is_map() const { return kind == Kind::kMap; }
  [[nodiscard]] bool is_list() const { return kind == Kind::kList; }
  [[nodiscard]] bool is_scalar() const { return kind == Kind::kScalar; }
  /// The value of a key; nullptr when there is none.
  [[nodiscard]] const YamlNode* find(std::string_view key) const;
};

struct YamlNode::Entry {
  YamlNode key;
  YamlNode value;
};

/// "file:line:column", from 1.
[[nodiscard]] std::string place_of(const std::string& file, const YamlNode& node);

/// Errors: what is no YAML, a key that stands twice, more than one document. Merge keys (<<) are
/// merged, as PyYAML does.
[[nodiscard]] Result<YamlNode> parse_yaml(std::string_view text, const std::string& file);

/// A node where any value may stand: a plain scalar is null, true, false or a number where
/// YAML 1.2's core schema says so; else a string. `no` and `1_000` are strings.
[[nodiscard]] Value value_of(const YamlNode& node);

}  // namespace hpopt
