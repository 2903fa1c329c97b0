// A thin layer over SQLite's C API: connections and statements that close themselves, errors as
// values. Threads: one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "hpopt/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace hpopt {

/// A prepared statement. Columns count from 0, parameters from 1.
class Statement {
 public:
  Statement() = default;
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, std::uint64_t value);  ///< By its bits.
  /// NaN is kept as NULL: SQLite has none.
  Statement& bind(int parameter, double value);
  /// The text must live until the statement is reset.
  Statement& bind(int parameter, std::string_view text);
  Statement& bind_null(int parameter);

  /// true: there is a row. Afterwards, false or error, the statement is reset.
  Result<bool> step();
  /// Runs it to its end and resets it.
  Status run();
  void reset();

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::uint64_t bits(int column) const {
    return static_cast<std::uint64_t>(integer(column));
  }
  [[nodiscard]] double real(int column) const;  ///< NULL is NaN.
  [[nodiscard]] bool is_null(int column) const;
  /// Valid until the next step.
  [[nodiscard]] std::string_view text(int column) const;

 private:
  friend class Database;
  Statement(sqlite3_stmt* handle, std::string path) : handle_(handle), path_(std::move(path)) {}

  sqlite3_stmt* handle_ = nullptr;
  std::string path_;
};

/// A connection.
class Database {
 public:
  enum class Mode : std::uint8_t {
    kExisting,
    kCreate,
    kStill,  ///< To read only, and nobody writes it meanwhile: nothing is made beside it.
  };

  static Result<Database> open(const std::string& path, Mode mode);

  Database(Database&& other) noexcept;
  Database& operator=(Database&& other) noexcept;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  [[nodiscard]] Result<Statement> prepare(std::string_view sql);
  /// One or more statements without results.
  Status execute(const std::string& sql);
  /// The first column of the first row as a number; 0 without one.
  Result<std::int64_t> number(std::string_view sql);
  [[nodiscard]] std::int64_t changed_rows() const;
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool is_still() const { return still_; }
  /// How long a statement waits for other programs' locks.
  void set_patience(Nanos patience);
  /// From now on neither a commit nor closing merges the log into the file, which waits for the
  /// disk: the next who opens the file does.
  void leave_log();

 private:
  Database(sqlite3* handle, std::string path) : handle_(handle), path_(std::move(path)) {}

  sqlite3* handle_ = nullptr;
  std::string path_;
  bool still_ = false;  ///< Opened so.
};

}  // namespace hpopt
