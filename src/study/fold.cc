#include "study/fold.h"

namespace hpopt {

Result<Revision> fold(Journal& journal, StudyState& state) {
  Status applied = success();
  auto read = journal.read(state.revision(), [&](const Fact& fact) {
    applied = state.apply(fact);
    return applied.ok();
  });
  if (!read) return read.error();
  if (!applied) return applied.error();
  return state.revision();
}

}  // namespace hpopt
