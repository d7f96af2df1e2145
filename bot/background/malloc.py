"""Makes glibc return freed memory to the operating system. Other C libraries are left alone."""

import ctypes
from typing import Any

_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
"""Parameters of mallopt(3)."""
LARGE_BLOCK = 128 * 1024
MOST_ARENAS = 2


def keep_little() -> None:
    """Return large blocks to the operating system as soon as they are freed.

    Call this at the start.

    By default, glibc raises its threshold for that with each large block that is freed, up to 32
    MB. After the first picture of 13 MB, every smaller block would stay with the process as
    fragments, and further pictures would take more memory: 33 MB after four, instead of 13. Threads
    would also get arenas of their own.
    """
    mallopt = _function("mallopt")
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, LARGE_BLOCK)
        mallopt(_ARENA_MAX, MOST_ARENAS)


def return_free_memory() -> None:
    """Return what is free now; it takes some milliseconds."""
    malloc_trim = _function("malloc_trim")
    if malloc_trim is not None:
        malloc_trim(0)


def _function(name: str) -> Any:
    return getattr(ctypes.CDLL(None), name, None)
