// Export: the trials of a study as flat rows, for other tools.
//
// The columns are a contract: trial, state, score, step, elapsed, param.NAME..., metric.NAME...,
// worker, runs, started, ended, exit_code, reason. What a trial has no value for is empty in CSV
// and null in JSON lines.
#pragma once

#include <functional>
#include <string_view>

#include "study/state.h"

namespace hpopt {

enum class ExportFormat { kCsv, kJsonl };
enum class ExportRows {
  kTrials,   ///< One row a trial.
  kReports,  ///< One row a report: trial, step, score, elapsed.
};

/// Hands the text to `sink`, a row at a time. `session_lives`: somebody runs the study right now.
void export_study(const StudyState& state, bool session_lives, ExportFormat format, ExportRows rows,
                  const std::function<void(std::string_view)>& sink);

}  // namespace hpopt
