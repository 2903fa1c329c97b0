// The only user of yaml-cpp.
#include "spec/yaml_tree.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <map>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "base/json.h"
#include "base/text.h"

namespace hpopt {
namespace {

/// Aliases make a short text unfold into a huge tree; no study needs so many nodes.
constexpr std::size_t kMostNodes = 200'000;

/// Ends the reading of a document; caught in parse_yaml.
struct YamlProblem {
  Error error;
};

std::size_t count_nodes(const YamlNode& node) {
  std::size_t count = 1;
  for (const YamlNode& item : node.items) count += count_nodes(item);
  for (const YamlNode::Entry& entry : node.entries) count += 1 + count_nodes(entry.value);
  return count;
}

/// Builds the tree from the parser's events.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const std::string& file) : file_(file) {}

  [[nodiscard]] const YamlNode& root() const { return root_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 1) return;
    fail(at(mark), "a study file holds one document, and here begins a second",
         "remove the line ---");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { finish(at(mark), anchor); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) {
      fail(at(mark), "an alias stands inside what it names", "name something outside");
    }
    count_ += count_nodes(known->second);
    finish(known->second, 0);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    YamlNode node = at(mark);
    node.kind = YamlNode::Kind::kScalar;
    node.text = text;
    node.quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
    finish(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(mark, YamlNode::Kind::kList, anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(mark, YamlNode::Kind::kMap, anchor);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapEnd() override { end(); }

 private:
  /// A list or mapping that isn't finished.
  struct Open {
    YamlNode node;
    YAML::anchor_t anchor;
    std::optional<YamlNode> key = std::nullopt;  ///< Its value comes next.
    std::vector<YamlNode> merged = {};
  };

  static YamlNode at(const YAML::Mark& mark) {
    YamlNode node;
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    return node;
  }

  [[noreturn]] void fail(const YamlNode& where, std::string what, std::string mend) const {
    throw YamlProblem{invalid(std::move(what), std::move(mend), place_of(file_, where))};
  }

  void begin(const YAML::Mark& mark, YamlNode::Kind kind, YAML::anchor_t anchor) {
    open_.push_back({at(mark), anchor});
    open_.back().node.kind = kind;
  }

  void end() {
    Open done = std::move(open_.back());
    open_.pop_back();
    for (const YamlNode& source : done.merged) merge(source, done.node);
    finish(std::move(done.node), done.anchor);
  }

  /// The node is whole: it goes where it belongs.
  void finish(YamlNode node, YAML::anchor_t anchor) {
    if (++count_ > kMostNodes) fail(node, "the file is too large", "split the study");
    if (anchor != 0) anchors_[anchor] = node;
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (open_.back().node.is_list()) {
      open_.back().node.items.push_back(std::move(node));
    } else if (!open_.back().key) {
      add_key(std::move(node));
    } else {
      add_value(std::move(node));
    }
  }

  void add_key(YamlNode key) {
    if (!key.is_scalar()) fail(key, "a key must be a text", "write `key: value`");
    if (const YamlNode* first = open_.back().node.find(key.text)) {
      fail(key, fmt::format("the key '{}' stands twice", key.text),
           fmt::format("remove one of them; the first is in line {}", first->line));
    }
    open_.back().key = std::move(key);
  }

  void add_value(YamlNode value) {
    Open& open = open_.back();
    YamlNode key = std::move(*open.key);
    open.key.reset();
    if (key.text == "<<" && !key.quoted) {
      open.merged.push_back(std::move(value));
      return;
    }
    if (value.kind == YamlNode::Kind::kNull) {  // Nothing stands there: yaml-cpp's place is off.
      value.line = key.line;
      value.column = key.column;
    }
    open.node.entries.push_back({std::move(key), std::move(value)});
  }

  /// Keys that stand in the mapping itself win, then those merged first.
  void merge(const YamlNode& source, YamlNode& target) const {
    if (source.is_list()) {
      for (const YamlNode& item : source.items) merge(item, target);
      return;
    }
    if (!source.is_map()) fail(source, "<< must name a mapping", "write `<<: *anchor`");
    for (const YamlNode::Entry& entry : source.entries) {
      if (target.find(entry.key.text) == nullptr) target.entries.push_back(entry);
    }
  }

  const std::string& file_;
  std::size_t count_ = 0;
  int documents_ = 0;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, YamlNode> anchors_;
  YamlNode root_;
};

Error syntax_error(const YAML::Exception& error, std::string_view text, const std::string& file) {
  YamlNode at;
  at.line = std::max(error.mark.line, 0) + 1;
  at.column = std::max(error.mark.column, 0) + 1;
  const std::vector<std::string> lines = split(text, '\n');
  const auto index = static_cast<std::size_t>(at.line - 1);
  std::string mend;
  if (index < lines.size() && lines[index].find("${") != std::string::npos) {
    mend = "inside [ ] put quotes around \"${...}\"";
  } else if (index < lines.size() && lines[index].find('\t') != std::string::npos) {
    mend = "indent with blanks, not tabs";
  }
  return invalid("this is no valid YAML: " + error.msg, mend, place_of(file, at));
}

/// [-+]?[0-9]+, 0o[0-7]+ or 0x[0-9a-fA-F]+; 1_000 is a text since YAML 1.2.
std::optional<std::int64_t> plain_integer(std::string_view text) {
  const bool octal = text.starts_with("0o");
  if (!octal && !text.starts_with("0x")) return parse_integer(text);
  const std::string_view digits = text.substr(2);
  std::uint64_t value = 0;
  const auto [end, failure] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, octal ? 8 : 16);
  const bool whole = failure == std::errc() && end == digits.data() + digits.size();
  if (!whole || value > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(value);
}

std::optional<double> plain_real(const std::string& text) {
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == ".inf" || lower == "+.inf") return std::numeric_limits<double>::infinity();
  if (lower == "-.inf") return -std::numeric_limits<double>::infinity();
  if (lower == ".nan") return std::numeric_limits<double>::quiet_NaN();
  // Words such as inf, nan and infinity are strings.
  const bool is_word = lower.find_first_not_of("0123456789.+-e") != std::string::npos;
  return is_word ? std::nullopt : parse_number(text);
}

Json json_of(const YamlNode& node) {
  if (node.is_list()) {
    Json array = Json::array();
    for (const YamlNode& item : node.items) array.push_back(json_of(item));
    return array;
  }
  if (node.is_map()) {
    Json object = Json::object();
    for (const YamlNode::Entry& entry : node.entries) {
      object[entry.key.text] = json_of(entry.value);
    }
    return object;
  }
  return to_json(value_of(node));
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key.text == key) return &entry.value;
  }
  return nullptr;
}

std::string place_of(const std::string& file, const YamlNode& node) {
  return fmt::format("{}:{}:{}", file, node.line, node.column);
}

Result<YamlNode> parse_yaml(std::string_view text, const std::string& file) {
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    TreeBuilder builder(file);
    // Document by document: after some mistakes yaml-cpp finds empty documents without end.
    while (parser.HandleNextDocument(builder)) continue;
    return builder.root();
  } catch (const YamlProblem& problem) {
    return problem.error;
  } catch (const YAML::Exception& error) {
    return syntax_error(error, text, file);
  }
}

Value value_of(const YamlNode& node) {
  if (node.is_list() || node.is_map()) return value_from_json(json_of(node));
  if (!node.is_scalar()) return {};
  const std::string& text = node.text;
  if (node.quoted) return text;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (const std::optional<std::int64_t> whole = plain_integer(text)) return *whole;
  if (const std::optional<double> real = plain_real(text)) return *real;
  return text;
}

}  // namespace hpopt
