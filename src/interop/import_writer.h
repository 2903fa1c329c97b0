// ImportWriter: an imported study as facts, so that its journal folds like any other's.
#pragma once

#include <string>

#include "base/clock.h"
#include "hpopt/result.h"
#include "interop/imported_study.h"
#include "study/journal.h"
#include "study/state.h"

namespace hpopt {

/// What the study's first fact says. A trial's score is its best report where that explains every
/// result, else its last.
[[nodiscard]] StudySpec spec_of(const ImportedStudy& study);

/// SHA-256 over all that is imported: the same import has the same.
[[nodiscard]] std::string digest_of(const ImportedStudy& study);

/// Appends what the journal lacks of the study, whole trials at a time: an import that was killed
/// goes on where it stood. Returns the state that comes of it. Nothing is appended when all is
/// there. Errors: kBusy, another process runs or imports the study; kStorage. REQUIRES: the
/// journal's first fact is this study's.
[[nodiscard]] Result<StudyState> write_import(Journal& journal, const ImportedStudy& study,
                                              const Clock& clock);

}  // namespace hpopt
