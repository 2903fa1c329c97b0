#include "spec/batch_size.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "base/text.h"

namespace hpopt {
namespace {

constexpr std::array<std::string_view, 14> kNames{"batch_size",
                                                  "batchsize",
                                                  "bs",
                                                  "batch",
                                                  "train_batch_size",
                                                  "train_bs",
                                                  "per_device_train_batch_size",
                                                  "per_device_batch_size",
                                                  "per_gpu_train_batch_size",
                                                  "per_gpu_batch_size",
                                                  "micro_batch_size",
                                                  "mini_batch_size",
                                                  "minibatch_size",
                                                  "samples_per_gpu"};

/// "Per-Device.Batch-Size" is "batch_size": what stands behind the last dot, as others write it.
bool names_batch(std::string_view name) {
  name.remove_prefix(std::min(name.find_first_not_of('-'), name.size()));
  if (const std::size_t dot = name.rfind('.'); dot != std::string_view::npos) {
    name.remove_prefix(dot + 1);
  }
  std::string plain(name);
  std::transform(plain.begin(), plain.end(), plain.begin(), [](unsigned char c) {
    return c == '-' ? '_' : static_cast<char>(std::tolower(c));
  });
  return std::find(kNames.begin(), kNames.end(), plain) != kNames.end();
}

/// Of an ascending domain: the greatest value that is at most `most`, else the first.
Value greatest_within(const Domain& domain, std::uint64_t count, double most) {
  std::uint64_t low = 0;
  std::uint64_t high = count;
  while (high - low > 1) {
    const std::uint64_t middle = low + (high - low) / 2;
    (nth_value(domain, middle).as_double() <= most ? low : high) = middle;
  }
  return nth_value(domain, low);
}

Value greatest_within(const CategoricalDomain& domain, double most) {
  const auto in_order = [](const Value& a, const Value& b) {
    return a.as_double() < b.as_double();
  };
  std::vector<Value> values = domain.values;
  std::sort(values.begin(), values.end(), in_order);
  const auto above = std::upper_bound(values.begin(), values.end(), Value(most), in_order);
  return above == values.begin() ? values.front() : *std::prev(above);
}

Value at_most(const Domain& domain, double most) {
  if (const auto* choice = std::get_if<CategoricalDomain>(&domain)) {
    return greatest_within(*choice, most);
  }
  const auto count = cardinality(domain);
  return count ? greatest_within(domain, *count, most) : nearest_number(domain, most);
}

}  // namespace

const Parameter* batch_parameter(const StudySpec& spec) {
  if (!spec.batch_size.empty()) return spec.space.find(spec.batch_size);
  for (const Parameter& parameter : spec.space.parameters()) {
    if (is_numeric(parameter.domain) && names_batch(parameter.name)) return &parameter;
  }
  return nullptr;
}

std::optional<Configuration> smaller_batch(const StudySpec& spec,
                                           const Configuration& configuration) {
  const Parameter* batch = batch_parameter(spec);
  const Value* value = batch == nullptr ? nullptr : configuration.get(batch->name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const Value smaller = at_most(batch->domain, value->as_double() / 2);
  if (!(smaller.as_double() < value->as_double())) return std::nullopt;
  Configuration found = configuration;
  found.set(batch->name, smaller);
  if (!spec.space.check(found)) return std::nullopt;
  return found;
}

std::optional<ConstantBatch> constant_batch(const std::vector<std::string>& command) {
  for (std::size_t i = 0; i < command.size(); ++i) {
    const std::string& argument = command[i];
    const std::size_t equals = argument.find('=');
    const bool joined = equals != std::string::npos;
    if (!names_batch(std::string_view(argument).substr(0, equals))) continue;
    const bool flag = argument.starts_with('-') && i + 1 < command.size();
    const std::string value = joined ? argument.substr(equals + 1) : flag ? command[i + 1] : "";
    if (parse_integer(value)) return ConstantBatch{argument.substr(0, equals), value};
  }
  return std::nullopt;
}

}  // namespace hpopt
