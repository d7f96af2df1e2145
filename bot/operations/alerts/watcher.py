"""Tells operators once when something is wrong, and once when it is well again.

What they were told is kept in the table of facts, so that a restart or another replica does not
repeat it. While the database is away it is kept in memory: nothing can be written then, and a
process that is started meanwhile waits or ends before it gets here.
"""

import asyncio
import logging
import shutil
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlmodel import col, select
from telegram import Bot

from bot import metrics
from bot.database.engine import Session
from bot.database.models import Fact, User
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator, translator
from bot.operations.alerts import messages
from bot.operations.alerts.rules import Figures, Matter, changes
from bot.operations.maintenance import count_waiting
from bot.telegram import sender
from bot.telegram.context import Deps
from bot.telegram.sender import NotSent, RetryLater, Sent

log = logging.getLogger(__name__)

TOLD_FACT = "operators_told"
ANSWERS_SPAN = timedelta(minutes=5)
LONGEST_LOOK_SECONDS = 10.0
"""A database that takes longer to answer counts as away."""
TROUBLE_CODES = frozenset({"429", "timeout", "cut off", "not reached"})
"""With the codes from 500 on: what says that Telegram or the way to it is in trouble."""


class Watcher:
    """Looks now and then; of several replicas only the one on duty tells."""

    def __init__(self, deps: Deps, bot: Bot, on_duty: Callable[[], bool]) -> None:
        self._deps = deps
        self._bot = bot
        self._on_duty = on_duty
        self._looking = asyncio.Lock()
        self._speaks = False
        """Whether it falls to this process to tell. Who was on duty when the database went away
        goes on until it is back: without the database nobody is."""
        self._told: dict[int, set[Matter]] = {one: set() for one in deps.settings.admin_user_ids}
        self._stored: frozenset[Matter] | None = None
        """What the database says that operators were told; None: not read yet."""
        self._readers: dict[int, Translator] = {}
        self._away_since: datetime | None = None
        self._there_since: datetime | None = None
        self._answers: deque[tuple[datetime, int, int]] = deque()
        self._is_backed_up: bool | None = None

    def backup_was(self, *, made: bool) -> None:
        """A nightly backup has just been made, or could not be."""
        self._is_backed_up = made

    async def look(self) -> None:
        """Look at everything, and tell what has changed. Never raises."""
        async with self._looking:
            try:
                await self._look(self._deps.clock.now())
            except Exception:
                log.exception("what there is to tell could not be told and will be tried again")

    async def _look(self, now: datetime) -> None:
        oldest = await self._ask_database(now)
        answers, errors = self._answers_until(now)
        figures = Figures(
            away_seconds=_seconds(self._away_since, now),
            there_seconds=_seconds(self._there_since, now),
            oldest_seconds=oldest,
            answers=answers,
            errors=errors,
            free_bytes=await asyncio.to_thread(self._free_bytes),
            is_backed_up=self._is_backed_up,
        )
        await asyncio.gather(*(self._tell(one, figures) for one in self._told))
        if self._speaks and self._away_since is None:
            await self._store()

    # What is known --------------------------------------------------------------------------

    async def _ask_database(self, now: datetime) -> float | None:
        """For how many seconds the oldest reminder waits; None while the database is away."""
        try:
            async with (
                asyncio.timeout(LONGEST_LOOK_SECONDS),
                self._deps.database.transaction() as session,
            ):
                waiting = await count_waiting(await session.connection(), now)
                await self._find_out_who_speaks(session)
        except Exception as error:
            log.debug("the database does not answer (%s)", type(error).__name__)
            self._away_since, self._there_since = self._away_since or now, None
            return None
        self._away_since, self._there_since = None, self._there_since or now
        return waiting.oldest_seconds

    async def _find_out_who_speaks(self, session: Session) -> None:
        self._speaks = self._on_duty()
        if not self._speaks:
            self._stored = None
            for told in self._told.values():
                told.intersection_update(
                    {Matter.DATABASE}
                )  # whoever told that it is away tells that it is back
            return
        people = await session.exec(select(User).where(col(User.id).in_(self._told)))
        self._readers = {person.id: translator_for(person) for person in people}
        if self._stored is None:
            fact = await session.get(Fact, TOLD_FACT)
            known = {matter.value for matter in Matter}
            names = known.intersection(fact.value.split(",") if fact else ())
            self._stored = frozenset(Matter(name) for name in names)
            for told in self._told.values():
                told.update(self._stored)

    def _answers_until(self, now: datetime) -> tuple[int, int]:
        """Telegram's answers within the span, and how many of them say that it is in trouble."""
        counts = [0, 0]
        for family in metrics.ANSWERS.collect():
            for sample in family.samples:
                if sample.name.endswith("_total"):
                    code = sample.labels["code"]
                    counts[0] += int(sample.value)
                    if code in TROUBLE_CODES or code.startswith("5"):
                        counts[1] += int(sample.value)
        self._answers.append((now, counts[0], counts[1]))
        while self._answers[0][0] < now - ANSWERS_SPAN and len(self._answers) > 1:
            self._answers.popleft()
        _, answers, errors = self._answers[0]
        return counts[0] - answers, counts[1] - errors

    def _free_bytes(self) -> int | None:
        settings = self._deps.settings
        file, folder = settings.sqlite_path, settings.backup_dir
        places = {file.parent if file else None, folder}
        return min((_free(place) for place in places if place and place.is_dir()), default=None)

    # What is told ---------------------------------------------------------------------------

    async def _tell(self, operator: int, figures: Figures) -> None:
        told = self._told[operator]
        for matter, is_wrong in changes(told, figures):
            if is_wrong and not self._speaks:
                continue
            text = messages.trouble if is_wrong else messages.well_again
            message = text(self._readers.get(operator, translator(None)), matter)
            sending = partial(sender.send, self._bot, operator, message)
            outcome = await sender.patiently(sending)
            if isinstance(outcome, NotSent | RetryLater):
                continue  # the next look tries again
            # One that perhaps arrived is not sent again: once is what was promised.
            if not isinstance(outcome, Sent):
                log.warning("an operator could not be told (%s)", type(outcome).__name__)
            (told.add if is_wrong else told.discard)(matter)
            log.info("operators are told: %s %s", matter, "is wrong" if is_wrong else "is well")

    async def _store(self) -> None:
        wrong = frozenset[Matter]().union(*self._told.values()) - {Matter.DATABASE}
        if wrong == self._stored:
            return
        async with self._deps.database.transaction() as session:
            await session.merge(Fact(name=TOLD_FACT, value=",".join(sorted(wrong))))
        self._stored = wrong


def _seconds(since: datetime | None, now: datetime) -> float:
    return 0 if since is None else (now - since).total_seconds()


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free
