#include "engine/cleanup.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include <fmt/format.h>

#include "base/files.h"
#include "exec/environment.h"
#include "study/fold.h"
#include "study/holder.h"
#include "study/lease_keeper.h"

namespace hpopt {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSqliteMagic = "SQLite format 3";
constexpr std::size_t kIdLength = 12;  // of random_id()

fs::path trials_folder(const std::string& store_directory) {
  return fs::path(store_directory) / "trials";
}

bool looks_like_id(const std::string& name) {
  return name.size() == kIdLength && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
         });
}

/// Files of stores in the folder: their studies' trials all stand beside them.
int stores_in(const std::string& folder) {
  int stores = 0;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    std::error_code gone;
    if (!entry.is_regular_file(gone) || gone) continue;
    std::string head(kSqliteMagic.size(), '\0');
    std::ifstream file(entry.path(), std::ios::binary);
    if (file.read(head.data(), static_cast<std::streamsize>(head.size())) && head == kSqliteMagic) {
      ++stores;
    }
  }
  return stores;
}

Error behind_a_link(const fs::path& path) {
  return {Code::kUnavailable, "the folder of the trials is a link, and links are not followed",
          path.string(), "remove what is behind it by hand, then the link"};
}

Result<bool> runs(Store& store, const StudyInfo& study) {
  auto journal = store.open(study.id);
  if (!journal) return journal.error();
  auto lease = (*journal)->lease(kRunner);
  if (!lease) return lease.error();
  return !lease->holder.empty() && !is_holder_dead(lease->holder);
}

/// Of one study that doesn't run.
Status add_checkpoints(Store& store, const std::string& store_directory, const StudyInfo& study,
                       std::vector<Litter>& litter) {
  auto journal = store.open(study.id);
  if (!journal) return journal.error();
  StudyState state;
  if (auto folded = fold(**journal, state); !folded) return folded.error();
  if (!is_real_folder(trials_folder(store_directory) / study.id)) return success();
  for (const TrialRecord& trial : state.trials()) {
    if (!is_finished(trial.state) || trial.id == state.best()) continue;
    const std::string folder = trial_directory(store_directory, study.id, trial.id);
    const std::string checkpoints = checkpoint_directory(folder);
    if (!is_real_folder(folder) || !is_real_folder(checkpoints)) continue;
    const std::uintmax_t bytes = space_taken_by(checkpoints);
    if (bytes == 0) continue;
    litter.push_back(
        {checkpoints, fmt::format("checkpoints of trial {} of '{}'", trial.id, study.name), bytes});
  }
  return success();
}

/// Folders that look like a study's. They are read before the studies are listed, so that one which
/// begins meanwhile is not taken for one that is gone.
std::vector<fs::path> study_folders(const fs::path& trials) {
  std::vector<fs::path> folders;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(trials, failure)) {
    if (looks_like_id(entry.path().filename()) && is_real_folder(entry.path())) {
      folders.push_back(entry.path());
    }
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

}  // namespace

Result<Litter> trials_of(const std::string& store_directory, const StudyInfo& study) {
  const fs::path trials = trials_folder(store_directory);
  const fs::path folder = trials / study.id;
  std::error_code failure;
  for (const fs::path& path : {trials, folder}) {
    if (fs::is_symlink(path, failure)) return behind_a_link(path);
  }
  return Litter{folder.string(), fmt::format("trials of '{}'", study.name), space_taken_by(folder)};
}

Status remove_litter(const Litter& litter) {
  std::error_code failure;
  fs::remove_all(litter.path, failure);
  if (!failure) return success();
  return Error{Code::kUnavailable, "cannot remove it: " + failure.message(), litter.path,
               "see to whom it belongs, and try again"};
}

Status delete_study(Store& store, const std::string& store_directory, const StudyInfo& study) {
  auto trials = trials_of(store_directory, study);
  if (!trials) return trials.error();
  auto journal = store.open(study.id);
  if (!journal) return journal.error();
  auto runner = HeldLease::take(**journal, kRunner);
  if (!runner) {
    if (runner.error().code != Code::kBusy) return runner.error();
    return Error{Code::kBusy,
                 fmt::format("study '{}' runs", study.name),
                 {},
                 "end it with `hpopt stop`, then delete it"};
  }
  if (Status removed = remove_litter(*trials); !removed) return removed;
  return store.remove(study.id);
}

Result<std::vector<Litter>> find_litter(Store& store, const std::string& store_directory,
                                        bool checkpoints) {
  const fs::path trials = trials_folder(store_directory);
  std::error_code failure;
  if (fs::is_symlink(trials, failure)) return behind_a_link(trials);
  if (stores_in(store_directory) > 1) {
    return Error{Code::kUnavailable, "several stores share this folder, and so their trials do",
                 store_directory, "use `hpopt delete`, or give each store a folder of its own"};
  }
  const std::vector<fs::path> folders = study_folders(trials);
  const auto studies = store.list();
  if (!studies) return studies.error();
  std::set<std::string> known;
  for (const StudyInfo& study : *studies) known.insert(study.id);
  std::vector<Litter> litter;
  for (const fs::path& folder : folders) {
    if (known.contains(folder.filename())) continue;
    litter.push_back({folder.string(), "trials of a study that is gone", space_taken_by(folder)});
  }
  for (const StudyInfo& study : *studies) {
    if (!checkpoints) break;
    const auto running = runs(store, study);
    if (!running) return running.error();
    if (*running) continue;
    if (Status added = add_checkpoints(store, store_directory, study, litter); !added) {
      return added.error();
    }
  }
  return litter;
}

Result<bool> any_runs(Store& store) {
  const auto studies = store.list();
  if (!studies) return studies.error();
  for (const StudyInfo& study : *studies) {
    const auto running = runs(store, study);
    if (!running || *running) return running;
  }
  return false;
}

}  // namespace hpopt
