#pragma once
#include "hpopt/domain.h"  // IWYU pragma: export
