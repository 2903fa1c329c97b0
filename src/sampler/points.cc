#include "sampler/points.h"

namespace hpopt {

bool Points::sync(const Space& space, const History& history) {
  const bool grown = !layout_ || parameters_seen_ != space.parameters().size();
  if (grown) {
    layout_ = std::make_unique<const Layout>(space, most_ordered_cells_);
    parameters_seen_ = space.parameters().size();
  }
  const bool anew = grown || generation_ != history.generation();
  if (anew) read_ = 0;
  generation_ = history.generation();
  points_.resize(read_ * layout_->size());
  for (; read_ < history.observations(); ++read_) {
    layout_->append_point(history.row(static_cast<TrialId>(read_ + 1)), points_);
  }
  return anew;
}

}  // namespace hpopt
