// Points: the rows of a history as points of a layout, kept up to date.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "sampler/history.h"
#include "sampler/layout.h"

namespace hpopt {

class Points {
 public:
  explicit Points(std::uint64_t most_ordered_cells = Layout::kMostOrderedCells)
      : most_ordered_cells_(most_ordered_cells) {}

  /// Reads what is new. True: the layout or what was read before is another one.
  bool sync(const Space& space, const History& history);

  /// REQUIRES: sync(); so below. A layout stays where it is until another one is there.
  [[nodiscard]] const Layout& layout() const { return *layout_; }
  [[nodiscard]] std::size_t size() const { return read_; }
  [[nodiscard]] std::span<const double> of(TrialId observation) const {
    return std::span(points_).subspan((observation - 1) * layout_->size(), layout_->size());
  }

 private:
  std::uint64_t most_ordered_cells_;
  std::unique_ptr<const Layout> layout_;
  std::size_t parameters_seen_ = 0;
  std::uint64_t generation_ = 0;
  std::vector<double> points_;
  std::size_t read_ = 0;
};

}  // namespace hpopt
