#include "exec/metric_source.h"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "exec/plain_file.h"

namespace hpopt {

std::string source_path(const std::string& source, const std::string& directory,
                        const std::string& trial_directory) {
  constexpr std::string_view kTrialDirectory = "${trial_dir}";
  std::string path = source;
  if (const std::size_t at = path.find(kTrialDirectory); at != std::string::npos) {
    path.replace(at, kTrialDirectory.size(), trial_directory);
  }
  return std::filesystem::path(path).is_absolute() ? path : directory + "/" + path;
}

std::vector<Understood> MetricSource::read() {
  const bool events = holds_events(path_);
  std::vector<Understood> understood = events ? events_.read() : lines_.read();
  behind_ = events ? events_.behind() : lines_.behind();
  told_ = told_ || !understood.empty();
  return understood;
}

std::string MetricSource::trouble() const {
  if (told_) return {};
  const std::string who = fmt::format("metric.source '{}'", path_);
  struct stat status {};
  if (::stat(path_.c_str(), &status) != 0 && errno == ENOENT) return who + " was never written";
  if (holds_events(path_)) return who + " holds no scalars of TensorBoard from this run";
  if (open_plain_file(path_)) return who + " got no new line from this run";
  if (errno == EINVAL) return who + " is no plain file: write the numbers to one";
  return fmt::format("{} cannot be read: {}", who, std::generic_category().message(errno));
}

}  // namespace hpopt
