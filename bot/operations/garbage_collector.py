"""Garbage collector settings for a process that runs for months: ``gc.freeze`` after start-up."""

import gc

from bot.background.malloc import return_free_memory

THRESHOLDS = (10_000, 20, 50)
"""For ``gc.set_threshold``. Python's defaults, (700, 10, 10), collect far more often."""


def collect_rarely() -> None:
    """Run garbage collection less often: importing the bot then takes a fifth less time."""
    gc.set_threshold(*THRESHOLDS)


def tune_after_startup() -> None:
    """Exclude all existing objects from garbage collection.

    Call this once, when everything is imported and started.

    A full collection visits every object, a few hundred thousand after start-up, and blocks the
    event loop meanwhile. Objects made at start-up never become garbage, so ``gc.freeze`` leaves
    them out. Measured with benchmarks/dispatch.py, this saves a quarter of the time that sending
    a reminder takes in addition to the request itself.
    """
    gc.collect()
    gc.freeze()
    return_free_memory()
