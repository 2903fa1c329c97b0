#include "exec/regex.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include <fmt/format.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace hpopt {

namespace {

/// What a search may cost in tried items of the pattern and passed bytes of the line: about a
/// millisecond for a line of usual length.
constexpr std::size_t kEffort = 20'000;
constexpr std::size_t kEffortPerByte = 8;
/// Places to come back to, in KiB.
constexpr std::uint32_t kHeap = std::uint32_t{16} << 10U;

struct Effort {
  std::size_t left;
  std::size_t position = 0;
};

/// Called before each item of the pattern. PCRE2's own match limit would count neither the bytes
/// that a repeat passes nor anything across the places where a match may start, so that `\w+x`
/// stayed quadratic.
int spend(pcre2_callout_block* at, void* data) {
  Effort& effort = *static_cast<Effort*>(data);
  const std::size_t before = effort.position;
  effort.position = at->current_position;
  const std::size_t passed =
      effort.position > before ? effort.position - before : before - effort.position;
  if (effort.left <= passed) return PCRE2_ERROR_MATCHLIMIT;
  effort.left -= passed + 1;
  return 0;
}

std::string message_of(int error) {
  std::array<PCRE2_UCHAR, 256> text{};
  pcre2_get_error_message(error, text.data(), text.size());
  return reinterpret_cast<const char*>(text.data());
}

PCRE2_SPTR units(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

}  // namespace

struct Regex::Code {
  explicit Code(pcre2_code* compiled) : code(compiled) {}
  Code(const Code&) = delete;
  Code& operator=(const Code&) = delete;
  ~Code() { pcre2_code_free(code); }

  pcre2_code* code;
};

Result<Regex> Regex::compile(std::string_view pattern) {
  constexpr std::uint32_t kOptions = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOLLAR_ENDONLY |
                                     PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT;
  int error = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code* code =
      pcre2_compile(units(pattern), pattern.size(), kOptions, &error, &offset, nullptr);
  if (code == nullptr) {
    return invalid(fmt::format("{} at offset {}", message_of(error), offset));
  }
  return Regex(std::make_shared<const Code>(code));
}

int Regex::groups() const {
  std::uint32_t count = 0;
  pcre2_pattern_info(code_->code, PCRE2_INFO_CAPTURECOUNT, &count);
  return static_cast<int>(count);
}

std::optional<std::string_view> Regex::find_group(std::string_view line) const {
  Effort effort{.left = kEffort + kEffortPerByte * line.size()};
  const std::unique_ptr<pcre2_match_context, decltype(&pcre2_match_context_free)> context(
      pcre2_match_context_create(nullptr), &pcre2_match_context_free);
  const std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> found(
      pcre2_match_data_create_from_pattern(code_->code, nullptr), &pcre2_match_data_free);
  if (!context || !found) return std::nullopt;
  pcre2_set_callout(context.get(), spend, &effort);
  pcre2_set_heap_limit(context.get(), kHeap);
  const int matched =
      pcre2_match(code_->code, units(line), line.size(), 0, 0, found.get(), context.get());
  if (matched < 2) return std::nullopt;  // the whole match alone is 1
  const PCRE2_SIZE* bounds = pcre2_get_ovector_pointer(found.get());
  if (bounds[2] == PCRE2_UNSET) return std::nullopt;
  return line.substr(bounds[2], bounds[3] - bounds[2]);
}

}  // namespace hpopt
