#include "hpopt/result.h"

namespace hpopt {

std::string_view name(Code code) {
  switch (code) {
    case Code::kInvalid:
      return "invalid";
    case Code::kNotFound:
      return "not_found";
    case Code::kConflict:
      return "conflict";
    case Code::kBusy:
      return "busy";
    case Code::kStorage:
      return "storage";
    case Code::kUnavailable:
      return "unavailable";
    case Code::kInternal:
      break;
  }
  return "internal";
}

std::string Error::message() const {
  std::string text = where.empty() ? what : where + ": " + what;
  if (!mend.empty()) text += " (" + mend + ")";
  return text;
}

}  // namespace hpopt
