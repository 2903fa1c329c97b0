// Optuna's relational storage in an SQLite file: the tables of Optuna 3 and later.
#include <algorithm>
#include <array>
#include <limits>
#include <unordered_map>

#include <fmt/format.h>

#include "base/text.h"
#include "interop/import_json.h"
#include "interop/import_optuna.h"
#include "interop/import_time.h"
#include "storage/sqlite.h"
#include "study/journal.h"

namespace hpopt {
namespace {

constexpr std::string_view kMagic{"SQLite format 3\0", 16};
/// Revisions of the tables that released versions from 3.0 on have.
constexpr std::array<std::string_view, 2> kRevisions{"v3.0.0.d", "v3.2.0.a"};
/// From here on times are kept in UTC; before, in the zone of the machine.
constexpr std::int64_t kFirstInUtc = 5;

/// SQLite's complaint about a file that is not our store.
Error unreadable(const Error& error) {
  constexpr std::string_view kOfStore = "the store cannot be used: ";
  std::string_view what = error.what;
  if (what.starts_with(kOfStore)) what.remove_prefix(kOfStore.size());
  return invalid(fmt::format("the Optuna study cannot be read: {}", what),
                 "restore a copy if the file is damaged; close what keeps it locked", error.where);
}

bool is_sqlite_file(const SourceLook& look) { return look.head.starts_with(kMagic); }

class SqliteReader {
 public:
  SqliteReader(Database database, const ImportSource& source)
      : database_(std::move(database)), source_(source) {}

  Result<ImportedStudy> read() {
    // One transaction: Optuna may be at work.
    if (Status begun = database_.execute("BEGIN"); !begun) return unreadable(begun.error());
    for (const auto part :
         {&SqliteReader::check_tables, &SqliteReader::check_revision, &SqliteReader::read_study,
          &SqliteReader::read_trials, &SqliteReader::read_parameters, &SqliteReader::read_values,
          &SqliteReader::read_curves, &SqliteReader::read_attributes}) {
      if (Status done = (this->*part)(); !done) return done.error();
    }
    auto space = builder_.build();
    if (!space) return space.error();
    imported_.space = std::move(*space);
    if (Status brought = bring_into(imported_.space, imported_.trials); !brought) {
      return brought.error();
    }
    return std::move(imported_);
  }

 private:
  /// Runs `visit` for each row; parameter 1, where there is one, is the study.
  template <typename Visit>
  Status each(std::string_view sql, Visit visit) {
    auto statement = database_.prepare(sql);
    if (!statement) return unreadable(statement.error());
    if (sql.find('?') != std::string_view::npos) statement->bind(1, study_);
    for (;;) {
      auto row = statement->step();
      if (!row) return unreadable(row.error());
      if (!*row) return success();
      if (Status visited = visit(*statement); !visited) return visited;
    }
  }

  Result<std::string> first_text(std::string_view sql) {
    std::string text;
    Status read = each(sql, [&](const Statement& row) {
      text = row.text(0);
      return success();
    });
    if (!read) return read.error();
    return text;
  }

  bool has_table(std::string_view name) {
    auto count = database_.number(
        fmt::format("SELECT count(*) FROM sqlite_master WHERE type='table' AND name='{}'", name));
    return count && *count > 0;
  }

  Status check_tables() {
    // What is damaged shows here, and not as a missing table.
    if (auto tables = database_.number("SELECT count(*) FROM sqlite_master"); !tables) {
      return unreadable(tables.error());
    }
    if (has_table("trials") && has_table("studies") && has_table("trial_params")) return success();
    const bool ours = has_table("facts");
    return invalid(ours ? "this is a store of hpopt, not of Optuna"
                        : "this SQLite file holds no tables of Optuna",
                   ours ? fmt::format("look at it with --storage sqlite:{}", source_.path)
                        : "name the file of Optuna's storage",
                   source_.path);
  }

  Status check_revision() {
    if (!has_table("alembic_version")) return other_revision("of a version before 0.9");
    auto revision = first_text("SELECT version_num FROM alembic_version");
    if (!revision) return revision.error();
    if (std::find(kRevisions.begin(), kRevisions.end(), *revision) == kRevisions.end()) {
      return other_revision(fmt::format("'{}'", *revision));
    }
    auto version = first_text("SELECT library_version FROM version_info");
    if (!version) return version.error();
    imported_.origin = fmt::format("Optuna {}", *version);
    const auto major = parse_integer(version->substr(0, version->find('.')));
    zoneless_ = major.value_or(0) >= kFirstInUtc ? Zoneless::kUtc : Zoneless::kLocal;
    return success();
  }

  [[nodiscard]] Error other_revision(const std::string& found) const {
    return invalid(
        fmt::format("the tables are {}, and those of Optuna 3 and later are read ({})", found,
                    join({kRevisions.begin(), kRevisions.end()}, ", ")),
        fmt::format("bring an older file up to date: optuna storage upgrade --storage sqlite:///{}",
                    source_.path),
        source_.path);
  }

  Status read_study() {
    std::vector<std::string> names;
    std::vector<std::int64_t> ids;
    Status read = each("SELECT study_id, study_name FROM studies ORDER BY study_id",
                       [&](const Statement& row) {
                         ids.push_back(row.integer(0));
                         names.emplace_back(row.text(1));
                         return success();
                       });
    if (!read) return read;
    const auto chosen = choose_optuna_study(names, source_);
    if (!chosen) return chosen.error();
    study_ = ids[*chosen];
    OptunaStudy study{.name = names[*chosen]};
    read = each("SELECT direction FROM study_directions WHERE study_id = ? ORDER BY objective",
                [&](const Statement& row) {
                  const std::string_view direction = row.text(0);
                  study.directions.push_back(direction == "MAXIMIZE"   ? OptunaDirection::kMaximize
                                             : direction == "MINIMIZE" ? OptunaDirection::kMinimize
                                                                       : OptunaDirection::kNotSet);
                  return success();
                });
    if (!read) return read;
    auto metrics = first_text(
        "SELECT value_json FROM study_system_attributes WHERE study_id = ? AND "
        "key = 'study:metric_names'");
    if (!metrics) return metrics.error();
    study.metric_names = std::move(*metrics);
    return begin_optuna_study(study, source_, imported_);
  }

  Status read_trials() {
    return each(
        "SELECT trial_id, number, state, datetime_start, datetime_complete FROM trials "
        "WHERE study_id = ? ORDER BY number, trial_id",
        [&](const Statement& row) -> Status {
          const auto state = optuna_state(row.text(2));
          if (!state) return strange("state", row.text(2));
          places_[row.integer(0)] = imported_.trials.size();
          ImportedTrial& trial = imported_.trials.emplace_back();
          trial.label = std::to_string(row.integer(1));
          trial.state = *state;
          trial.started_utc_ms = utc_ms_of(row.text(3), zoneless_);
          trial.ended_utc_ms = utc_ms_of(row.text(4), zoneless_);
          return success();
        });
  }

  Status read_parameters() {
    return each(
        "SELECT p.trial_id, p.param_name, p.param_value, p.distribution_json FROM trial_params p "
        "JOIN trials t USING (trial_id) WHERE t.study_id = ? ORDER BY p.param_id",
        [&](const Statement& row) -> Status {
          const std::string name(row.text(1));
          const auto distribution = distributions_.get(row.text(3), source_.path);
          if (!distribution) return distribution.error();
          if (Status known = builder_.declare(name, (*distribution)->domain); !known) return known;
          auto value = (*distribution)->value(row.real(2));
          if (!value) return strange("parameter " + name, value.error().what);
          builder_.include(name, *value);
          trial_of(row).configuration.set(name, std::move(*value));
          return success();
        });
  }

  Status read_values() {
    return each(
        "SELECT v.trial_id, v.value, v.value_type FROM trial_values v JOIN trials t "
        "USING (trial_id) WHERE t.study_id = ? AND v.objective = 0",
        [&](const Statement& row) -> Status {
          const auto value = number(row.real(1), row.text(2));
          if (!value) return strange("kind of value", row.text(2));
          trial_of(row).value = *value;
          return success();
        });
  }

  Status read_curves() {
    return each(
        "SELECT v.trial_id, v.intermediate_value, v.intermediate_value_type, v.step "
        "FROM trial_intermediate_values v JOIN trials t USING (trial_id) WHERE t.study_id = ? "
        "ORDER BY v.trial_id, v.step",
        [&](const Statement& row) -> Status {
          const auto value = number(row.real(1), row.text(2));
          if (!value) return strange("kind of value", row.text(2));
          trial_of(row).curve.emplace_back(static_cast<double>(row.integer(3)), *value);
          return success();
        });
  }

  Status read_attributes() {
    return each(
        "SELECT a.trial_id, a.key, a.value_json FROM trial_user_attributes a JOIN trials t "
        "USING (trial_id) WHERE t.study_id = ?",
        [&](const Statement& row) {
          const auto value = parse_python_json(row.text(2), source_.path);
          if (value) add_optuna_attribute(std::string(row.text(1)), *value, trial_of(row));
          return success();
        });
  }

  /// Column 0 is the id of a trial of the study, which the join has seen to.
  ImportedTrial& trial_of(const Statement& row) {
    return imported_.trials[places_.at(row.integer(0))];
  }

  static std::optional<double> number(double finite, std::string_view kind) {
    using Limits = std::numeric_limits<double>;
    if (kind == "FINITE") return finite;
    if (kind == "INF_POS") return Limits::infinity();
    if (kind == "INF_NEG") return -Limits::infinity();
    if (kind == "NAN") return Limits::quiet_NaN();
    return std::nullopt;
  }

  [[nodiscard]] Error strange(std::string_view what, std::string_view found) const {
    return invalid(fmt::format("a trial has a {} that is not known: {}", what, found),
                   "the file is damaged, or a newer Optuna wrote it", source_.path);
  }

  Database database_;
  const ImportSource& source_;
  std::int64_t study_ = 0;
  Zoneless zoneless_ = Zoneless::kLocal;
  ImportedStudy imported_;
  std::unordered_map<std::int64_t, std::size_t> places_;  ///< Of trials, by Optuna's id.
  OptunaDistributions distributions_;
  SpaceBuilder builder_;
};

Result<ImportedStudy> read_sqlite(const ImportSource& source) {
  auto database = Database::open(source.path, Database::Mode::kExisting);
  if (!database) return unreadable(database.error());
  database->set_patience(kPatience);
  return SqliteReader(std::move(*database), source).read();
}

}  // namespace

const ImportReader kOptunaSqliteReader{"an Optuna SQLite file", is_sqlite_file, read_sqlite};

}  // namespace hpopt
