// LineSplitter: the bytes of an output become records: what stands between two of `\n` and `\r`.
//
//   LineSplitter splitter;
//   splitter.feed(bytes, [](const Record& record) { ... });
//   splitter.finish(...);  // what stood behind the last terminator
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace hpopt {

struct Record {
  std::string_view raw;      ///< As it came, with its terminator: what a log keeps.
  std::string text;          ///< Without terminator, terminal codes and control characters; UTF-8.
  bool overwritten = false;  ///< Ended by `\r`: the next record takes its place on a screen.
};

/// Terminal sequences and control characters taken out, bytes that are no UTF-8 made U+FFFD.
[[nodiscard]] std::string clean_text(std::string_view raw);

class LineSplitter {
 public:
  using Sink = std::function<void(const Record&)>;

  static constexpr std::size_t kLongest = std::size_t{1} << 18U;

  LineSplitter() = default;
  /// A line longer than `longest` is passed on in pieces, and none of them is understood (empty
  /// text): a number could stand across a cut.
  explicit LineSplitter(std::size_t longest) : longest_(longest) {}

  void feed(std::string_view bytes, const Sink& sink);
  void finish(const Sink& sink);

 private:
  void emit(std::string_view raw, const Sink& sink);

  std::size_t longest_ = kLongest;
  std::string pending_;
  bool overlong_ = false;
};

}  // namespace hpopt
