#include "sampler/make_sampler.h"

#include "sampler/auto.h"
#include "sampler/cma_es.h"
#include "sampler/gp.h"
#include "sampler/simple_samplers.h"

namespace hpopt {

std::unique_ptr<Sampler> make_sampler(Method method, std::uint64_t seed) {
  switch (method) {
    case Method::kGrid:
      return std::make_unique<GridSampler>(seed);
    case Method::kRandom:
      return std::make_unique<DefaultFirst>(std::make_unique<RandomSampler>());
    case Method::kGp:
      return std::make_unique<DefaultFirst>(std::make_unique<Gp>(seed));
    case Method::kCmaes:
      return std::make_unique<DefaultFirst>(std::make_unique<CmaEs>(seed));
    case Method::kTpe:
      return std::make_unique<DefaultFirst>(std::make_unique<Tpe>(seed));
    case Method::kAuto:
    case Method::kBayes:
      break;
  }
  return std::make_unique<DefaultFirst>(std::make_unique<Auto>(seed));
}

}  // namespace hpopt
