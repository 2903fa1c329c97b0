#include "interop/import.h"

#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"
#include "interop/import_writer.h"
#include "storage/open_store.h"

namespace hpopt {
namespace {

constexpr std::string_view kUrl = "sqlite:///";

/// What Optuna's users call a file: sqlite:///study.db, and sqlite:////srv/study.db.
std::string path_of(const std::string& source) {
  return source.starts_with(kUrl) ? source.substr(kUrl.size()) : source;
}

Status check_names(const ImportedStudy& study, const std::string& where) {
  if (study.name.empty()) return invalid("the study has no name", "give it one with --name", where);
  std::vector<const std::string*> names{&study.name, &study.objective.name};
  for (const Parameter& parameter : study.space.parameters()) names.push_back(&parameter.name);
  for (const std::string* name : names) {
    if (is_utf8(*name)) continue;
    return invalid(fmt::format("the name {} is no UTF-8", json_string(*name)),
                   "the journal keeps names as text: rename it", where);
  }
  return success();
}

/// The fingerprint of an import: no run asks this question.
std::string import_fingerprint(const std::string& digest) {
  return to_json(Fingerprint{.question = "import " + digest, .files = {}}).dump();
}

Result<Created> first_fact(Store& store, const std::string& id) {
  auto journal = store.open(id);
  if (!journal) return journal.error();
  Created created;
  auto read = (*journal)->read(0, [&](const Fact& fact) {
    if (const auto* first = std::get_if<Created>(&fact.payload)) created = *first;
    return false;
  });
  if (!read) return read.error();
  return created;
}

Error name_taken(const StudyInfo& other) {
  return invalid(
      fmt::format("the store has another study '{}' already ({})", other.name, other.id),
      fmt::format("give this one another --name, or remove that one: hpopt delete {}", other.id));
}

/// Finds the study among those of its name, or creates it. Returns its id.
Result<std::string> place(Store& store, const ImportedStudy& study, const Clock& clock) {
  const Created wanted{.name = study.name,
                       .spec = to_json(spec_of(study)).dump(),
                       .fingerprint = import_fingerprint(digest_of(study)),
                       .directory = std::filesystem::current_path().string(),
                       .seed = 0,
                       .parent = {}};
  auto studies = store.list();
  if (!studies) return studies.error();
  const StudyInfo* other = nullptr;
  for (const StudyInfo& info : *studies) {
    if (info.name != study.name) continue;
    auto created = first_fact(store, info.id);
    if (!created) return created.error();
    if (created->fingerprint == wanted.fingerprint) return info.id;
    if (other == nullptr) other = &info;
  }
  if (other != nullptr) return name_taken(*other);
  return store.create(
      wanted,
      {.revision = 0, .session = 0, .monotonic = clock.monotonic(), .utc_ms = clock.utc_ms()}, "");
}

std::size_t count_waiting(const ImportedStudy& study) {
  return static_cast<std::size_t>(std::count_if(
      study.trials.begin(), study.trials.end(),
      [](const ImportedTrial& trial) { return trial.state == TrialState::kWaiting; }));
}

struct Reading {
  ImportedStudy study;
  std::string_view format;
};

Result<Reading> read_source(ImportSource source) {
  source.path = path_of(source.path);
  const auto reader = reader_of(source.path);
  if (!reader) return reader.error();
  auto study = (*reader)->read(source);
  if (!study) {
    Error error = study.error();
    if (error.where.empty()) error.where = source.path;
    return error;
  }
  if (!source.name.empty()) study->name = source.name;
  if (Status fine = check_names(*study, source.path); !fine) return fine.error();
  return Reading{std::move(*study), (*reader)->format};
}

Result<ImportResult> store_study(Store& store, Reading reading) {
  ImportedStudy& study = reading.study;
  const SystemClock clock;
  auto id = place(store, study, clock);
  if (!id && id.error().code == Code::kConflict) {
    id = place(store, study, clock);  // another process made one of this name just now
  }
  if (!id) return id.error();
  auto journal = store.open(*id);
  if (!journal) return journal.error();
  const auto before = (*journal)->head();
  if (!before) return before.error();
  auto state = write_import(**journal, study, clock);
  if (!state) return state.error();
  return ImportResult{.study = *id,
                      .name = study.name,
                      .format = reading.format,
                      .added = state->revision() > *before,
                      .waiting = count_waiting(study),
                      .notices = std::move(study.notices),
                      .state = std::move(*state)};
}

}  // namespace

Result<ImportResult> import_study(Store& store, const ImportSource& source) {
  auto reading = read_source(source);
  if (!reading) return reading.error();
  return store_study(store, std::move(*reading));
}

Result<ImportResult> import_into(const std::string& locator, const ImportSource& source) {
  auto reading = read_source(source);
  if (!reading) return reading.error();
  auto store = open_store(locator, true);
  if (!store) return store.error();
  return store_study(**store, std::move(*reading));
}

Result<std::string> import_study(const std::string& source, const ImportOptions& options) {
  auto imported = import_into(options.storage, {.path = source,
                                                .name = options.name,
                                                .study = options.study,
                                                .metric = parse_metric_wish(options.metric),
                                                .parameters = options.parameters});
  if (!imported) return imported.error();
  return std::move(imported->study);
}

}  // namespace hpopt
