// SpaceBuilder: the space of trials that were tried elsewhere.
//
//   SpaceBuilder builder;
//   builder.declare("lr", FloatDomain{1e-5, 1, Scale::kLog, 0});   // as often as it was declared
//   builder.include("lr", 0.1);                                    // each value that was tried
//   auto space = builder.build();
//
// A range that differed from trial to trial becomes the one that covers them all, and so does one
// that a value lies outside of. A parameter that nobody declared gets the range of its values.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "hpopt/result.h"
#include "hpopt/space.h"
#include "interop/imported_study.h"

namespace hpopt {

class SpaceBuilder {
 public:
  /// Errors: it was declared as something of another kind before.
  Status declare(const std::string& name, const Domain& domain);
  void include(const std::string& name, const Value& value);
  /// Parameters in the order in which they were first named.
  [[nodiscard]] Result<Space> build() const;

 private:
  struct Known {
    std::string name;
    std::optional<Domain> domain;
    std::set<Value> values;
  };
  Known& known(const std::string& name);

  std::vector<Known> known_;
  std::map<std::string, std::size_t, std::less<>> places_;
};

/// Makes every value of the trials one of the space's: 3 a real, 0.30000000000000004 the 0.3 of its
/// grid.
[[nodiscard]] Status bring_into(const Space& space, std::vector<ImportedTrial>& trials);

}  // namespace hpopt
