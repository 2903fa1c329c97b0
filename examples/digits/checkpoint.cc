#include "checkpoint.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <utility>

namespace digits {
namespace {

constexpr std::uint64_t kMagic = 0x3150'4c4d'5447'4944;  // "DIGTMLP1", little-endian
constexpr std::uint64_t kLongest = std::uint64_t{1} << 28U;

// Host byte order throughout: a checkpoint is read back on the machine that wrote it.
void put(std::ostream& out, const void* bytes, std::size_t count) {
  out.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(count));
}

bool get(std::istream& in, void* bytes, std::size_t count) {
  in.read(static_cast<char*>(bytes), static_cast<std::streamsize>(count));
  return in.good();
}

template <typename Number>
void put_number(std::ostream& out, Number number) {
  put(out, &number, sizeof number);
}

template <typename Number>
bool get_number(std::istream& in, Number& number) {
  return get(in, &number, sizeof number);
}

void put_vector(std::ostream& out, const Eigen::VectorXf& vector) {
  put_number(out, static_cast<std::uint64_t>(vector.size()));
  put(out, vector.data(), static_cast<std::size_t>(vector.size()) * sizeof(float));
}

bool get_vector(std::istream& in, Eigen::VectorXf& vector) {
  std::uint64_t size = 0;
  if (!get_number(in, size) || size > kLongest) return false;
  vector.resize(static_cast<Eigen::Index>(size));
  return get(in, vector.data(), size * sizeof(float));
}

void put_text(std::ostream& out, const std::string& text) {
  put_number(out, static_cast<std::uint64_t>(text.size()));
  put(out, text.data(), text.size());
}

bool get_text(std::istream& in, std::string& text) {
  std::uint64_t size = 0;
  if (!get_number(in, size) || size > kLongest) return false;
  text.resize(size);
  return get(in, text.data(), size);
}

void put_checkpoint(std::ostream& out, const Checkpoint& checkpoint) {
  put_number(out, kMagic);
  put_text(out, checkpoint.fingerprint);
  put_number(out, checkpoint.epochs_done);
  put_number(out, checkpoint.loss);
  put_vector(out, checkpoint.parameters);
  put_number(out, checkpoint.optimizer.steps);
  put_vector(out, checkpoint.optimizer.first);
  put_vector(out, checkpoint.optimizer.second);
  put_number(out, kMagic);
}

}  // namespace

bool save_checkpoint(const Checkpoint& checkpoint, const std::string& path, std::string& error) {
  const std::string temporary = path + ".new";
  std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
  put_checkpoint(out, checkpoint);
  out.close();
  if (out.fail() || std::rename(temporary.c_str(), path.c_str()) != 0) {
    error = "cannot write the checkpoint " + path + ": " + std::strerror(errno);
    return false;
  }
  return true;
}

std::optional<Checkpoint> load_checkpoint(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  Checkpoint result;
  std::uint64_t first_mark = 0;
  std::uint64_t last_mark = 0;
  const bool whole =
      get_number(in, first_mark) && first_mark == kMagic && get_text(in, result.fingerprint) &&
      get_number(in, result.epochs_done) && get_number(in, result.loss) &&
      get_vector(in, result.parameters) && get_number(in, result.optimizer.steps) &&
      get_vector(in, result.optimizer.first) && get_vector(in, result.optimizer.second) &&
      get_number(in, last_mark) && last_mark == kMagic;
  if (!whole) return std::nullopt;
  return result;
}

}  // namespace digits
