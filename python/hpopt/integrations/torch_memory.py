"""Whose memory an exception says is short: a device's, the machine's, or nobody's."""

from __future__ import annotations

import re
from typing import Literal

# PyTorch says it by exceptions of its own since 1.13, by RuntimeErrors before, and still by those
# where a library beneath it (cuBLAS, cuDNN, Level Zero) was short.
_DEVICE = re.compile(
    r"\b(CUDA|HIP|XPU|MPS backend|GPU)\b.{0,40}out of memory"
    r"|CU(BLAS|DNN|SOLVER|FFT)_STATUS_ALLOC_FAILED"
    r"|(cuda|hip)ErrorOutOfMemory"
    r"|ERROR_OUT_OF_(DEVICE_MEMORY|RESOURCES)",
    re.IGNORECASE | re.DOTALL,
)
_HOST = re.compile(r"can't allocate memory|cannot allocate memory|not enough memory", re.IGNORECASE)


def memory_short(error: BaseException) -> Literal["gpu", "host"] | None:
    """Which memory ran out; None: it is another error."""
    if isinstance(error, MemoryError):
        return "host"
    if type(error).__name__ == "OutOfMemoryError":  # torch.cuda's, and torch's since 2.5
        return "gpu"
    if not isinstance(error, RuntimeError):
        return None
    text = str(error)
    if _DEVICE.search(text):
        return "gpu"
    return "host" if _HOST.search(text) else None
