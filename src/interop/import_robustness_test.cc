// Damaged sources: each is imported or refused with a message, and a state that is kept folds.
#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>

#include "base/rng.h"
#include "interop/testing.h"
#include "storage/sqlite.h"

namespace hpopt {
namespace {

using testing::fixture;
using testing::fresh_folder;

/// A few bytes changed, removed or repeated, or the end cut off.
std::string damaged(std::string content, Rng& rng) {
  for (std::uint64_t blow = 0, blows = 1 + rng.below(4); blow < blows && !content.empty(); ++blow) {
    const std::size_t place = rng.below(content.size());
    const std::size_t length = 1 + rng.below(std::min<std::size_t>(content.size() - place, 40));
    switch (rng.below(4)) {
      case 0:
        content[place] = static_cast<char>(rng.below(256));
        break;
      case 1:
        content.erase(place, length);
        break;
      case 2:
        content.insert(place, content.substr(place, length));
        break;
      default:
        if (rng.below(4) == 0) content.resize(place);
    }
  }
  return content;
}

void expect_answer(const ImportSource& source, const std::string& content, const std::string& file,
                   int times) {
  Rng rng(7, 0);
  int refused = 0;
  for (int i = 0; i < times; ++i) {
    std::ofstream(file, std::ios::binary) << damaged(content, rng);
    const auto result = testing::imported(source);
    if (result) continue;
    ++refused;
    EXPECT_NE(result.error().code, Code::kInternal) << result.error().message();
    EXPECT_FALSE(result.error().what.empty());
  }
  EXPECT_GT(refused, 0);
  EXPECT_LT(refused, times);
}

TEST(DamagedSources, OptunaJournal) {
  const std::string file = fresh_folder() + "/journal.log";
  expect_answer({.path = file, .study = "digits"}, read_file(fixture("optuna.journal")).value(),
                file, 300);
}

TEST(DamagedSources, OptunaSqlite) {
  const std::string file = fresh_folder() + "/optuna.db";
  {
    Database database = Database::open(file, Database::Mode::kCreate).value();
    ASSERT_TRUE(database.execute(read_file(fixture("optuna.sql")).value()).ok());
  }
  expect_answer({.path = file, .study = "digits"}, read_file(file).value(), file, 150);
}

TEST(DamagedSources, Table) {
  const std::string file = fresh_folder() + "/table.csv";
  expect_answer({.path = file, .metric = {"acc", true}},
                "trial,state,acc,step,param.lr,param.opt,started\n"
                "1,complete,0.5,1,0.1,\"a,b\",2026-01-01T00:00:00Z\n"
                "2,failed,,,0.2,\"say \"\"x\"\"\",\n",
                file, 500);
}

TEST(DamagedSources, LegacyFolder) {
  const std::string folder = fresh_folder();
  const std::string trial = read_file(fixture("smbo/hpopt_trial_0.json")).value();
  ASSERT_TRUE(write_file_atomic(folder + "/hpopt_trial_0.json", trial).ok());
  expect_answer({.path = folder, .metric = {"mAP", true}},
                read_file(fixture("smbo/hpopt_status.json")).value(), folder + "/hpopt_status.json",
                500);
}

}  // namespace
}  // namespace hpopt
