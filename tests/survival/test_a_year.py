"""A year of people who use everything, lived at speed, and every reminder accounted for.

The bot runs as it is, over HTTP, against a Telegram that now and then refuses, breaks or says
nothing, and it is down for hours and days. Beside it an account is kept (``account.py``) of what
had to become due. In the end both are laid side by side with what Telegram really received: each
occurrence has one row, each row an occurrence; what became of it follows from its requests, one by
one; and no message arrived that has no row.
"""

import json
import logging
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

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
from tests.support.lengths import SOAK_SCALE, soak_length
from tests.survival.expected_reminders import DAY, HOUR, LATER_LASTS, MINUTE, Account, Call
from tests.survival.simulated_people import LANGUAGES, ZONES, Life

log = logging.getLogger(__name__)

IS_LONG = SOAK_SCALE is not None
PEOPLE, DAYS = min(soak_length(5, 20), 200), 364 if IS_LONG else 24
START = datetime(2027, 1, 6, 12, tzinfo=UTC) if IS_LONG else datetime(2027, 3, 12, 12, tzinfo=UTC)
"""The short run holds the clock changes of America, Europe and the south of Chile and Australia."""
SLACK = 3 * MINUTE
"""So late the bot looks at what is due, so that many people's reminders go out together."""
S = DeliveryStatus
SUMMARY = Kind.SUMMARY
OFTEN: tuple[Trouble, ...] = ("server_error", "garbage", "drop_before", "drop_after", "slow")
FAILING: tuple[Trouble, ...] = ("server_error", "garbage", "drop_before")
MAY_HAVE_ARRIVED = ("server_error", "garbage", "drop_before", "drop_after", "hang")
WRITES_PICTURES = ("looks", "wanders")
"""Doings that bring the picture of a week, as a summary that is due does."""


class StillClock(ShiftedClock):
    """A clock that moves only when it is set, so that every instant is known exactly."""

    def now(self) -> datetime:
        return self._base


class SomeTrouble(Faults):
    """Trouble now and then; a waiting reminder meets it more often than a person who taps."""

    def __init__(self, chance: random.Random, long_waits: int) -> None:
        super().__init__()
        self.happened: Counter[str] = Counter()
        self.share = 0.0
        self.is_holding_updates = False
        self._chance = chance
        self._long_waits = long_waits
        """How many requests may still cost seconds of real time."""

    def take(self, method: str, chat_id: int | None) -> Fault | None:  # noqa: ARG002
        if method == "getupdates":
            if self.is_holding_updates:
                return Fault("server_error", method, times=1)
            if self.share and self._chance.random() < self.share / 4:
                return self._happens(Fault(self._chance.choice(FAILING), method, times=1))
            return None
        if self._chance.random() >= self.share:
            return None
        if self._long_waits and self._chance.random() < 0.06:
            self._long_waits -= 1
            if self._chance.random() < 0.1:
                return self._happens(Fault("hang", method, times=1))
            return self._happens(Fault("too_many_requests", method, times=1, retry_after=1))
        return self._happens(Fault(self._chance.choice(OFTEN), method, times=1, seconds=0.01))

    def _happens(self, fault: Fault) -> Fault:
        self.happened[fault.kind] += 1
        return fault


@dataclass
class Fate:
    """What happened to one delivery, in order, as seen from outside."""

    status: DeliveryStatus | None = None
    answer: Answer | None = None
    tries: int = 0
    """Requests of the present round that may have arrived."""
    rounds: int = 0
    """How often it was sent in the end: once, and once more for each "later" that came."""
    wanted: int = 0
    """How often it was to be sent, by the account."""
    arrived: int = 0
    cut_off: int = 0
    """Messages that arrived though the bot was not told so."""
    sent_last: int = 0
    """When it was sent last, as the number of the request."""

    def requested(self, call: Request, kind: Kind, number: int) -> None:
        """A request to send it."""
        self.arrived += call.result is not None
        if call.fault == "too_many_requests":
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
        """A button of its message was tapped."""
        if self.status is S.UNKNOWN:
            self.status = S.SENT
        self.answer = answer or self.answer


@dataclass
class Year:
    """The bot, the people, the account, and what Telegram has seen."""

    harness: Harness
    chance: random.Random
    trouble: SomeTrouble
    lives: list[Life] = field(default_factory=list)
    account: Account = field(default_factory=Account)
    fates: defaultdict[int, Fate] = field(default_factory=lambda: defaultdict(Fate))
    weeks: defaultdict[tuple[int, date], Fate] = field(default_factory=lambda: defaultdict(Fate))
    """Summaries by person and first night: their messages do not name the delivery."""
    put_off: dict[int, datetime] = field(default_factory=dict)
    """Delivery → when it is to come again."""
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
        """Take down what the bot sent since the last time; returns whom Telegram refused."""
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
        done = [one for one in data if one.startswith(("reminders:done:", "checkin:night:"))]
        is_reply = any(one.startswith(("reminders:back:", "reminders:until:")) for one in data)
        if done and not is_reply:
            number = int(done[0].split(":")[2])
            self.owner_of[number] = int(call.params["chat_id"])
            self.fates[number].requested(call, Kind.CUSTOM, self.requests)

    def _summary(self, call: Request) -> None:
        week = next((one for one in buttons_of(call) if one.startswith("summary:details:")), None)
        if week is not None:
            first_on = date.fromisoformat(week.split(":")[2])
            key = (int(call.params["chat_id"]), first_on)
            self.weeks[key].requested(call, SUMMARY, self.requests)

    async def observe(self, lives: Iterable[Life], touched: frozenset[str] = frozenset()) -> None:
        """Take over what these people have set."""
        async with self.harness.database.transaction() as session:
            for life in lives:
                await self.account.observe(session, life.someone.id, self.now, touched)

    async def look_after(self, life: Life, doing: str) -> None:
        """Take over what somebody has just done."""
        self.take_requests(doing)
        presses, life.presses = life.presses, []
        for press in presses:
            if self.owner_of.get(press.delivery_id) == life.someone.id:
                self.fates[press.delivery_id].tapped(press.answer)
        touched, life.touched = frozenset(life.touched), set()
        await self.observe([life], touched)
        async with self.harness.database.transaction() as session:
            found = await (await session.connection()).execute(
                sa.select(col(Delivery.id), col(Delivery.later_at)).where(
                    col(Delivery.user_id) == life.someone.id, col(Delivery.later_at).is_not(None)
                )
            )
        for own in [one for one in self.put_off if self.owner_of[one] == life.someone.id]:
            del self.put_off[own]
        for number, at in found:
            assert number is not None
            assert at is not None
            self.put_off[number] = at
            self.fates[number].answer = None

    # Living -------------------------------------------------------------------------------------

    async def send_what_is_due(self) -> None:
        """Let the bot look at this instant, and again until nothing is on its way."""
        while True:
            assert self.harness.app.dispatcher is not None
            self.trouble.share = 0.03
            await self.harness.app.dispatcher.run_dry()
            self.trouble.share = 0.0
            self._come_again()
            refused = self.take_requests(None)
            owners = self.account.advance(self.now) | refused
            concerned = [life for life in self.lives if life.someone.id in owners]
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
        """Reminders that were put off to a time that has come."""
        for number, at in list(self.put_off.items()):
            if at <= self.now:
                del self.put_off[number]
                fate = self.fates[number]
                if self.now > at + LATER_LASTS:
                    fate.status = S.MISSED
                else:
                    fate.wanted += 1

    async def live_until(self, instant: datetime) -> None:
        """Live through what becomes due, many people's together."""
        while True:
            due = min([self.account.next_due(), *self.put_off.values()])
            self.harness.clock.set(max(self.now, min(instant, due + SLACK)))
            await self.send_what_is_due()
            if self.now >= instant:
                return

    async def something_happens(self, life: Life, at: datetime) -> None:
        """Somebody does something, be the bot there or not."""
        if self.down_until is not None and at < self.down_until:
            self.harness.clock.set(max(self.now, at))
            if not life.is_mute and not life.someone.telegram_person.blocked:
                self.tries_in_vain(life)
            return
        await self.come_back()
        if self.chance.random() < 0.15:
            await self.somebody_meddles(at)
        await self.live_until(at)
        self.trouble.share = 0.004
        doing = await life.does_something()
        self.trouble.share = 0.0
        await self.look_after(life, doing)
        await self.send_what_is_due()

    async def somebody_meddles(self, at: datetime) -> None:
        """In the very second in which a reminder is due its owner opens its card."""
        course = min(self.account.courses.values(), key=lambda one: one.next_at)
        life = next(one for one in self.lives if one.someone.id == course.owner)
        if course.next_at > at or life.is_mute or life.someone.telegram_person.blocked:
            return
        self.harness.clock.set(max(self.now, course.next_at))
        life.done["meddles"] += 1
        await life.peeks_at(course.reference)
        life.touched.clear()
        await self.send_what_is_due()
        await self.look_after(life, "meddles")

    def tries_in_vain(self, life: Life) -> None:
        """While the bot is down: what is written waits for a day, a tap for minutes only."""
        assert self.down_until is not None
        found = life.find("reminders:done:", "checkin:night:")
        if found is not None and self.chance.random() < 0.4:
            message, data = found
            self.harness.telegram.tap_data(life.someone.telegram_person, message, data[0])
            self.lost_taps += 1
        elif self.down_until - self.now < 23 * HOUR:
            if self.chance.random() < 0.1:
                self.harness.telegram.block(life.someone.telegram_person)
            else:
                life.logs()

    async def go_down(self, hours: int) -> None:
        """The bot is stopped."""
        await self.harness.app.stop()
        self.take_requests(None)
        self.down_hours.append(hours)
        self.down_until = self.now + hours * HOUR

    async def come_back(self) -> None:
        """The bot is started again. It finds the backlog first, and then what people wrote."""
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
        await self.harness.telegram.settled(timeout=90)
        for life in self.lives:
            await self.look_after(life, "waiting messages")
        await self.send_what_is_due()

    async def live(self, days: int) -> None:
        """Day after day."""
        begun = self.now
        for day in range(days):
            doings = sorted(
                (
                    (begun + day * DAY + self.chance.randrange(86_400) * timedelta(seconds=1), life)
                    for life in self.lives
                    for _ in range(self.chance.choice((0, 1, 2, 3, 4, 6)))
                ),
                key=lambda pair: pair[0],
            )
            for at, life in doings:
                await self.something_happens(life, at)
            if self.down_until is None and self.chance.random() < (0.06 if IS_LONG else 0.2):
                await self.go_down(self.chance.choice((2, 5, 9, 9, 26, 50)))
        await self.come_back()
        await self.live_until(max(self.now, begun + days * DAY))

    # The sums -----------------------------------------------------------------------------------

    async def fates_of_rows(self) -> dict[int, tuple[Delivery, Fate]]:
        """Row → the row, and what happened to it as seen from outside."""
        found = {}
        for row in await self.harness.rows(Delivery):
            assert row.id is not None
            fate = self.fates.pop(row.id, Fate())
            if row.kind is SUMMARY:
                fate = self.weeks.pop((row.user_id, row.night_on - 7 * DAY), Fate())
            found[row.id] = (row, fate)
        return found


def buttons_of(call: Request) -> list[str]:
    """The callback data of a request's inline buttons."""
    markup = call.params.get("reply_markup")
    if not markup:
        return []
    rows = json.loads(markup).get("inline_keyboard", ())
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]


@asynccontextmanager
async def year(url: str, seed: int) -> AsyncIterator[Year]:
    """The bot and its people, who have just met it."""
    clock, chance = StillClock(START), random.Random(seed)
    telegram = Telegram(clock, token=TOKEN)
    server = await serve(create_app(telegram), "127.0.0.1", 0)
    harness = Harness(telegram, clock, server, url)
    trouble = telegram.faults = SomeTrouble(chance, long_waits=5 + PEOPLE * DAYS // 500)
    one = Year(harness, chance, trouble)
    try:
        await harness.app.start()
        try:
            for number in range(PEOPLE):
                zone = ZONES[number % len(ZONES)]
                person = telegram.add_person(
                    f"P{number}", language_code=LANGUAGES[number % len(LANGUAGES)], time_zone=zone
                )
                life = Life(Someone(harness, person), chance, zone, zone)
                await life.meets()
                one.lives.append(life)
                await one.look_after(life, "meets")
                clock.advance(timedelta(seconds=chance.randrange(1, 90)))
                await one.send_what_is_due()
            yield one
        finally:
            await harness.app.stop()
    finally:
        await server.close()


def mistakes(row: Delivery, fate: Fate, call: Call) -> list[str]:
    """What does not fit between a row, the account and what Telegram received."""
    found = []
    wanted = fate.wanted + (call is Call.SEND)
    usual = {Call.SEND: None, Call.LATE: S.MISSED, Call.NEEDLESS: S.NOT_NEEDED}[call]
    status = fate.status or usual
    if row.status is not status:
        found.append(f"is {row.status}, and has to be {status}")
    if fate.rounds > wanted or (fate.rounds < wanted and status is not S.MISSED):
        found.append(f"was sent {fate.rounds} times instead of {wanted}")
    if row.kind is not SUMMARY and fate.arrived > wanted:
        found.append(f"arrived {fate.arrived} times, wanted {wanted}")
    if row.kind is SUMMARY and fate.arrived > 1 + fate.cut_off:
        found.append(f"arrived {fate.arrived} times, {fate.cut_off} unnoticed")
    if fate.answer is not None and row.answer is not fate.answer:
        found.append(f"was answered {fate.answer}, not {row.answer}")
    if fate.answer is None and row.answer not in (None, Answer.NO_ANSWER):
        found.append(f"was not answered {row.answer}")
    what = f"{row.kind} {row.id} of {row.user_id}, due {row.due_at}, last for {row.send_at}"
    told = f"{call}, useful until {row.useful_until_at}, {row.status} at {row.sent_at}, {fate}"
    return [f"{what}: {words} ({told})" for words in found]


COLUMNS = ("due", "done", "skipped", "no_answer", "open", "unknown", "missed", "failed",
           "not_needed", "messages")  # fmt: skip


def column(row: Delivery) -> str:
    """Where a row is counted: by its answer when it was delivered, else by what became of it."""
    if row.status is S.SENT:
        return row.answer.value if row.answer is not None else "open"
    return row.status.value


def table(rows: Iterable[tuple[Delivery, Fate]]) -> str:
    """The account by kind."""
    sums: dict[str, Counter[str]] = {kind.value: Counter() for kind in Kind}
    for row, fate in rows:
        sums[row.kind.value].update({"due": 1, column(row): 1, "messages": fate.arrived})
    sums["all"] = sum(sums.values(), Counter())
    lines = [f"{'':16}" + "".join(f"{name:>11}" for name in COLUMNS)]
    for kind, counts in sums.items():
        lines.append(f"{kind:16}" + "".join(f"{counts[name]:>11}" for name in COLUMNS))
        assert counts["due"] == sum(counts[name] for name in COLUMNS[1:-1]), kind
    return "\n".join(lines)


async def test_every_reminder_of_a_year_is_accounted_for(sqlite_url: str) -> None:
    async with year(sqlite_url, 1) as one:
        await one.live(DAYS)
        rows = await one.fates_of_rows()
        cramps = {row.message_id for row in await one.harness.rows(Cramp)}
    expected = {
        (number, due): call
        for number, course in one.account.courses.items()
        for due, call in course.due.items()
    }
    found = Counter((row.reminder_id, row.due_at) for row, _fate in rows.values())
    doings = sum((life.done for life in one.lives), Counter[str]())
    log.warning(
        "%s people, %s days, %s requests; trouble %s; down for %s hours; %s taps in vain\n%s\n%s",
        *(PEOPLE, DAYS, one.requests, dict(one.trouble.happened), one.down_hours, one.lost_taps),
        *(dict(doings), table(rows.values())),
    )
    assert sorted(set(expected) - set(found)) == [], "due and without a row"
    assert sorted(set(found) - set(expected)) == [], "a row of nothing that was due"
    assert set(found.values()) == {1}
    wrong = [
        words
        for row, fate in rows.values()
        for words in mistakes(row, fate, expected[row.reminder_id, row.due_at])
    ]
    assert wrong == []
    assert (dict(one.fates), dict(one.weeks)) == ({}, {}), "messages without a row"
    assert set().union(*(life.logged for life in one.lives)) <= cramps
