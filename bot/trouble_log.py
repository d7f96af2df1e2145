"""Logs a trouble once when it begins and once when it is over, however often it is met."""

import errno
import logging
import time

NO_MORE_FILES = "no more files can be opened, see ulimit -n"


def lacks_files(error: BaseException | None) -> bool:
    """Whether an error means, or was raised because, no more files and connections can be opened.

    It passes by itself, whatever was to be done. An error that was raised again by
    what it has caused is among its own causes.
    """
    seen: list[BaseException] = []
    while error is not None and not any(error is one for one in seen):
        if getattr(error, "errno", None) in (errno.EMFILE, errno.ENFILE):
            return True
        seen.append(error)
        error = error.__cause__ or error.__context__
    return False


def name_of(error: BaseException) -> str:
    """What a log may say of an error: its type, because its text may have an address or a secret.

    Every new connection needs a file descriptor. That there are no more is neither Telegram's nor
    the database's fault, so it is said in words.
    """
    return NO_MORE_FILES if lacks_files(error) else type(error).__name__


class TroubleLog:
    """One kind of trouble, such as polling that fails.

    Args:
        log: where the lines go.
        what: the beginning of both lines, such as "polling".
    """

    def __init__(self, log: logging.Logger, what: str) -> None:
        self._log = log
        self._what = what
        self._why: str | None = None
        self._count = 0
        self._begun_at = 0.0

    @property
    def is_on(self) -> bool:
        """Whether it has begun and is not over."""
        return self._why is not None

    def happened(self, why: str, level: int = logging.WARNING) -> None:
        """Say that something fails, unless the same was said since it last went well."""
        self._count += 1
        if self._why is None:
            self._begun_at = time.monotonic()
        if why != self._why:
            # As one text, because lines of the same form count as repeated, and this one is new.
            self._log.log(level, f"{self._what} fails: {why}")
        self._why = why

    def over(self) -> None:
        """Say that it goes well again, if it had failed."""
        if self._why is None:
            return
        self._log.warning(
            f"{self._what} goes well again after %.0f s; it had failed %s times",
            time.monotonic() - self._begun_at,
            self._count,
        )
        self._why, self._count = None, 0
