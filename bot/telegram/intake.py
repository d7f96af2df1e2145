"""Intake: an update is processed, its effect committed, and only then acknowledged.

``raw update → parse alone → process in the person's order → committed? → acknowledge``

python-telegram-bot's own Updater and webhook server acknowledge first; a kill then loses taps.
Here an update may come twice instead, so handlers set and never add.
"""

import asyncio
import json
import logging
import math
import time
import warnings
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any
from weakref import WeakValueDictionary

from structlog.contextvars import bound_contextvars
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.ext import Application

from bot import metrics
from bot.database.engine import insert_for
from bot.database.errors import is_database_unreachable
from bot.database.models import FailedUpdate
from bot.telegram.context import Deps
from bot.telegram.errors import apologise, failure
from bot.telegram.update_schema import fault_of

log = logging.getLogger(__name__)

# The raw method is used on purpose: see Polling._fetch.
warnings.filterwarnings("ignore", message="Please use 'Bot.getUpdates'")

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
LONG_POLL_SECONDS = 50
TIME_LIMIT_SECONDS = 10.0
"""For one update. Slow work is a row that is done outside the intake."""
TRIES_ON_TIME_LIMIT = 3
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0
"""Between tries while nothing can be fetched or stored; doubled each time."""
LONGEST_TURN_SECONDS = 60.0
"""Two processes with one token end each other's polls. Both then take turns of up to so long."""
CONFLICT_OVER_SECONDS = 300.0
SAY_AGAIN_SECONDS = 3600.0

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


class Verdict(Enum):
    """What became of an update."""

    DONE = "done"
    """Its effect is committed, or it can never have one: acknowledge."""
    STORE_UNREACHABLE = "store unreachable"
    """Nothing can be committed now: do not acknowledge."""
    TOO_SLOW = "too slow"


def sender_of(raw: Mapping[str, Any]) -> int | None:
    """The id of the person behind a raw update of a kind that is asked for."""
    for kind in ALLOWED_UPDATES:
        sender = raw.get(kind)
        if isinstance(sender, dict) and isinstance(sender.get("from"), dict):
            identity = sender["from"].get("id")
            return identity if isinstance(identity, int) else None
    return None


class Intake:
    """Takes raw updates to the Application's handlers and says what may be acknowledged."""

    def __init__(self, application: AnyApplication, deps: Deps) -> None:
        self._application = application
        self._deps = deps
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._slow: dict[int, int] = {}

    async def take(self, raw: Mapping[str, Any]) -> Verdict:
        """Process one raw update, after every earlier one of the same person."""
        sender = sender_of(raw)
        if sender is None:
            return await self._measured(raw)
        lock = self._locks.setdefault(sender, asyncio.Lock())
        async with lock:
            return await self._measured(raw)

    async def _measured(self, raw: Mapping[str, Any]) -> Verdict:
        kind = next((kind for kind in ALLOWED_UPDATES if kind in raw), "other")
        with (
            bound_contextvars(update_id=raw.get("update_id")),
            metrics.UPDATE_SECONDS.labels(kind).time(),
        ):
            verdict = await self._process(raw)
        metrics.UPDATES.labels(kind, verdict.value).inc()
        message = raw.get("message")
        if verdict is Verdict.DONE and isinstance(message, dict):
            sent_at = message.get("date")
            if isinstance(sent_at, int):
                metrics.TAP_TO_COMMIT.observe(max(0.0, time.time() - sent_at))
        return verdict

    async def _process(self, raw: Mapping[str, Any]) -> Verdict:
        number = raw.get("update_id")
        bot: Bot = self._application.bot
        asked = {name: raw[name] for name in ("update_id", *ALLOWED_UPDATES) if name in raw}
        fault = fault_of(asked)
        if fault is not None:
            log.error("update %s cannot be read (%s) and is left out", number, fault)
            return Verdict.DONE
        try:
            update = Update.de_json(asked, bot)
        except Exception:  # whatever is wrong with one update must not stop the rest
            log.exception("update %s cannot be read and is left out", number)
            return Verdict.DONE
        failure.set(None)
        try:
            async with asyncio.timeout(TIME_LIMIT_SECONDS):
                await self._application.process_update(update)
        except TimeoutError:
            return await self._too_slow(raw, update)
        except Exception as problem:  # outside of any handler, where no error handler hears of it
            log.exception("update %s broke on its way to a handler", number)
            failure.set(problem)
        error = failure.get()
        if error is None:
            self._slow.pop(update.update_id, None)
            return Verdict.DONE
        if is_database_unreachable(error):
            return Verdict.STORE_UNREACHABLE
        return await self._set_aside(raw, update, type(error).__name__)

    async def _too_slow(self, raw: Mapping[str, Any], update: Update) -> Verdict:
        tries = self._slow.get(update.update_id, 0) + 1
        self._slow[update.update_id] = tries
        log.error("update %s took over %s s (try %s)", update.update_id, TIME_LIMIT_SECONDS, tries)
        if tries < TRIES_ON_TIME_LIMIT:
            return Verdict.TOO_SLOW
        self._slow.pop(update.update_id, None)
        return await self._set_aside(raw, update, "TimeLimit")

    async def _set_aside(self, raw: Mapping[str, Any], update: Update, error: str) -> Verdict:
        """A handler's own bug: keep the update for replay after the mend; the queue goes on."""
        try:
            await self._keep(raw, update, error)
        except Exception as problem:
            if is_database_unreachable(problem):
                return Verdict.STORE_UNREACHABLE
            log.exception("update %s could not be kept for replay", update.update_id)
        person = update.effective_user
        if person is not None:
            await apologise(self._application.bot, person.id, person.language_code)
        return Verdict.DONE

    async def _keep(self, raw: Mapping[str, Any], update: Update, error: str) -> None:
        row = {
            "update_id": update.update_id,
            "user_id": sender_of(raw),
            "raw": dict(raw),
            "error": error[:200],
            "failed_at": self._deps.clock.now(),
        }
        async with self._deps.database.transaction() as session:
            insert = insert_for(session)(FailedUpdate)
            await session.exec(insert.values(row).on_conflict_do_nothing())

    async def take_batch(self, raws: list[dict[str, Any]]) -> tuple[int, bool]:
        """Process a batch: one person's updates in order, different people side by side.

        Returns:
            The offset up to which Telegram may forget, and whether all went well.
        """
        lanes: dict[object, list[dict[str, Any]]] = {}
        for raw in raws:
            sender = sender_of(raw)
            lanes.setdefault(raw["update_id"] if sender is None else (sender,), []).append(raw)
        failed = [
            number
            for number in await asyncio.gather(*(self._lane(lane) for lane in lanes.values()))
            if number is not None
        ]
        return (min(failed), False) if failed else (raws[-1]["update_id"] + 1, True)

    async def _lane(self, raws: Iterable[dict[str, Any]]) -> int | None:
        for raw in raws:
            if await self.take(raw) is not Verdict.DONE:
                return int(raw["update_id"])
        return None


class Polling:
    """Fetches updates and acknowledges what the intake has committed."""

    def __init__(self, application: AnyApplication, intake: Intake) -> None:
        self._bot: Bot = application.bot
        self._intake = intake
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._offset = 0
        self._turn = FIRST_PAUSE_SECONDS
        self._conflict_at = self._said_at = -math.inf

    def start(self) -> None:
        """Begin to poll in the background."""
        self._task = asyncio.create_task(self._run(), name="polling")

    async def stop(self) -> None:
        """Finish the batch in hand, acknowledge it, and stop."""
        self._stopping.set()
        if self._task is not None:
            await self._task
            self._task = None

    async def _run(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while not self._stopping.is_set():
            try:
                raws = await self._interruptible_fetch()
                if raws is None:
                    break
                went_well = True
                if raws:
                    self._offset, went_well = await self._intake.take_batch(raws)
            except Conflict as error:
                await self._rest(self._turn_after(error))
                continue
            except RetryAfter as error:
                log.warning("telegram asks to poll more slowly")
                wait = error.retry_after
                await self._rest(wait if isinstance(wait, int) else wait.total_seconds())
                continue
            except InvalidToken:
                log.error("Telegram does not know this token (BOT_TOKEN); trying again")
                went_well = False
            except TelegramError as error:
                log.warning("polling failed: %s", type(error).__name__)
                went_well = False
            except Exception:
                log.exception("polling failed")
                went_well = False
            if went_well:
                pause = FIRST_PAUSE_SECONDS
            else:
                await self._rest(pause)
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

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def _acknowledge(self) -> None:
        if not self._offset:
            return
        try:
            await self._bot.do_api_request(
                "getUpdates",
                {"offset": self._offset, "timeout": 0, "limit": 1},
                read_timeout=4,
            )
        except TelegramError as error:
            log.info("the last updates will come again: %s", type(error).__name__)


__all__ = ["ALLOWED_UPDATES", "Intake", "Polling", "Verdict", "sender_of"]
