// Plain files where a trial may have put anything: a pipe would make us wait for its other end for
// ever, a link would make us write somewhere else.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>

#include "base/unique_fd.h"
#include "hpopt/result.h"

namespace hpopt {

/// To read: a file or a link to one. Invalid, with errno set, where there is none; EINVAL: it is
/// something else.
[[nodiscard]] UniqueFd open_plain_file(const std::string& path);

/// To write at its end, mode 0600: what stands there and is no plain file is replaced.
[[nodiscard]] Result<UniqueFd> append_to_plain_file(const std::string& path);

/// Writes a fresh file, mode 0600, in the place of what stood there. Small and made anew with every
/// start: not worth the syncs of write_file_atomic().
[[nodiscard]] Status write_plain_file(const std::string& path, const std::string& text);

/// At most `count` bytes from there on; fewer where the file ends.
[[nodiscard]] std::string read_range(int fd, off_t from, std::size_t count);

}  // namespace hpopt
