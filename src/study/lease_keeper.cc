#include "study/lease_keeper.h"

#include <thread>
#include <utility>

#include <fmt/format.h>

namespace hpopt {
namespace {

// A beat comes every second: one that stood still for so long has no heart any more.
constexpr Nanos kStandsStill = std::chrono::seconds(5);
constexpr Nanos kWatchEvery = std::chrono::milliseconds(200);

bool is_free(const Lease& lease) { return lease.holder.empty() || is_holder_dead(lease.holder); }

Error held_by_another(std::string_view role, const Lease& lease) {
  return {Code::kBusy,
          fmt::format("the {}'s lease is held by process {}", role, holder_process(lease.holder)),
          {},
          "wait until it ends, or end it"};
}

/// Another process was quicker: the lease is busy now.
Result<Epoch> take_as_seen(Journal& journal, std::string_view role, const Lease& seen) {
  auto epoch = journal.take(role, seen, holder_id());
  if (epoch || epoch.error().code != Code::kConflict) return epoch;
  auto now = journal.lease(role);
  if (!now) return now.error();
  return held_by_another(role, *now);
}

}  // namespace

Result<Epoch> LeaseKeeper::try_take(Journal& journal, std::string_view role, const Clock& clock,
                                    Nanos ttl) {
  auto lease = journal.lease(role);
  if (!lease) return lease.error();
  if (!is_free(*lease) && !stands_still(role, *lease, clock.monotonic(), ttl)) {
    return held_by_another(role, *lease);
  }
  auto epoch = take_as_seen(journal, role, *lease);
  if (epoch) took_over_ = !lease->holder.empty();
  return epoch;
}

bool LeaseKeeper::stands_still(std::string_view role, const Lease& lease, Nanos now, Nanos ttl) {
  const auto known = seen_.find(role);
  if (known != seen_.end() && known->second.lease.epoch == lease.epoch &&
      known->second.lease.beat == lease.beat) {
    return now - known->second.since >= ttl;
  }
  seen_.insert_or_assign(std::string(role), Observation{lease, now});
  return false;
}

Result<HeldLease> HeldLease::take(Journal& journal, std::string_view role) {
  const SystemClock clock;
  const Nanos watched_until = clock.monotonic() + kStandsStill + kWatchEvery;
  LeaseKeeper keeper;
  for (;;) {
    auto epoch = keeper.try_take(journal, role, clock, kStandsStill);
    if (epoch) return HeldLease(journal, role, *epoch, keeper.took_over());
    if (epoch.error().code != Code::kBusy) return epoch.error();
    auto lease = journal.lease(role);
    if (!lease) return lease.error();
    const bool answered = is_holder_alive(lease->holder) || clock.monotonic() > watched_until;
    if (answered) return epoch.error();
    std::this_thread::sleep_for(kWatchEvery);
  }
}

HeldLease::HeldLease(HeldLease&& other) noexcept
    : journal_(std::exchange(other.journal_, nullptr)),
      role_(std::move(other.role_)),
      epoch_(other.epoch_),
      took_over_(other.took_over_) {}

HeldLease& HeldLease::operator=(HeldLease&& other) noexcept {
  if (this != &other) {
    give_back();
    journal_ = std::exchange(other.journal_, nullptr);
    role_ = std::move(other.role_);
    epoch_ = other.epoch_;
    took_over_ = other.took_over_;
  }
  return *this;
}

HeldLease::~HeldLease() { give_back(); }

/// A release that fails has lost the lease already, or leaves it to expire: nothing more to be
/// done.
void HeldLease::give_back() {
  if (journal_ != nullptr) (void)journal_->release(role_, epoch_);
  journal_ = nullptr;
}

}  // namespace hpopt
