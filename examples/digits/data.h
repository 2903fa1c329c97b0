#pragma once

// The handwritten digits: read from the CSV file that make_data.py writes, one column a sample.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <Eigen/Core>

namespace digits {

inline constexpr Eigen::Index kSide = 8;
inline constexpr Eigen::Index kPixels = kSide * kSide;
inline constexpr Eigen::Index kClasses = 10;

struct Samples {
  Eigen::MatrixXf pixels;  // kPixels x count, each pixel within 0..1, row after row of the image
  std::vector<int> labels;

  Eigen::Index count() const { return pixels.cols(); }
};

struct Digits {
  Samples train;
  Samples validation;
  Samples test;
};

// Reads `path`. On failure returns nothing, and `error` says what is wrong, where, and how to mend
// it.
std::optional<Digits> load_digits(const std::string& path, std::string& error);

// A fraction of the samples, at least one, chosen by `seed`. Subsets of one seed are nested: all
// that is in a smaller one is in every larger one too, so that less data is a true proxy for more.
Samples subset(const Samples& all, double fraction, std::uint64_t seed);

}  // namespace digits
