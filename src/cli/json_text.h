// JsonText: JSON as all commands print it.
#pragma once

#include <string>

#include "base/json.h"

namespace hpopt {

/// Indented, with a newline at its end. Bytes that are no UTF-8 (trainers and file names have them)
/// become U+FFFD.
[[nodiscard]] std::string json_document(const Json& json);

}  // namespace hpopt
