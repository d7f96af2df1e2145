"""Intake: an update is handled, its effect is committed, and only then is it acknowledged.

``raw update → check and parse → handle in the person's order → commit → acknowledge``

python-telegram-bot's own Updater and webhook server acknowledge first, so a kill loses taps. Here
an update can arrive twice instead, so handlers are idempotent: they set values and add none.
"""

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any
from weakref import WeakValueDictionary

from structlog.contextvars import bound_contextvars
from telegram import Bot, Update
from telegram.ext import Application

from bot import metrics
from bot.database.engine import insert_for
from bot.database.errors import is_database_unreachable
from bot.database.models import FailedUpdate
from bot.telegram.context import Deps
from bot.telegram.errors import apologise, failure
from bot.telegram.update_schema import invalid_path

log = logging.getLogger(__name__)

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
TIME_LIMIT_SECONDS = 10.0
"""Time limit for one update, its replies included."""
TRIES_ON_TIME_LIMIT = 3
"""After so many time-outs an update is set aside."""
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0
"""Pauses between attempts while nothing can be fetched or stored; doubled each time."""
AnyApplication = Application[Any, Any, Any, Any, Any, Any]


class Verdict(Enum):
    """The result of handling an update."""

    DONE = "done"
    """Its effect is committed, or it cannot have one: acknowledge it."""
    STORE_UNREACHABLE = "store unreachable"
    """The database cannot be reached: do not acknowledge it."""
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
    """Gives raw updates to the Application's handlers and reports which may be acknowledged."""

    def __init__(self, application: AnyApplication, deps: Deps) -> None:
        self._application = application
        self._deps = deps
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._slow: dict[int, int] = {}

    async def take(self, raw: Mapping[str, Any]) -> Verdict:
        """Handle one raw update, after every earlier one of the same person."""
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
        fault = invalid_path(asked)
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
        """Store an update that hit a bug for replay after a fix, and go on with the next one."""
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
        """Handle a batch: one person's updates in order, different people concurrently.

        Returns:
            The offset up to which updates may be acknowledged, and whether all were handled.
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
