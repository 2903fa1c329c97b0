// Files: whole files read and written, with errors that name the path and the cause.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "hpopt/result.h"

namespace hpopt {

/// Error kNotFound when there is none, kUnavailable when it cannot be read.
[[nodiscard]] Result<std::string> read_file(const std::string& path);
/// Readers see the old content or the new, whole; the new one survives a power loss. Mode 0600.
[[nodiscard]] Status write_file_atomic(const std::string& path, std::string_view content);
/// With its parents, mode 0700; those that exist are left as they are.
[[nodiscard]] Status make_directories(const std::string& path);
/// The same, and they survive a power loss.
[[nodiscard]] Status make_lasting_directories(const std::string& path);
[[nodiscard]] bool exists(const std::string& path);
/// Not one that a link leads to.
[[nodiscard]] bool is_real_folder(const std::string& path);
/// Bytes on the disk of all that is below the folder. Links are not followed; what can't be read or
/// goes away meanwhile counts nothing.
[[nodiscard]] std::uint64_t space_taken_by(const std::string& folder);

/// "cannot <action>: <text of errno>" at the path.
[[nodiscard]] Error file_error(std::string_view action, const std::string& path, int error_number);

}  // namespace hpopt
