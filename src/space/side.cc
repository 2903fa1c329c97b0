#include "space/side.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"

namespace hpopt {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}
bool continues_name(char c) {
  return begins_name(c) || is_digit(c) || c == '.' || c == '-' || c == '/';
}

/// side = product {(+|-) product};  product = factor {(*|/) factor};
/// factor = number | name | (+|-) factor | "(" side ")".
class SideReader {
 public:
  SideReader(const Space& space, const std::string& text) : space_(space), text_(text) {}

  Result<LinearSum> read() {
    if (space_.find(text_) != nullptr) return named(text_);  // whatever characters it has
    if (const auto number = parse_number(text_)) return LinearSum{.number = *number};
    Result<LinearSum> side = read_sum();
    if (side && peek() != '\0') return unexpected();
    return side;
  }

 private:
  static constexpr int kDeepest = 100;

  char peek() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char wanted) {
    if (peek() != wanted) return false;
    ++at_;
    return true;
  }

  Result<LinearSum> read_sum() {
    Result<LinearSum> sum = read_product();
    while (sum && (peek() == '+' || peek() == '-')) {
      const double sign = text_[at_++] == '-' ? -1 : 1;
      const Result<LinearSum> next = read_product();
      if (!next) return next;
      sum->add(*next, sign);
    }
    return sum;
  }

  Result<LinearSum> read_product() {
    Result<LinearSum> product = read_factor();
    while (product && (peek() == '*' || peek() == '/')) {
      const bool divides = text_[at_++] == '/';
      Result<LinearSum> next = read_factor();
      if (!next) return next;
      if (!divides && product->terms.empty()) std::swap(*product, *next);
      if (!next->terms.empty()) return not_linear(divides);
      if (divides && next->number == 0) return invalid(fmt::format("'{}' divides by 0", text_));
      product->multiply(divides ? 1 / next->number : next->number);
    }
    return product;
  }

  Result<LinearSum> read_factor() {
    if (++depth_ > kDeepest) return invalid(fmt::format("'{}' is nested too deeply", text_));
    Result<LinearSum> factor = read_nested();
    --depth_;
    return factor;
  }

  Result<LinearSum> read_nested() {
    const char next = peek();
    if (next == '+' || next == '-') {
      ++at_;
      Result<LinearSum> factor = read_factor();
      if (factor && next == '-') factor->multiply(-1);
      return factor;
    }
    if (take('(')) {
      Result<LinearSum> inner = read_sum();
      if (inner && !take(')')) return unexpected();
      return inner;
    }
    if (is_digit(next) || next == '.') return read_number();
    return begins_name(next) ? read_name() : unexpected();
  }

  Result<LinearSum> read_number() {
    double number = 0;
    const char* const end = text_.data() + text_.size();
    const auto read = std::from_chars(text_.data() + at_, end, number);
    if (read.ec != std::errc()) return unexpected();
    at_ = static_cast<std::size_t>(read.ptr - text_.data());
    return LinearSum{.number = number};
  }

  /// The longest text that is a parameter's name: in "a-1" that may be "a".
  Result<LinearSum> read_name() {
    std::size_t size = 1;
    while (at_ + size < text_.size() && continues_name(text_[at_ + size])) ++size;
    const std::string whole = text_.substr(at_, size);
    std::string name = whole;
    while (space_.find(name) == nullptr) {
      const std::size_t cut = name.find_last_of("-/");
      if (cut == std::string::npos || cut == 0) return named(whole);
      name.resize(cut);
    }
    at_ += name.size();
    return named(name);
  }

  Result<LinearSum> named(const std::string& name) const {
    const std::optional<std::size_t> index = space_.index_of(name);
    if (!index) return unknown(name);
    const Parameter& parameter = space_.parameters()[*index];
    if (is_numeric(parameter.domain)) return LinearSum{.terms = {{*index, 1}}};
    return invalid(fmt::format("the constraint needs a number, but '{}' is {}", name,
                               describe(parameter.domain)));
  }

  Error unknown(const std::string& name) const {
    std::vector<std::string> names;
    for (const Parameter& parameter : space_.parameters()) names.push_back(parameter.name);
    return invalid(fmt::format("the constraint names '{}', which is no parameter{}", name,
                               did_you_mean(name, names)),
                   "name a parameter of the study");
  }

  Error not_linear(bool divides) const {
    return invalid(fmt::format("'{}' is not linear: it {} a parameter", text_,
                               divides ? "divides by" : "multiplies a parameter by"),
                   "write sums of parameters and numbers, such as 2*a + b");
  }

  Error unexpected() {
    const std::string where = peek() == '\0'
                                  ? "ends too early"
                                  : fmt::format("cannot be read from '{}' on", text_.substr(at_));
    return invalid(fmt::format("'{}' {}", text_, where),
                   "write sums of parameters and numbers, such as 2*a + b");
  }

  const Space& space_;
  const std::string& text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

void LinearSum::add(const LinearSum& other, double times) {
  for (const Inequality::Term& added : other.terms) {
    const auto same = std::find_if(terms.begin(), terms.end(), [&](const Inequality::Term& term) {
      return term.parameter == added.parameter;
    });
    if (same == terms.end()) {
      terms.push_back({added.parameter, times * added.coefficient});
    } else {
      same->coefficient += times * added.coefficient;
    }
  }
  number += times * other.number;
}

void LinearSum::multiply(double factor) {
  for (Inequality::Term& term : terms) term.coefficient *= factor;
  number *= factor;
}

Result<LinearSum> read_side(const Space& space, const std::string& text) {
  return SideReader(space, text).read();
}

}  // namespace hpopt
