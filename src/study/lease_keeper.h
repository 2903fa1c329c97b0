// Leases: who runs a study, who decides in it. One holder a role, told from the next by an epoch.
//
//   LeaseKeeper keeper;                                   // remembers the beats it has seen
//   auto epoch = keeper.try_take(journal, kRunner, clock, std::chrono::seconds(5));
//   if (!epoch && epoch.error().code == Code::kBusy) ...  // try again later
//
//   auto lease = HeldLease::take(journal, kDecider);      // given back when it goes out of scope
//
// A lease is free when it was given back, when its holder's process is known to be dead (so a run
// that was killed is taken over at once), or when its beat stood still for `ttl` on the observer's
// own monotonic clock. Clocks of two machines are never compared. Threads: as the journal.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "hpopt/result.h"
#include "study/holder.h"
#include "study/journal.h"

namespace hpopt {

class LeaseKeeper {
 public:
  /// Takes the lease if it is free. kBusy: somebody holds it, named in the error; call again to
  /// observe whether its beat goes on. The first call never finds an expired beat: it has to be
  /// watched.
  Result<Epoch> try_take(Journal& journal, std::string_view role, const Clock& clock, Nanos ttl);

  /// Whether the last lease that was taken had been left behind, not given back.
  [[nodiscard]] bool took_over() const { return took_over_; }

 private:
  struct Observation {
    Lease lease;
    Nanos since{0};  ///< When this beat was first seen.
  };
  bool stands_still(std::string_view role, const Lease& lease, Nanos now, Nanos ttl);

  std::map<std::string, Observation, std::less<>> seen_;
  bool took_over_ = false;
};

/// A lease that is held; given back by the destructor. Move-only. The journal must outlive it.
class HeldLease {
 public:
  /// Takes it if it is free or its holder is known to be dead. Of a holder elsewhere the beat is
  /// watched for some seconds first. kBusy: somebody holds it.
  static Result<HeldLease> take(Journal& journal, std::string_view role);

  HeldLease(HeldLease&& other) noexcept;
  HeldLease& operator=(HeldLease&& other) noexcept;
  HeldLease(const HeldLease&) = delete;
  HeldLease& operator=(const HeldLease&) = delete;
  ~HeldLease();

  [[nodiscard]] Epoch epoch() const { return epoch_; }
  /// Whether the holder before died with it, and did not give it back.
  [[nodiscard]] bool took_over() const { return took_over_; }

 private:
  HeldLease(Journal& journal, std::string_view role, Epoch epoch, bool took_over)
      : journal_(&journal), role_(role), epoch_(epoch), took_over_(took_over) {}
  void give_back();

  Journal* journal_;  ///< nullptr: moved from.
  std::string role_;
  Epoch epoch_;
  bool took_over_;
};

}  // namespace hpopt
