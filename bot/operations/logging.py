"""Log set-up: text for people or JSON for machines, without the token or diary content."""

import logging
import re
import sys
from types import TracebackType

import structlog

from bot.database.errors import is_database_unreachable

TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{10,}")
LOG_ADDRESS = re.compile(r"(/log/)[A-Za-z0-9_-]{20,}")
"""The path of somebody's address that logs a cramp."""
REPEAT_SECONDS = 60
QUIETED = {
    "apscheduler": logging.ERROR,
    "alembic": logging.WARNING,
    "aiosqlite": logging.WARNING,
    "uvicorn.access": logging.WARNING,
}
"""Loggers that say less: they log every step, URLs that contain the token, or, every second while
the database or the clock is at fault, that the last tick still runs."""


def redact(text: str) -> str:
    """Replace everything that looks like a bot token, or like the secret of an address."""
    return LOG_ADDRESS.sub(r"\1<token>", TOKEN.sub("<token>", text))


class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Redacts the finished line, so that tracebacks and messages of libraries are covered too."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class RepeatFilter(logging.Filter):
    """Lets the same warning or error pass once a minute, and then says how often it was left out.

    Two lines are the same when they come from the same place in the code, with an error of the same
    type if they have one. During an outage every tick, every reminder and every update has
    something to say, and so has a bug that everybody meets.
    """

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[tuple[object, ...], tuple[float, int]] = {}
        """Place → when a line of it last passed, and how many were left out since."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        error = record.exc_info[0] if record.exc_info else None
        place = (record.name, record.msg, error)
        passed_at, left_out = self._seen.get(place, (-REPEAT_SECONDS, 0))
        if 0 <= record.created - passed_at < REPEAT_SECONDS:  # less: the clock was set back
            self._seen[place] = (passed_at, left_out + 1)
            return False
        self._seen[place] = (record.created, 0)
        if left_out:
            record.msg = f"{record.msg} ({left_out} more like this before)"
        return True


def set_up_logging(level: str, log_format: str) -> None:
    """Send all logs to standard error, as ``text`` or ``json`` lines."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    processors: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,  # adds update_id
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if log_format == "json":
        processors.append(structlog.processors.format_exc_info)
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(RepeatFilter())
    handler.setFormatter(RedactingFormatter(processor=renderer, foreign_pre_chain=processors))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, lowest in QUIETED.items():
        logging.getLogger(name).setLevel(lowest)
    # At DEBUG, python-telegram-bot logs whole updates, which are health data.
    logging.getLogger("telegram").setLevel(max(logging.INFO, root.level))
    sys.excepthook = _log_crash


def _log_crash(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    logging.getLogger("bot").critical("stopped by an error", exc_info=(kind, error, traceback))


def log_failure(log: logging.Logger, what: str, error: Exception) -> None:
    """Log a failure that is handled. An unreachable database has a line of its own already."""
    if is_database_unreachable(error):
        log.debug("%s: the database cannot be reached", what)
    else:
        log.error(what, exc_info=error)
