"""Logs a problem once when it begins and once when it is over, however often it occurs."""

import errno
import logging
import time

NO_MORE_FILES = "no more files can be opened, see ulimit -n"


def is_out_of_file_descriptors(error: BaseException | None) -> bool:
    """Whether no more files and connections can be opened: by this error or by one that led to it.

    This passes by itself, so the work can be tried again. The chain of causes may contain itself:
    an error can be raised again while one that it has caused is handled.
    """
    seen: list[BaseException] = []
    while error is not None and not any(error is one for one in seen):
        if getattr(error, "errno", None) in (errno.EMFILE, errno.ENFILE):
            return True
        seen.append(error)
        error = error.__cause__ or error.__context__
    return False


def name_of(error: BaseException) -> str:
    """An error as logs name it: by its type, because its text may contain an address or a secret.

    When no more files can be opened, it says that instead: every connection needs a file
    descriptor, so neither Telegram nor the database is at fault.
    """
    return NO_MORE_FILES if is_out_of_file_descriptors(error) else type(error).__name__


class TroubleLog:
    """One kind of problem, such as polling that fails.

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
        """Whether the problem has begun and is not over."""
        return self._why is not None

    def happened(self, why: str, level: int = logging.WARNING) -> None:
        """Log that something fails, unless the same reason was logged since it last worked."""
        self._count += 1
        if self._why is None:
            self._begun_at = time.monotonic()
        if why != self._why:
            # Formatted here: ``RepeatFilter`` drops lines of the same form, and this reason is a
            # new one.
            self._log.log(level, f"{self._what} fails: {why}")
        self._why = why

    def over(self) -> None:
        """Log that it works again, if it had failed."""
        if self._why is None:
            return
        self._log.warning(
            f"{self._what} goes well again after %.0f s; it had failed %s times",
            time.monotonic() - self._begun_at,
            self._count,
        )
        self._why, self._count = None, 0
