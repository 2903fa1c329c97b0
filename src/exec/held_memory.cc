#include "exec/held_memory.h"

#include <functional>
#include <limits>
#include <system_error>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "exec/memory_use.h"

namespace hpopt {
namespace {

using Bytes = std::uint64_t;

/// What is free may be without a limit.
Bytes sum_of(Bytes one, Bytes other) {
  return other > std::numeric_limits<Bytes>::max() - one ? std::numeric_limits<Bytes>::max()
                                                         : one + other;
}

constexpr Nanos kPatience = std::chrono::milliseconds(200);

/// On a thread that nobody waits for. Invalid: no thread can be had now.
template <typename Task>
auto begin(Task task) -> std::future<decltype(task())> {
  std::packaged_task<decltype(task())()> begun(std::move(task));
  auto outcome = begun.get_future();
  try {
    std::thread(std::move(begun)).detach();
  } catch (const std::system_error&) {
    return {};
  }
  return outcome;
}

/// Of processes of which one may be mapping memory, for however long.
Bytes memory_soon(const std::vector<pid_t>& processes) {
  auto exact = begin([processes] { return memory_of(processes); });
  const bool known = exact.valid() && exact.wait_for(kPatience) == std::future_status::ready;
  return known ? exact.get() : quick_memory_of(processes);
}

}  // namespace

// A driver that hangs must not hold up the end.
bool HeldMemory::open_devices() {
  if (devices_) return true;
  if (!opening_.valid()) {
    opening_ = begin([library = device_library_] { return DeviceMemory::open(library); });
  }
  const bool ready = opening_.valid() && opening_.wait_for(Nanos{0}) == std::future_status::ready;
  if (!ready) return false;
  devices_ = opening_.get();
  return true;
}

void HeldMemory::measure(TrialId trial, const std::vector<pid_t>& processes, bool frozen) {
  trials_[trial] = {.processes = processes,
                    .memory = frozen ? memory_of(processes) : memory_soon(processes)};
}

void HeldMemory::measure_devices(const Devices& devices) {
  for (auto& [trial, kept] : trials_) {
    if (kept.devices) continue;
    auto& bytes = kept.devices.emplace();
    for (const DeviceMemory::Device& device : devices) {
      for (const pid_t process : kept.processes) {
        const auto found = device.used.find(process);
        if (found != device.used.end()) bytes[device.name] += found->second;
      }
    }
  }
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
  const Devices devices = open_devices() ? devices_->read() : Devices{};
  if (devices_) measure_devices(devices);
  for (const DeviceMemory::Device& device : devices) {
    Pool pool = pool_of("the memory of " + device.name, device.free, [&](const Kept& kept) {
      const auto found = kept.devices->find(device.name);
      return found == kept.devices->end() ? 0 : found->second;
    });
    if (!pool.kept.empty()) pools.push_back(std::move(pool));
  }
  return pools;
}

}  // namespace hpopt
