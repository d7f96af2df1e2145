"""A simulated year of people who use everything; at its end every reminder is accounted for.

The bot runs over HTTP against a Telegram that sometimes refuses, breaks a connection or does not
answer, and the bot is down for hours and days. ``expected_reminders.py`` computes what has to
become due. At the end both are compared with what Telegram received: each occurrence has one row,
and each row an occurrence; the state of the row follows from its requests; no message arrived
without a row.
"""

import json
import logging
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from bot.app import App
from bot.clock import ShiftedClock
from bot.database.models import Answer, Cramp, Delivery, DeliveryStatus, Kind
from bot.dispatch.outcomes import SUMMARY_ATTEMPTS
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.faults import Kind as Trouble
from bot.sandbox.models import Call as Request
from bot.sandbox.server import create_app, serve
from bot.sandbox.telegram import Telegram
from tests.support.harness import TOKEN, Harness, Someone
from tests.support.lengths import IS_SHORT, SOAK_SCALE, soak_length
from tests.survival.expected_reminders import (
    DAY,
    HOUR,
    LATER_LASTS,
    MINUTE,
    ExpectedReminders,
    Verdict,
)
from tests.survival.simulated_people import LANGUAGES, ZONES, SimulatedPerson

log = logging.getLogger(__name__)

IS_LONG = SOAK_SCALE is not None
PEOPLE, DAYS = min(soak_length(2, 20), 200), 364 if IS_LONG else 10 if IS_SHORT else 24
START = datetime(2027, 1, 6, 12, tzinfo=UTC) if IS_LONG else datetime(2027, 3, 12, 12, tzinfo=UTC)
"""The short run covers the clock changes of America, Europe, Chile and Australia."""
SLACK = 3 * MINUTE
"""How late the bot claims what is due, so that many people's reminders are sent together."""
CHECK_IN_BUTTONS = ("checkin:night:", "checkin:after:", "checkin:helped:")
ASKED_ONCE_IN = 20 * HOUR
"""Within this time a night is not asked about again."""
S = DeliveryStatus
SUMMARY = Kind.SUMMARY
OFTEN: tuple[Trouble, ...] = ("server_error", "garbage", "drop_before", "drop_after", "slow")
FAILING: tuple[Trouble, ...] = ("server_error", "garbage", "drop_before")
MAY_HAVE_ARRIVED = ("garbage", "drop_before", "drop_after", "hang")
WRITES_PICTURES = ("looks", "wanders")
"""Actions that send the picture of a week, as a due weekly summary does."""


class StillClock(ShiftedClock):
    """A clock that moves only when it is set, so that every instant is exact."""

    def now(self) -> datetime:
        return self._base


class SomeTrouble(Faults):
    """Random faults. They hit reminders more often than taps.

    Each request has a lot of its own, by its method and chat and how many of these came before. So
    a run is the same however long anything takes: how often the bot polls or shows "typing…".
    """

    def __init__(self, seed: int, long_waits: int) -> None:
        super().__init__()
        self.happened: Counter[str] = Counter()
        self.share = 0.0
        self.is_holding_updates = False
        self._seed = seed
        self._requests: Counter[tuple[str, int | None]] = Counter()
        self._long_waits = long_waits
        """How many more slow faults are allowed, which take seconds of real time."""

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        self._requests[method, chat_id] += 1
        count = self._requests[method, chat_id]
        chance = random.Random(f"{self._seed} {method} {chat_id} {count}")
        if method == "getupdates":
            if self.is_holding_updates:
                return Fault("server_error", method, times=1)
            if self.share and chance.random() < self.share / 4:
                return self._happens(Fault(chance.choice(FAILING), method, times=1))
            return None
        if chance.random() >= self.share:
            return None
        if self._long_waits and chance.random() < 0.06:
            self._long_waits -= 1
            if chance.random() < 0.1:
                return self._happens(Fault("hang", method, times=1))
            return self._happens(Fault("too_many_requests", method, times=1, retry_after=1))
        return self._happens(Fault(chance.choice(OFTEN), method, times=1, seconds=0.01))

    def _happens(self, fault: Fault) -> Fault:
        self.happened[fault.kind] += 1
        return fault


@dataclass
class History:
    """What happened to one delivery, as seen from outside."""

    status: DeliveryStatus | None = None
    answer: Answer | None = None
    tries: int = 0
    """Requests of the current attempt that may have arrived."""
    rounds: int = 0
    """How often it was sent: once, and once more for each "later" that was due."""
    wanted: int = 0
    """How often it should have been sent."""
    arrived: int = 0
    cut_off: int = 0
    """Messages that arrived without the bot getting an answer."""
    sent_last: int = 0
    """The number of the last request that sent it."""

    def requested(self, call: Request, kind: Kind, number: int) -> None:
        """Record a request that sends it."""
        self.arrived += call.result is not None
        if call.fault in {"too_many_requests", "server_error"}:
            self.status = S.MISSED  # unless it is sent again, as it is while it is of use
            return
        self.tries += 1
        if call.fault in MAY_HAVE_ARRIVED:
            self.cut_off += call.result is not None
            self.status = S.UNKNOWN
            if kind is SUMMARY and self.tries < SUMMARY_ATTEMPTS:
                self.status = S.CLAIMED
                return
        else:
            self.status = S.FAILED if call.error else S.SENT
        self.tries = 0
        self.rounds += 1
        self.sent_last = number

    def tapped(self, answer: Answer | None) -> None:
        """Record a tap on a button of its message."""
        if self.status is S.UNKNOWN:
            self.status = S.SENT
        self.answer = answer or self.answer


@dataclass
class Year:
    """The bot, the people, what is expected, and what Telegram received."""

    harness: Harness
    chance: random.Random
    trouble: SomeTrouble
    everybody: list[SimulatedPerson] = field(default_factory=list)
    expectations: ExpectedReminders = field(default_factory=ExpectedReminders)
    histories: defaultdict[int, History] = field(default_factory=lambda: defaultdict(History))
    weeks: defaultdict[tuple[int, date], History] = field(
        default_factory=lambda: defaultdict(History)
    )
    """Summaries by person and first night, because their messages have no delivery id."""
    put_off: dict[int, tuple[datetime, int]] = field(default_factory=dict)
    """Delivery id → when it is to be sent again, and the id of its reminder."""
    owner_of: dict[int, int] = field(default_factory=dict)
    requests: int = 0
    down_hours: list[int] = field(default_factory=list)
    down_until: datetime | None = None
    lost_taps: int = 0

    @property
    def now(self) -> datetime:
        return self.harness.clock.now()

    # Looking ------------------------------------------------------------------------------------

    def take_requests(self, doing: str | None) -> set[int]:
        """Record what the bot sent since the last call; returns whom Telegram refused."""
        refused = set()
        while self.harness.telegram.calls:
            call = self.harness.telegram.calls.popleft()
            if call.error and call.fault is None:
                refused.add(int(call.params.get("chat_id", 0)))
            self.requests += 1
            if call.method == "sendMessage":
                self._reminder(call)
            elif call.method == "sendPhoto" and doing not in WRITES_PICTURES:
                self._summary(call)
        return refused

    def _reminder(self, call: Request) -> None:
        data = buttons_of(call)
        # "reminders:keep" asks whether a reminder that nobody answers is to go on.
        asked = ("reminders:done:", "reminders:keep:", *CHECK_IN_BUTTONS)
        done = [one for one in data if one.startswith(asked)]
        is_reply = any(one.startswith(("reminders:back:", "reminders:until:")) for one in data)
        if done and not is_reply:
            number = int(done[0].split(":")[2])
            self.owner_of[number] = int(call.params["chat_id"])
            self.histories[number].requested(call, Kind.CUSTOM, self.requests)

    def _summary(self, call: Request) -> None:
        week = next((one for one in buttons_of(call) if one.startswith("summary:more:")), None)
        if week is not None:
            first_on = date.fromisoformat(week.split(":")[2])
            key = (int(call.params["chat_id"]), first_on)
            self.weeks[key].requested(call, SUMMARY, self.requests)

    async def observe(
        self, everybody: Iterable[SimulatedPerson], touched: frozenset[str] = frozenset()
    ) -> None:
        """Read what these people have set."""
        async with self.harness.database.transaction() as session:
            for simulated in everybody:
                await self.expectations.observe(session, simulated.someone.id, self.now, touched)

    async def look_after(self, simulated: SimulatedPerson, doing: str) -> None:
        """Record what a person has just done."""
        self.take_requests(doing)
        presses, simulated.presses = simulated.presses, []
        for press in presses:
            if self.owner_of.get(press.delivery_id) == simulated.someone.id:
                self.histories[press.delivery_id].tapped(press.answer)
        touched, simulated.touched = frozenset(simulated.touched), set()
        await self.observe([simulated], touched)
        async with self.harness.database.transaction() as session:
            found = await (await session.connection()).execute(
                sa.select(
                    col(Delivery.id), col(Delivery.later_at), col(Delivery.reminder_id)
                ).where(
                    col(Delivery.user_id) == simulated.someone.id,
                    col(Delivery.later_at).is_not(None),
                )
            )
        for own in [one for one in self.put_off if self.owner_of[one] == simulated.someone.id]:
            del self.put_off[own]
        for number, at, reminder_id in found:
            assert number is not None
            assert at is not None
            self.put_off[number] = at, reminder_id
            self.histories[number].answer = None

    # Living -------------------------------------------------------------------------------------

    async def send_what_is_due(self) -> None:
        """Let the bot tick at this instant until nothing is in flight."""
        while True:
            assert self.harness.app.dispatcher is not None
            self.trouble.share = 0.03
            await self.harness.app.dispatcher.run_dry()
            self.trouble.share = 0.0
            self._come_again()
            refused = self.take_requests(None)
            owners = self.expectations.advance(self.now) | refused
            concerned = [
                simulated for simulated in self.everybody if simulated.someone.id in owners
            ]
            await self.observe(
                one for one in concerned if one.someone.id in refused or one.done["tests"]
            )
            async with self.harness.database.transaction() as session:
                open_at = await (await session.connection()).scalar(
                    sa.select(sa.func.min(col(Delivery.send_at))).where(
                        col(Delivery.status) == S.CLAIMED
                    )
                )
            if open_at is None:
                return
            self.harness.clock.set(max(self.now, open_at))

    def _come_again(self) -> None:
        """Record postponed reminders whose time has come."""
        for number, (at, reminder_id) in list(self.put_off.items()):
            if at <= self.now:
                del self.put_off[number]
                history = self.histories[number]
                if self.now > at + LATER_LASTS:
                    history.status = S.MISSED
                elif self.expectations.reminders[reminder_id].setting.is_stopped:
                    history.status = S.NOT_NEEDED
                else:
                    history.wanted += 1

    async def live_until(self, instant: datetime) -> None:
        """Advance to an instant through everything that becomes due, in batches."""
        while True:
            due = min(
                [self.expectations.next_due(), *(at for at, _reminder in self.put_off.values())]
            )
            self.harness.clock.set(max(self.now, min(instant, due + SLACK)))
            await self.send_what_is_due()
            if self.now >= instant:
                return

    async def something_happens(self, simulated: SimulatedPerson, at: datetime) -> None:
        """Let a person act, whether the bot runs or not."""
        if self.down_until is not None and at < self.down_until:
            self.harness.clock.set(max(self.now, at))
            if not simulated.is_mute and not simulated.someone.telegram_person.blocked:
                self.tries_in_vain(simulated)
            return
        await self.come_back()
        if self.chance.random() < 0.15:
            await self.somebody_meddles(at)
        await self.live_until(at)
        self.trouble.share = 0.004
        doing = await simulated.does_something()
        self.trouble.share = 0.0
        await self.look_after(simulated, doing)
        await self.send_what_is_due()

    async def somebody_meddles(self, at: datetime) -> None:
        """Let the owner of a reminder open its card in the second in which it is due."""
        reminder = min(self.expectations.reminders.values(), key=lambda one: one.next_at)
        simulated = next(one for one in self.everybody if one.someone.id == reminder.owner)
        if reminder.next_at > at or simulated.is_mute or simulated.someone.telegram_person.blocked:
            return
        self.harness.clock.set(max(self.now, reminder.next_at))
        simulated.done["meddles"] += 1
        await simulated.peeks_at(reminder.reference)
        simulated.touched.clear()
        await self.send_what_is_due()
        await self.look_after(simulated, "meddles")

    def tries_in_vain(self, simulated: SimulatedPerson) -> None:
        """Act while the bot is down: a message waits for a day, a tap for minutes only."""
        assert self.down_until is not None
        found = simulated.find("reminders:done:", "checkin:night:")
        if found is not None and self.chance.random() < 0.4:
            message, data = found
            self.harness.telegram.tap_data(simulated.someone.telegram_person, message, data[0])
            self.lost_taps += 1
        elif self.down_until - self.now < 23 * HOUR:
            if self.chance.random() < 0.1:
                self.harness.telegram.block(simulated.someone.telegram_person)
            else:
                simulated.logs()

    async def go_down(self, hours: int) -> None:
        """Stop the bot."""
        await self.harness.app.stop()
        self.take_requests(None)
        self.down_hours.append(hours)
        self.down_until = self.now + hours * HOUR

    async def come_back(self) -> None:
        """Start the bot again. It sends the backlog first and then handles what people wrote."""
        if self.down_until is None:
            return
        self.harness.clock.set(max(self.now, self.down_until))
        self.down_until = None
        self.harness.telegram.expire_taps()
        self.trouble.is_holding_updates = True
        self.harness.app = App(self.harness.settings, clock=self.harness.clock)
        self.harness.database = self.harness.app.database
        await self.harness.app.start()
        await self.send_what_is_due()
        self.trouble.is_holding_updates = False
        await self.harness.settled()
        for simulated in self.everybody:
            await self.look_after(simulated, "waiting messages")
        await self.send_what_is_due()

    async def live(self, days: int) -> None:
        """Simulate day after day."""
        begun = self.now
        for day in range(days):
            doings = sorted(
                (
                    (
                        begun + day * DAY + self.chance.randrange(86_400) * timedelta(seconds=1),
                        simulated,
                    )
                    for simulated in self.everybody
                    for _ in range(self.chance.choice((0, 1, 2, 3, 4, 6)))
                ),
                key=lambda pair: pair[0],
            )
            for at, simulated in doings:
                await self.something_happens(simulated, at)
            if self.down_until is None and self.chance.random() < (0.06 if IS_LONG else 0.2):
                await self.go_down(self.chance.choice((2, 5, 9, 9, 26, 50)))
        await self.come_back()
        await self.live_until(max(self.now, begun + days * DAY))

    # The sums -----------------------------------------------------------------------------------

    async def histories_of_rows(self) -> dict[int, tuple[Delivery, History]]:
        """By row id: the row, and what happened to it as seen from outside."""
        found = {}
        for row in await self.harness.rows(Delivery):
            assert row.id is not None
            history = self.histories.pop(row.id, History())
            if row.kind is SUMMARY:
                history = self.weeks.pop((row.user_id, row.night_on - 7 * DAY), History())
            found[row.id] = (row, history)
        return found


def buttons_of(call: Request) -> list[str]:
    """The callback data of the inline buttons in a request."""
    markup = call.params.get("reply_markup")
    if not markup:
        return []
    rows = json.loads(markup).get("inline_keyboard", ())
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]


@asynccontextmanager
async def year(url: str, seed: int) -> AsyncIterator[Year]:
    """The bot with people who have just completed the setup."""
    clock, chance = StillClock(START), random.Random(seed)
    telegram = Telegram(clock, token=TOKEN)
    server = await serve(create_app(telegram), "127.0.0.1", 0)
    harness = Harness(telegram, clock, server, url)
    trouble = telegram.faults = SomeTrouble(seed, long_waits=5 + PEOPLE * DAYS // 500)
    one = Year(harness, chance, trouble)
    try:
        await harness.app.start()
        await harness.app.jobs.catch_up()
        try:
            for number in range(PEOPLE):
                zone = ZONES[number % len(ZONES)]
                person = telegram.add_person(
                    f"P{number}", language_code=LANGUAGES[number % len(LANGUAGES)], time_zone=zone
                )
                simulated = SimulatedPerson(Someone(harness, person), chance, zone, zone)
                await simulated.meets()
                one.everybody.append(simulated)
                await one.look_after(simulated, "meets")
                clock.advance(timedelta(seconds=chance.randrange(1, 90)))
                await one.send_what_is_due()
            yield one
        finally:
            await harness.app.stop()
    finally:
        await server.close()


def mistakes(row: Delivery, history: History, call: Verdict) -> list[str]:
    """The contradictions between a row, what is expected and what Telegram received."""
    found = []
    wanted = history.wanted + (call is Verdict.SEND)
    usual = {Verdict.SEND: None, Verdict.LATE: S.MISSED, Verdict.NEEDLESS: S.NOT_NEEDED}[call]
    status = history.status or usual
    if row.status is not status:
        found.append(f"is {row.status}, and has to be {status}")
    if history.rounds > wanted or (history.rounds < wanted and status is not S.MISSED):
        found.append(f"was sent {history.rounds} times instead of {wanted}")
    if row.kind is not SUMMARY and history.arrived > wanted:
        found.append(f"arrived {history.arrived} times, wanted {wanted}")
    if row.kind is SUMMARY and history.arrived > 1 + history.cut_off:
        found.append(f"arrived {history.arrived} times, {history.cut_off} unnoticed")
    if history.answer is not None and row.answer is not history.answer:
        found.append(f"was answered {history.answer}, not {row.answer}")
    if history.answer is None and row.answer not in (None, Answer.NO_ANSWER):
        found.append(f"was not answered {row.answer}")
    what = f"{row.kind} {row.id} of {row.user_id}, due {row.due_at}, last for {row.send_at}"
    told = f"{call}, useful until {row.useful_until_at}, {row.status} at {row.sent_at}, {history}"
    return [f"{what}: {words} ({told})" for words in found]


Asked = Mapping[tuple[int, date], Sequence[datetime]]
"""Person and night → when the questions about it were due that were sent."""


def asked_about(rows: Iterable[tuple[Delivery, History]]) -> Asked:
    """When people were asked about each night."""
    found: defaultdict[tuple[int, date], list[datetime]] = defaultdict(list)
    for row, history in rows:
        if row.kind is Kind.CHECK_IN and history.status is S.SENT:
            found[row.user_id, row.night_on].append(row.due_at)
    return found


def verdict(
    row: Delivery, asked: Asked, expected: Mapping[tuple[int, datetime], Verdict]
) -> Verdict:
    """What is expected of a row.

    A night that was asked about that morning is not asked about again when the person has put off
    the time of getting up since.
    """
    found = expected[row.reminder_id, row.due_at]
    if row.kind is not Kind.CHECK_IN or found is not Verdict.SEND:
        return found
    earlier = asked.get((row.user_id, row.night_on), ())
    is_asked = any(timedelta(0) < row.due_at - one < ASKED_ONCE_IN for one in earlier)
    return Verdict.NEEDLESS if is_asked else found


COLUMNS = ("due", "done", "skipped", "no_answer", "open", "unknown", "missed", "failed",
           "not_needed", "messages")  # fmt: skip


def column(row: Delivery) -> str:
    """The column of the table for a row: its answer if it was delivered, else its status."""
    if row.status is S.SENT:
        return row.answer.value if row.answer is not None else "open"
    return row.status.value


def table(rows: Iterable[tuple[Delivery, History]]) -> str:
    """A table of the numbers by kind."""
    sums: dict[str, Counter[str]] = {kind.value: Counter() for kind in Kind}
    for row, history in rows:
        sums[row.kind.value].update({"due": 1, column(row): 1, "messages": history.arrived})
    sums["all"] = sum(sums.values(), Counter())
    lines = [f"{'':16}" + "".join(f"{name:>11}" for name in COLUMNS)]
    for kind, counts in sums.items():
        lines.append(f"{kind:16}" + "".join(f"{counts[name]:>11}" for name in COLUMNS))
        assert counts["due"] == sum(counts[name] for name in COLUMNS[1:-1]), kind
    return "\n".join(lines)


@pytest.mark.in_ci
async def test_every_reminder_of_a_year_is_accounted_for(sqlite_url: str) -> None:
    async with year(sqlite_url, 1) as one:
        await one.live(DAYS)
        rows = await one.histories_of_rows()
        cramps = {row.message_id for row in await one.harness.rows(Cramp)}
    expected = {
        (number, due): call
        for number, reminder in one.expectations.reminders.items()
        for due, call in reminder.due.items()
    }
    found = Counter((row.reminder_id, row.due_at) for row, _fate in rows.values())
    doings = sum((simulated.done for simulated in one.everybody), Counter[str]())
    log.warning(
        "%s people, %s days, %s requests; trouble %s; down for %s hours; %s taps in vain\n%s\n%s",
        *(PEOPLE, DAYS, one.requests, dict(one.trouble.happened), one.down_hours, one.lost_taps),
        *(dict(doings), table(rows.values())),
    )
    assert sorted(set(expected) - set(found)) == [], "due and without a row"
    assert sorted(set(found) - set(expected)) == [], "a row of nothing that was due"
    assert set(found.values()) == {1}
    asked = asked_about(rows.values())
    wrong = [
        words
        for row, history in rows.values()
        for words in mistakes(row, history, verdict(row, asked, expected))
    ]
    assert not wrong, "\n".join(wrong)
    assert (dict(one.histories), dict(one.weeks)) == ({}, {}), "messages without a row"
    assert set().union(*(simulated.logged for simulated in one.everybody)) <= cramps
