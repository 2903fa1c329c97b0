#include "exec/memory_words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "base/text.h"

namespace hpopt {
namespace {

using Words = std::string_view;

// Of a machine's memory, or of nobody's in particular.
constexpr std::array<Words, 15> kSayings{"out of memory",
                                         "outofmemory",
                                         "memoryerror",
                                         "bad_alloc",
                                         "resource_exhausted",
                                         "resourceexhausted",
                                         "cannot allocate memory",
                                         "can't allocate memory",
                                         "not enough memory",
                                         "insufficient memory",
                                         "failed to allocate memory",
                                         "unable to allocate",
                                         "out of shared memory",
                                         "oom when allocating",
                                         "killed by signal: killed"};
// These name a device's by themselves.
constexpr std::array<Words, 6> kDeviceSayings{
    "alloc_failed",  // CUBLAS_STATUS_ALLOC_FAILED and its kin
    "error_out_of_device_memory",
    "error_out_of_resources",
    "error_outofmemory",
    "erroroutofmemory",  // hipErrorOutOfMemory, cudaErrorOutOfMemory
    "torch.outofmemoryerror"};
constexpr std::array<Words, 9> kDevices{"cuda", "cudnn",         "cublas", "rocm",  "gpu",
                                        "vram", "device memory", "nccl",   "miopen"};
// These are in the middle of other words, too: "ship", "jumps", "output".
constexpr std::array<Words, 5> kShortDevices{"hip", "xpu", "mps", "hbm", "tpu"};
// XLA and TensorFlow say so of a device unless they name the CPU.
constexpr std::array<Words, 2> kExhausted{"resource_exhausted", "resourceexhausted"};
constexpr std::array<Words, 4> kProcessors{"cpu", "host", "/device:cpu", "alloc_cpu"};
// Before a saying, in the same clause: it is denied or only considered.
constexpr std::array<Words, 23> kDoubts{
    "no",       "not",        "never", "without", "avoid",  "avoids",  "avoiding", "prevent",
    "prevents", "preventing", "if",    "when",    "may",    "might",   "could",    "would",
    "should",   "case",       "any",   "zero",    "handle", "handles", "until"};
// Errors that only pass on what happened in another process.
constexpr std::array<Words, 5> kMessengers{"childfailederror", "calledprocesserror",
                                           "processraisedexception", "processexitedexception",
                                           "raytaskerror"};

std::string lower(std::string_view text) {
  std::string low(text);
  std::transform(low.begin(), low.end(), low.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return low;
}

template <std::size_t kCount>
bool holds_any(std::string_view text, const std::array<Words, kCount>& sayings) {
  return std::any_of(sayings.begin(), sayings.end(),
                     [&](Words saying) { return text.find(saying) != Words::npos; });
}

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

bool names_device(std::string_view text) {
  const auto begins_word = [&](Words name) {
    std::size_t at = text.find(name);
    while (at != Words::npos && at > 0 && is_letter(text[at - 1])) at = text.find(name, at + 1);
    return at != Words::npos;
  };
  return holds_any(text, kDevices) ||
         std::any_of(kShortDevices.begin(), kShortDevices.end(), begins_word);
}

/// The words of the clause that the text breaks off in.
bool is_doubted(std::string_view before) {
  const std::size_t clause = before.find_last_of(".:;,()[]\"'");
  if (clause != std::string_view::npos) before.remove_prefix(clause + 1);
  for (const std::string& word : split(trim(before), ' ')) {
    if (std::find(kDoubts.begin(), kDoubts.end(), word) != kDoubts.end()) return true;
  }
  return false;
}

template <std::size_t kCount>
bool says_any(std::string_view line, const std::array<Words, kCount>& sayings) {
  for (const Words saying : sayings) {
    for (std::size_t at = line.find(saying); at != Words::npos; at = line.find(saying, at + 1)) {
      if (!is_doubted(line.substr(0, at))) return true;
    }
  }
  return false;
}

/// What a shell says of a child: "Killed", "./run.sh: line 3: 4711 Killed   python train.py".
bool says_killed(std::string_view line) {
  return line == "killed" ||
         (line.find(": line ") != Words::npos && line.find(" killed ") != Words::npos);
}

/// "ValueError: ...", "torch.cuda.CudaError: ...", "KeyboardInterrupt" aside.
bool is_error(std::string_view line) {
  const std::string_view head = line.substr(0, line.find_first_of(": "));
  return head.ends_with("error") || head.ends_with("exception");
}

/// What Python puts between an error and the one that it led to.
bool leads_on(std::string_view line) {
  return line.find("during handling of the above exception") != Words::npos ||
         line.find("the above exception was the direct cause") != Words::npos;
}

}  // namespace

Memory memory_in(std::string_view line) {
  const std::string text = lower(line);
  const std::string_view low = trim(text);
  if (says_any(low, kDeviceSayings)) return Memory::kDevice;
  if (says_killed(low)) return Memory::kHost;
  if (!says_any(low, kSayings)) return Memory::kEnough;
  const bool of_device = names_device(low);
  const bool of_host = holds_any(low, kProcessors);
  if (holds_any(low, kExhausted)) return of_host && !of_device ? Memory::kHost : Memory::kDevice;
  return of_device ? Memory::kDevice : Memory::kHost;
}

Memory memory_told_by(const std::deque<std::string>& lines) {
  bool failed_of_another = false;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    const std::string text = lower(*line);
    const std::string_view low = trim(text);
    const Memory memory = memory_in(low);
    if (memory != Memory::kEnough && !failed_of_another) return memory;
    if (leads_on(low)) {
      failed_of_another = false;
    } else if (memory == Memory::kEnough && is_error(low) && !holds_any(low, kMessengers)) {
      failed_of_another = true;
    }
  }
  return Memory::kEnough;
}

}  // namespace hpopt
