"""Logs: text for people, JSON for machines; never the token, never diary content."""

import logging
import re
import sys
from types import TracebackType

import structlog

TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{10,}")
NOISY = ("apscheduler", "alembic", "aiosqlite", "uvicorn.access")
"""These log addresses with the token in them, or too much."""


def redact(text: str) -> str:
    """The text without anything that looks like a bot token."""
    return TOKEN.sub("<token>", text)


class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """The last place before a line is written: whatever holds a token loses it here."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def set_up_logging(level: str, log_format: str) -> None:
    """Send all logs to standard error in one form."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,  # which update this was about
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if log_format == "json":
        before.append(structlog.processors.format_exc_info)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter(processor=renderer, foreign_pre_chain=before))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    # python-telegram-bot logs whole updates at DEBUG: they are health data.
    logging.getLogger("telegram").setLevel(max(logging.INFO, root.level))
    sys.excepthook = _log_crash


def _log_crash(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    logging.getLogger("bot").critical("stopped by an error", exc_info=(kind, error, traceback))
