#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "space/linear.h"
#include "space/space_json.h"
#include "spec/study_spec.h"

namespace hpopt {
namespace {

constexpr off_t kMostHashed = off_t{64} << 20;

/// Programs of the system: an upgrade of Python does not make it another question.
bool is_of_system(const std::string& path) {
  constexpr std::array kRoots{"/usr/", "/bin/", "/sbin/", "/lib/", "/opt/", "/dev/", "/proc/"};
  return std::any_of(kRoots.begin(), kRoots.end(),
                     [&](const char* root) { return path.starts_with(root); });
}

/// A path may stand alone or behind the = of a flag.
std::vector<std::string> possible_paths(const std::vector<std::string>& command) {
  std::vector<std::string> paths;
  for (const std::string& argument : command) {
    if (argument.find("${") != std::string::npos) continue;
    paths.push_back(argument);
    const std::size_t equals = argument.find('=');
    if (equals != std::string::npos) paths.push_back(argument.substr(equals + 1));
  }
  return paths;
}

/// SHA-256 of the content; of size and time when it is large; empty when it is no readable file.
std::string digest_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  if (status.st_size > kMostHashed) {
    return sha256(
        fmt::format("{} {}.{:09}", status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec));
  }
  const Result<std::string> content = read_file(path);
  return content ? sha256(*content) : std::string();
}

Json sorted_space(const Space& space) {
  std::vector<Json> parameters;
  for (const Parameter& parameter : space.parameters()) parameters.push_back(to_json(parameter));
  std::sort(parameters.begin(), parameters.end(), [](const Json& a, const Json& b) {
    return a.at("name").get<std::string>() < b.at("name").get<std::string>();
  });
  std::vector<std::string> constraints;
  for (const Constraint& constraint : space.constraints()) {
    constraints.push_back(describe(constraint));
  }
  std::sort(constraints.begin(), constraints.end());
  return {{"parameters", parameters}, {"constraints", constraints}};
}

/// What makes it the same question; the order in which parameters stand does not.
std::string question_of(const StudySpec& spec) {
  Json json = to_json(spec);
  for (Json& objective : json["objectives"]) objective.erase("target");
  const Json question = {{"command", json["command"]},
                         {"objectives", json["objectives"]},
                         {"space", sorted_space(spec.space)},
                         {"fidelities", json["fidelities"]}};
  return sha256(question.dump());
}

}  // namespace

Fingerprint fingerprint(const StudySpec& spec, const std::string& directory) {
  Fingerprint print{question_of(spec), {}};
  std::set<std::string> seen;
  for (const std::string& path : possible_paths(spec.command)) {
    if (path.empty() || is_of_system(path) || !seen.insert(path).second) continue;
    const bool absolute = path.front() == '/';
    std::string digest = digest_of(absolute ? path : fmt::format("{}/{}", directory, path));
    if (!digest.empty()) print.files.emplace_back(path, std::move(digest));
  }
  return print;
}

Json to_json(const Fingerprint& fingerprint) {
  Json files = Json::array();
  for (const auto& [path, digest] : fingerprint.files) {
    files.push_back({{"path", path}, {"sha256", digest}});
  }
  return {{"question", fingerprint.question}, {"files", std::move(files)}};
}

Fingerprint fingerprint_from_json(const Json& json) {
  Fingerprint print;
  print.question = json.value("question", "");
  for (const Json& file : json.value("files", Json::array())) {
    print.files.emplace_back(file.value("path", ""), file.value("sha256", ""));
  }
  return print;
}

}  // namespace hpopt
