#include "storage/study_rows.h"

#include <fmt/format.h>

namespace hpopt {
namespace {

/// Names a row by its study and its revision or trial (schema.cc).
constexpr unsigned kStudyShift = 40;

Epoch as_epoch(std::int64_t value) { return static_cast<Epoch>(value); }

}  // namespace

Result<std::unique_ptr<StudyRows>> StudyRows::open(Database& database, std::int64_t study) {
  std::unique_ptr<StudyRows> rows(new StudyRows(database, study));
  if (Status ready = rows->prepare(); !ready) return ready.error();
  return rows;
}

Status StudyRows::prepare() {
  struct Prepared {
    Statement& statement;
    std::string_view sql;
  };
  const Prepared all[] = {
      {control_,
       "SELECT revision, token, trials, cancelled, sessions, metrics, ended, run_cap "
       "FROM studies WHERE number = ?"},
      {trial_, "SELECT standing, version, token, sequence, configuration FROM trials WHERE id = ?"},
      {key_, "SELECT 1 FROM keys WHERE study = ? AND kind = ? AND key = ?"},
      {owner_, "SELECT trial FROM configurations WHERE study = ? AND key = ?"},
      {lease_, "SELECT holder, epoch, beat FROM leases WHERE study = ? AND role = ?"},
      {spent_, "SELECT spent_ns FROM studies WHERE number = ?"},
      {head_, "SELECT revision FROM studies WHERE number = ?"},
      {add_fact_,
       "INSERT INTO facts VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"},
      {add_report_, "INSERT INTO reports VALUES (?,?,?,?,?,?,?,?,?,?,?)"},
      {set_trial_, "INSERT OR REPLACE INTO trials VALUES (?,?,?,?,?,?)"},
      {set_control_,
       "UPDATE studies SET revision = ?2, token = ?3, trials = ?4, cancelled = ?5, sessions = ?6, "
       "metrics = ?7, ended = ?8, run_cap = ?9 WHERE number = ?1"},
      {add_key_, "INSERT INTO keys VALUES (?,?,?)"},
      {set_owner_, "INSERT OR REPLACE INTO configurations VALUES (?,?,?)"},
      {drop_owner_, "DELETE FROM configurations WHERE study = ? AND key = ?"},
      {set_lease_, "INSERT OR REPLACE INTO leases VALUES (?,?,?,?,?)"},
      {charge_, "UPDATE studies SET spent_ns = spent_ns + ?2 WHERE number = ?1"},
      {digest_,
       "SELECT body, d.revision = s.revision, d.epoch = l.epoch AND d.beat >= l.beat - 1 "
       "FROM digests d JOIN studies s ON s.number = d.study "
       "LEFT JOIN leases l ON l.study = d.study AND l.role = 'runner' WHERE d.study = ?"},
      {keep_digest_,
       "INSERT INTO digests SELECT ?1, ?2, coalesce(max(epoch), 0), coalesce(max(beat), 0), ?3 "
       "FROM leases WHERE study = ?1 AND role = 'runner' "
       "ON CONFLICT (study) DO UPDATE SET revision = excluded.revision, epoch = excluded.epoch, "
       "beat = excluded.beat, body = excluded.body WHERE excluded.revision >= revision"},
      {facts_, "SELECT * FROM facts WHERE id BETWEEN ? AND ? ORDER BY id"},
      {reports_, "SELECT * FROM reports WHERE id BETWEEN ? AND ? ORDER BY id"},
  };
  for (const auto& [statement, sql] : all) {
    auto prepared = database_.prepare(sql);
    if (!prepared) return prepared.error();
    statement = std::move(*prepared);
  }
  return success();
}

std::int64_t StudyRows::row(std::uint64_t number) const {
  return (study_ << kStudyShift) | static_cast<std::int64_t>(number);
}

Result<ControlHead> StudyRows::control() {
  auto found = control_.bind(1, study_).step();
  if (!found) return found.error();
  ControlHead head;
  if (*found) {
    head.revision = control_.bits(0);
    head.token = control_.bits(1);
    head.trials = static_cast<TrialId>(control_.integer(2));
    head.cancelled = static_cast<TrialId>(control_.integer(3));
    head.sessions = static_cast<SessionId>(control_.integer(4));
    head.metrics = static_cast<MetricId>(control_.integer(5));
    head.ended = control_.integer(6) != 0;
    if (!control_.is_null(7)) head.run_cap = control_.integer(7);
  }
  control_.reset();
  return head;
}

Result<std::optional<TrialHead>> StudyRows::trial(TrialId id) {
  auto found = trial_.bind(1, row(id)).step();
  if (!found) return found.error();
  std::optional<TrialHead> head;
  if (*found) {
    head = TrialHead{.trial = id,
                     .standing = static_cast<Standing>(trial_.integer(0)),
                     .version = trial_.bits(1),
                     .token = trial_.bits(2),
                     .sequence = static_cast<std::uint32_t>(trial_.integer(3)),
                     .configuration = trial_.bits(4)};
  }
  trial_.reset();
  return head;
}

Result<bool> StudyRows::has_key(const Key& key) {
  const auto& [kind, text] = key;
  auto found = key_.bind(1, study_).bind(2, static_cast<std::int64_t>(kind)).bind(3, text).step();
  key_.reset();
  return found;
}

Result<TrialId> StudyRows::owner(std::uint64_t configuration) {
  auto found = owner_.bind(1, study_).bind(2, configuration).step();
  if (!found) return found.error();
  const TrialId id = *found ? static_cast<TrialId>(owner_.integer(0)) : 0;
  owner_.reset();
  return id;
}

Result<Epoch> StudyRows::decider() {
  auto held = lease(kDecider);
  if (!held) return held.error();
  return held->epoch;
}

Result<Lease> StudyRows::lease(std::string_view role) {
  auto found = lease_.bind(1, study_).bind(2, role).step();
  if (!found) return found.error();
  Lease held;
  if (*found) held = {std::string(lease_.text(0)), as_epoch(lease_.integer(1)), lease_.bits(2)};
  lease_.reset();
  return held;
}

Status StudyRows::set_lease(std::string_view role, const Lease& lease) {
  return set_lease_.bind(1, study_)
      .bind(2, role)
      .bind(3, std::string_view(lease.holder))
      .bind(4, lease.epoch)
      .bind(5, lease.beat)
      .run();
}

Status StudyRows::charge(Nanos spent) {
  return charge_.bind(1, study_).bind(2, std::int64_t{spent.count()}).run();
}

Result<Nanos> StudyRows::spent() {
  auto found = spent_.bind(1, study_).step();
  if (!found) return found.error();
  const Nanos spent(*found ? spent_.integer(0) : 0);
  spent_.reset();
  return spent;
}

Result<Revision> StudyRows::head() {
  auto found = head_.bind(1, study_).step();
  if (!found) return found.error();
  const Revision revision = *found ? head_.bits(0) : 0;
  head_.reset();
  return revision;
}

Result<Digest> StudyRows::digest() {
  auto found = digest_.bind(1, study_).step();
  if (!found) return found.error();
  Digest digest;
  if (*found) {
    digest = {std::string(digest_.text(0)), digest_.integer(1) != 0, digest_.integer(2) != 0};
  }
  digest_.reset();
  return digest;
}

Status StudyRows::keep_digest(Revision revision, std::string_view body) {
  return keep_digest_.bind(1, study_).bind(2, revision).bind(3, body).run();
}

Status StudyRows::write(std::span<const Fact> facts, const HeadChanges& changes) {
  for (const Fact& fact : facts) {
    if (fact.stamp.revision == 0) continue;  // it is there already
    if (Status done = write_fact(fact); !done) return done;
  }
  for (const auto& [id, head] : changes.trials) {
    if (Status done = write_trial(head); !done) return done;
  }
  for (const auto& [kind, text] : changes.keys) {
    Statement& add = add_key_.bind(1, study_).bind(2, static_cast<std::int64_t>(kind));
    if (Status done = add.bind(3, std::string_view(text)).run(); !done) return done;
  }
  for (const auto& [configuration, owner] : changes.configurations) {
    if (Status done = write_configuration(configuration, owner); !done) return done;
  }
  return write_control(changes.control);
}

Status StudyRows::write_fact(const Fact& fact) {
  if (const auto* reported = std::get_if<Reported>(&fact.payload)) {
    return write_report(fact.stamp, *reported);
  }
  const Record record = to_record(fact.payload);
  return add_fact_.bind(1, row(fact.stamp.revision))
      .bind(2, std::int64_t{record.kind})
      .bind(3, std::int64_t{fact.stamp.session})
      .bind(4, std::int64_t{fact.stamp.monotonic.count()})
      .bind(5, fact.stamp.utc_ms)
      .bind(6, std::int64_t{record.trial})
      .bind(7, record.token)
      .bind(8, record.epoch)
      .bind(9, record.version)
      .bind(10, std::int64_t{record.worker})
      .bind(11, std::int64_t{record.cause})
      .bind(12, std::int64_t{record.exit_code})
      .bind(13, std::int64_t{record.metric})
      .bind(14, std::int64_t{record.flag})
      .bind(15, record.step)
      .bind(16, record.seconds)
      .bind(17, std::string_view(record.key))
      .bind(18, std::string_view(record.body))
      .bind(19, std::string_view(record.decision.by))
      .bind(20, std::string_view(record.decision.reason))
      .bind(21, record.decision.read_revision)
      .bind(22, record.decision.counter)
      .bind(23, record.decision.time_left)
      .bind(24, std::int64_t{record.decision.free_slots})
      .bind(25, record.decision.time_budget)
      .bind(26, std::int64_t{record.decision.slots})
      .bind(27, std::int64_t{record.decision.can_hold})
      .run();
}

Status StudyRows::write_report(const Stamp& stamp, const Reported& reported) {
  return add_report_.bind(1, row(stamp.revision))
      .bind(2, std::int64_t{reported.trial})
      .bind(3, reported.token)
      .bind(4, std::int64_t{reported.sequence})
      .bind(5, std::int64_t{reported.metric})
      .bind(6, reported.step)
      .bind(7, reported.value)
      .bind(8, reported.elapsed)
      .bind(9, std::int64_t{stamp.session})
      .bind(10, std::int64_t{stamp.monotonic.count()})
      .bind(11, stamp.utc_ms)
      .run();
}

Status StudyRows::write_trial(const TrialHead& head) {
  return set_trial_.bind(1, row(head.trial))
      .bind(2, static_cast<std::int64_t>(head.standing))
      .bind(3, head.version)
      .bind(4, head.token)
      .bind(5, std::int64_t{head.sequence})
      .bind(6, head.configuration)
      .run();
}

Status StudyRows::write_configuration(std::uint64_t configuration, TrialId owner) {
  if (owner == 0) return drop_owner_.bind(1, study_).bind(2, configuration).run();
  return set_owner_.bind(1, study_).bind(2, configuration).bind(3, std::int64_t{owner}).run();
}

Status StudyRows::write_control(const ControlHead& head) {
  Statement& set = set_control_.bind(1, study_)
                       .bind(2, head.revision)
                       .bind(3, head.token)
                       .bind(4, std::int64_t{head.trials})
                       .bind(5, std::int64_t{head.cancelled})
                       .bind(6, std::int64_t{head.sessions})
                       .bind(7, std::int64_t{head.metrics})
                       .bind(8, std::int64_t{head.ended});
  if (head.run_cap) {
    set.bind(9, *head.run_cap);
  } else {
    set.bind_null(9);
  }
  return set.run();
}

Status StudyRows::read(Revision after, Revision until, std::vector<Fact>& facts) {
  const std::int64_t first = row(after + 1);
  const std::int64_t last = row(until);
  facts_.bind(1, first).bind(2, last);
  reports_.bind(1, first).bind(2, last);
  Status done = merge(after, until, facts);
  facts_.reset();
  reports_.reset();
  return done;
}

/// The two tables in the order of their revisions.
Status StudyRows::merge(Revision after, Revision until, std::vector<Fact>& facts) {
  auto fact = facts_.step();
  auto report = reports_.step();
  for (Revision next = after + 1; next <= until; ++next) {
    if (!fact) return fact.error();
    if (!report) return report.error();
    if (*report && reports_.integer(0) == row(next)) {
      read_report(facts.emplace_back());
      report = reports_.step();
    } else if (*fact && facts_.integer(0) == row(next)) {
      if (Status done = read_fact(facts.emplace_back()); !done) return done;
      fact = facts_.step();
    } else {
      return Error{Code::kStorage, fmt::format("fact {} is missing from the journal", next),
                   database_.path(), "the file is damaged: restore a copy, or start a new study"};
    }
  }
  return success();
}

void StudyRows::read_report(Fact& fact) {
  fact.stamp = {.revision = reports_.bits(0) & ((Revision{1} << kStudyShift) - 1),
                .session = static_cast<SessionId>(reports_.integer(8)),
                .monotonic = Nanos(reports_.integer(9)),
                .utc_ms = reports_.integer(10)};
  fact.payload.emplace<Reported>(
      Reported{.trial = static_cast<TrialId>(reports_.integer(1)),
               .token = reports_.bits(2),
               .sequence = static_cast<std::uint32_t>(reports_.integer(3)),
               .metric = static_cast<MetricId>(reports_.integer(4)),
               .step = reports_.real(5),
               .value = reports_.real(6),
               .elapsed = reports_.real(7)});
}

Status StudyRows::read_fact(Fact& fact) {
  fact.stamp = {.revision = facts_.bits(0) & ((Revision{1} << kStudyShift) - 1),
                .session = static_cast<SessionId>(facts_.integer(2)),
                .monotonic = Nanos(facts_.integer(3)),
                .utc_ms = facts_.integer(4)};
  Record record;
  record.kind = static_cast<int>(facts_.integer(1));
  record.trial = static_cast<TrialId>(facts_.integer(5));
  record.token = facts_.bits(6);
  record.epoch = facts_.bits(7);
  record.version = facts_.bits(8);
  record.worker = static_cast<int>(facts_.integer(9));
  record.cause = static_cast<int>(facts_.integer(10));
  record.exit_code = static_cast<int>(facts_.integer(11));
  record.metric = static_cast<MetricId>(facts_.integer(12));
  record.flag = facts_.integer(13) != 0;
  record.step = facts_.real(14);
  record.seconds = facts_.real(15);
  record.key = facts_.text(16);
  record.body = facts_.text(17);
  record.decision.by = facts_.text(18);
  record.decision.reason = facts_.text(19);
  record.decision.read_revision = facts_.bits(20);
  record.decision.counter = facts_.bits(21);
  record.decision.time_left = facts_.real(22);
  record.decision.free_slots = static_cast<int>(facts_.integer(23));
  record.decision.time_budget = facts_.real(24);
  record.decision.slots = static_cast<int>(facts_.integer(25));
  record.decision.can_hold = facts_.integer(26) != 0;
  return from_record(std::move(record), fact.payload);
}

}  // namespace hpopt
