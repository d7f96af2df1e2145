"""Logs a trouble once when it begins and once when it is over, however often it is met."""

import logging
import time


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

    def happened(self, why: str, level: int = logging.WARNING) -> None:
        """Say that something fails, unless the same was said since it last went well."""
        self._count += 1
        if self._why is None:
            self._begun_at = time.monotonic()
        if why != self._why:
            self._log.log(level, "%s fails: %s", self._what, why)
        self._why = why

    def over(self) -> None:
        """Say that it goes well again, if it had failed."""
        if self._why is None:
            return
        self._log.warning(
            "%s goes well again after %.0f s; it had failed %s times",
            self._what,
            time.monotonic() - self._begun_at,
            self._count,
        )
        self._why, self._count = None, 0
