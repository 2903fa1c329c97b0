#include "training.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <random>
#include <span>
#include <sstream>
#include <vector>

#include "augment.h"

namespace digits {
namespace {

// An epoch shows every training sample this many times, each time distorted anew.
constexpr int kTrainingCopies = 12;
// Evaluation looks at this many fixed copies, the same ones whatever the options are.
constexpr int kEvaluationCopies = 4;
constexpr std::uint64_t kValidationSeed = 101;
constexpr std::uint64_t kTestSeed = 102;

// A random stream for each epoch: none of its state needs to be kept in a checkpoint.
std::mt19937_64 epoch_stream(std::uint64_t seed, int epoch) {
  std::seed_seq sequence{seed & 0xffffffffU, seed >> 32U, static_cast<std::uint64_t>(epoch)};
  return std::mt19937_64(sequence);
}

}  // namespace

std::string TrainingOptions::fingerprint() const {
  std::ostringstream text;
  text << std::hexfloat << "lr=" << learning_rate
       << " optimizer=" << static_cast<int>(optimizer.method) << " momentum=" << optimizer.momentum
       << " weight_decay=" << optimizer.weight_decay << " dropout=" << dropout
       << " batch_size=" << batch_size << " width=" << width << " depth=" << depth
       << " schedule=" << static_cast<int>(schedule) << " epochs=" << epochs << " subset=" << subset
       << " seed=" << seed;
  return text.str();
}

float schedule_factor(Schedule schedule, double progress) {
  switch (schedule) {
    case Schedule::kConstant:
      return 1.0F;
    case Schedule::kCosine:
      return static_cast<float>(0.5 * (1.0 + std::cos(std::numbers::pi * progress)));
    case Schedule::kStep:
      return progress < 0.5 ? 1.0F : progress < 0.75 ? 0.1F : 0.01F;
  }
  return 1.0F;
}

Training::Training(const TrainingOptions& options, const Digits& data)
    : options_(options),
      train_(subset(data.train, options.subset, options.seed)),
      validation_(distorted(data.validation, kEvaluationCopies, kValidationSeed)),
      test_(distorted(data.test, kEvaluationCopies, kTestSeed)),
      network_({kPixels, options.width, options.depth, kClasses}, options.seed),
      optimizer_(options.optimizer, network_.parameters().size()) {}

Evaluation Training::validation() const {
  return network_.evaluate(validation_.pixels, validation_.labels);
}

Evaluation Training::test() const { return network_.evaluate(test_.pixels, test_.labels); }

float Training::learning_rate(double epochs) const {
  return options_.learning_rate * schedule_factor(options_.schedule, epochs / options_.epochs);
}

bool Training::run_epoch(const std::atomic<bool>& stop) {
  std::mt19937_64 rng = epoch_stream(options_.seed, epochs_done_ + 1);
  std::vector<Eigen::Index> order(static_cast<std::size_t>(train_.count() * kTrainingCopies));
  std::iota(order.begin(), order.end(), Eigen::Index{0});
  std::ranges::shuffle(order, rng);

  const auto batch_size = static_cast<std::size_t>(options_.batch_size);
  Eigen::MatrixXf inputs;
  std::vector<int> labels;
  Eigen::VectorXf gradient;
  double loss_sum = 0;
  for (std::size_t start = 0; start < order.size(); start += batch_size) {
    if (stop) return false;
    const auto batch = std::span(order).subspan(start, std::min(batch_size, order.size() - start));
    inputs.resize(kPixels, static_cast<Eigen::Index>(batch.size()));
    labels.clear();
    for (Eigen::Index column = 0; const Eigen::Index copy : batch) {
      const Eigen::Index sample = copy % train_.count();
      distort(train_.pixels.col(sample), rng, inputs.col(column++));
      labels.push_back(train_.labels[static_cast<std::size_t>(sample)]);
    }
    const double loss = network_.loss_and_gradient(inputs, labels, options_.dropout, rng, gradient);
    loss_sum += loss * static_cast<double>(batch.size());
    const double epoch_share = static_cast<double>(start) / static_cast<double>(order.size());
    optimizer_.step(learning_rate(epochs_done_ + epoch_share), gradient, network_.parameters());
  }
  loss_ = loss_sum / static_cast<double>(order.size());
  ++epochs_done_;
  return true;
}

Checkpoint Training::checkpoint() const {
  return {options_.fingerprint(), epochs_done_, loss_, network_.parameters(), optimizer_.state()};
}

bool Training::restore(const Checkpoint& checkpoint) {
  if (checkpoint.fingerprint != options_.fingerprint()) return false;
  epochs_done_ = checkpoint.epochs_done;
  loss_ = checkpoint.loss;
  network_.parameters() = checkpoint.parameters;
  optimizer_.state() = checkpoint.optimizer;
  return true;
}

}  // namespace digits
