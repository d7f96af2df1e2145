"""Polling: fetches updates, and acknowledges them once they are in the inbox."""

import asyncio
import json
import logging
import math
import time
from collections.abc import Callable
from typing import Any

from telegram import Bot
from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError

from bot import metrics
from bot.telegram.bot_api_answers import RefusedError, UnreadableAnswerError
from bot.telegram.intake import Intake
from bot.telegram.raw_update import ALLOWED_UPDATES
from bot.telegram.stopping import rest
from bot.trouble_log import TroubleLog

log = logging.getLogger(__name__)

LONG_POLL_SECONDS = 40
"""Less than a minute: when no poll was answered for a minute, alerts and ``/readyz`` report that
nobody polls."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0
"""Pauses between attempts while nothing can be fetched or stored; doubled each time."""
LONGEST_TURN_SECONDS = 60.0
"""Two processes with one token end each other's polls, so they take turns of up to this long."""
CONFLICT_OVER_SECONDS = 300.0
"""After this long without a conflict, the next conflict begins with the shortest turn again."""
SAY_AGAIN_SECONDS = 3600.0
"""How often a conflict that goes on is logged."""


class Polling:
    """Fetches updates and acknowledges what the intake has stored.

    Args:
        bot: asks Telegram.
        intake: stores updates.
        may_poll: whether this process is still the leader. One that was replaced while it was
            frozen must not end the poll of its successor.
    """

    def __init__(self, bot: Bot, intake: Intake, may_poll: Callable[[], bool]) -> None:
        self._bot = bot
        self._intake = intake
        self._may_poll = may_poll
        self._polled_at = time.monotonic()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._offset = 0
        self._turn = FIRST_PAUSE_SECONDS
        self._conflict_at = self._said_at = -math.inf
        self._trouble = TroubleLog(log, "polling")

    @property
    def unpolled_seconds(self) -> float:
        """Seconds since Telegram last answered a poll, or since the start."""
        return time.monotonic() - self._polled_at

    def start(self) -> None:
        """Begin to poll in the background."""
        self._task = asyncio.create_task(self._run(), name="polling")

    async def stop(self) -> None:
        """Store and acknowledge the batch in hand, and stop."""
        self._stopping.set()
        if self._task is not None:
            await self._task
            self._task = None

    async def _run(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while not self._stopping.is_set():
            if not self._may_poll():
                await rest(self._stopping, FIRST_PAUSE_SECONDS)
                continue
            try:
                raws = await self._interruptible_fetch()
                if raws is None:
                    break
                self._polled_at = time.monotonic()
                metrics.LAST_POLL.set_to_current_time()
                went_well = True
                if raws:
                    went_well = await self._intake.accept(raws)
                    if went_well:
                        self._offset = raws[-1]["update_id"] + 1
            except Conflict as error:
                await rest(self._stopping, self._turn_after(error))
                continue
            except RetryAfter as error:
                self._trouble.happened("Telegram asks to poll more slowly")
                wait = error.retry_after
                seconds = wait if isinstance(wait, int) else wait.total_seconds()
                await rest(self._stopping, min(seconds, LONGEST_PAUSE_SECONDS))
                continue
            except (EndPointNotFound, InvalidToken):
                # EndPointNotFound: what do_api_request makes of an InvalidToken.
                self._trouble.happened(
                    "Telegram does not know the token (BOT_TOKEN)", logging.ERROR
                )
                went_well = False
            except TelegramError as error:
                self._trouble.happened(f"{type(error).__name__} ({_brief(error)})")
                went_well = False
            except Exception:
                log.exception("polling failed")
                went_well = False
            if went_well:
                self._trouble.over()
                pause = FIRST_PAUSE_SECONDS
            else:
                await rest(self._stopping, pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        await self._acknowledge()

    def _turn_after(self, error: Conflict) -> float:
        """How long the other process may poll (seconds); says once an hour that there is one.

        Polls that went well in between change nothing: the other one was waiting then.
        """
        now = time.monotonic()
        if now - self._conflict_at > CONFLICT_OVER_SECONDS:
            self._turn = FIRST_PAUSE_SECONDS
        self._conflict_at = now
        self._turn = min(self._turn * 2, LONGEST_TURN_SECONDS)
        if now - self._said_at > SAY_AGAIN_SECONDS:
            self._said_at = now
            if "webhook" in str(error).casefold():
                log.error("Telegram sends updates to a webhook, and this process gets none")
            else:
                log.error("another process polls with this token; they take turns until one ends")
        return self._turn

    async def _fetch(self) -> list[dict[str, Any]]:
        # The raw method: ``get_updates`` parses the whole batch and raises on one bad update.
        result = await self._bot.do_api_request(
            "getUpdates",
            {
                "offset": self._offset,
                "timeout": LONG_POLL_SECONDS,
                "allowed_updates": json.dumps(ALLOWED_UPDATES),
            },
            read_timeout=LONG_POLL_SECONDS + 10,
        )
        return [raw for raw in result if isinstance(raw, dict) and "update_id" in raw]

    async def _interruptible_fetch(self) -> list[dict[str, Any]] | None:
        fetch = asyncio.create_task(self._fetch())
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({fetch, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not fetch.done():
                return None
            return fetch.result()
        finally:
            for task in (fetch, stopping):
                task.cancel()
            await asyncio.gather(fetch, stopping, return_exceptions=True)

    async def _acknowledge(self) -> None:
        if not self._offset or not self._may_poll():
            return
        try:
            await self._bot.do_api_request(
                "getUpdates",
                {"offset": self._offset, "timeout": 0, "limit": 1},
                read_timeout=4,
            )
        except TelegramError as error:
            log.info("the last updates will come again: %s", type(error).__name__)


def _brief(error: TelegramError) -> str:
    """A network error in a few words for the log, because its own text may be long."""
    return error.message if isinstance(error, RefusedError | UnreadableAnswerError) else "no answer"
