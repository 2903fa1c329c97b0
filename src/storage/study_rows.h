// StudyRows: the rows of one study in SQLite.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hpopt/result.h"
#include "storage/sqlite.h"
#include "study/guards.h"
#include "study/journal.h"
#include "study/record.h"

namespace hpopt {

/// Threads: one at a time. The database must outlive it.
class StudyRows final : public HeadSource {
 public:
  static Result<std::unique_ptr<StudyRows>> open(Database& database, std::int64_t study);

  Result<ControlHead> control() override;
  Result<std::optional<TrialHead>> trial(TrialId id) override;
  Result<bool> has_key(const Key& key) override;
  Result<TrialId> owner(std::uint64_t configuration) override;
  Result<Epoch> decider() override;

  /// Writes the facts that were given a revision, and the heads. REQUIRES: inside a write
  /// transaction.
  Status write(std::span<const Fact> facts, const HeadChanges& changes);

  Result<Lease> lease(std::string_view role);
  Status set_lease(std::string_view role, const Lease& lease);
  Status charge(Nanos spent);
  Result<Nanos> spent();
  Result<Revision> head();
  Result<Digest> digest();
  Status keep_digest(Revision revision, std::string_view body);

  /// Adds the facts after `after` up to `until` to `facts`. REQUIRES: until <= head(); what was
  /// appended never changes, so no snapshot is needed. Errors: a gap, a fact that cannot be read.
  Status read(Revision after, Revision until, std::vector<Fact>& facts);

 private:
  StudyRows(Database& database, std::int64_t study) : database_(database), study_(study) {}
  Status prepare();
  Status write_fact(const Fact& fact);
  Status write_report(const Stamp& stamp, const Reported& reported);
  Status write_trial(const TrialHead& head);
  Status write_control(const ControlHead& head);
  Status write_configuration(std::uint64_t configuration, TrialId owner);
  Status merge(Revision after, Revision until, std::vector<Fact>& facts);
  Status read_fact(Fact& fact);
  void read_report(Fact& fact);
  [[nodiscard]] std::int64_t row(std::uint64_t number) const;

  Database& database_;
  std::int64_t study_;
  Statement control_, trial_, key_, owner_, lease_, spent_, head_;
  Statement add_fact_, add_report_, set_trial_, set_control_, add_key_, set_owner_, drop_owner_,
      set_lease_, charge_;
  Statement digest_, keep_digest_;
  Statement facts_, reports_;
};

}  // namespace hpopt
