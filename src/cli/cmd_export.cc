#include <cerrno>
#include <cstdio>
#include <memory>

#include "base/files.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/store_access.h"
#include "interop/export.h"

namespace hpopt {
namespace {

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

int cmd_export(const Invocation& invocation, const Console& console) {
  const auto study = open_named_study(invocation, invocation.argument(0).value_or(""));
  if (!study) return give_up(console, study.error());
  const bool jsonl = invocation.value("--format").value_or("csv") == "jsonl";
  const auto rows = invocation.has("--reports") ? ExportRows::kReports : ExportRows::kTrials;

  const auto path = invocation.value("--output");
  std::unique_ptr<std::FILE, FileCloser> file;
  if (path && *path != "-") {
    file.reset(std::fopen(path->c_str(), "we"));
    if (!file) return give_up(console, file_error("write", *path, errno));
  }
  std::FILE* sink = file ? file.get() : stdout;
  export_study(study->state, study->running, jsonl ? ExportFormat::kJsonl : ExportFormat::kCsv,
               rows,
               [sink](std::string_view text) { std::fwrite(text.data(), 1, text.size(), sink); });
  if (std::fflush(sink) != 0)
    return give_up(console, file_error("write", path.value_or("-"), errno));
  return kAnswerFound;
}

}  // namespace hpopt
