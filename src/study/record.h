// Record: a fact in columns, as every storage keeps it. docs/journal.md says which kind uses which.
#pragma once

#include <cstdint>
#include <string>

#include "hpopt/result.h"
#include "study/fact.h"

namespace hpopt {

/// Columns that a kind does not use are zero or empty. Reports have a table of their own: not here.
struct Record {
  int kind = 0;  ///< Index in Payload + 1.
  TrialId trial = 0;
  Token token = 0;
  Epoch epoch = 0;
  std::uint64_t version = 0;
  int worker = 0;
  int cause = 0;  ///< Cause or Wish.
  int exit_code = 0;
  MetricId metric = 0;
  bool flag = false;  ///< unique, thawed or held
  double step = 0;
  double seconds = 0;  ///< elapsed or seconds
  std::string key;     ///< request, key or name
  std::string body;    ///< Text, or JSON: configuration, record, message, plan, ...
  Decision decision;   ///< `by` empty: the kind has none.
};

/// The persisted number of a kind: 1, 2, 3, ...
[[nodiscard]] int kind_number(const Payload& payload);

/// REQUIRES: not a Reported.
[[nodiscard]] Record to_record(const Payload& payload);
/// Errors (kStorage): an unknown kind, a body that is not what its kind needs.
[[nodiscard]] Status from_record(Record&& record, Payload& payload);

}  // namespace hpopt
