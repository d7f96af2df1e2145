"""How much of the memory that a process has freed the C library keeps (glibc; others: nothing)."""

import ctypes
from typing import Any

_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
"""Parameters of mallopt(3)."""
LARGE_BLOCK = 128 * 1024
MOST_ARENAS = 2


def keep_little() -> None:
    """Return large blocks to the operating system as soon as they are freed; call this at a start.

    By default glibc raises the size from which on it does so with each large block that is freed,
    up to 32 MB. After the first picture, of 13 MB, everything smaller stays with the process, in
    pieces, and further pictures take further memory: 33 MB after four, instead of 13. Each thread
    beyond the first few would have memory of its own besides.
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
