#define HPOPT_KERNELS baseline
#include "linalg/kernels_body.h"
