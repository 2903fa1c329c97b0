// Compiled for x86-64-v3: Eigen's templates get names of their own, so that no other file calls
// them.
#define HPOPT_KERNELS wide
#define Eigen EigenWide
#include "linalg/kernels_body.h"
