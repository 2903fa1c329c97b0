#pragma once
#include "hpopt/space.h"  // IWYU pragma: export
