#pragma once

// One training from its options to its last epoch, an epoch at a time.

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "checkpoint.h"
#include "data.h"
#include "network.h"
#include "optimizer.h"

namespace digits {

enum class Schedule : std::uint8_t {
  kConstant,
  kCosine,  // half a cosine from the full rate to zero over all epochs
  kStep,    // a tenth of the rate after half of all epochs, a hundredth after three quarters
};

struct TrainingOptions {
  float learning_rate = 0.01F;
  OptimizerOptions optimizer;
  float dropout = 0.0F;
  int batch_size = 32;
  int width = 64;
  int depth = 2;
  Schedule schedule = Schedule::kConstant;
  int epochs = 40;
  double subset = 1.0;  // share of the training samples
  std::uint64_t seed = 1;

  // All that shapes the course of a training, as text: a checkpoint belongs to one such text.
  std::string fingerprint() const;
};

// The share of the learning rate that is in force when `progress`, 0..1, of all epochs is done.
float schedule_factor(Schedule schedule, double progress);

class Training {
 public:
  Training(const TrainingOptions& options, const Digits& data);

  int epochs_done() const { return epochs_done_; }
  bool finished() const { return epochs_done_ >= options_.epochs; }

  // Mean loss over the last epoch's batches, and the same network on the two other splits.
  double loss() const { return loss_; }
  Evaluation validation() const;
  Evaluation test() const;

  // Trains one epoch. False if `stop` became true meanwhile: the training is then between two
  // epochs and only good for being thrown away.
  bool run_epoch(const std::atomic<bool>& stop);

  Checkpoint checkpoint() const;
  // Goes on from `checkpoint`; false, and nothing changes, if it belongs to another training.
  bool restore(const Checkpoint& checkpoint);

 private:
  float learning_rate(double epochs) const;

  TrainingOptions options_;
  Samples train_;
  Samples validation_;
  Samples test_;
  Network network_;
  Optimizer optimizer_;
  int epochs_done_ = 0;
  double loss_ = 0;
};

}  // namespace digits
