#include "exec/environment.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>

#include <fmt/format.h>

#include "base/text.h"
#include "base/unique_fd.h"

namespace hpopt {
namespace {

constexpr std::array kThreadVariables{"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
                                      "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"};

bool is_set(const char* name) {
  return std::getenv(name) != nullptr;  // NOLINT(concurrency-mt-unsafe): nobody sets it meanwhile
}

}  // namespace

int free_port() {
  const UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (!socket || ::bind(socket.get(), generic, size) != 0) return 0;
  return ::getsockname(socket.get(), generic, &size) == 0 ? ntohs(address.sin_port) : 0;
}

int available_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? std::max(1, CPU_COUNT(&set)) : 1;
}

std::string fidelity_variable(const std::string& name) {
  std::string variable = "HPOPT_FIDELITY_";
  for (const char letter : name) {
    const auto byte = static_cast<unsigned char>(letter);
    variable += std::isalnum(byte) != 0 ? static_cast<char>(std::toupper(byte)) : '_';
  }
  return variable;
}

std::string trial_directory(const std::string& store_directory, const std::string& study,
                            TrialId trial) {
  return fmt::format("{}/trials/{}/{}", store_directory, study, trial);
}

std::string params_file(const std::string& trial_directory) {
  return trial_directory + "/params.json";
}
std::string checkpoint_directory(const std::string& trial_directory) {
  return trial_directory + "/checkpoints";
}
std::string log_file(const std::string& trial_directory) { return trial_directory + "/log"; }
std::string report_file(const std::string& trial_directory, Token run) {
  return fmt::format("{}/reports.{}", trial_directory, run);
}
std::string report_socket(const std::string& trial_directory, Token run) {
  return fmt::format("{}/report.{}", trial_directory, run);
}

std::map<std::string, std::string> thread_environment(int workers) {
  std::map<std::string, std::string> variables;
  const int threads = std::max(1, available_cores() / std::max(1, workers));
  for (const char* name : kThreadVariables) {
    if (!is_set(name)) variables[name] = std::to_string(threads);
  }
  return variables;
}

std::map<std::string, std::string> trial_environment(const TrialSetting& setting) {
  std::map<std::string, std::string> variables{
      {"HPOPT_STUDY", setting.study},
      {"HPOPT_TRIAL", std::to_string(setting.trial)},
      {"HPOPT_SEED", std::to_string(setting.seed)},
      {"HPOPT_PARAMS", params_file(setting.trial_directory)},
      {"HPOPT_CHECKPOINT_DIR", checkpoint_directory(setting.trial_directory)},
      {"PYTHONUNBUFFERED", "1"}};
  for (const auto& [name, value] : setting.fidelity)
    variables[fidelity_variable(name)] = shortest(value);
  variables.merge(thread_environment(setting.workers));
  if (!is_set("MASTER_PORT") && setting.port > 0) {
    variables["MASTER_PORT"] = std::to_string(setting.port);
  }
  return variables;
}

}  // namespace hpopt
