// HeldTrial: a Trial as Python holds it: owned after ask(), lent to an objective while it runs,
// gone once its result is told. Python's threads may do with one object what they like at the same
// time. The GIL is not held by callers: a report may wait for long.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "hpopt/study.h"

namespace hpopt::python {

class HeldTrial {
 public:
  explicit HeldTrial(Trial trial)
      : owned_(std::make_unique<Trial>(std::move(trial))),
        trial_(owned_.get()),
        number_(trial_->number()) {}
  /// Until end() is called.
  explicit HeldTrial(Trial* lent) : trial_(lent), number_(lent->number()) {}

  [[nodiscard]] std::uint32_t number() const { return number_; }
  [[nodiscard]] bool over() {
    const std::scoped_lock lock(mutex_);
    return trial_ == nullptr;
  }

  /// What `use` returns of the trial. Throws Exception (kConflict) when it is gone.
  template <typename Use>
  auto with(Use use) {
    const std::scoped_lock lock(mutex_);
    return use(live());
  }
  /// To tell its result. Throws as above, and where the trial is only lent.
  [[nodiscard]] Trial take() {
    const std::scoped_lock lock(mutex_);
    live();
    if (!owned_) {
      throw Exception({Code::kConflict, "an objective's score is what it returns", name(),
                       "return it instead of telling it"});
    }
    trial_ = nullptr;
    return std::move(*std::exchange(owned_, nullptr));
  }
  /// Drops it: as if it had never been asked.
  void end() {
    const std::scoped_lock lock(mutex_);
    trial_ = nullptr;
    owned_.reset();
  }

 private:
  [[nodiscard]] std::string name() const { return "trial " + std::to_string(number_); }
  Trial& live() {
    if (trial_ == nullptr) {
      throw Exception({Code::kConflict, "it has its result already", name(), "ask for another"});
    }
    return *trial_;
  }

  std::mutex mutex_;
  std::unique_ptr<Trial> owned_;
  Trial* trial_;
  const std::uint32_t number_;
};

}  // namespace hpopt::python
