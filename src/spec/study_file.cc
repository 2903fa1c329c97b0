#include "spec/study_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "options/options.h"
#include "space/feasible.h"
#include "spec/command.h"
#include "spec/original_form.h"
#include "spec/study_parameters.h"
#include "spec/study_reader.h"

namespace hpopt {
namespace {

constexpr double kHyperbandEta = 3;  // W&B's default.

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

/// Reads one study file.
class StudyFileReader {
 public:
  explicit StudyFileReader(const std::string& file) : reader_(file) {}

  Result<StudySpec> read(const YamlNode& root) {
    root_ = &root;
    if (root.is_map()) {
      reader_.check_keys(root, "", file_keys(""));
      read_all();
    } else {
      reader_.fail(root, "a study file must be a mapping of keys to values",
                   "begin with for example `parameters:`");
    }
    if (const auto& error = reader_.error()) return *error;
    return std::move(spec_);
  }

 private:
  const YamlNode* find(std::string_view key) const { return root_->find(key); }

  void read_all() {
    if (const YamlNode* node = find("name")) spec_.name = reader_.text(*node, "name");
    if (const YamlNode* node = find("parameters")) spec_.space = read_parameters(reader_, *node);
    if (reader_.failed()) return;  // What follows refers to the parameters.
    read_constraints();
    read_fidelities();
    read_metrics();
    read_command();
    read_search();
    read_limits();
    read_resources();
    read_renamed();
  }

  void read_constraints() {
    const YamlNode* node = find("constraints");
    if (node == nullptr) return;
    if (!reader_.expect_list(*node, "constraints", "write [\"lr_min < lr\"]")) return;
    for (const YamlNode& item : node->items) {
      const auto constraints = parse_constraint(reader_.text(item, "constraints"));
      if (!constraints) return reader_.fail(item, constraints.error());
      for (const Constraint& constraint : *constraints) {
        const Status added = spec_.space.add(constraint);
        if (!added) return reader_.fail(item, added.error());
      }
      for (const auto check : {check_feasible, check_defaults}) {
        if (const Status fine = check(spec_.space); !fine) return reader_.fail(item, fine.error());
      }
    }
  }

  void read_fidelities() {
    const YamlNode* node = find("fidelity");
    if (node == nullptr) return;
    if (!reader_.expect_map(*node, "fidelity", "write {epochs: {min: 1, max: 50, cut: true}}")) {
      return;
    }
    for (const YamlNode::Entry& entry : node->entries) read_fidelity(entry);
  }

  void read_fidelity(const YamlNode::Entry& entry) {
    const std::string& name = entry.key.text;
    const std::string of = fmt::format("fidelity '{}'", name);
    if (!is_parameter_name(name)) {
      return reader_.fail(entry.key, fmt::format("'{}' cannot be a fidelity's name", name),
                          "begin with a letter; then letters, digits and _ . - /");
    }
    if (!reader_.expect_map(entry.value, of, "write {min: 1, max: 50}")) return;
    reader_.check_keys(entry.value, of, file_keys("fidelity"));
    const YamlNode* max = entry.value.find("max");
    if (max == nullptr) return reader_.fail(entry.value, of + " needs 'max'", "add `max:`");
    const YamlNode* min = entry.value.find("min");
    const YamlNode* step = entry.value.find("q");
    const YamlNode* cut = entry.value.find("cut");
    Fidelity fidelity{.name = name};
    fidelity.low = min != nullptr ? reader_.number(*min, "min") : 1;
    fidelity.high = reader_.number(*max, "max");
    fidelity.cut = cut != nullptr && reader_.truth(*cut, "cut");
    fidelity.step = step != nullptr ? reader_.number(*step, "q") : 0;
    fidelity.integer = is_whole_text(*max) && (min == nullptr || is_whole_text(*min)) &&
                       (step == nullptr || is_whole_text(*step));
    check_fidelity(fidelity, entry, min != nullptr ? *min : entry.value);
    spec_.fidelities.push_back(std::move(fidelity));
  }

  void check_fidelity(const Fidelity& fidelity, const YamlNode::Entry& entry, const YamlNode& min) {
    const std::string of = fmt::format("fidelity '{}'", fidelity.name);
    if (!(fidelity.low > 0)) reader_.fail(min, of + ": min must be above 0", "raise min");
    if (fidelity.low > fidelity.high) {
      reader_.fail(min,
                   fmt::format("{}: the range is empty: {} is above {}", of, shortest(fidelity.low),
                               shortest(fidelity.high)),
                   "swap the bounds");
    }
    if (entry.value.find("q") != nullptr && !(fidelity.step > 0)) {
      reader_.fail(*entry.value.find("q"), of + ": q must be above 0");
    }
    if (spec_.space.find(fidelity.name) != nullptr) {
      reader_.fail(entry.key, of + ": a parameter has this name too", "rename one of them");
    }
  }

  void read_metrics() {
    const YamlNode* one = find("metric");
    const YamlNode* several = find("metrics");
    if (one != nullptr && several != nullptr) {
      return reader_.fail(*several, "`metric` and `metrics` exclude each other", "remove one");
    }
    const YamlNode* node = one != nullptr ? one : several;
    if (node == nullptr) return;
    if (!node->is_list()) return read_metric(*node);
    for (const YamlNode& item : node->items) read_metric(item);
  }

  void read_metric(const YamlNode& node) {
    if (!reader_.expect_map(node, "metric", "write {name: val_acc, goal: maximize}")) return;
    reader_.check_keys(node, "the metric", file_keys("metric"));
    const YamlNode* name = node.find("name");
    if (name == nullptr) return reader_.fail(node, "the metric needs 'name'", "add `name:`");
    Objective objective{.name = reader_.text(*name, "name"), .maximize = false};
    if (const YamlNode* goal = node.find("goal")) {
      objective.maximize = reader_.word(*goal, "goal", {"minimize", "maximize"}) == 1;
    }
    if (const YamlNode* over = node.find("over")) {
      objective.over =
          reader_.word(*over, "over", {"best", "last"}) == 1 ? Over::kLast : Over::kBest;
    }
    if (const YamlNode* target = node.find("target")) {
      objective.target = reader_.number(*target, "target");
    }
    if (const YamlNode* source = node.find("source")) {
      objective.source = reader_.text(*source, "source");
    }
    if (const YamlNode* regex = node.find("regex")) objective.regex = reader_.text(*regex, "regex");
    for (const Objective& other : spec_.objectives) {
      if (other.name != objective.name) continue;
      reader_.fail(*name, fmt::format("the metric '{}' stands twice", other.name), "remove one");
    }
    spec_.objectives.push_back(std::move(objective));
  }

  void read_command() {
    const YamlNode* program_node = find("program");
    const std::string program =
        program_node != nullptr ? reader_.text(*program_node, "program") : std::string();
    const YamlNode* node = find("command");
    if (node == nullptr) {
      if (!program.empty()) spec_.command = default_command(program);
      return;
    }
    if (!reader_.expect_list(*node, "command", R"(write ["python", "train.py", "${args}"])"))
      return;
    for (const YamlNode& item : node->items) add_argument(item, program);
    if (spec_.command.empty()) reader_.fail(*node, "the command is empty", "name a program");
  }

  /// W&B's default; a program that is no Python script runs by itself.
  static std::vector<std::string> default_command(const std::string& program) {
    if (program.ends_with(".py")) return {"/usr/bin/env", "python3", program, "${args}"};
    return {program.find('/') == std::string::npos ? "./" + program : program, "${args}"};
  }

  void add_argument(const YamlNode& item, const std::string& program) {
    std::string argument = reader_.text(item, "command");
    const bool names_program = argument.find("${program}") != std::string::npos;
    if (names_program && program.empty()) {
      return reader_.fail(item, "the command names ${program}, but the file has none",
                          "add `program:`");
    }
    replace_all(argument, "${program}", program);
    replace_all(argument, "${interpreter}", "python3");
    replace_all(argument, "${env}", "/usr/bin/env");
    StudySpec probe;
    probe.space = spec_.space;
    probe.fidelities = spec_.fidelities;
    probe.command = {argument};
    if (const Status fine = check_command(probe); !fine) reader_.fail(item, fine.error());
    spec_.command.push_back(std::move(argument));
  }

  void read_search() {
    if (const YamlNode* node = find("method")) {
      const Result<Method> method = parse_method(reader_.text(*node, "method"));
      if (!method) return reader_.fail(*node, method.error());
      spec_.method = *method;
    }
    if (const YamlNode* node = find("early_terminate")) read_early_terminate(*node);
  }

  void read_early_terminate(const YamlNode& node) {
    if (node.kind == YamlNode::Kind::kNull) return;
    if (node.is_scalar()) return read_stop_type(node);
    if (!reader_.expect_map(node, "early_terminate", "write {type: hyperband, min_iter: 3}"))
      return;
    reader_.check_keys(node, "early_terminate", file_keys("early_terminate"));
    const YamlNode* type = node.find("type");
    if (type == nullptr) return reader_.fail(node, "early_terminate needs 'type'", "add `type:`");
    read_stop_type(*type);
    if (const YamlNode* strict = node.find("strict")) {
      static_cast<void>(reader_.truth(*strict, "strict"));
    }
    spec_.eta = number_above(node, "eta", 1);
    spec_.min_iterations = number_above(node, "min_iter", 0);
    const double most = number_above(node, "max_iter", 0);
    const double bands = number_above(node, "s", 0);
    if (spec_.min_iterations > 0 || most == 0 || bands == 0) return;
    const double eta = spec_.eta > 0 ? spec_.eta : kHyperbandEta;
    spec_.min_iterations = std::max(1.0, std::round(most / std::pow(eta, bands)));
  }

  void read_stop_type(const YamlNode& node) {
    constexpr std::array kTypes{EarlyStop::kHyperband, EarlyStop::kMedian, EarlyStop::kNone,
                                EarlyStop::kAuto};
    spec_.early_stop =
        kTypes.at(reader_.word(node, "early_terminate", {"hyperband", "median", "none", "auto"}));
  }

  /// 0 when the key isn't there.
  double number_above(const YamlNode& map, const char* key, double bound) {
    const YamlNode* node = map.find(key);
    if (node == nullptr) return 0;
    const double number = reader_.number(*node, key);
    if (!(number > bound)) reader_.fail(*node, fmt::format("'{}' must be above {}", key, bound));
    return number;
  }

  void read_limits() {
    if (const YamlNode* node = find("time")) {
      const Result<double> seconds = parse_duration(reader_.text(*node, "time"));
      if (!seconds) return reader_.fail(*node, seconds.error());
      spec_.time_seconds = *seconds;
    }
    if (const YamlNode* node = find("until")) {
      spec_.until = reader_.text(*node, "until");
      const Result<int> time = parse_time_of_day(*spec_.until);
      if (!time) return reader_.fail(*node, time.error());
    }
    if (find("time_ratio") != nullptr) spec_.time_ratio = number_above(*root_, "time_ratio", 0);
    if (const YamlNode* node = find("run_cap")) {
      spec_.run_cap = reader_.whole(*node, "run_cap");
      if (*spec_.run_cap < 1) reader_.fail(*node, "'run_cap' must be 1 or more");
    }
    if (const YamlNode* node = find("workers")) {
      const auto workers = parse_workers(reader_.text(*node, "workers"));
      if (!workers) return reader_.fail(*node, workers.error());
      spec_.workers = *workers;
    }
    if (const YamlNode* node = find("pty")) spec_.pty = reader_.truth(*node, "pty");
  }

  void read_resources() {
    if (const YamlNode* node = find("batch_size")) {
      spec_.batch_size = reader_.text(*node, "batch_size");
      const Parameter* parameter = spec_.space.find(spec_.batch_size);
      if (parameter == nullptr || !is_numeric(parameter->domain)) {
        reader_.fail(
            *node,
            fmt::format("batch_size names '{}', which is no numeric parameter", spec_.batch_size),
            "name the parameter that holds the batch size");
      }
    }
    const YamlNode* node = find("resources");
    if (node == nullptr) return;
    if (!reader_.expect_map(*node, "resources", "write {cpus: 1, memory: 8GiB}")) return;
    reader_.check_keys(*node, "resources", file_keys("resources"));
    spec_.resources.cpus = count(*node, "cpus", 1);
    spec_.resources.gpus = count(*node, "gpus", 0);
    if (const YamlNode* memory = node->find("memory")) {
      const Result<std::int64_t> bytes = parse_bytes(reader_.text(*memory, "memory"));
      if (!bytes) return reader_.fail(*memory, bytes.error());
      spec_.resources.memory_bytes = *bytes;
    }
  }

  void read_renamed() {
    const YamlNode* node = find("renamed");
    if (node == nullptr) return;
    if (!reader_.expect_map(*node, "renamed", "write {old_name: new_name}")) return;
    for (const YamlNode::Entry& entry : node->entries) {
      spec_.renamed.emplace_back(entry.key.text, reader_.text(entry.value, entry.key.text));
    }
  }

  int count(const YamlNode& map, const char* key, int least) {
    const YamlNode* node = map.find(key);
    if (node == nullptr) return least;
    const std::int64_t number = reader_.whole(*node, key);
    if (number >= least && number <= 1'000'000) return static_cast<int>(number);
    reader_.fail(*node, fmt::format("'{}' must be {} or more", key, least));
    return least;
  }

  StudyReader reader_;
  const YamlNode* root_ = nullptr;
  StudySpec spec_;
};

}  // namespace

Result<StudySpec> parse_study(std::string_view yaml, const std::string& file_name) {
  const Result<YamlNode> root = parse_yaml(yaml, file_name);
  if (!root) return root.error();
  if (!is_original_form(*root)) return StudyFileReader(file_name).read(*root);
  auto original = translate_original(*root, file_name);
  if (!original) return original.error();
  auto spec = StudyFileReader(file_name).read(original->study);
  if (spec) spec->left_out = std::move(original->left_out);
  return spec;
}

Result<StudySpec> load_study(const std::string& path) {
  const Result<std::string> content = read_file(path);
  if (!content) return content.error();
  Result<StudySpec> spec = parse_study(*content, path);
  if (spec && spec->name.empty()) spec->name = std::filesystem::path(path).stem().string();
  return spec;
}

std::string place_of_key(const std::string& path, std::string_view key) {
  const Result<std::string> content = read_file(path);
  const Result<YamlNode> root = content ? parse_yaml(*content, path) : content.error();
  if (!root) return path;
  for (const YamlNode::Entry& entry : root->entries) {
    if (entry.key.text == key) return place_of(path, entry.key);
  }
  return path;
}

}  // namespace hpopt
