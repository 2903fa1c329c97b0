// ImportReader: the interface to the formats that are read, one file each.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hpopt/result.h"
#include "interop/imported_study.h"

namespace hpopt {

/// What the user says of the score: its name here, and which way is better.
struct MetricWish {
  std::string name = {};  ///< Empty: nothing.
  std::optional<bool> maximize = {};
};
/// "val_acc:max", "loss:min", "loss"; a colon may belong to the name.
[[nodiscard]] MetricWish parse_metric_wish(const std::string& text);

struct ImportSource {
  std::string path = {};
  std::string name = {};   ///< Of the study here; empty: as there.
  std::string study = {};  ///< Which of several; empty: there is but one.
  MetricWish metric = {};
  std::vector<std::string> parameters = {};  ///< Columns of a table.
};

/// What can be seen of a source before it is read.
struct SourceLook {
  bool folder = false;
  std::string head;  ///< The first bytes of a file.
};

struct ImportReader {
  std::string_view format;  ///< "an Optuna journal"
  bool (*recognizes)(const SourceLook& look);
  Result<ImportedStudy> (*read)(const ImportSource& source);
};

extern const ImportReader kOptunaSqliteReader;
extern const ImportReader kOptunaJournalReader;
extern const ImportReader kLegacyReader;
extern const ImportReader kCsvReader;

/// The reader of the source. Errors: there is no such file, or it is of no known format.
[[nodiscard]] Result<const ImportReader*> reader_of(const std::string& path);

/// Gives the study its objective: what the user wishes before what the source says. Errors: they
/// contradict each other, or neither says which way is better.
[[nodiscard]] Status settle_objective(ImportedStudy& study, const MetricWish& wish,
                                      std::optional<bool> maximized_there);

/// The name of a file without its folders and its last suffix; of a folder its name.
[[nodiscard]] std::string stem_of(const std::string& path);

}  // namespace hpopt
