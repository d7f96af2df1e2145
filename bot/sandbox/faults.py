"""Faults that can be injected into the Bot API: errors, delays and broken connections."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "too_many_requests",
    "server_error",
    "garbage",
    "drop_before",
    "drop_after",
    "slow",
    "hang",
    "bad_gateway",
    "gateway_timeout",
    "block_page",
    "missing_page",
    "unauthorized",
    "logged_out",
    "all_blocked",
    "incomplete",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
PAGE = "<html><head><title>{}</title></head></html>"
FAILURE = '{{"ok":false,"error_code":{},"description":"{}"}}'
ANSWERS: Mapping[Kind, tuple[int, str]] = {
    "server_error": (500, PAGE.format("500 Internal Server Error")),
    "garbage": (200, PAGE.format("Please log in to this network")),
    "bad_gateway": (502, PAGE.format("502 Bad Gateway")),
    "gateway_timeout": (504, PAGE.format("504 Gateway Time-out")),
    "block_page": (403, PAGE.format("This page is blocked")),
    "missing_page": (404, PAGE.format("404 Not Found")),
    "unauthorized": (401, FAILURE.format(401, "Unauthorized")),
    "logged_out": (400, FAILURE.format(400, "Logged out")),
    "all_blocked": (403, FAILURE.format(403, "Forbidden: bot was blocked by the user")),
    "incomplete": (200, '{"ok":true,"result":{}}'),
}
"""Faults that are answers: status code and body. The method is not executed."""


@dataclass
class Fault:
    """An active fault."""

    kind: Kind
    method: str | None = None
    times: int | None = None
    chat_id: int | None = None
    retry_after: int | None = 1
    seconds: float = 1.0

    def fits(self, method: str, chat_id: int | None) -> bool:
        """Return whether this fault hits a request; the method is in lower case."""
        if self.chat_id is not None and self.chat_id != chat_id:
            return False
        if self.method is None:
            return method != "getupdates"
        return self.method in ("*", method)


class Faults:
    """The active faults; at most one hits a request, the oldest first."""

    def __init__(self) -> None:
        self.active: list[Fault] = []

    def set(
        self,
        kind: Kind,
        *,
        method: str | None = None,
        times: int | None = None,
        chat_id: int | None = None,
        retry_after: int | None = 1,
        seconds: float = 1.0,
    ) -> Fault:
        """Activate a fault.

        Args:
            kind: ``too_many_requests`` is a 429 (without "parameters" when ``retry_after`` is
                None). Those of ``ANSWERS`` are pages or answers that do not fit the request.
                ``drop_before`` and ``drop_after`` close the connection without an answer,
                before or after executing the method. ``slow`` answers after ``seconds``, and
                ``hang`` never answers.
            method: one method; None for all but getUpdates; ``"*"`` for all.
            times: how many requests it hits; None for all until it is cleared.
            chat_id: only requests about this chat.
            retry_after: seconds to wait, for ``too_many_requests``.
            seconds: the delay, for ``slow``.
        """
        if kind not in KINDS:
            raise ValueError(f"no such fault: {kind}")
        name = None if method is None else method.lower()
        fault = Fault(kind, name, times, chat_id, retry_after, seconds)
        self.active.append(fault)
        return fault

    def clear(self, kind: Kind | None = None) -> None:
        """Deactivate the faults of one kind, or all."""
        self.active = [fault for fault in self.active if kind is not None and fault.kind != kind]

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """Return the fault that hits a request, if any, and count the hit."""
        for fault in self.active:
            if fault.fits(method, chat_id):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self.active.remove(fault)
                return fault
        return None
