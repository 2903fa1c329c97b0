#include "cli/preflight.h"

#include "exec/metric_parser.h"
#include "exec/process.h"

namespace hpopt {

Status check_metrics(const StudySpec& spec) {
  const auto parser = MetricParser::create(spec.objectives);
  return parser ? success() : Status(parser.error());
}

Status check_program(const StudySpec& spec, const std::string& directory) {
  if (spec.command.empty() || spec.command.front().find("${") != std::string::npos) {
    return success();
  }
  const auto program = find_program(spec.command.front(), directory);
  return program ? success() : Status(program.error());
}

}  // namespace hpopt
