"""The garbage collector, told that what a start has made stays for ever."""

import ctypes
import gc

RARELY = (10_000, 20, 50)


def settle() -> None:
    """Call once, when everything is imported and started.

    A full collection walks through every object there is, a few hundred thousand of them, and
    holds up everybody meanwhile. Those of the start are never garbage, so they are left out, and
    what is made later is looked through less often: it saves a quarter of the time that a
    reminder takes beyond its transport.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*RARELY)
    _give_back()


def _give_back() -> None:
    """The system gets the pages that the start no longer uses; only glibc keeps them so long."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
