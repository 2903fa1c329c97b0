#include "interop/import_reader.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

#include "base/files.h"

namespace hpopt {
namespace {

constexpr std::size_t kHeadBytes = 4096;
constexpr const char* kFormats =
    "an Optuna SQLite or journal file, a folder of the original hpopt, and a table as CSV are read";

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

Result<SourceLook> look_at(const std::string& path) {
  std::error_code failure;
  const auto status = std::filesystem::status(path, failure);
  if (!std::filesystem::exists(status)) {
    return Error{Code::kNotFound, "there is no such file or folder", path,
                 std::string("name what to import: ") + kFormats};
  }
  if (std::filesystem::is_directory(status)) return SourceLook{.folder = true, .head = {}};
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "re"));
  if (!file) return file_error("read", path, errno);
  SourceLook look{.folder = false, .head = std::string(kHeadBytes, '\0')};
  look.head.resize(std::fread(look.head.data(), 1, look.head.size(), file.get()));
  if (std::ferror(file.get()) != 0) return file_error("read", path, errno);
  return look;
}

std::string_view way(bool maximize) { return maximize ? "max" : "min"; }

}  // namespace

MetricWish parse_metric_wish(const std::string& text) {
  const auto objective = parse_metric(text);
  if (objective) return {objective->name, objective->maximize};
  return {text, std::nullopt};
}

Result<const ImportReader*> reader_of(const std::string& path) {
  const auto look = look_at(path);
  if (!look) return look.error();
  if (!look->folder && look->head.empty()) return invalid("the file is empty", kFormats, path);
  static constexpr std::array kReaders{&kOptunaSqliteReader, &kOptunaJournalReader, &kLegacyReader,
                                       &kCsvReader};
  for (const ImportReader* reader : kReaders) {
    if (reader->recognizes(*look)) return reader;
  }
  return invalid("what kind of file this is can't be told", kFormats, path);
}

Status settle_objective(ImportedStudy& study, const MetricWish& wish,
                        std::optional<bool> maximized_there) {
  if (!wish.name.empty()) study.objective.name = wish.name;
  if (wish.maximize && maximized_there && *wish.maximize != *maximized_there) {
    return invalid(fmt::format("study '{}' is {}imized there, and --metric says {}", study.name,
                               way(*maximized_there), way(*wish.maximize)),
                   fmt::format("write --metric {}:{}", wish.name, way(*maximized_there)));
  }
  const std::optional<bool> maximize = wish.maximize ? wish.maximize : maximized_there;
  if (!maximize) {
    return invalid("the source does not say which way is better",
                   fmt::format("write --metric {0}:max or {0}:min", study.objective.name));
  }
  study.objective.maximize = *maximize;
  return success();
}

std::string stem_of(const std::string& path) {
  std::filesystem::path whole = std::filesystem::absolute(path).lexically_normal();
  if (!whole.has_filename()) whole = whole.parent_path();
  std::error_code failure;
  const bool folder = std::filesystem::is_directory(whole, failure);
  return (folder ? whole.filename() : whole.stem()).string();
}

}  // namespace hpopt
