// Whatever is written, reading ends with a specification or with an error that names its place.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "spec/command.h"
#include "spec/inline_form.h"
#include "spec/study_file.h"

namespace hpopt {
namespace {

/// Texts made of the pieces that mean something to the reader.
std::string text_of_pieces(const std::vector<std::string>& pieces, int most) {
  std::string text;
  const int count = *rc::gen::inRange(0, most);
  for (int i = 0; i < count; ++i) text += *rc::gen::elementOf(pieces);
  return text;
}

RC_GTEST_PROP(Robustness, StudyFilesAreReadOrRefusedWithAPlace, ()) {
  const std::string yaml = text_of_pieces({"parameters",
                                           "metric",
                                           "fidelity",
                                           "command",
                                           "early_terminate",
                                           "when",
                                           "values",
                                           "min",
                                           "max",
                                           "q",
                                           "distribution",
                                           "name",
                                           "value",
                                           "constraints",
                                           "time",
                                           "a",
                                           "lr",
                                           ":",
                                           ": ",
                                           "\n",
                                           "\n  ",
                                           "\n    ",
                                           "- ",
                                           "[",
                                           "]",
                                           "{",
                                           "}",
                                           ", ",
                                           "1",
                                           "0",
                                           "-3",
                                           "1e-3",
                                           "no",
                                           "~",
                                           "'",
                                           "\"",
                                           "&x ",
                                           "*x",
                                           "<<",
                                           "|\n",
                                           "a < b",
                                           "log_uniform_values",
                                           "uniform",
                                           "\t",
                                           "#",
                                           "---",
                                           "!!str "},
                                          60);
  const Result<StudySpec> spec = parse_study(yaml, "s.yaml");
  if (!spec) {
    RC_ASSERT(!spec.error().what.empty());
    RC_ASSERT(spec.error().where.rfind("s.yaml:", 0) == 0);
    return;
  }
  RC_ASSERT(spec_from_json(Json::parse(to_json(*spec).dump())).value() == *spec);
}

RC_GTEST_PROP(Robustness, MarksAreReadOrRefusedWithTheirArgument, ()) {
  std::vector<std::string> argv{"train"};
  const int count = *rc::gen::inRange(1, 4);
  for (int i = 0; i < count; ++i) {
    argv.push_back(text_of_pieces(
        {"~", "~~",   "log", "int", "choice",   "flag",  "seed", "fidelity", "(", ")",
         "1", "1e-5", ",",   ";",   "default=", "step=", "=",    "--lr",     "'", "\"",
         "[", "]",    ":",   "a",   "${",       "}",     "?",    " "},
        12));
  }
  StudySpec spec;
  const Status applied = apply_inline(argv, spec);
  if (!applied) {
    RC_ASSERT(!applied.error().what.empty());
    RC_ASSERT(!applied.error().where.empty());
    return;
  }
  RC_ASSERT(spec.command.size() == argv.size());
  const std::vector<double> middle(spec.space.parameters().size(), 0.5);
  const auto rendered = render_command(spec, spec.space.from_unit(middle), {});
  if (!rendered) RC_ASSERT(!rendered.error().what.empty());
}

}  // namespace
}  // namespace hpopt
