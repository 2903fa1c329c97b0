// Rungs: the steps at which trials are compared.
#pragma once

#include <vector>

namespace hpopt {

/// r_min, r_min eta, r_min eta^2, ... below `full`, rounded to whole steps and distinct; `full`
/// itself is not among them. Empty when r_min >= full. REQUIRES: r_min > 0, eta > 1.
[[nodiscard]] std::vector<double> geometric_rungs(double r_min, double eta, double full);

/// The same, counted down from the full length: full / eta^count ... full / eta, so that another
/// count only adds or drops rungs at the low end. None is below `least`.
[[nodiscard]] std::vector<double> rungs_below(double full, double eta, int count, double least);

}  // namespace hpopt
