// A pretended libnvidia-ml.so.1: the part of NVIDIA's management library that hpopt asks, telling
// what the file named by PRETENDED_NVML says: lines "device FREE" and, below each, "process PID
// BYTES", or "lost" if it tells nothing.
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace {

struct Process {
  unsigned pid = 0;
  unsigned long long bytes = 0;
};
struct PretendedDevice {
  unsigned long long free = 0;
  bool lost = false;
  std::vector<Process> processes;
};

struct Memory {
  unsigned long long total, free, used;
};
struct ProcessInfo {
  unsigned pid;
  unsigned long long used_memory;
  unsigned gpu_instance, compute_instance;
};

constexpr int kOk = 0;
constexpr int kNotFound = 6;
constexpr int kTooSmall = 7;

std::vector<PretendedDevice> read_devices() {
  std::vector<PretendedDevice> devices;
  const char* path = std::getenv("PRETENDED_NVML");
  std::ifstream file(path == nullptr ? "" : path);
  for (std::string word; file >> word;) {
    if (word == "device") file >> devices.emplace_back().free;
    if (word == "lost" && !devices.empty()) devices.back().lost = true;
    if (word == "process" && !devices.empty()) {
      Process& process = devices.back().processes.emplace_back();
      file >> process.pid >> process.bytes;
    }
  }
  return devices;
}

std::size_t index_of(void* device) { return reinterpret_cast<std::size_t>(device) - 1; }

}  // namespace

extern "C" {

int nvmlInit_v2() { return kOk; }
int nvmlShutdown() { return kOk; }

int nvmlDeviceGetCount_v2(unsigned* count) {
  *count = static_cast<unsigned>(read_devices().size());
  return kOk;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
  *device = reinterpret_cast<void*>(std::size_t{index} + 1);
  return kOk;
}

int nvmlDeviceGetMemoryInfo(void* device, Memory* memory) {
  const auto devices = read_devices();
  if (index_of(device) >= devices.size() || devices[index_of(device)].lost) return kNotFound;
  memory->free = devices[index_of(device)].free;
  return kOk;
}

int nvmlDeviceGetComputeRunningProcesses_v3(void* device, unsigned* count, ProcessInfo* infos) {
  const auto devices = read_devices();
  if (index_of(device) >= devices.size()) return kNotFound;
  const auto& processes = devices[index_of(device)].processes;
  const bool fits = processes.size() <= *count;
  *count = static_cast<unsigned>(processes.size());
  if (!fits) return kTooSmall;
  for (const Process& process : processes) *infos++ = {process.pid, process.bytes, 0, 0};
  return kOk;
}

}  // extern "C"
