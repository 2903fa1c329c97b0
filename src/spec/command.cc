#include "spec/command.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "spec/placeholder.h"

namespace hpopt {
namespace {

constexpr std::string_view kEnvironment = "envvar:";

const Fidelity* find_fidelity(const StudySpec& spec, std::string_view name) {
  for (const Fidelity& fidelity : spec.fidelities) {
    if (fidelity.name == name) return &fidelity;
  }
  return nullptr;
}

bool is_context_name(std::string_view name) {
  return name == "trial" || name == "trial_dir" || name == "seed" || name == "gpus" ||
         name == "port" || name == "args_json" || name == "args_json_file" ||
         name.starts_with(kEnvironment);
}

bool is_known(const StudySpec& spec, std::string_view name) {
  return is_argument_list(name) || is_context_name(name) || spec.space.find(name) != nullptr ||
         find_fidelity(spec, name) != nullptr;
}

std::vector<std::string> known_names(const StudySpec& spec) {
  std::vector<std::string> names{"args", "trial", "trial_dir", "seed", "gpus", "port"};
  for (const Parameter& parameter : spec.space.parameters()) names.push_back(parameter.name);
  for (const Fidelity& fidelity : spec.fidelities) names.push_back(fidelity.name);
  return names;
}

Status check_piece(const StudySpec& spec, const Piece& piece, bool alone,
                   const std::string& argument) {
  if (piece.kind == Piece::Kind::kText) return success();
  if (!is_known(spec, piece.name)) {
    return invalid(fmt::format("'{}' names nothing{}", placeholder(piece.name),
                               did_you_mean(piece.name, known_names(spec))),
                   "name a parameter, or write $${ for a literal ${", argument);
  }
  const bool is_flag = piece.kind == Piece::Kind::kFlag;
  if (!alone && (is_flag || is_argument_list(piece.name))) {
    return invalid(fmt::format("'{}' must be an argument of its own", placeholder(piece.name)),
                   "split the argument in two", argument);
  }
  if (is_flag && spec.space.find(piece.name) == nullptr) {
    return invalid(fmt::format("'{}' is no parameter that can be true or false", piece.name), {},
                   argument);
  }
  return success();
}

Json number_json(const Fidelity& fidelity, double value) {
  if (fidelity.integer) return static_cast<std::int64_t>(value);
  return value;
}

/// As Python's print writes it, which scripts with bool(...) or ast.literal_eval expect.
std::string python_text(const Value& value) {
  if (const bool* truth = std::get_if<bool>(&value.held())) return *truth ? "True" : "False";
  return value.is_null() ? "None" : value.text();
}

bool is_python(const std::string& argument) {
  const std::string_view name = std::string_view(argument).substr(argument.rfind('/') + 1);
  return name.starts_with("python") || name.ends_with(".py");
}

/// "a.b" becomes {"a": {"b": value}}, as W&B nests it.
void set_nested(Json& object, std::string_view name, Json value) {
  const std::size_t dot = name.find('.');
  Json* inner = dot == std::string_view::npos ? nullptr : &object[std::string(name.substr(0, dot))];
  if (inner != nullptr && (inner->is_null() || inner->is_object())) {
    set_nested(*inner, name.substr(dot + 1), std::move(value));
  } else {
    object[std::string(name)] = std::move(value);
  }
}

/// Renders one command for one trial.
class CommandRenderer {
 public:
  CommandRenderer(const StudySpec& spec, const Configuration& configuration,
                  const TrialContext& context)
      : spec_(spec), configuration_(configuration), context_(context) {
    for (const std::string& argument : spec.command) {
      for (const Piece& piece : take_apart(argument)) named_.insert(piece.name);
    }
    python_ = std::any_of(spec.command.begin(), spec.command.end(), is_python);
  }

  Result<std::vector<std::string>> render() {
    for (const std::string& argument : spec_.command) {
      if (Status added = add(take_apart(argument)); !added) return added.error();
    }
    return std::move(argv_);
  }

 private:
  Status add(const std::vector<Piece>& pieces) {
    const bool was_bare_flag = std::exchange(bare_flag_, false);
    if (pieces.size() == 1 && is_argument_list(pieces[0].name)) {
      add_list(pieces[0].name);
      return success();
    }
    if (pieces.size() == 1 && pieces[0].kind == Piece::Kind::kFlag) {
      const Value* value = configuration_.get(pieces[0].name);
      if (value != nullptr && *value == Value(true)) argv_.push_back(pieces[0].text);
      return success();
    }
    if (std::any_of(pieces.begin(), pieces.end(), [&](const Piece& p) { return is_inactive(p); })) {
      if (pieces.size() == 1 && was_bare_flag) argv_.pop_back();
      return success();
    }
    std::string argument;
    for (const Piece& piece : pieces) {
      Result<std::string> text = text_of(piece);
      if (!text) return text.error();
      argument += *text;
    }
    bare_flag_ = pieces.size() == 1 && pieces[0].kind == Piece::Kind::kText &&
                 argument.starts_with('-') && argument.find('=') == std::string::npos;
    argv_.push_back(std::move(argument));
    return success();
  }

  bool is_inactive(const Piece& piece) const {
    return piece.kind == Piece::Kind::kName && spec_.space.find(piece.name) != nullptr &&
           !configuration_.has(piece.name);
  }

  Result<std::string> text_of(const Piece& piece) const {
    if (piece.kind == Piece::Kind::kText) return piece.text;
    const std::string& name = piece.name;
    if (const Value* value = configuration_.get(name)) return value->text();
    if (const Fidelity* fidelity = find_fidelity(spec_, name)) return fidelity_text(*fidelity);
    if (name == "trial") return context_.trial;
    if (name == "trial_dir") return context_.trial_dir;
    if (name == "seed") return std::to_string(context_.seed);
    if (name == "gpus") return context_.gpus;
    if (name == "port") return std::to_string(context_.port);
    if (name == "args_json") return arguments_json().dump();
    if (name == "args_json_file") return json_file();
    return environment_variable(name.substr(kEnvironment.size()));
  }

  static Result<std::string> environment_variable(const std::string& name) {
    const char* text = std::getenv(name.c_str());
    if (text != nullptr) return std::string(text);
    return invalid(fmt::format("the environment has no variable '{}'", name),
                   "set it, or remove ${envvar:" + name + "} from the command");
  }

  double fidelity_value(const Fidelity& fidelity) const {
    const auto given = context_.fidelity.find(fidelity.name);
    return given != context_.fidelity.end() ? given->second : fidelity.high;
  }

  std::string fidelity_text(const Fidelity& fidelity) const {
    return number_json(fidelity, fidelity_value(fidelity)).dump();
  }

  bool is_passed(const std::string& name) const { return !named_.contains(name); }

  void add_list(const std::string& macro) {
    for (const Parameter& parameter : spec_.space.parameters()) {
      const Value* value = configuration_.get(parameter.name);
      if (value != nullptr && is_passed(parameter.name)) add_value(macro, parameter.name, *value);
    }
    for (const Fidelity& fidelity : spec_.fidelities) {
      if (!is_passed(fidelity.name)) continue;
      add_argument(macro, fidelity.name, fidelity_text(fidelity));
    }
  }

  void add_value(const std::string& macro, const std::string& name, const Value& value) {
    const bool* truth = std::get_if<bool>(&value.held());
    if (macro == "args_no_boolean_flags" && truth != nullptr) {
      if (*truth) argv_.push_back("--" + name);
      return;
    }
    add_argument(macro, name, python_ ? python_text(value) : value.text());
  }

  void add_argument(const std::string& macro, const std::string& name, const std::string& text) {
    const char* hyphens = macro == "args_no_hyphens" ? "" : "--";
    argv_.push_back(fmt::format("{}{}={}", hyphens, name, text));
  }

  Json arguments_json() const {
    Json object = Json::object();
    for (const auto& [name, value] : configuration_) {
      if (is_passed(name)) set_nested(object, name, to_json(value));
    }
    for (const Fidelity& fidelity : spec_.fidelities) {
      if (!is_passed(fidelity.name)) continue;
      set_nested(object, fidelity.name, number_json(fidelity, fidelity_value(fidelity)));
    }
    return object;
  }

  Result<std::string> json_file() const {
    if (context_.trial_dir.empty()) return std::string("args.json");
    std::string path = context_.trial_dir + "/args.json";
    if (Status made = make_directories(context_.trial_dir); !made) return made.error();
    if (Status written = write_file_atomic(path, arguments_json().dump(2) + '\n'); !written) {
      return written.error();
    }
    return path;
  }

  const StudySpec& spec_;
  const Configuration& configuration_;
  const TrialContext& context_;
  std::set<std::string> named_;  ///< By placeholders: ${args} leaves them out.
  bool python_ = false;
  bool bare_flag_ = false;  ///< The last argument is a flag whose value comes next.
  std::vector<std::string> argv_;
};

}  // namespace

Status check_command(const StudySpec& spec) {
  for (const std::string& argument : spec.command) {
    const std::vector<Piece> pieces = take_apart(argument);
    for (const Piece& piece : pieces) {
      Status fine = check_piece(spec, piece, pieces.size() == 1, argument);
      if (!fine) return fine;
    }
  }
  return success();
}

Result<std::vector<std::string>> render_command(const StudySpec& spec,
                                                const Configuration& configuration,
                                                const TrialContext& context) {
  if (Status fine = check_command(spec); !fine) return fine.error();
  return CommandRenderer(spec, configuration, context).render();
}

}  // namespace hpopt
