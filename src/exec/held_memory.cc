#include "exec/held_memory.h"

#include <functional>
#include <limits>
#include <utility>

#include "exec/memory_use.h"

namespace hpopt {
namespace {

using Bytes = std::uint64_t;

/// What is free may be without a limit.
Bytes sum_of(Bytes one, Bytes other) {
  return other > std::numeric_limits<Bytes>::max() - one ? std::numeric_limits<Bytes>::max()
                                                         : one + other;
}

}  // namespace

DeviceMemory& HeldMemory::devices() {
  if (!devices_) devices_ = DeviceMemory::open(device_library_);
  return *devices_;
}

void HeldMemory::measure(TrialId trial, const std::vector<pid_t>& processes) {
  Kept kept{.memory = memory_of(processes)};
  for (const DeviceMemory::Device& device : devices().read()) {
    for (const pid_t process : processes) {
      const auto found = device.used.find(process);
      if (found != device.used.end()) kept.devices[device.name] += found->second;
    }
  }
  trials_[trial] = std::move(kept);
}

void HeldMemory::expect(TrialId trial) {
  if (const auto found = trials_.find(trial); found != trials_.end()) found->second.leaving = true;
}

std::vector<Pool> HeldMemory::pools() {
  if (trials_.empty()) return {};
  const auto pool_of = [this](std::string name, Bytes free,
                              const std::function<Bytes(const Kept&)>& bytes_of) {
    Pool pool{.name = std::move(name)};
    Bytes without_them = free;
    for (const auto& [trial, kept] : trials_) {
      const Bytes bytes = bytes_of(kept);
      without_them = sum_of(without_them, bytes);
      if (bytes > 0 && !kept.leaving) pool.kept[trial] = bytes;
    }
    pool.limit = without_them / 2;
    return pool;
  };
  std::vector<Pool> pools{
      pool_of("memory", available_memory(), [](const Kept& kept) { return kept.memory; })};
  for (const DeviceMemory::Device& device : devices().read()) {
    Pool pool = pool_of("the memory of " + device.name, device.free, [&](const Kept& kept) {
      const auto found = kept.devices.find(device.name);
      return found == kept.devices.end() ? 0 : found->second;
    });
    if (!pool.kept.empty()) pools.push_back(std::move(pool));
  }
  return pools;
}

}  // namespace hpopt
