#include "scheduler/rungs.h"

#include <algorithm>
#include <cmath>

namespace hpopt {
namespace {

/// Ascending, whole, distinct, from `least` up to below `full`.
std::vector<double> settled(std::vector<double> rungs, double least, double full) {
  for (double& rung : rungs) rung = std::max(1.0, std::round(rung));
  std::sort(rungs.begin(), rungs.end());
  rungs.erase(std::unique(rungs.begin(), rungs.end()), rungs.end());
  std::erase_if(rungs, [&](double rung) { return rung < least || rung >= full; });
  return rungs;
}

}  // namespace

std::vector<double> geometric_rungs(double r_min, double eta, double full) {
  std::vector<double> rungs;
  for (double rung = r_min; rung < full; rung *= eta) rungs.push_back(rung);
  return settled(std::move(rungs), 1, full);
}

std::vector<double> rungs_below(double full, double eta, int count, double least) {
  std::vector<double> rungs(static_cast<std::size_t>(count));
  double above = full;
  for (double& rung : rungs) rung = above /= eta;
  return settled(std::move(rungs), least, full);
}

}  // namespace hpopt
