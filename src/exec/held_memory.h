// HeldMemory: what frozen trials keep of the machine's and of the GPUs' memory, and how much they
// may.
//
// They may keep half of what would be free without them: the other half is for those that run. A
// frozen process neither takes nor gives back memory, so each is measured once. Threads: one.
#pragma once

#include <cstdint>
#include <future>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "exec/device_memory.h"
#include "study/action.h"

namespace hpopt {

class HeldMemory {
 public:
  /// `device_library`: NVIDIA's, or one that pretends to be it; loaded when it is first needed.
  explicit HeldMemory(std::string device_library = "libnvidia-ml.so.1")
      : device_library_(std::move(device_library)) {}

  [[nodiscard]] bool knows(TrialId trial) const { return trials_.contains(trial); }
  /// The trial is held; these are its processes. `frozen`: all of them are, else none is waited for
  /// for long.
  void measure(TrialId trial, const std::vector<pid_t>& processes, bool frozen = true);
  /// It was told to go: what it keeps will be free soon.
  void expect(TrialId trial);
  /// It goes on, or is gone.
  void forget(TrialId trial) { trials_.erase(trial); }

  /// One of the machine, one of each device on which a frozen trial keeps something; none of
  /// devices before their library is ready, which may take seconds.
  [[nodiscard]] std::vector<Pool> pools();

 private:
  struct Kept {
    std::vector<pid_t> processes;
    std::uint64_t memory = 0;
    std::optional<std::map<std::string, std::uint64_t>> devices = {};  ///< By their names.
    bool leaving = false;
  };
  using Devices = std::vector<DeviceMemory::Device>;
  /// Begins to open the library. true: it is ready.
  bool open_devices();
  void measure_devices(const Devices& devices);

  std::string device_library_;
  std::map<TrialId, Kept> trials_;
  std::future<DeviceMemory> opening_;
  std::optional<DeviceMemory> devices_;
};

}  // namespace hpopt
