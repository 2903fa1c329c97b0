#include "exec/descriptor_limit.h"

#include <sys/resource.h>

namespace hpopt {
namespace {

rlim_t g_soft_before = RLIM_INFINITY;  // set before there is a second thread; infinity: not raised

}  // namespace

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) == 0) g_soft_before = before;
}

void restore_descriptor_limit(pid_t child) {
  rlimit limit{};
  if (g_soft_before == RLIM_INFINITY) return;
  if (::prlimit(child, RLIMIT_NOFILE, nullptr, &limit) != 0) return;
  limit.rlim_cur = g_soft_before;
  ::prlimit(child, RLIMIT_NOFILE, &limit, nullptr);
}

}  // namespace hpopt
