// Power is lost at many instants of a store's life. What the disk then holds is opened by the real
// store: what was promised is there, whole and in order.
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/rng.h"
#include "base/testing.h"
#include "recorded_disk.h"
#include "storage/open_store.h"
#include "study/fold.h"
#include "study/testing.h"

namespace hpopt {
namespace {

using testing::fact;
using testing::RecordedDisk;

constexpr Nanos kSecond = std::chrono::seconds(1);

Nanos now() { return SystemClock().monotonic(); }

/// What the store had acknowledged when so many things had happened to the disk.
struct Promise {
  std::size_t events = 0;
  Nanos began{0};
  Nanos returned{0};
  Revision revision = 0;
  bool synced = false;
};

/// A study at work through two connections, so that one flushes what the other wrote.
class Work {
 public:
  Work(const RecordedDisk& disk, const std::string& locator) : disk_(disk), locator_(locator) {
    auto store = open_store(locator, true).value();
    promise(now(), 0, false);
    const Nanos began = now();
    study_ = store->create(testing::created(), {}).value();
    promise(began, 1, true);
    for (auto& journal : journals_) journal = store->open(study_).value();
  }

  void run(Nanos until, Rng& rng) {
    while (now() < until) {
      Journal& journal = *journals_[rng.below(2)];
      switch (rng.below(12)) {
        case 0:
          append(journal,
                 {testing::suggested(trial_ + 1, 1e-4 * (trial_ + 1)),
                  testing::started(trial_ + 1, 0, trial_ + 1)},
                 Durability::kSynced);
          ++trial_;
          sequence_ = 0;
          break;
        case 1:  // enough of them to make SQLite copy its log into the file now and then
          append(journal,
                 {Noted{0, std::string(30'000, 'n'), "note " + std::to_string(promises_.size())}},
                 Durability::kBatched);
          break;
        default:
          ++sequence_;
          if (trial_ > 0) {
            append(journal, {testing::reported(trial_, trial_, sequence_, sequence_, 0.5)},
                   Durability::kBatched);
          }
      }
      if (rng.below(4) == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  /// The last to close the store merges its log.
  void close() {
    for (auto& journal : journals_) journal.reset();
  }

  [[nodiscard]] const std::string& study() const { return study_; }
  [[nodiscard]] const std::vector<std::string>& facts() const { return facts_; }

  /// The revision that must be there when the power goes after so many events: of the last synced
  /// append, and of all that was acknowledged a second before the last call that returned.
  [[nodiscard]] Revision owed(std::size_t events) const {
    Nanos last_call{0};
    for (const Promise& promise : promises_) {
      if (promise.events <= events) last_call = promise.began;
    }
    Revision owed = 0;
    for (const Promise& promise : promises_) {
      const bool due = promise.synced || promise.returned <= last_call - kSecond;
      if (promise.events <= events && due) owed = promise.revision;
    }
    return owed;
  }

 private:
  void promise(Nanos began, Revision revision, bool synced) {
    promises_.push_back({disk_.size(), began, now(), revision, synced});
  }

  void append(Journal& journal, const std::vector<Payload>& payloads, Durability durability) {
    std::vector<Fact> facts;
    for (const Payload& payload : payloads) facts.push_back(fact(payload));
    const Nanos began = now();
    const Revision revision = journal.append(facts, durability).value();
    promise(began, revision, durability == Durability::kSynced);
    for (const Fact& appended : facts) facts_.push_back(testing::text_of(appended));
  }

  const RecordedDisk& disk_;
  std::string locator_;
  std::string study_;
  std::unique_ptr<Journal> journals_[2];
  TrialId trial_ = 0;
  std::uint32_t sequence_ = 0;
  std::vector<Promise> promises_;
  std::vector<std::string> facts_;  ///< From revision 2 on.
};

/// Every third sync, before it and after it, and random instants.
std::vector<std::size_t> instants(const RecordedDisk& disk, Rng& rng) {
  constexpr std::size_t kMost = 100;
  std::vector<std::size_t> syncs;
  for (std::size_t i = 0; i < disk.size(); ++i) {
    if (disk.is_sync(i)) syncs.push_back(i);
  }
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < 20 && i < disk.size(); ++i) chosen.push_back(i);  // the store is born
  while (chosen.size() < kMost / 2) {
    const std::size_t sync = syncs[rng.below(syncs.size())];
    chosen.push_back(sync);
    chosen.push_back(sync + 1);
  }
  while (chosen.size() < kMost) chosen.push_back(rng.below(disk.size() + 1));
  return chosen;
}

class PowerLossTest : public ::testing::Test {
 protected:
  /// The store in the folder holds what is owed, a beginning of the facts, and takes more.
  static void check(const std::string& locator, const Work& work, Revision owed) {
    auto store = open_store(locator, false);
    if (!store && owed == 0) return;
    ASSERT_TRUE(store.ok()) << store.error().message();
    auto journal = (*store)->open(work.study());
    if (!journal && owed == 0) return;
    ASSERT_TRUE(journal.ok()) << journal.error().message();
    StudyState state;
    std::vector<std::string> texts;
    auto read = (*journal)->read(0, [&](const Fact& found) {
      if (found.stamp.revision > 1) texts.push_back(testing::text_of(found));
      return state.apply(found).ok();
    });
    ASSERT_TRUE(read.ok()) << read.error().message();
    ASSERT_EQ(*read, (*journal)->head().value());
    EXPECT_GE(*read, owed);
    ASSERT_LE(texts.size(), work.facts().size() + 2) << "two of them were not acknowledged yet";
    for (std::size_t i = 0; i < std::min(texts.size(), work.facts().size()); ++i) {
      ASSERT_EQ(texts[i], work.facts()[i]);
    }
    std::vector<Fact> more = {fact(Noted{0, "after the loss", "after the loss"})};
    const auto appended = (*journal)->append(more, Durability::kSynced);
    ASSERT_TRUE(appended.ok()) << appended.error().message();
  }
};

TEST_F(PowerLossTest, KeepsWhatWasPromised) {
  const std::string folder = testing::fresh_folder();
  RecordedDisk disk(folder);
  Rng rng(11, 0);
  Work work(disk, folder + "/deep/store");
  work.run(now() + 2 * kSecond + kSecond / 2, rng);
  work.close();
  disk.stop();
  ASSERT_GT(disk.size(), 500U) << "the disk's functions were not reached";
  for (const std::size_t instant : instants(disk, rng)) {
    const std::string image = testing::fresh_folder() + "/disk";
    disk.rebuild(instant, rng, image);
    SCOPED_TRACE("after " + std::to_string(instant) + " of " + std::to_string(disk.size()));
    check(image + "/deep/store", work, work.owed(instant));
    std::filesystem::remove_all(image);
    if (HasFatalFailure()) break;
  }
}

}  // namespace
}  // namespace hpopt
