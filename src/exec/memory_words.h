// What a program prints when memory was short, told apart from what it says of memory otherwise.
//
//   memory_told_by({"Traceback ...", "torch.OutOfMemoryError: CUDA out of memory. Tried to ..."})
//   // Memory::kDevice
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "base/memory_kind.h"

namespace hpopt {

/// The messages of CUDA, ROCm, XPU, XLA, TensorFlow, Python, NumPy, C++, the C library, Java and
/// the kernel. A line that denies it or only considers it ("no out of memory so far", "if you run
/// out of memory, ...") says nothing.
[[nodiscard]] Memory memory_in(std::string_view line);

/// What the last lines of a program that failed say. An error that came later and is no consequence
/// of it was what the program failed of: then memory was enough.
[[nodiscard]] Memory memory_told_by(const std::deque<std::string>& lines);

}  // namespace hpopt
