// StudyReader: reads typed values out of a YAML tree and keeps the first error. Reading goes on
// with harmless values after an error, so that the schema can be written down without a check at
// each step.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hpopt/result.h"
#include "spec/yaml_tree.h"

namespace hpopt {

class StudyReader {
 public:
  explicit StudyReader(std::string file) : file_(std::move(file)) {}

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  [[nodiscard]] bool failed() const { return error_.has_value(); }
  void fail(const YamlNode& at, std::string what, std::string mend = {});
  /// Takes over what and mend.
  void fail(const YamlNode& at, const Error& error) { fail(at, error.what, error.mend); }

  // What is expected of the value of `key`; an error names the key and what stands there.
  [[nodiscard]] std::string text(const YamlNode& node, std::string_view key);
  [[nodiscard]] double number(const YamlNode& node, std::string_view key);
  [[nodiscard]] std::int64_t whole(const YamlNode& node, std::string_view key);
  [[nodiscard]] bool truth(const YamlNode& node, std::string_view key);
  /// The index of the word among `words`.
  [[nodiscard]] std::size_t word(const YamlNode& node, std::string_view key,
                                 const std::vector<std::string>& words);
  [[nodiscard]] bool expect_map(const YamlNode& node, std::string_view key, std::string mend);
  [[nodiscard]] bool expect_list(const YamlNode& node, std::string_view key, std::string mend);

  /// Fails at the first key that isn't among `keys`, with "did you mean". `of` is "parameter 'lr'",
  /// or empty at the top.
  void check_keys(const YamlNode& map, std::string_view of, const std::vector<std::string>& keys);

 private:
  std::string file_;
  std::optional<Error> error_;
};

/// Whether a scalar reads as a whole number: 10, but not 10.0 or 1e1.
[[nodiscard]] bool is_whole_text(const YamlNode& node);

}  // namespace hpopt
