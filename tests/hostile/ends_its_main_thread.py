"""Ends its first thread alone: the process looks dead, and another thread goes on."""

import ctypes
import platform
import threading

import training

EXIT = {"x86_64": 60, "aarch64": 93}  # the system call that ends one thread

training.train()
threading.Thread(target=training.linger).start()
ctypes.CDLL(None).syscall(EXIT[platform.machine()], 0)
