#include "storage/read_ahead.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

namespace hpopt {
namespace {

constexpr Revision kRange = 2048;  // facts
constexpr std::size_t kQueue = 4;  // ranges a reader is ahead

using Batch = std::vector<Fact>;

/// A reader's ranges on their way to the folding thread.
class BatchQueue {
 public:
  /// false: nobody wants more.
  bool push(Result<Batch>&& batch) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] { return closed_ || queue_.size() < kQueue; });
    if (closed_) return false;
    queue_.push_back(std::move(batch));
    filled_.notify_one();
    return true;
  }

  Result<Batch> pop() {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [this] { return !queue_.empty(); });
    Result<Batch> batch = std::move(queue_.front());
    queue_.pop_front();
    room_.notify_one();
    return batch;
  }

  void close() {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    room_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable room_;
  std::condition_variable filled_;
  std::deque<Result<Batch>> queue_;
  bool closed_ = false;
};

/// A reader's thread; gone when the object is.
class Decoder {
 public:
  /// Reads the range after `after` and then every `stride` facts further, up to `head`.
  Decoder(const ReadRange& read, Revision after, Revision head, Revision stride)
      : thread_([=, this, &read] {
          for (Revision from = after; from < head; from += stride) {
            Batch batch;
            batch.reserve(kRange);
            Status done = read(from, std::min(from + kRange, head), batch);
            const bool wanted =
                queue_.push(done ? Result<Batch>(std::move(batch)) : Result<Batch>(done.error()));
            if (!wanted || !done) return;
          }
        }) {}
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  ~Decoder() { queue_.close(); }

  Result<Batch> next() { return queue_.pop(); }

 private:
  BatchQueue queue_;  ///< Outlives the thread.
  std::jthread thread_;
};

}  // namespace

Result<Revision> read_ahead(Revision after, Revision head, std::span<const ReadRange> readers,
                            const std::function<bool(const Fact&)>& visit) {
  std::vector<std::unique_ptr<Decoder>> decoders;
  for (const ReadRange& read : readers) {
    const Revision first = after + kRange * decoders.size();
    decoders.push_back(std::make_unique<Decoder>(read, first, head, kRange * readers.size()));
  }
  for (std::size_t turn = 0; after < head; turn = (turn + 1) % decoders.size()) {
    const Result<Batch> batch = decoders[turn]->next();
    if (!batch) return batch.error();
    for (const Fact& fact : *batch) {
      after = fact.stamp.revision;
      if (!visit(fact)) return after;
    }
  }
  return after;
}

}  // namespace hpopt
