"""Notifies operators once when an alert starts to fire, and once when it is resolved.

The alerts that operators were notified of are stored in the ``facts`` table, so a restart or
another replica does not repeat them. While the database is down nothing can be stored, so that
one alert is kept in this process's memory; a process started meanwhile waits for the database
before it gets this far.

The leader notifies. When there is none, the replica that stores first that nobody leads says so,
and the next leader says when it is over.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import col, select
from telegram import Bot

from bot import metrics
from bot.clock import CheckedClock
from bot.database.engine import Session, insert_for
from bot.database.errors import NewerSchemaError
from bot.database.facts import set_fact
from bot.database.models import Fact, User
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator, translator
from bot.operations.alert_thresholds import UNLED_SECONDS, is_telegram_error
from bot.operations.alerts import messages
from bot.operations.alerts.rules import Alert, Measurements, changes
from bot.operations.backlog import Backlog, count_backlog
from bot.operations.disk import free_bytes
from bot.telegram import sender
from bot.telegram.context import Deps
from bot.telegram.sender import NotSent, RetryLater, Sent

log = logging.getLogger(__name__)

FIRING_FACT = "operators_told"
"""The fact whose value lists the firing alerts, separated by commas."""
ANSWERS_WINDOW = timedelta(minutes=5)
DATABASE_TIMEOUT_SECONDS = 10.0
"""A database that takes longer to answer counts as down."""
DATABASE_ALONE_SECONDS = 300
"""After this long, a replica that was not the last leader also reports that the database is down.
The last leader has said so long ago, unless it has gone with the database."""


class Monitor:
    """Measures the installation now and then; of several replicas only the leader notifies.

    Args:
        deps: what the composition root hands in.
        bot: sends the messages.
        is_leader: whether this process leads.
        unpolled_seconds: how long ago this process has polled; None if it does not poll.
        unled_seconds: for how long no process has led; None if that is not known.
    """

    def __init__(
        self,
        deps: Deps,
        bot: Bot,
        is_leader: Callable[[], bool],
        unpolled_seconds: Callable[[], float | None],
        unled_seconds: Callable[[], float | None],
    ) -> None:
        self._deps = deps
        self._unpolled_seconds = unpolled_seconds
        self._unled_seconds = unled_seconds
        self._bot = bot
        self._is_leader = is_leader
        self._lock = asyncio.Lock()
        self._notifies = False
        """Whether this process notifies operators. While the database is down no process is the
        leader, so the last one goes on until the database is up again."""
        self._firing: dict[int, set[Alert]] = {one: set() for one in deps.settings.admin_user_ids}
        """Operator → the firing alerts that they were notified of."""
        self._stored: frozenset[Alert] | None = None
        """The firing alerts in the database; None: not read yet."""
        self._own = {Alert.DATABASE}
        """Alerts that could not be stored, so that this process reports their end, whoever leads
        then."""
        self._translators: dict[int, Translator] = {}
        self._down_since: datetime | None = None
        self._up_since: datetime | None = None
        self._answers: deque[tuple[datetime, int, int]] = deque()
        """Samples: an instant, and how many answers and errors Telegram had given to this process
        by then."""
        self._is_backed_up: bool | None = None

    def record_backup(self, *, made: bool) -> None:
        """Record whether the latest nightly backup was made."""
        self._is_backed_up = made

    async def run_once(self) -> None:
        """Measure everything and notify operators of what has changed. Never raises."""
        async with self._lock:
            try:
                await self._run_once(self._deps.clock.now())
            except Exception:
                log.exception("operators could not be notified; this will be tried again")

    async def _run_once(self, now: datetime) -> None:
        backlog = await self._query_database(now)
        answers, errors = self._count_answers(now)
        clock = self._deps.clock
        measured = Measurements(
            database_down_seconds=_seconds_since(self._down_since, now),
            database_up_seconds=_seconds_since(self._up_since, now),
            oldest_due_seconds=None if backlog is None else backlog.oldest_seconds,
            telegram_answers=answers,
            telegram_errors=errors,
            free_disk_bytes=await asyncio.to_thread(self._free_disk_bytes),
            is_backed_up=self._is_backed_up,
            set_aside=None if backlog is None else backlog.failed_updates + backlog.given_up_jobs,
            oldest_update_seconds=None if backlog is None else backlog.oldest_update_seconds,
            are_blocks_doubted=metrics.is_on(metrics.BLOCKS_DOUBTED),
            unpolled_seconds=self._unpolled_seconds(),
            unled_seconds=self._unled(now),
            is_clock_off=clock.is_off if isinstance(clock, CheckedClock) else None,
        )
        told = await self._to_be_told(measured)
        await asyncio.gather(*(self._notify(one, measured, told) for one in self._firing))
        if not self._notifies:
            await self._after_telling(measured, told)
        if self._notifies and self._down_since is None:
            await self._store()

    # Measuring ------------------------------------------------------------------------------

    async def _query_database(self, now: datetime) -> Backlog | None:
        """What waits and what failed; None while the database is down."""
        try:
            async with (
                asyncio.timeout(DATABASE_TIMEOUT_SECONDS),
                self._deps.database.transaction() as session,
            ):
                backlog = await count_backlog(await session.connection(), now)
                await self._follow_leader(session)
        except NewerSchemaError:  # the processes of the newer version notify
            self._notifies = False
            self._down_since, self._up_since = None, self._up_since or now
            return None
        except Exception as error:
            log.debug("the database does not answer (%s)", type(error).__name__)
            self._down_since, self._up_since = self._down_since or now, None
            return None
        self._down_since, self._up_since = None, self._up_since or now
        return backlog

    async def _follow_leader(self, session: Session) -> None:
        """Read what a former leader has stored when this process becomes the leader."""
        people = await session.exec(select(User).where(col(User.id).in_(self._firing)))
        self._translators = {person.id: translator_for(person) for person in people}
        self._notifies = self._is_leader()
        if not self._notifies:
            self._stored = None
            for firing in self._firing.values():
                # The process that sent "the database is down" sends "up again" as well.
                firing.intersection_update(self._own)
            return
        fact = await session.get(Fact, FIRING_FACT)
        stored = _alerts_in(fact.value if fact else "")
        for firing in self._firing.values():
            # Another process has reported these: all of them, or since then that nobody leads.
            firing.update(stored if self._stored is None else stored & {Alert.LEADER})
        self._stored = stored

    def _count_answers(self, now: datetime) -> tuple[int, int]:
        """Telegram's answers within the window, and how many of them are errors."""
        counts = [0, 0]
        for family in metrics.ANSWERS.collect():
            for sample in family.samples:
                if sample.name.endswith("_total"):
                    counts[0] += int(sample.value)
                    if is_telegram_error(sample.labels["code"]):
                        counts[1] += int(sample.value)
        self._answers.append((now, counts[0], counts[1]))
        while self._answers[0][0] < now - ANSWERS_WINDOW and len(self._answers) > 1:
            self._answers.popleft()
        _, answers, errors = self._answers[0]
        return counts[0] - answers, counts[1] - errors

    def _unled(self, now: datetime) -> float | None:
        """For how long no process has led; None while the database is down, which is the reason,
        and just afterwards, because the election may not have noticed that it is back."""
        unled = self._unled_seconds()
        if unled and _seconds_since(self._up_since, now) < UNLED_SECONDS:
            return None
        return unled

    def _free_disk_bytes(self) -> int | None:
        return min((free for _, free in free_bytes(self._deps.settings)), default=None)

    # Notifying ------------------------------------------------------------------------------

    async def _to_be_told(self, measured: Measurements) -> Collection[Alert]:
        """The alerts whose beginning this process reports."""
        if self._notifies:
            return frozenset(Alert)
        if measured.database_down_seconds >= DATABASE_ALONE_SECONDS:
            return {Alert.DATABASE}
        is_unled = measured.unled_seconds is not None and measured.unled_seconds >= UNLED_SECONDS
        return {Alert.LEADER} if is_unled and await self._may_tell_unled() else ()

    async def _may_tell_unled(self) -> bool:
        """Store that operators are told that nobody leads; False if that is stored already.

        If nothing can be stored, each process reports it, and its end, for itself.
        """
        if Alert.LEADER in self._own:
            return True
        try:
            return await self._store_unled(is_told=True)
        except Exception as error:
            log.debug("that nobody leads cannot be stored (%s)", type(error).__name__)
            self._own.add(Alert.LEADER)
            return True

    async def _store_unled(self, *, is_told: bool) -> bool:
        """Store whether operators are told that nobody leads; False if that was stored before."""
        async with (
            asyncio.timeout(DATABASE_TIMEOUT_SECONDS),
            self._deps.database.transaction() as session,
        ):
            made = insert_for(session)(Fact).values(name=FIRING_FACT, value="")
            await (await session.connection()).execute(made.on_conflict_do_nothing())
            fact = await session.get_one(Fact, FIRING_FACT, with_for_update=True)
            stored = _alerts_in(fact.value)
            if (Alert.LEADER in stored) is is_told:
                return False
            fact.value = ",".join(sorted(stored ^ {Alert.LEADER}))
            return True

    async def _after_telling(self, measured: Measurements, told: Collection[Alert]) -> None:
        """If no operator could be told that nobody leads, let another process try."""
        is_told = any(Alert.LEADER in firing for firing in self._firing.values())
        if is_told:
            return
        if Alert.LEADER not in self._own and Alert.LEADER in told:
            await self._store_unled(is_told=False)
        if measured.unled_seconds == 0:
            self._own.discard(Alert.LEADER)

    async def _notify(self, operator: int, measured: Measurements, told: Collection[Alert]) -> None:
        firing = self._firing[operator]
        for alert, fires in changes(firing, measured):
            if fires and alert not in told:
                continue
            text = messages.firing if fires else messages.resolved
            message = text(self._translators.get(operator, translator(None)), alert)
            outcome = await sender.with_retries(partial(sender.send, self._bot, operator, message))
            if isinstance(outcome, NotSent | RetryLater):
                continue  # tried again next time
            # A message that may have arrived is not sent again: at most one for each change.
            if not isinstance(outcome, Sent):
                log.warning("an operator could not be notified (%s)", type(outcome).__name__)
            (firing.add if fires else firing.discard)(alert)
            log.info("alert %s: %s", "firing" if fires else "resolved", alert)

    async def _store(self) -> None:
        firing = frozenset[Alert]().union(*self._firing.values()) - {Alert.DATABASE}
        if firing == self._stored:
            return
        async with self._deps.database.transaction() as session:
            await set_fact(session, FIRING_FACT, ",".join(sorted(firing)))
        self._stored = firing


def _alerts_in(value: str) -> frozenset[Alert]:
    """The alerts that a fact lists."""
    known = {alert.value for alert in Alert}
    return frozenset(Alert(name) for name in known.intersection(value.split(",")))


def _seconds_since(since: datetime | None, now: datetime) -> float:
    return 0 if since is None else (now - since).total_seconds()
