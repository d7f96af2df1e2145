"""Removes reminders that nobody answered, and makes older messages smaller.

When the next reminder goes out, the message before it is marked with an instant
(``deliveries.tidy_at``), in the transaction that records the success. A message that no other one
follows has its instant from the start: when it is of no use any more, and before it gets too old
for Telegram to delete it. Nothing is sent here: a task of the leader looks for such messages and
deals with them one person after another. It begins only while no reminder waits, and takes its
turns from the same pace, so neither reminders nor replies wait for it.

Both requests can be repeated without harm (Telegram passes over messages that are gone). So a kill
between a request and the note of it costs one request.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

import sqlalchemy as sa
from sqlmodel import col
from telegram import Bot

from bot.database.engine import Session
from bot.database.errors import is_database_unreachable
from bot.database.models import Answer, Delivery, Kind
from bot.dispatch.claims import ClaimedDelivery, stale
from bot.dispatch.dispatcher import Dispatcher, Renderer
from bot.dispatch.outcomes import STALE_AFTER, Closing, Removal, Superseded
from bot.dispatch.pace import Pace
from bot.telegram import sender
from bot.telegram.context import Deps
from bot.telegram.message import Message
from bot.telegram.sender import Failed, NotSent, Outcome, RetryLater, Unknown

log = logging.getLogger(__name__)

DELETABLE = timedelta(hours=47)
"""Younger messages are deleted; Telegram allows it for 48 hours."""
AT_ONCE = 40
"""The most deliveries that are looked at together."""
LOOK_SECONDS = 10.0
"""The interval between looks; a reminder that makes an older message obsolete causes one more."""
BUSY_SECONDS = 1.0
"""The pause between looks while reminders wait to be sent."""
REST_SECONDS, LONGEST_REST_SECONDS = 5.0, 60.0
"""How long it rests after Telegram refused, or the database failed."""
AGAIN_AFTER = timedelta(minutes=1)
"""When a message that could not be changed is looked at again."""


class Step(Enum):
    """What is done with the message of a delivery."""

    DELETE = "delete"
    SHRINK = "shrink"
    """It becomes one line without buttons."""
    LEAVE = "leave"


def step_for(closing: Closing | None, delivery: Delivery, now: datetime) -> Step:
    """What is to be done with a message now. Pure.

    Args:
        closing: what its feature wants.
        delivery: its row.
        now: the current instant (aware, UTC).
    """
    if closing is None or delivery.message_id is None or delivery.later_at is not None:
        return Step.LEAVE
    age = now - (delivery.sent_at or delivery.due_at)
    goes = closing.removal is Removal.AT_ONCE or (
        closing.removal is Removal.LATER and age >= STALE_AFTER
    )
    if goes and _is_unanswered(delivery) and age < DELETABLE:
        return Step.DELETE
    return Step.SHRINK if delivery.has_buttons and closing.line is not None else Step.LEAVE


def _is_unanswered(delivery: Delivery) -> bool:
    return delivery.answer in {None, Answer.NO_ANSWER}


@dataclass(frozen=True)
class _Stale:
    """A delivery whose message is looked at, and what is done with it."""

    delivery_id: int
    user_id: int
    message_id: int | None
    closing: Closing | None
    step: Step
    again_at: datetime | None
    """When it is looked at once more."""


@dataclass(frozen=True)
class OldMessage:
    """A message of a feature that is to be made smaller, and what is shown in its place."""

    key: int
    """The id of the feature's row."""
    user_id: int
    message_id: int
    message: Message


class OldMessages(Protocol):
    """Messages of a feature, other than reminders, that are made smaller when they are old."""

    async def due(self, session: Session, now: datetime, most: int) -> Sequence[OldMessage]:
        """The messages that are due."""
        ...

    async def settle(
        self, session: Session, one: OldMessage, now: datetime, again_at: datetime | None
    ) -> None:
        """Note that one was made smaller, or when it is tried again.

        Args:
            session: the open transaction.
            one: from ``due``.
            now: the instant that ``due`` was asked with.
            again_at: None: it is done.
        """
        ...


class Tidier:
    """Deletes or shrinks old messages in a background task, between ``start`` and ``stop``.

    Args:
        deps: what the composition root hands in.
        bot: carries out the requests.
        pace: that of the reminders.
        dispatcher: says whether reminders wait, and when one has left another behind.
        renderers: the features that wrote the messages, by kind.
        is_leader: whether this process does this work.
        further: messages of features other than reminders.
    """

    def __init__(
        self,
        deps: Deps,
        bot: Bot,
        pace: Pace,
        dispatcher: Dispatcher,
        renderers: Mapping[Kind, Renderer],
        is_leader: Callable[[], bool],
        further: Sequence[OldMessages] = (),
    ) -> None:
        self._deps = deps
        self._bot = bot
        self._pace = pace
        self._renderers = renderers
        self._dispatcher = dispatcher
        self._is_leader = is_leader
        self._further = further
        self._working = asyncio.Lock()
        self._rest_seconds = 0.0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look, in the background."""
        self._task = asyncio.create_task(self._run(), name="tidier")

    async def stop(self) -> None:
        """Stop. What is cut off in the middle is done again after the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def run_dry(self) -> None:
        """Deal with everything that is due now (sandbox and tests)."""
        while await self._some():
            pass

    async def _run(self) -> None:
        closes = self._dispatcher.closes
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await closes.wait()
            closes.clear()
            more = True
            while more:
                more = await self._try_some()
                await asyncio.sleep(self._rest_seconds)

    async def _try_some(self) -> bool:
        """Deal with some messages; returns whether there may be more. Never raises."""
        self._rest_seconds = 0.0
        if not self._is_leader():
            return False
        if self._dispatcher.is_busy:
            self._rest_seconds = BUSY_SECONDS
            return True
        try:
            return await self._some()
        except Exception as error:
            self._rest_seconds = REST_SECONDS
            if is_database_unreachable(error):
                log.debug("the database cannot be reached (old messages)")
            else:
                log.exception("old messages were not removed; this will be tried again")
            return False

    async def _some(self) -> bool:
        """Deal with some messages; returns whether there were any."""
        async with self._working:
            now = self._deps.clock.now()
            async with self._deps.database.transaction() as session:
                rows = await stale(session, now, AT_ONCE)
                found = [self._looked_at(delivery, claimed, now) for delivery, claimed in rows]
                await _note_left(session, [one for one in found if one.step is Step.LEAVE])
            by_person: dict[int, list[_Stale]] = {}
            for one in found:
                if one.step is Step.DELETE:
                    by_person.setdefault(one.user_id, []).append(one)
            for group in by_person.values():
                await self._delete(group)
            for one in found:
                if one.step is Step.SHRINK:
                    await self._shrink(one)
            smaller = [await self._make_smaller(which, now) for which in self._further]
            return bool(found) or any(smaller)

    async def _make_smaller(self, which: OldMessages, now: datetime) -> bool:
        """Make some messages of a feature smaller; returns whether there were any."""
        async with self._deps.database.transaction() as session:
            due = await which.due(session, now, AT_ONCE)
        for one in due:
            await self._pace.turn()
            outcome = await sender.edit(self._bot, one.user_id, one.message_id, one.message)
            wait = self._wait_after(outcome)
            again_at = None if wait is None else self._deps.clock.now() + wait
            async with self._deps.database.transaction() as session:
                await which.settle(session, one, now, again_at)
        return bool(due)

    def _looked_at(self, delivery: Delivery, claimed: ClaimedDelivery, now: datetime) -> _Stale:
        earlier = Superseded(
            claimed.delivery_id,
            delivery.message_id or 0,
            delivery.due_at,
            delivery.night_on,
            delivery.answer or Answer.NO_ANSWER,
            is_last=delivery.answer is None,
        )
        try:
            closing = self._renderers[delivery.kind].closed(claimed, earlier)
        except Exception:
            log.exception("the message of delivery %s stays as it is", delivery.id)
            closing = None
        step = step_for(closing, delivery, now)
        old_at = (delivery.sent_at or now) + STALE_AFTER
        comes_again = closing is not None and closing.removal is not Removal.NEVER and old_at > now
        return _Stale(
            claimed.delivery_id,
            delivery.user_id,
            delivery.message_id,
            closing,
            step,
            old_at if comes_again and _is_unanswered(delivery) else None,
        )

    async def _delete(self, group: Sequence[_Stale]) -> None:
        """Delete messages of one person with one request.

        Telegram refuses all of them for one that it does not delete; then each is asked for alone,
        and what it does not delete becomes one line.
        """
        await self._pace.turn()
        ids = [one.message_id for one in group if one.message_id is not None]
        outcome = await sender.delete(self._bot, group[0].user_id, ids)
        if not isinstance(outcome, Failed):
            await self._note(group, outcome, is_gone=True)
        elif len(group) > 1:
            for one in group:
                await self._delete([one])
        else:
            await self._shrink(group[0])

    async def _shrink(self, one: _Stale) -> None:
        """Replace a message by one line without buttons."""
        outcome: Outcome = Failed("there is nothing to show")
        if one.message_id is not None and one.closing is not None and one.closing.line is not None:
            await self._pace.turn()
            outcome = await sender.edit(self._bot, one.user_id, one.message_id, one.closing.line)
        await self._note([one], outcome, is_gone=False)

    async def _note(self, group: Sequence[_Stale], outcome: Outcome, *, is_gone: bool) -> None:
        """Store what became of messages. What was refused for now is tried again later."""
        wait = self._wait_after(outcome)
        now = self._deps.clock.now()
        async with self._deps.database.transaction() as session:
            for one in group:
                if wait is not None:
                    await _set(session, one, {"tidy_at": now + wait})
                elif is_gone:
                    await _set(session, one, _gone(now))
                else:
                    is_interim = one.closing is not None and one.closing.is_interim
                    values = {"tidy_at": one.again_at, "has_buttons": is_interim}
                    await _set(session, one, values)

    def _wait_after(self, outcome: Outcome) -> timedelta | None:
        """When what was refused for now is tried again; None: it is done, or never will be."""
        if isinstance(outcome, RetryLater):
            self._rest_seconds = min(outcome.after.total_seconds(), LONGEST_REST_SECONDS)
            return max(outcome.after, AGAIN_AFTER)
        if isinstance(outcome, NotSent | Unknown):
            self._rest_seconds = REST_SECONDS
            return AGAIN_AFTER
        return None


def _gone(now: datetime) -> Mapping[str, object]:
    """The columns of a delivery whose message was removed: it counts as not answered."""
    return {
        "tidy_at": None,
        "has_buttons": False,
        "message_id": None,
        "answer": sa.func.coalesce(col(Delivery.answer), Answer.NO_ANSWER),
        "answered_at": sa.func.coalesce(col(Delivery.answered_at), now),
    }


async def _set(session: Session, one: _Stale, values: Mapping[str, object]) -> None:
    """Change the row of a delivery, unless the person has answered it or asked for it again."""
    await session.exec(
        sa.update(Delivery)
        .where(
            col(Delivery.id) == one.delivery_id,
            col(Delivery.message_id) == one.message_id,
            col(Delivery.tidy_at).is_not(None),
        )
        .values(values)
    )


async def _note_left(session: Session, left: Sequence[_Stale]) -> None:
    """Note which messages stay as they are, and which are looked at once more."""
    for one in left:
        values: dict[str, object] = {"tidy_at": one.again_at}
        if one.closing is None:
            values["has_buttons"] = False
        await session.exec(
            sa.update(Delivery).where(col(Delivery.id) == one.delivery_id).values(values)
        )
