#include "study/record.h"

#include <fmt/format.h>

#include "base/json.h"
#include "study/configuration_text.h"

namespace hpopt {
namespace {

template <typename Kind, std::size_t kIndex = 0>
constexpr int number_of() {
  if constexpr (std::is_same_v<std::variant_alternative_t<kIndex, Payload>, Kind>) {
    return static_cast<int>(kIndex) + 1;
  } else {
    return number_of<Kind, kIndex + 1>();
  }
}

Error unreadable(std::string_view what, const Error& error) {
  return {Code::kStorage,
          fmt::format("the stored {} cannot be read: {}", what, error.what),
          {},
          "the journal is damaged, or a newer hpopt wrote it"};
}

std::string created_body(const Created& created) {
  return Json{{"name", created.name},
              {"spec", created.spec},
              {"fingerprint", created.fingerprint},
              {"directory", created.directory},
              {"seed", created.seed},
              {"parent", created.parent}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string session_body(const SessionOpened& opened) {
  return Json{{"host", opened.host},
              {"pid", opened.pid},
              {"version", opened.version},
              {"containment", opened.containment},
              {"holder", opened.holder}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// The configuration as its own text: numbers keep their kinds.
std::string inherited_body(const Inherited& inherited) {
  return Json{{"configuration", inherited.configuration.json()}, {"curve", inherited.curve}}.dump(
      -1, ' ', false, Json::error_handler_t::replace);
}

/// The columns of each kind; the counterpart of each function is in Reader.
struct Writer {
  Record& record;

  void operator()(const Created& fact) const { record.body = created_body(fact); }
  void operator()(const SessionOpened& fact) const { record.body = session_body(fact); }
  void operator()(const SessionClosed& fact) const { record.body = fact.reason; }
  void operator()(const Suggested& fact) const {
    record.trial = fact.trial;
    record.body = fact.configuration.json();
    record.flag = fact.unique;
    record.key = fact.request;
    record.epoch = fact.epoch;
    record.decision = fact.decision;
  }
  void operator()(const Started& fact) const {
    record.trial = fact.trial;
    record.version = fact.version;
    record.token = fact.token;
    record.worker = fact.worker;
    record.step = fact.until_step;
    record.flag = fact.thawed;
    record.decision = fact.decision;
    record.body = fact.record;
    record.epoch = fact.epoch;
  }
  void operator()(const Reported&) const {}
  void operator()(const MetricNamed& fact) const {
    record.metric = fact.metric;
    record.key = fact.name;
  }
  void operator()(const Paused& fact) const {
    record.trial = fact.trial;
    record.token = fact.token;
    record.flag = fact.held;
    record.seconds = fact.elapsed;
    record.decision = fact.decision;
  }
  void operator()(const Ended& fact) const {
    record.trial = fact.trial;
    record.token = fact.token;
    record.cause = static_cast<int>(fact.cause);
    record.exit_code = fact.exit_code;
    record.flag = fact.of_device;
    record.seconds = fact.elapsed;
    record.body = fact.message;
    record.decision = fact.decision;
  }
  void operator()(const Grown& fact) const { record.body = fact.parameter; }
  void operator()(const Assigned& fact) const {
    record.trial = fact.trial;
    record.token = fact.token;
    record.body = fact.configuration.json();
  }
  void operator()(const Extended& fact) const {
    record.seconds = fact.seconds;
    record.key = fact.key;
  }
  void operator()(const Requested& fact) const {
    record.cause = static_cast<int>(fact.wish);
    record.key = fact.key;
  }
  void operator()(const Planned& fact) const {
    record.epoch = fact.epoch;
    record.body = fact.plan;
  }
  void operator()(const StudyEnded& fact) const {
    record.epoch = fact.epoch;
    record.decision = fact.decision;
  }
  void operator()(const Noted& fact) const {
    record.trial = fact.trial;
    record.body = fact.text;
    record.key = fact.key;
  }
  void operator()(const LengthLearnt& fact) const {
    record.step = fact.steps;
    record.body = fact.source;
  }
  void operator()(const CheckpointRemoved& fact) const {
    record.trial = fact.trial;
    record.decision = fact.decision;
  }
  void operator()(const Inherited& fact) const {
    record.trial = fact.trial;
    record.cause = static_cast<int>(fact.cause);
    record.epoch = fact.epoch;
    record.body = inherited_body(fact);
  }
  void operator()(const Moved& fact) const { record.body = fact.directory; }
  void operator()(const Capped& fact) const {
    record.version = static_cast<std::uint64_t>(fact.trials);
  }
  void operator()(const Fitted& fact) const { record.body = fact.model; }
};

Status read_created(const Record& record, Payload& payload) {
  auto json = parse_json(record.body, {});
  if (!json) return unreadable("study", json.error());
  try {
    payload = Created{
        json->at("name").get<std::string>(),        json->at("spec").get<std::string>(),
        json->at("fingerprint").get<std::string>(), json->at("directory").get<std::string>(),
        json->at("seed").get<std::uint64_t>(),      json->at("parent").get<std::string>()};
  } catch (const Json::exception& error) {
    return unreadable("study", invalid(error.what()));
  }
  return success();
}

Status read_session(const Record& record, Payload& payload) {
  auto json = parse_json(record.body, {});
  if (!json) return unreadable("session", json.error());
  try {
    payload = SessionOpened{
        json->at("host").get<std::string>(), json->at("pid").get<std::int64_t>(),
        json->at("version").get<std::string>(), json->at("containment").get<std::string>(),
        json->value("holder", std::string())};
  } catch (const Json::exception& error) {
    return unreadable("session", invalid(error.what()));
  }
  return success();
}

Status read_suggested(Record&& record, Payload& payload) {
  auto configuration = configuration_from_text(record.body);
  if (!configuration) return unreadable("configuration", configuration.error());
  payload = Suggested{record.trial, std::move(*configuration), record.flag, std::move(record.key),
                      record.epoch, std::move(record.decision)};
  return success();
}

Status read_assigned(const Record& record, Payload& payload) {
  auto configuration = configuration_from_text(record.body);
  if (!configuration) return unreadable("configuration", configuration.error());
  payload = Assigned{record.trial, record.token, std::move(*configuration)};
  return success();
}

Status read_inherited(const Record& record, Payload& payload) {
  auto json = parse_json(record.body, {});
  if (!json) return unreadable("trial of an earlier study", json.error());
  try {
    auto configuration = configuration_from_text(json->at("configuration").get<std::string>());
    if (!configuration) return unreadable("configuration", configuration.error());
    payload =
        Inherited{record.trial, std::move(*configuration), static_cast<Cause>(record.cause),
                  json->at("curve").get<std::vector<std::pair<double, double>>>(), record.epoch};
  } catch (const Json::exception& error) {
    return unreadable("trial of an earlier study", invalid(error.what()));
  }
  return success();
}

/// The kinds whose columns are taken as they are.
bool read_plain(Record&& record, Payload& payload) {
  switch (record.kind) {
    case number_of<SessionClosed>():
      payload = SessionClosed{std::move(record.body)};
      return true;
    case number_of<Started>():
      payload = Started{record.trial,
                        record.version,
                        record.token,
                        record.worker,
                        record.step,
                        record.flag,
                        std::move(record.decision),
                        std::move(record.body),
                        record.epoch};
      return true;
    case number_of<MetricNamed>():
      payload = MetricNamed{record.metric, std::move(record.key)};
      return true;
    case number_of<Paused>():
      payload = Paused{record.trial, record.token, record.flag, record.seconds,
                       std::move(record.decision)};
      return true;
    case number_of<Ended>():
      payload = Ended{record.trial,
                      record.token,
                      static_cast<Cause>(record.cause),
                      record.exit_code,
                      record.seconds,
                      std::move(record.body),
                      std::move(record.decision),
                      record.flag};
      return true;
    case number_of<Grown>():
      payload = Grown{std::move(record.body)};
      return true;
    case number_of<Extended>():
      payload = Extended{record.seconds, std::move(record.key)};
      return true;
    case number_of<Requested>():
      payload = Requested{static_cast<Wish>(record.cause), std::move(record.key)};
      return true;
    case number_of<Planned>():
      payload = Planned{record.epoch, std::move(record.body)};
      return true;
    case number_of<StudyEnded>():
      payload = StudyEnded{record.epoch, std::move(record.decision)};
      return true;
    case number_of<Noted>():
      payload = Noted{record.trial, std::move(record.body), std::move(record.key)};
      return true;
    case number_of<LengthLearnt>():
      payload = LengthLearnt{record.step, std::move(record.body)};
      return true;
    case number_of<CheckpointRemoved>():
      payload = CheckpointRemoved{record.trial, std::move(record.decision)};
      return true;
    case number_of<Moved>():
      payload = Moved{std::move(record.body)};
      return true;
    case number_of<Capped>():
      payload = Capped{static_cast<std::int64_t>(record.version)};
      return true;
    case number_of<Fitted>():
      payload = Fitted{std::move(record.body)};
      return true;
    default:
      return false;
  }
}

}  // namespace

int kind_number(const Payload& payload) { return static_cast<int>(payload.index()) + 1; }

Record to_record(const Payload& payload) {
  Record record;
  record.kind = kind_number(payload);
  std::visit(Writer{record}, payload);
  return record;
}

Status from_record(Record&& record, Payload& payload) {
  switch (record.kind) {
    case number_of<Created>():
      return read_created(record, payload);
    case number_of<SessionOpened>():
      return read_session(record, payload);
    case number_of<Suggested>():
      return read_suggested(std::move(record), payload);
    case number_of<Assigned>():
      return read_assigned(record, payload);
    case number_of<Inherited>():
      return read_inherited(record, payload);
    default:
      break;
  }
  const int kind = record.kind;
  if (read_plain(std::move(record), payload)) return success();
  return Error{Code::kStorage,
               fmt::format("facts of kind {} are not known", kind),
               {},
               "a newer hpopt wrote it: update this one"};
}

}  // namespace hpopt
