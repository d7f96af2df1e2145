"""The log of a run as an operator gets it with ``LOG_LEVEL=DEBUG``: ours and that of libraries."""

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bot.operations.logging import QUIETED, set_up_logging


@contextmanager
def debug_log() -> Iterator[io.StringIO]:
    """Collect what is logged, set up as by the bot itself."""
    collected = io.StringIO()
    with restored_logging():
        set_up_logging("DEBUG", "json")
        (handler,) = logging.getLogger().handlers
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(collected)
        yield collected


@contextmanager
def restored_logging() -> Iterator[None]:
    """Let the bot set up logging in this process, and restore at the end what was before."""
    loggers = [logging.getLogger(name) for name in (None, "telegram", *QUIETED)]
    levels = [one.level for one in loggers]
    handlers, hook = loggers[0].handlers[:], sys.excepthook
    try:
        yield
    finally:
        loggers[0].handlers[:], sys.excepthook = handlers, hook
        for one, level in zip(loggers, levels, strict=True):
            one.setLevel(level)
