#include "scheduler/words.h"

#include <cmath>

#include <fmt/format.h>

namespace hpopt {

std::string ordinal(std::size_t number) {
  const std::size_t tens = number % 100;
  const bool teen = tens >= 11 && tens <= 13;
  const char* ending = "th";
  if (!teen && number % 10 == 1) ending = "st";
  if (!teen && number % 10 == 2) ending = "nd";
  if (!teen && number % 10 == 3) ending = "rd";
  return fmt::format("{}{}", number, ending);
}

std::string fraction(double eta) {
  if (eta == 2) return "half";
  if (eta == 3) return "third";
  if (eta == 4) return "quarter";
  return fmt::format("1/{:g}", eta);
}

std::string place_in_words(const StudyState& state, const Standings& standings, TrialId trial,
                           std::size_t level) {
  const double loss = *standings.loss(trial, level);
  const double value = state.better(1, 0) ? -loss : loss;
  const double step = standings.step(level);
  const std::string where = step > 0 ? fmt::format("step {:g}", step) : "at the end";
  return fmt::format("{}: {:.6g} is {} of {}", where, value,
                     ordinal(standings.rank(trial, level) + 1), standings.ranked(level).size());
}

}  // namespace hpopt
