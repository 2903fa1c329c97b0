#include "engine/launcher.h"

#include <fstream>

#include <fmt/format.h>

#include "base/json.h"
#include "base/rng.h"
#include "exec/environment.h"
#include "spec/command.h"
#include "study/full_length.h"

namespace hpopt {

std::uint64_t trial_seed(std::uint64_t study_seed, TrialId trial) {
  constexpr unsigned kDropped = 33;  // 31 bits are left: what every library takes
  return Rng(study_seed, trial).next() >> kDropped;
}

Launcher::Launcher(const StudyState& state, std::string study, std::string store_directory,
                   int workers, Provenance provenance)
    : state_(state),
      study_(std::move(study)),
      store_directory_(std::move(store_directory)),
      workers_(workers),
      provenance_(std::move(provenance)) {}

std::string Launcher::directory_of(TrialId trial) const {
  return trial_directory(store_directory_, study_, trial);
}

void Launcher::keep_result(const TrialRecord& trial) const {
  const auto score = state_.score(trial);
  const Json result = {{"trial", trial.id},
                       {"state", name(trial.state)},
                       {"score", score ? json_number(*score) : Json(nullptr)},
                       {"step", trial.last_step()},
                       {"elapsed", json_number(trial.elapsed)},
                       {"params", Json::parse(trial.configuration.json())}};
  std::ofstream(directory_of(trial.id) + "/result.json") << result.dump(2) << '\n';
}

Result<Launch> Launcher::prepare(const TrialRecord& trial, Token token, int worker) const {
  const StudySpec& spec = state_.spec();
  Launch launch;
  launch.trial = trial.id;
  launch.token = token;
  launch.worker = worker;
  launch.directory = state_.origin().directory;
  launch.trial_directory = directory_of(trial.id);
  launch.configuration = trial.configuration;
  launch.elapsed = trial.elapsed;

  TrialContext context;
  context.trial = std::to_string(trial.id);
  context.trial_dir = launch.trial_directory;
  context.seed = trial_seed(state_.origin().seed, trial.id);
  context.port = free_port();
  std::map<std::string, double> stops;
  for (const Fidelity& fidelity : spec.fidelities) {
    context.fidelity[fidelity.name] = fidelity.high;
    const bool cut_here = fidelity.cut && trial.until_step > 0;
    stops[fidelity.name] = cut_here ? trial.until_step : fidelity.high;
  }
  auto argv = render_command(spec, trial.configuration, context);
  if (!argv) return argv.error();
  launch.argv = std::move(*argv);
  launch.environment = trial_environment({.study = spec.name,
                                          .trial = trial.id,
                                          .seed = context.seed,
                                          .fidelity = stops,
                                          .trial_directory = launch.trial_directory,
                                          .workers = workers_,
                                          .port = context.port});
  launch.record = record_json(provenance_, context.seed, launch.argv);
  return launch;
}

}  // namespace hpopt
