#include "storage/memory_store.h"

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "storage/store_error.h"
#include "study/guards.h"

namespace hpopt {
namespace {

/// One study: facts and rows. All members but the mutex are guarded by it.
struct MemoryStudy final : HeadSource {
  Result<ControlHead> control() override { return control_head; }
  Result<std::optional<TrialHead>> trial(TrialId id) override {
    const auto found = trials.find(id);
    return found == trials.end() ? std::nullopt : std::optional(found->second);
  }
  Result<bool> has_key(const Key& key) override { return keys.contains(key); }
  Result<TrialId> owner(std::uint64_t configuration) override {
    const auto found = configurations.find(configuration);
    return found == configurations.end() ? TrialId{0} : found->second;
  }
  Result<Epoch> decider() override { return leases[std::string(kDecider)].epoch; }

  Result<Revision> append(std::span<Fact> added) {
    auto changes = admit(added, *this);
    if (!changes) return changes.error();
    for (const Fact& fact : added) {
      if (fact.stamp.revision != 0) facts.push_back(fact);
    }
    control_head = changes->control;
    for (const auto& [id, head] : changes->trials) trials[id] = head;
    keys.merge(changes->keys);
    for (const auto& [configuration, trial_id] : changes->configurations) {
      if (trial_id == 0) {
        configurations.erase(configuration);
      } else {
        configurations[configuration] = trial_id;
      }
    }
    return control_head.revision;
  }

  std::mutex mutex;
  StudyInfo info;
  std::deque<Fact> facts;  ///< By revision - 1; a deque, so that they stay where they are.
  ControlHead control_head;
  std::map<TrialId, TrialHead> trials;
  std::set<Key> keys;
  std::map<std::uint64_t, TrialId> configurations;
  std::map<std::string, Lease> leases;
  struct {
    std::string body;
    Revision revision = 0;
    Lease runner;
  } digest;
  Nanos spent{0};
};

class MemoryJournal final : public Journal {
 public:
  explicit MemoryJournal(std::shared_ptr<MemoryStudy> study) : study_(std::move(study)) {}

  Result<Revision> append(std::span<Fact> facts, Durability /*durability*/) override {
    const std::scoped_lock lock(study_->mutex);
    return study_->append(facts);
  }

  Result<Revision> read(Revision after, const std::function<bool(const Fact&)>& visit) override {
    for (const Fact* fact : snapshot(after)) {
      after = fact->stamp.revision;
      if (!visit(*fact)) break;
    }
    return after;
  }

  Result<Revision> head() override {
    const std::scoped_lock lock(study_->mutex);
    return study_->control_head.revision;
  }

  Result<Lease> lease(std::string_view role) override {
    const std::scoped_lock lock(study_->mutex);
    return study_->leases[std::string(role)];
  }

  Result<Epoch> take(std::string_view role, const Lease& seen, std::string_view holder) override {
    const std::scoped_lock lock(study_->mutex);
    Lease& lease = study_->leases[std::string(role)];
    auto taken = take_lease(role, lease, seen, holder);
    if (!taken) return taken.error();
    lease = *taken;
    return lease.epoch;
  }

  Status beat(std::string_view role, Epoch epoch, Nanos spent) override {
    return change_own(role, epoch, [&](Lease& lease) {
      ++lease.beat;
      study_->spent += spent;
    });
  }

  Status release(std::string_view role, Epoch epoch) override {
    return change_own(role, epoch, [](Lease& lease) { lease.holder.clear(); });
  }

  Result<Nanos> spent() override {
    const std::scoped_lock lock(study_->mutex);
    return study_->spent;
  }

  Result<Digest> digest() override {
    const std::scoped_lock lock(study_->mutex);
    const auto& [body, revision, then] = study_->digest;
    const Lease& now = study_->leases[std::string(kRunner)];
    return Digest{body, !body.empty() && revision == study_->control_head.revision,
                  !body.empty() && then.epoch == now.epoch && then.beat + 1 >= now.beat};
  }

  Status keep_digest(Revision revision, std::string_view body) override {
    const std::scoped_lock lock(study_->mutex);
    if (revision < study_->digest.revision) return success();
    study_->digest = {std::string(body), revision, study_->leases[std::string(kRunner)]};
    return success();
  }

 private:
  /// Facts never change and never move, so they can be visited without the lock.
  std::vector<const Fact*> snapshot(Revision after) {
    const std::scoped_lock lock(study_->mutex);
    std::vector<const Fact*> facts;
    for (std::size_t i = after; i < study_->facts.size(); ++i) facts.push_back(&study_->facts[i]);
    return facts;
  }

  Status change_own(std::string_view role, Epoch epoch, const std::function<void(Lease&)>& change) {
    const std::scoped_lock lock(study_->mutex);
    Lease& lease = study_->leases[std::string(role)];
    if (Status own = check_lease(role, lease, epoch); !own) return own;
    change(lease);
    return success();
  }

  std::shared_ptr<MemoryStudy> study_;
};

class MemoryStore final : public Store {
 public:
  Result<std::string> create(const Created& created, const Stamp& stamp,
                             const std::optional<std::string>& newest) override {
    auto study = std::make_shared<MemoryStudy>();
    Fact fact{stamp, created};
    auto appended = study->append({&fact, 1});
    if (!appended) return appended.error();
    study->info = {random_id(), created.name, stamp.utc_ms, 0};
    const std::scoped_lock lock(mutex_);
    if (newest && *newest != newest_of(created.name)) return newer_study(created.name);
    studies_.push_back(study);
    return study->info.id;
  }

  Result<std::unique_ptr<Journal>> open(const std::string& study_id) override {
    const std::scoped_lock lock(mutex_);
    for (const auto& study : studies_) {
      if (study->info.id != study_id) continue;
      return std::unique_ptr<Journal>(std::make_unique<MemoryJournal>(study));
    }
    return Error{Code::kNotFound,
                 fmt::format("the store holds no study '{}'", study_id),
                 {},
                 "`hpopt list` shows the studies"};
  }

  Result<std::vector<StudyInfo>> list() override {
    const std::scoped_lock lock(mutex_);
    std::vector<StudyInfo> infos;
    for (auto study = studies_.rbegin(); study != studies_.rend(); ++study) {
      const std::scoped_lock inner((*study)->mutex);
      infos.push_back((*study)->info);
      infos.back().head = (*study)->control_head.revision;
    }
    return infos;
  }

  Status remove(const std::string& study_id) override {
    const std::scoped_lock lock(mutex_);
    std::erase_if(studies_, [&](const auto& study) {
      if (study->info.id != study_id) return false;
      const std::scoped_lock inner(study->mutex);
      study->control_head = {};  // who has it open still can append nothing any more
      study->leases.clear();
      return true;
    });
    return success();
  }

  Status compact() override { return success(); }

 private:
  /// REQUIRES: mutex_.
  std::string newest_of(const std::string& name) const {
    for (auto study = studies_.rbegin(); study != studies_.rend(); ++study) {
      if ((*study)->info.name == name) return (*study)->info.id;
    }
    return {};
  }

  std::mutex mutex_;
  std::vector<std::shared_ptr<MemoryStudy>> studies_;  ///< Oldest first.
};

}  // namespace

std::unique_ptr<Store> make_memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace hpopt
