"""Waits in vfork() for a child that never ends: no signal but KILL reaches it, not even STOP."""

import ctypes
import resource

import training

training.train()
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # it would not survive the end of the child
library = ctypes.PyDLL(None)
library.vfork()  # the child goes on from here, in the memory of the parent, which waits
library.sleep(training.FUSE)
library._exit(0)
