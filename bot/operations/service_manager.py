"""Tells systemd that the bot is ready, alive, or stopping (the protocol of ``sd_notify``).

With ``WatchdogSec=`` in the unit, systemd restarts a bot whose event loop hangs.
"""

import asyncio
import logging
import socket

log = logging.getLogger(__name__)

READY, ALIVE, STOPPING = "READY=1", "WATCHDOG=1", "STOPPING=1"
MICROSECONDS = 1_000_000


class ServiceManager:
    """The connection to systemd's notification socket; without one, nothing is sent.

    Args:
        address: the path of the socket (``$NOTIFY_SOCKET``), ``@`` for an abstract one; or None.
        watchdog_microseconds: after what silence systemd acts (``$WATCHDOG_USEC``); or None.
    """

    def __init__(self, address: str | None, watchdog_microseconds: int | None) -> None:
        self._address = None if address is None else address.replace("@", "\0", 1)
        self._interval = (watchdog_microseconds or 0) / MICROSECONDS / 2
        self._alive: asyncio.Task[None] | None = None

    def ready(self) -> None:
        """Say that the bot serves people, and from now on that it is alive."""
        self._send(READY)
        if self._interval and self._address is not None:
            self._alive = asyncio.create_task(self._stay_alive(), name="watchdog")

    def stopping(self) -> None:
        """Say that the bot is about to end."""
        if self._alive is not None:
            self._alive.cancel()
        self._send(STOPPING)

    async def _stay_alive(self) -> None:
        while True:
            self._send(ALIVE)
            await asyncio.sleep(self._interval)

    def _send(self, state: str) -> None:
        if self._address is None:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.setblocking(False)
                sender.connect(self._address)
                sender.send(state.encode())
        except OSError as error:
            log.debug("systemd was not told %s (%s)", state, type(error).__name__)
