// A folder of the original hpopt: hpopt_status.json with the space and the configurations, and
// hpopt_trial_N.json with the scores of each.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "interop/import_json.h"
#include "interop/import_reader.h"
#include "interop/import_space.h"

namespace hpopt {
namespace {

constexpr const char* kStatusFile = "hpopt_status.json";

/// Status of the original.
enum class LegacyStatus : std::int64_t { kReady = 0, kRunning = 1, kStop = 2, kOutOfMemory = 3 };

bool is_folder(const SourceLook& look) { return look.folder; }

/// A key of a search space, which older versions wrote with an underscore.
const Json& field(const Json& parameter, const std::string& key) {
  return parameter.contains(key) ? parameter.at(key) : parameter.at("_" + key);
}

/// The original drew multiples of the step, the nearest to the bounds included. None: no step.
std::optional<Domain> stepped_domain(const Json& range, bool log) {
  const double step = range.at(2).get<double>();
  if (!(step > 0)) return std::nullopt;
  const double low = std::round(range.at(0).get<double>() / step) * step;
  const double high = std::round(range.at(1).get<double>() / step) * step;
  const Scale scale = log && low > 0 ? Scale::kLog : Scale::kLinear;
  constexpr double kExact = 9e15;
  const bool whole = range.at(2).is_number_integer() && std::abs(low) + std::abs(high) < kExact;
  if (!whole) return FloatDomain{low, high, scale, step};
  return IntDomain{static_cast<std::int64_t>(low), static_cast<std::int64_t>(high), scale,
                   range.at(2).get<std::int64_t>()};
}

/// Throws Json::exception when something is missing; none: a type that is not known.
std::optional<Domain> domain_of(const Json& parameter) {
  const std::string type = field(parameter, "type").get<std::string>();
  const Json& range = field(parameter, "range");
  if (type == "uniform" || type == "loguniform") {
    const Scale scale = type == "uniform" ? Scale::kLinear : Scale::kLog;
    return FloatDomain{range.at(0).get<double>(), range.at(1).get<double>(), scale, 0};
  }
  if (type == "quniform" || type == "qloguniform") {
    return stepped_domain(range, type == "qloguniform");
  }
  if (type != "choice") return std::nullopt;
  CategoricalDomain choice;
  const Json& values = parameter.contains("choice_list") ? parameter.at("choice_list") : range;
  for (const Json& value : values) choice.values.push_back(value_from_json(value));
  return choice;
}

class LegacyReader {
 public:
  explicit LegacyReader(const ImportSource& source) : source_(source) {}

  Result<ImportedStudy> read() {
    imported_.name = stem_of(source_.path);
    imported_.origin = "the original hpopt";
    const std::string path = source_.path + "/" + kStatusFile;
    if (!exists(path)) return not_a_study();
    const auto status = read_json(path);
    if (!status) return status.error();
    try {
      if (Status read = read_status(*status); !read) return read.error();
    } catch (const Json::exception&) {
      return invalid("the file lacks what the original hpopt writes", "restore a copy of it", path);
    }
    auto space = builder_.build();
    if (!space) return space.error();
    imported_.space = std::move(*space);
    if (Status brought = bring_into(imported_.space, imported_.trials); !brought) {
      return brought.error();
    }
    if (Status settled = settle_objective(imported_, source_.metric, direction()); !settled) {
      return settled.error();
    }
    return std::move(imported_);
  }

 private:
  [[nodiscard]] Error not_a_study() const {
    if (exists(source_.path + "/journal.db")) {
      return invalid("this folder is a store of hpopt already",
                     fmt::format("look at it with --storage {}", source_.path), source_.path);
    }
    return Error{Code::kNotFound, fmt::format("the folder holds no {}", kStatusFile), source_.path,
                 "name the save_path that was given to the original hpopt"};
  }

  static Result<Json> read_json(const std::string& path) {
    const auto text = read_file(path);
    if (!text) return text.error();
    auto json = parse_python_json(*text, path);
    if (!json) return invalid(json.error().what, "the file is damaged: restore a copy", path);
    return json;
  }

  Status read_status(const Json& status) {
    imported_.objective.name = status.value("metric", "score");
    for (const auto& [name, parameter] : status.at("search_space").items()) {
      const auto domain = domain_of(parameter);
      if (!domain || !validate(*domain)) {
        return invalid(fmt::format("the range of parameter '{}' is not understood: {}", name,
                                   parameter.dump()),
                       "mend it there", source_.path + "/" + kStatusFile);
      }
      if (Status declared = builder_.declare(name, *domain); !declared) return declared;
    }
    const Json longest = status.value("max_iterations", Json());
    if (longest.is_number()) full_length_ = longest.get<double>();
    for (const Json& item : status.at("config_list")) add_trial(item);
    mark_short_ones();
    return success();
  }

  void add_trial(const Json& item) {
    const std::size_t number = imported_.trials.size();
    ImportedTrial& trial = imported_.trials.emplace_back();
    trial.label = std::to_string(number);
    for (const auto& [name, value] : item.at("config").items()) {
      const Value held = value_from_json(value);
      builder_.include(name, held);
      trial.configuration.set(name, held);
    }
    const Json results = results_of(number);
    for (const Json& score : results.value("scores", Json::array())) {
      const double step = static_cast<double>(trial.curve.size()) + 1;
      trial.curve.emplace_back(step, number_in(score).value_or(std::nan("")));
    }
    const auto score = number_in(item.value("score", Json()));
    if (trial.curve.empty()) trial.value = score;
    if (score) learn_direction(*score, trial);
    // The trial's own file is the newer one.
    trial.state = state_of(results.value("status", item.at("status").get<std::int64_t>()), trial);
  }

  /// What the trial reported; null: nothing that can be read.
  Json results_of(std::size_t number) {
    const std::string path = fmt::format("{}/hpopt_trial_{}.json", source_.path, number);
    if (!exists(path)) return Json::object();
    auto results = read_json(path);
    if (results && results->is_object()) return std::move(*results);
    imported_.notices.push_back(fmt::format("{} is damaged: its scores are left out", path));
    return Json::object();
  }

  [[nodiscard]] static TrialState state_of(std::int64_t status, const ImportedTrial& trial) {
    const bool scored = !trial.curve.empty() || trial.value;
    switch (LegacyStatus{status}) {
      case LegacyStatus::kRunning:
        return TrialState::kPaused;
      case LegacyStatus::kOutOfMemory:
        return TrialState::kOutOfMemory;
      case LegacyStatus::kStop:
        return scored ? TrialState::kComplete : TrialState::kFailed;
      case LegacyStatus::kReady:
        break;
    }
    return scored ? TrialState::kPaused : TrialState::kWaiting;
  }

  /// They were stopped by the median rule or at a rung. ASHA wrote no full length: the longest
  /// training had it.
  void mark_short_ones() {
    if (full_length_ == 0) {
      for (const ImportedTrial& trial : imported_.trials) {
        full_length_ = std::max(full_length_, static_cast<double>(trial.curve.size()));
      }
    }
    for (ImportedTrial& trial : imported_.trials) {
      const bool is_short = static_cast<double>(trial.curve.size()) < full_length_;
      if (trial.state == TrialState::kComplete && !trial.curve.empty() && is_short) {
        trial.state = TrialState::kStopped;
      }
    }
  }

  /// The original kept a trial's best score, but not which way is better.
  void learn_direction(double score, const ImportedTrial& trial) {
    if (trial.curve.empty()) return;
    const auto [least, greatest] =
        std::minmax_element(trial.curve.begin(), trial.curve.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; });
    if (least->second == greatest->second) return;
    if (score == greatest->second) ++maximized_;
    if (score == least->second) ++minimized_;
  }

  [[nodiscard]] std::optional<bool> direction() const {
    if (maximized_ == minimized_) return std::nullopt;
    return maximized_ > minimized_;
  }

  const ImportSource& source_;
  ImportedStudy imported_;
  SpaceBuilder builder_;
  double full_length_ = 0;  ///< Reports of a full training; 0: not known.
  int maximized_ = 0;       ///< Trials whose score is the greatest of theirs.
  int minimized_ = 0;
};

Result<ImportedStudy> read_legacy(const ImportSource& source) {
  return LegacyReader(source).read();
}

}  // namespace

const ImportReader kLegacyReader{"a folder of the original hpopt", is_folder, read_legacy};

}  // namespace hpopt
