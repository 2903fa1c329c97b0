#include "hpopt/result.h"

namespace hpopt {

std::string Error::message() const {
  std::string text = where.empty() ? what : where + ": " + what;
  if (!mend.empty()) text += " (" + mend + ")";
  return text;
}

}  // namespace hpopt
