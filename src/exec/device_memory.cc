#include "exec/device_memory.h"

#include <dlfcn.h>

#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace hpopt {
// The part of nvml.h that is used.
namespace nvml {

using Device = void*;
struct Memory {
  unsigned long long total;
  unsigned long long free;
  unsigned long long used;
};
struct ProcessInfo {
  unsigned int pid;
  unsigned long long used_memory;
  unsigned int gpu_instance;
  unsigned int compute_instance;
};
constexpr int kSuccess = 0;
constexpr unsigned long long kNotAvailable = ~0ULL;

}  // namespace nvml

namespace {

constexpr unsigned kMostProcesses = 1024;

template <typename Function>
bool find_symbol(void* handle, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(::dlsym(handle, name));
  return function != nullptr;
}

}  // namespace

struct DeviceMemory::Library {
  void* handle = nullptr;
  int (*shutdown)() = nullptr;
  int (*count)(unsigned*) = nullptr;
  int (*device)(unsigned, nvml::Device*) = nullptr;
  int (*memory)(nvml::Device, nvml::Memory*) = nullptr;
  int (*processes)(nvml::Device, unsigned*, nvml::ProcessInfo*) = nullptr;

  Library() = default;
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library() {
    if (shutdown != nullptr) shutdown();
    if (handle != nullptr) ::dlclose(handle);
  }

  bool load(const std::string& name) {
    handle = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) return false;
    int (*start)() = nullptr;
    const bool complete = find_symbol(handle, "nvmlInit_v2", start) &&
                          find_symbol(handle, "nvmlDeviceGetCount_v2", count) &&
                          find_symbol(handle, "nvmlDeviceGetHandleByIndex_v2", device) &&
                          find_symbol(handle, "nvmlDeviceGetMemoryInfo", memory) &&
                          find_symbol(handle, "nvmlDeviceGetComputeRunningProcesses_v3", processes);
    if (!complete || start() != nvml::kSuccess) return false;
    return find_symbol(handle, "nvmlShutdown", shutdown);
  }

  std::optional<Device> read(unsigned index) const {
    Device read{.name = fmt::format("GPU {}", index)};
    nvml::Device opened = nullptr;
    nvml::Memory sizes{};
    if (device(index, &opened) != nvml::kSuccess || memory(opened, &sizes) != nvml::kSuccess) {
      return std::nullopt;
    }
    read.free = sizes.free;
    std::array<nvml::ProcessInfo, kMostProcesses> list{};
    unsigned found = kMostProcesses;
    if (processes(opened, &found, list.data()) != nvml::kSuccess) return read;
    for (unsigned i = 0; i < found; ++i) {
      if (list[i].used_memory == nvml::kNotAvailable) continue;
      read.used[static_cast<pid_t>(list[i].pid)] = list[i].used_memory;
    }
    return read;
  }
};

DeviceMemory::DeviceMemory() = default;
DeviceMemory::DeviceMemory(DeviceMemory&&) noexcept = default;
DeviceMemory& DeviceMemory::operator=(DeviceMemory&&) noexcept = default;
DeviceMemory::~DeviceMemory() = default;

DeviceMemory DeviceMemory::open(const std::string& library) {
  DeviceMemory opened;
  auto loaded = std::make_unique<Library>();
  if (loaded->load(library)) opened.library_ = std::move(loaded);
  return opened;
}

std::vector<DeviceMemory::Device> DeviceMemory::read() const {
  std::vector<Device> devices;
  unsigned count = 0;
  if (library_ == nullptr || library_->count(&count) != nvml::kSuccess) return devices;
  for (unsigned i = 0; i < count; ++i) {
    if (auto device = library_->read(i)) devices.push_back(std::move(*device));
  }
  return devices;
}

}  // namespace hpopt
