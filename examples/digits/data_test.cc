#include "data.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_samples.h"

namespace digits {
namespace {

using testing::HasSubstr;

class DataFile : public testing::Test {
 public:
  ~DataFile() override { std::filesystem::remove_all(folder_); }

 protected:
  DataFile() : folder_(testing::TempDir() + "digits_dataXXXXXX") {
    path_ = std::string(mkdtemp(folder_.data())) + "/digits.csv";
  }

  static std::string row(const std::string& split, int label, int pixel) {
    std::string text = split + "," + std::to_string(label);
    for (int i = 0; i < kPixels; ++i) text += "," + std::to_string(pixel);
    return text + "\n";
  }

  std::optional<Digits> load(const std::string& rows) {
    std::ofstream(path_) << "split,label,p0\n" << rows;
    return load_digits(path_, error_);
  }

  std::string folder_;
  std::string path_;
  std::string error_;
};

TEST_F(DataFile, SplitsAreReadApartAndPixelsScaledToOne) {
  const auto data =
      load(row("train", 3, 16) + row("test", 9, 4) + row("validation", 0, 0) + row("train", 4, 8));
  ASSERT_TRUE(data) << error_;
  EXPECT_EQ(data->train.labels, (std::vector<int>{3, 4}));
  EXPECT_EQ(data->train.pixels(0, 0), 1.0F);
  EXPECT_EQ(data->train.pixels(kPixels - 1, 1), 0.5F);
  EXPECT_EQ(data->validation.labels, std::vector<int>{0});
  EXPECT_EQ(data->test.pixels(7, 0), 0.25F);
}

TEST_F(DataFile, MissingFileNamesTheScriptThatMakesIt) {
  EXPECT_FALSE(load_digits("/no/such/digits.csv", error_));
  EXPECT_THAT(error_, HasSubstr("/no/such/digits.csv"));
  EXPECT_THAT(error_, HasSubstr("make_data.py"));
}

TEST_F(DataFile, DamagedRowsAreNamedByLine) {
  const std::string good = row("train", 1, 2);
  for (const std::string& bad :
       {row("train", 10, 2), row("train", 1, 17), row("extra", 1, 2), std::string("train,1,2,3\n"),
        std::string("train,x\n"), good.substr(0, good.size() - 1) + ",5\n"}) {
    EXPECT_FALSE(load(good + bad)) << bad;
    EXPECT_THAT(error_, HasSubstr(path_ + ":3:")) << bad;
  }
}

TEST_F(DataFile, AnEmptySplitIsAnError) {
  EXPECT_FALSE(load(row("train", 1, 2) + row("test", 1, 2)));
  EXPECT_THAT(error_, HasSubstr("no validation samples"));
}

std::multiset<float> first_pixels(const Samples& samples) {
  const Eigen::RowVectorXf row = samples.pixels.row(0);
  return {row.begin(), row.end()};
}

TEST(Subset, SmallerOnesAreWithinLargerOnes) {
  const Samples all = random_samples(97, 5);
  std::multiset<float> smaller;
  for (const double fraction : {0.01, 0.1, 0.35, 0.8, 1.0}) {
    const std::multiset<float> larger = first_pixels(subset(all, fraction, 3));
    EXPECT_TRUE(std::ranges::includes(larger, smaller)) << fraction;
    EXPECT_GT(larger.size(), smaller.size()) << fraction;
    smaller = larger;
  }
  EXPECT_EQ(smaller, first_pixels(all));
}

TEST(Subset, HoldsItsShareAndDependsOnTheSeed) {
  const Samples all = random_samples(97, 5);
  EXPECT_EQ(subset(all, 1e-9, 1).count(), 1);
  EXPECT_EQ(subset(all, 0.5, 1).count(), 49);
  EXPECT_EQ(subset(all, 0.5, 1).pixels, subset(all, 0.5, 1).pixels);
  EXPECT_NE(first_pixels(subset(all, 0.5, 1)), first_pixels(subset(all, 0.5, 2)));
}

TEST(Subset, LabelsStayWithTheirImages) {
  const Samples all = random_samples(50, 5);
  const Samples some = subset(all, 0.4, 9);
  for (Eigen::Index i = 0; i < some.count(); ++i) {
    Eigen::Index source = 0;
    while (all.pixels.col(source) != some.pixels.col(i)) ++source;
    EXPECT_EQ(some.labels[static_cast<std::size_t>(i)],
              all.labels[static_cast<std::size_t>(source)]);
  }
}

}  // namespace
}  // namespace digits
