// Regex: a user's regular expression in Perl's syntax, searched in one line at a bounded cost.
//
//   const Regex regex = Regex::compile(R"(accuracy is ([\d.]+))").value();
//   regex.find_group("epoch 3, accuracy is 0.91");  // "0.91"
//
// A search that backtracks for too long, as `(a+)+$` does in a long line of a's, is given up and
// finds nothing. Whether it is depends on pattern and line only, never on the clock.
// Threads: one Regex may be searched with by several at once.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "hpopt/result.h"

namespace hpopt {

class Regex {
 public:
  /// UTF-8, in which `\d`, `\w` and `\s` are ASCII's. Error: what is wrong with the pattern.
  static Result<Regex> compile(std::string_view pattern);

  /// How many groups capture.
  [[nodiscard]] int groups() const;
  /// What the first group holds where the pattern matches first; a view into `line`. None: it
  /// doesn't match, the group took no part, or the search was given up. Bytes that are no UTF-8
  /// match nothing.
  [[nodiscard]] std::optional<std::string_view> find_group(std::string_view line) const;

 private:
  struct Code;
  explicit Regex(std::shared_ptr<const Code> code) : code_(std::move(code)) {}

  std::shared_ptr<const Code> code_;
};

}  // namespace hpopt
