// WorkerEvaluator: trials are evaluated by worker processes, one trial after another each.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/evaluator.h"
#include "engine/worker_dialogue.h"
#include "exec/worker_pool.h"

namespace hpopt {

class WorkerEvaluator final : public Evaluator {
 public:
  /// `workers`: so many share the machine's cores.
  WorkerEvaluator(const WorkerProgram& program, int workers);

  Evaluation evaluate(Trial& trial) override;
  [[nodiscard]] bool is_enforced() const override { return true; }
  void set_deadline(Nanos instant) override { pool_.set_deadline(instant); }
  void end(Nanos exit_by, Nanos gone_by) override { pool_.end(exit_by, gone_by); }
  [[nodiscard]] std::vector<Pool> held_memory(const std::set<TrialId>& held,
                                              const std::set<TrialId>& leaving) override {
    return pool_.held_memory(held, leaving);
  }

 private:
  [[nodiscard]] Evaluation conclude(const Talk& talk, WorkerProcess& worker) const;
  [[nodiscard]] Evaluation after_end(const Talk& talk, WorkerProcess& worker) const;

  WorkerPool pool_;
};

}  // namespace hpopt
