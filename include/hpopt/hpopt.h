// hpopt: hyper-parameter optimization with time as the only control. One include for all of the
// API.
#pragma once

#include "hpopt/import.h"  // IWYU pragma: export
#include "hpopt/result.h"  // IWYU pragma: export
#include "hpopt/space.h"   // IWYU pragma: export
#include "hpopt/study.h"   // IWYU pragma: export
#include "hpopt/value.h"   // IWYU pragma: export
