// digits_mlp: trains on the handwritten digits and prints one line an epoch.
//
// Where HPOPT_CHECKPOINT_DIR names a folder, the training is saved there after every epoch, and one
// found there is gone on with: it may be killed at any instant and started again.

#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "arguments.h"
#include "checkpoint.h"
#include "data.h"
#include "training.h"

namespace {

constexpr int kWrongInput = 2;
constexpr int kTerminated = 128 + SIGTERM;

std::atomic<bool> stop_requested = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler stores to it");

void request_stop(int /*signal*/) { stop_requested = true; }

void complain(const std::string& what) { std::fprintf(stderr, "digits_mlp: %s\n", what.c_str()); }

// The test accuracy stands on a line of its own: nobody should choose by it. Both lines leave in
// one write, so that whoever stops this process at the first has the second too.
void print_epoch(const digits::Training& training, int epochs) {
  const digits::Evaluation validation = training.validation();
  const digits::Evaluation test = training.test();
  std::printf("epoch %d/%d loss=%.5f val_loss=%.5f val_accuracy=%.5f\ntest_accuracy=%.5f\n",
              training.epochs_done(), epochs, training.loss(), validation.loss, validation.accuracy,
              test.accuracy);
  std::fflush(stdout);
}

std::string checkpoint_file() {
  const char* folder = std::getenv("HPOPT_CHECKPOINT_DIR");
  return folder == nullptr || *folder == '\0' ? "" : std::string(folder) + "/digits_mlp.ckpt";
}

void go_on_from(const std::string& file, digits::Training& training) {
  const std::optional<digits::Checkpoint> found = digits::load_checkpoint(file);
  if (found && !training.restore(*found))
    complain(file + " is from a training with other options; starting from the beginning");
}

int train(const digits::Arguments& arguments, const digits::Digits& data) {
  const int epochs = arguments.training.epochs;
  const std::string checkpoint = checkpoint_file();
  std::string error;
  digits::Training training(arguments.training, data);
  if (!checkpoint.empty()) go_on_from(checkpoint, training);
  if (training.finished()) print_epoch(training, epochs);
  while (!training.finished()) {
    if (!training.run_epoch(stop_requested)) return kTerminated;
    // Printed first, saved then: a crash between the two repeats an epoch, it loses none.
    print_epoch(training, epochs);
    if (!checkpoint.empty() && !save_checkpoint(training.checkpoint(), checkpoint, error))
      complain(error);
    if (!std::isfinite(training.loss())) {
      complain("the loss is not a finite number any more: the training ends here");
      break;
    }
  }
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  const digits::ParsedArguments parsed = digits::parse_arguments(argc, argv);
  if (!parsed.arguments) return parsed.exit_code;
  std::signal(SIGTERM, request_stop);
  std::signal(SIGINT, request_stop);

  std::string error;
  const std::optional<digits::Digits> data =
      digits::load_digits(parsed.arguments->data_file, error);
  if (!data) {
    complain(error);
    return kWrongInput;
  }
  return train(*parsed.arguments, *data);
}
