// Cleanup: removing studies, and the folders that nobody needs any more.
//
// Nothing outside the store is ever touched: a link is never followed, and a folder that is reached
// through one is left alone. Every removal may be killed midway and begun again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hpopt/result.h"
#include "study/journal.h"

namespace hpopt {

/// A folder in the store, and all that is in it.
struct Litter {
  std::string path;
  std::string what;  ///< "trials of a study that is gone", "checkpoints of trial 3 of 'digits'".
  std::uintmax_t bytes = 0;
};

/// The folder of a study's trials; no bytes when there is none. Errors: it is reached by a link.
[[nodiscard]] Result<Litter> trials_of(const std::string& store_directory, const StudyInfo& study);

/// Removes the study, its trials' folders first: what is killed on the way is found by its name
/// again. Errors: kBusy, it runs.
[[nodiscard]] Status delete_study(Store& store, const std::string& store_directory,
                                  const StudyInfo& study);

/// The folders of trials whose study is gone; with `checkpoints` those of trials that have ended,
/// too, the best one of each study aside. Studies that run are left alone. Errors: folders that
/// other stores may own, since their files stand in the same place.
[[nodiscard]] Result<std::vector<Litter>> find_litter(Store& store,
                                                      const std::string& store_directory,
                                                      bool checkpoints);
[[nodiscard]] Status remove_litter(const Litter& litter);

/// Whether a live process runs one of the store's studies.
[[nodiscard]] Result<bool> any_runs(Store& store);

}  // namespace hpopt
