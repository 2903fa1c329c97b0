#include "hpopt/space.h"

namespace hpopt {
namespace {

/// Depth-first over the parameters in their order; a branch ends where a constraint fails.
class Enumeration {
 public:
  Enumeration(const Space& space, std::size_t limit) : space_(space), limit_(limit) {}

  std::optional<std::vector<Configuration>> run() {
    if (!visit(0)) return std::nullopt;
    return std::move(found_);
  }

 private:
  /// Branches that constraints cut cost time without adding to what is found: so many a result.
  static constexpr std::size_t kVisitsPerResult = 64;

  /// false: there are too many.
  bool visit(std::size_t depth) {
    if (++visits_ / kVisitsPerResult > limit_) return false;
    if (depth == space_.parameters().size()) {
      if (found_.size() == limit_) return false;
      found_.push_back(current_);
      return true;
    }
    const Parameter& parameter = space_.parameters()[depth];
    if (!space_.is_active(parameter, current_)) return visit(depth + 1);
    return visit_values(parameter, depth);
  }

  bool visit_values(const Parameter& parameter, std::size_t depth) {
    const std::optional<std::uint64_t> count = cardinality(parameter.domain);
    if (!count) return false;
    bool finite = true;
    for (std::uint64_t i = 0; i < *count && finite; ++i) {
      current_.set(parameter.name, nth_value(parameter.domain, i));
      finite = space_.satisfies_constraints(current_) ? visit(depth + 1)
                                                      : ++visits_ / kVisitsPerResult <= limit_;
    }
    current_.erase(parameter.name);
    return finite;
  }

  const Space& space_;
  std::size_t limit_;
  std::size_t visits_ = 0;
  Configuration current_;
  std::vector<Configuration> found_;
};

}  // namespace

std::optional<std::vector<Configuration>> Space::enumerate(std::size_t limit) const {
  return Enumeration(*this, limit).run();
}

}  // namespace hpopt
