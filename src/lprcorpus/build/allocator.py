"""How the C library hands out memory while many issues are built one after the other."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["steady_memory"]

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # <malloc.h>
_KEPT_BYTES = 256 * 1024 * 1024


@contextmanager
def steady_memory() -> Iterator[None]:
    """Keep memory that is freed for the next issue, and leave the cycle collector off.

    The arrays of one issue are of about the size at which glibc asks the system for fresh pages each time, and gives them
    back each time; that alone took a third of the text stages. The rows hold no cycles. Where the C library is not glibc,
    only the collector is left off.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_MMAP_THRESHOLD, _KEPT_BYTES)
        mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)
    except (AttributeError, OSError, TypeError):
        pass
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
