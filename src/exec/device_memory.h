// DeviceMemory: what processes keep of the memory of GPUs, as NVIDIA's management library (NVML)
// tells.
//
//   DeviceMemory devices = DeviceMemory::open("libnvidia-ml.so.1");
//   for (const DeviceMemory::Device& device : devices.read()) ...
//
// Threads: one at a time.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace hpopt {

class DeviceMemory {
 public:
  struct Device {
    std::string name;  ///< "GPU 0".
    std::uint64_t free = 0;
    std::map<pid_t, std::uint64_t> used;  ///< Bytes, by the process as we see it.
  };

  /// Where there is no such library or no device, read() tells of none.
  static DeviceMemory open(const std::string& library);

  DeviceMemory(DeviceMemory&&) noexcept;
  DeviceMemory& operator=(DeviceMemory&&) noexcept;
  DeviceMemory(const DeviceMemory&) = delete;
  DeviceMemory& operator=(const DeviceMemory&) = delete;
  ~DeviceMemory();

  /// Of those that tell: one that has failed or is busy is left out.
  [[nodiscard]] std::vector<Device> read() const;

 private:
  struct Library;
  DeviceMemory();
  std::unique_ptr<Library> library_;
};

}  // namespace hpopt
