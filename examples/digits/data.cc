#include "data.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <numeric>
#include <random>
#include <string_view>
#include <utility>

namespace digits {
namespace {

constexpr int kBrightest = 16;

using Image = std::array<float, kPixels>;

// What the file holds for one split, before it becomes one matrix.
struct Rows {
  std::vector<Image> images;
  std::vector<int> labels;

  Samples samples() const {
    Samples result{Eigen::MatrixXf(kPixels, static_cast<Eigen::Index>(images.size())), labels};
    for (std::size_t i = 0; i < images.size(); ++i)
      result.pixels.col(static_cast<Eigen::Index>(i)) =
          Eigen::Map<const Eigen::VectorXf>(images[i].data(), kPixels);
    return result;
  }
};

// Takes the next comma-separated field off the front of `line`.
std::string_view take_field(std::string_view& line) {
  const std::size_t comma = line.find(',');
  const std::string_view field = line.substr(0, comma);
  line.remove_prefix(comma == std::string_view::npos ? line.size() : comma + 1);
  return field;
}

std::optional<int> take_number(std::string_view& line, int highest) {
  const std::string_view field = take_field(line);
  int value = 0;
  const auto [end, failure] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (failure != std::errc{} || end != field.data() + field.size()) return std::nullopt;
  if (value < 0 || value > highest) return std::nullopt;
  return value;
}

bool parse_line(std::string_view line, Rows& rows) {
  const std::optional<int> label = take_number(line, kClasses - 1);
  if (!label) return false;
  Image image{};
  for (float& pixel : image) {
    const std::optional<int> brightness = take_number(line, kBrightest);
    if (!brightness) return false;
    pixel = static_cast<float>(*brightness) / kBrightest;
  }
  rows.images.push_back(image);
  rows.labels.push_back(*label);
  return line.empty();
}

}  // namespace

std::optional<Digits> load_digits(const std::string& path, std::string& error) {
  std::ifstream file(path);
  if (!file) {
    error = "cannot read the data file " + path + "; make it with examples/digits/make_data.py";
    return std::nullopt;
  }
  std::array<std::pair<std::string_view, Rows>, 3> splits{
      {{"train", {}}, {"validation", {}}, {"test", {}}}};
  std::string line;
  std::getline(file, line);  // the names of the columns
  for (int number = 2; std::getline(file, line); ++number) {
    std::string_view rest = line;
    const std::string_view name = take_field(rest);
    const auto split =
        std::ranges::find(splits, name, [](const auto& entry) { return entry.first; });
    if (split == splits.end() || !parse_line(rest, split->second)) {
      error = path + ":" + std::to_string(number) +
              ": expected train|validation|test, a label 0..9 and 64 pixels 0..16; "
              "make the file again with examples/digits/make_data.py";
      return std::nullopt;
    }
  }
  for (const auto& [name, rows] : splits) {
    if (!rows.images.empty()) continue;
    error = path + ": no " + std::string(name) +
            " samples; make the file again with examples/digits/make_data.py";
    return std::nullopt;
  }
  return Digits{splits[0].second.samples(), splits[1].second.samples(), splits[2].second.samples()};
}

Samples subset(const Samples& all, double fraction, std::uint64_t seed) {
  std::vector<Eigen::Index> order(static_cast<std::size_t>(all.count()));
  std::iota(order.begin(), order.end(), Eigen::Index{0});
  std::mt19937_64 rng(seed);
  std::ranges::shuffle(order, rng);
  const double wanted = std::ceil(fraction * static_cast<double>(all.count()));
  const Eigen::Index count = std::clamp<Eigen::Index>(static_cast<Eigen::Index>(wanted), 1,
                                                      std::max<Eigen::Index>(all.count(), 1));
  order.resize(static_cast<std::size_t>(count));

  Samples result{Eigen::MatrixXf(kPixels, count), {}};
  for (Eigen::Index i = 0; i < count; ++i) {
    const Eigen::Index source = order[static_cast<std::size_t>(i)];
    result.pixels.col(i) = all.pixels.col(source);
    result.labels.push_back(all.labels[static_cast<std::size_t>(source)]);
  }
  return result;
}

}  // namespace digits
