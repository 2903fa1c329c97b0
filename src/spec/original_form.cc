#include "spec/original_form.h"

#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "spec/study_reader.h"

namespace hpopt {
namespace {

constexpr std::array kLeftOut{"num_init_trials", "num_brackets", "subset_ratio"};

const std::vector<std::string>& known_keys() {
  static const std::vector<std::string> keys{"metric",       "mode",           "search_algorithm",
                                             "early_stop",   "hp_space",       "max_iterations",
                                             "num_trials",   "min_iterations", "num_init_trials",
                                             "num_brackets", "subset_ratio",   "reduction_factor"};
  return keys;
}

/// A type of a range, what W&B calls it, and how many numbers it has.
struct RangeType {
  std::string_view name;
  std::string_view distribution;
  std::size_t numbers;
};
constexpr std::array kRangeTypes{
    RangeType{"uniform", "uniform", 2}, RangeType{"loguniform", "log_uniform_values", 2},
    RangeType{"quniform", "q_uniform", 3}, RangeType{"qloguniform", "q_log_uniform_values", 3}};

YamlNode at_place(YamlNode::Kind kind, const YamlNode& place) {
  return {.kind = kind, .line = place.line, .column = place.column};
}

YamlNode scalar(std::string_view text, const YamlNode& place) {
  YamlNode node = at_place(YamlNode::Kind::kScalar, place);
  node.text = text;
  return node;
}

void set(YamlNode& map, std::string_view key, YamlNode value) {
  map.entries.push_back({scalar(key, value), std::move(value)});
}

/// "None" is what Python writes for nothing.
bool is_given(const YamlNode* node) {
  return node != nullptr && node->kind != YamlNode::Kind::kNull && node->text != "None";
}

class OriginalReader {
 public:
  OriginalReader(const YamlNode& root, const std::string& file) : root_(root), reader_(file) {}

  Result<OriginalForm> read() {
    reader_.check_keys(root_, "an hpo_config.yaml", known_keys());
    form_.study = at_place(YamlNode::Kind::kMap, root_);
    read_space();
    read_metric();
    read_search();
    read_iterations();
    if (const YamlNode* node = given("num_trials")) set(form_.study, "run_cap", *node);
    for (const char* key : kLeftOut) {
      if (given(key) != nullptr) form_.left_out.emplace_back(key);
    }
    if (const auto& error = reader_.error()) return *error;
    return std::move(form_);
  }

 private:
  const YamlNode* given(std::string_view key) const {
    const YamlNode* node = root_.find(key);
    return is_given(node) ? node : nullptr;
  }

  void read_space() {
    const YamlNode& space = *root_.find("hp_space");
    if (!reader_.expect_map(space, "hp_space", "write {lr: {param_type: uniform, range: [0, 1]}}"))
      return;
    YamlNode parameters = at_place(YamlNode::Kind::kMap, space);
    for (const auto& [name, declared] : space.entries) {
      parameters.entries.push_back({name, parameter(name.text, declared)});
    }
    set(form_.study, "parameters", std::move(parameters));
  }

  YamlNode parameter(const std::string& name, const YamlNode& declared) {
    YamlNode map = at_place(YamlNode::Kind::kMap, declared);
    if (!reader_.expect_map(declared, name, "write {param_type: uniform, range: [0, 1]}"))
      return map;
    reader_.check_keys(declared, fmt::format("parameter '{}'", name), {"param_type", "range"});
    const YamlNode* type = declared.find("param_type");
    const YamlNode* range = declared.find("range");
    if (type == nullptr || range == nullptr) {
      reader_.fail(declared, fmt::format("'{}' needs param_type and range", name),
                   "write {param_type: uniform, range: [0, 1]}");
      return map;
    }
    if (!reader_.expect_list(*range, "range", "write [0, 1]")) return map;
    const std::size_t known = reader_.word(*type, "param_type", type_names());
    if (known == kRangeTypes.size()) {
      set(map, "values", *range);
    } else {
      fill(map, kRangeTypes.at(known), *range);
    }
    return map;
  }

  static std::vector<std::string> type_names() {
    std::vector<std::string> names;
    names.reserve(kRangeTypes.size() + 1);
    for (const RangeType& type : kRangeTypes) names.emplace_back(type.name);
    names.emplace_back("choice");
    return names;
  }

  /// The base of a logarithm may follow; it changes nothing.
  void fill(YamlNode& map, const RangeType& type, const YamlNode& range) {
    if (range.items.size() < type.numbers) {
      return reader_.fail(range, fmt::format("{} needs {} numbers", type.name, type.numbers),
                          type.numbers == 2 ? "write [low, high]" : "write [low, high, step]");
    }
    set(map, "distribution", scalar(type.distribution, range));
    set(map, "max", range.items[1]);
    if (type.numbers == 2) return set(map, "min", range.items[0]);
    set(map, "q", range.items[2]);
    set(map, "min", first_multiple(range));
  }

  YamlNode first_multiple(const YamlNode& range) {
    constexpr double kRounding = 1e-9;
    const double low = reader_.number(range.items[0], "low");
    const double step = reader_.number(range.items[2], "step");
    if (!(step > 0)) return range.items[0];  // the study file's reader says so
    const double count = std::ceil(low / step - kRounding);
    const bool is_one = std::abs(low / step - count) < kRounding;
    return is_one ? range.items[0] : scalar(shortest(count * step), range.items[0]);
  }

  void read_metric() {
    const YamlNode* name = given("metric");
    if (name == nullptr) return;
    YamlNode metric = at_place(YamlNode::Kind::kMap, *name);
    set(metric, "name", *name);
    const YamlNode* mode = given("mode");
    const bool is_min = mode != nullptr && reader_.word(*mode, "mode", {"max", "min"}) == 1;
    set(metric, "goal", scalar(is_min ? "minimize" : "maximize", mode != nullptr ? *mode : *name));
    set(form_.study, "metric", std::move(metric));
  }

  void read_search() {
    const YamlNode* algorithm = given("search_algorithm");
    const bool is_asha =
        algorithm != nullptr && reader_.word(*algorithm, "search_algorithm", {"smbo", "asha"}) == 1;
    YamlNode early = at_place(YamlNode::Kind::kMap, root_);
    set(early, "type", is_asha ? scalar("hyperband", *algorithm) : early_stop());
    if (const YamlNode* eta = given("reduction_factor"); is_asha && eta != nullptr) {
      set(early, "eta", *eta);
    }
    if (const YamlNode* least = given("min_iterations")) set(early, "min_iter", *least);
    set(form_.study, "early_terminate", std::move(early));
    if (algorithm != nullptr) set(form_.study, "method", scalar("bayes", *algorithm));
  }

  /// Of a search that is no asha.
  YamlNode early_stop() {
    const YamlNode* node = root_.find("early_stop");
    if (node == nullptr) return scalar("auto", root_);
    if (!is_given(node)) return scalar("none", *node);
    (void)reader_.word(*node, "early_stop", {"median_stop"});
    return scalar("median", *node);
  }

  void read_iterations() {
    const YamlNode* most = given("max_iterations");
    if (most == nullptr) return;
    YamlNode length = at_place(YamlNode::Kind::kMap, *most);
    set(length, "max", *most);
    set(length, "cut", scalar("true", *most));
    YamlNode fidelity = at_place(YamlNode::Kind::kMap, *most);
    set(fidelity, "iterations", std::move(length));
    set(form_.study, "fidelity", std::move(fidelity));
  }

  const YamlNode& root_;
  StudyReader reader_;
  OriginalForm form_;
};

}  // namespace

bool is_original_form(const YamlNode& root) {
  return root.is_map() && root.find("hp_space") != nullptr;
}

Result<OriginalForm> translate_original(const YamlNode& root, const std::string& file) {
  return OriginalReader(root, file).read();
}

}  // namespace hpopt
