"""Done once: every handler of every feature, with its update sent twice and killed at every call.

A walk through the whole bot looks for a state from which each handler can be reached: it tries all
commands, buttons, typed answers and replies that the screens offer. A new handler that it does not
find makes the test fail.
"""

import random
import re
import secrets
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.models import Job, JobState, Kind, Reminder, User
from bot.dispatch.replanning import replan
from bot.features.consent.messages import agree_data
from bot.features.data_export.export_queries import export_diary
from bot.features.data_export.files import as_json
from bot.sandbox.models import Json, Person
from bot.telegram import job_progress, person_queues
from tests.support.debug_log import debug_log
from tests.support.diaries import FIRST_ON, PEOPLE, make_diary, store
from tests.support.handlers import commands_of, taps_of
from tests.support.harness import Harness
from tests.support.killable_bot import KillableBot, Moment, State, differences
from tests.support.lengths import IS_SHORT, SOAK_SCALE, some
from tests.support.other_person import NAME as OTHER
from tests.support.other_person import OtherPerson
from tests.support.recorded_features import Recorder
from tests.support.walk_scripts import SCRIPTS

NIGHTS = 20
FIRST_MESSAGE = 70_001
"""Like no other number in callback data."""
UNSEEN = {"answerCallbackQuery", "getFile"}
"""Requests whose repetition nobody notices."""
SHORTEST = 7
"""The characters of the shortest typed texts that are looked for in the log."""
LEAST_TYPED, LEAST_LOGGED = 35, 1000
"""How many texts are typed in the walk, and how many lines it logs at DEBUG, at the least."""
SHORT_PART = 6
"""Of so many scripts one is walked in ``make test``."""
STEP = timedelta(minutes=2)
"""Between two updates, so that no rate limit is met."""
ANSWERS = {
    "users:place": "Vienna",
    "users:bed": "23:15",
    "users:wake": "6:40",
    "users:fluids": "yes",
    "users:keepuntil": "2026-02-20",
    "users:pause": "2026-02-20",
    "cramps:at": "2:30",
    "cramps:when": "2026-01-24 3:30",
    "cramps:note": "woke me twice",
    "reminders:at": "9:50",
    "reminders:times": "20:15",
    "reminders:type": "10:40",
    "reminders:words": "Feet up",
    "about:medicine": "Iron",
    "about:since": "2020-05",
    "report:name": "Ann Miller",
    "report:questions": "Is it the salt?",
    "experiments:words": "Raise my feet",
    "about:changed": "2020-05",
    "about:stopped": "2020-06",
    "report:identifier": "12345",
    "report:dialysis_days": "Monday and Friday",
    "report:tried_before": "Heat",
    "report:results": "Potassium 4.1",
    "flags:number": "112",
    "admin:text": "Good news",
}
"""What is typed in answer to a question, by the callback data of ``users.awaiting``."""
BY_A_START = {"job features.experiments.off_list._tell"}
"""What no update leads to: a task after a start queues it; ``test_pauses.py`` tests it."""
OTHER_KINDS = {
    "press",
    "location",
    "group",
    "file",
    "sticker",
    "album",
    "block",
    "unblock",
    "added",
}
"""What lines of scripts begin with that say all of it."""


@dataclass(frozen=True)
class Action:
    """What a person does."""

    person_id: int
    kind: str
    message_id: int = 0
    text: str = ""

    @property
    def signature(self) -> str:
        """The same for actions that are alike: numbers are left out."""
        return f"{self.kind} {re.sub(r'[0-9]+', '#', self.text)}"

    @property
    def verb(self) -> str:
        """Of a tap: feature and verb."""
        return ":".join(self.text.split(":")[:2])


class Walk:
    """Looks for states from which all handlers can be reached, and tries each handler there."""

    def __init__(self, bot: KillableBot, recorder: Recorder, start: State, file: bytes) -> None:
        self.bot, self.recorder = bot, recorder
        self.start, self.file = start, file
        self.covered: set[str] = set()
        self.tried: set[str] = set()
        self.wrong: list[str] = []
        self.commands = sorted(one for feature in recorder.features for one in commands_of(feature))
        self.runs = 0
        self.eve = OtherPerson(bot)
        self.typed: set[str] = set()
        """Everything that anybody has typed."""

    async def follow(self, script: Sequence[str], *, goes_on: bool = True) -> None:
        """Do what a script says, from the start, and perhaps what can be done after it."""
        await self.bot.bring_back(self.start)
        for line in script:
            name, _, what = line.partition(": ")
            if what.startswith("wait "):
                self.bot.now += timedelta(hours=int(what[5:]))
                continue
            if what == "running job":
                await self.add_job()
                continue
            state = await self.bot.keep()
            await self.try_out(state, self.scripted(name, what))
        if goes_on:
            await self.go()

    async def add_job(self) -> None:
        """Have a job running for Ann, which nobody holds."""
        async with self.bot.app.database.transaction() as session:
            ann = min(self.bot.telegram.people)
            state = JobState.RUNNING
            session.add(
                Job(user_id=ann, kind="none", arguments={}, state=state, queued_at=self.bot.now)
            )

    def scripted(self, name: str, what: str) -> Action:
        """What a line of a script stands for."""
        telegram = self.bot.telegram
        person = next(one for one in telegram.people.values() if one.first_name == name)
        kind, _, text = what.partition(" ")
        match kind:
            case "tap":
                return self.button(person, text)
            case "reply":
                return Action(person.id, kind, telegram.last_from_bot(person).id, text)
            case "edit":
                own = [one for one in telegram.chat(person) if not one.from_bot]
                return Action(person.id, kind, own[-1].id, text)
            case "forge":
                return Action(person.id, "tap", telegram.last_from_bot(person).id, text)
            case "agree":
                at = int(self.bot.now.timestamp())
                data = agree_data(at // 60, "t", 70_000, at - 600)
                return Action(person.id, "tap", telegram.last_from_bot(person).id, data)
            case "link":
                ann = next(iter(telegram.people.values()))
                words = " ".join(one.words for one in telegram.chat(ann))
                return Action(person.id, "say", 0, f"/start {words.rpartition('?start=')[2]}")
            case "until":
                later = self.button(person, "reminders:later")
                until = int((self.bot.now + timedelta(minutes=30)).timestamp()) // 60
                data = later.text.replace("later", "until")
                return replace(later, text=f"{data}:{until}")
            case (
                "press"
                | "location"
                | "group"
                | "file"
                | "sticker"
                | "album"
                | "block"
                | "unblock"
                | "added"
            ):
                return Action(person.id, kind, 0, text)
        return Action(person.id, "say", 0, what)

    def button(self, person: Person, wanted: str) -> Action:
        """A tap on the newest button with this label or callback data, or with it as a part."""
        for message in reversed(self.bot.telegram.chat(person)):
            buttons = [b for row in message.inline for b in row if "callback_data" in b]
            for button in buttons:
                if button["text"] == wanted or button["callback_data"].startswith(wanted):
                    return Action(person.id, "tap", message.id, button["callback_data"])
            for button in buttons:
                if wanted in button["text"]:
                    return Action(person.id, "tap", message.id, button["callback_data"])
        seen = [message.buttons for message in self.bot.telegram.chat(person)[-3:]]
        raise AssertionError(f"{person.first_name} has no button {wanted!r}; there are {seen}")

    async def go(self) -> None:
        """Walk on from here until nothing new is found."""
        states = [await self.bot.keep()]
        while states:
            state = states[-1]
            await self.bot.bring_back(state)
            action = next(iter(await self.new_actions()), None)
            if action is None:
                states.pop()
                continue
            if await self.try_out(state, action):
                states.append(await self.bot.keep())

    async def try_out(self, state: State, action: Action) -> bool:
        """Do something in all ways if it reaches anything new; returns whether it is worthwhile
        to go on from there."""
        is_new_verb = action.kind == "tap" and action.verb not in self.eve.replayed
        self.tried |= {action.signature, f"tap {action.verb}"}
        self.recorder.take()
        calls = await self.do(action)
        reached = self.recorder.take()
        if reached - self.covered:
            after = await self.bot.keep()
            jobs = {one for one in reached if one.startswith("job ")}
            every = list(kills_at(calls))
            if jobs and not jobs - self.covered:
                every = [every[0][:1]]  # jobs are slow
            await self.compare(state, action, every)
            await self.replay_as_other(state, action)
            await self.bot.bring_back(after)
        elif is_new_verb:
            after = await self.bot.keep()
            await self.replay_as_other(state, action)
            await self.bot.bring_back(after)
        self.covered |= reached
        return bool(await self.new_actions())

    async def replay_as_other(self, state: State, action: Action) -> None:
        """Somebody else sends the same from the same state: it is about nothing of theirs."""
        await self.bot.bring_back(state)
        self.perform(action)
        what = action.verb if action.kind == "tap" else action.signature
        await self.bot.bring_back(state)
        await self.eve.replay(self.raws, action.person_id, what)

    async def do(self, action: Action) -> list[str]:
        """Do it and let the bot handle it; returns the methods of its requests to Telegram."""
        self.perform(action)
        return await self.bot.handle(self.raws)

    def perform(self, action: Action) -> None:
        """Do it in the sandbox."""
        self.bot.now += STEP
        telegram = self.bot.telegram
        person = telegram.people[action.person_id]
        match action.kind:
            case "tap":
                message = telegram.message(person, action.message_id)
                telegram.tap_data(person, message, action.text)
            case "press":
                telegram.press(person, action.text)
            case "reply":
                telegram.reply(person, action.message_id, action.text)
            case "edit":
                telegram.edit(person, action.message_id, action.text)
            case "say" | "answer":
                telegram.say(person, action.text.partition(" > ")[2] or action.text)
            case "file":
                telegram.send_document(person, self.file, "diary.json")
            case "location":
                telegram.send_location(person)
            case "sticker":
                telegram.send_sticker(person)
            case "album":
                telegram.send_photos(person, [b"one picture", b"another"])
            case "block":
                telegram.block(person)
            case "unblock":
                telegram.unblock(person)
            case "group":
                telegram.inject(in_group(person, {"text": action.text}))
            case "added":
                telegram.inject(added_to_group(person))
        self.raws: list[Json] = self.bot.fetch()
        texts = (raw["message"].get("text", "") for raw in self.raws if "message" in raw)
        self.typed |= {text for text in texts if len(text) >= SHORTEST and text[0] != "/"}
        self.runs += 1

    async def compare(self, state: State, action: Action, every: Sequence[list[Moment]]) -> None:
        """The same update twice, and with kills at its requests, against once."""
        once = await self.bot.result()
        assert await self.bot.handle(self.raws) == [], f"{action} was answered again"
        self.complain(action, "twice", differences(once, await self.bot.result()))
        for kills in every:
            await self.bot.bring_back(state)
            self.perform(action)
            twice = await self.bot.handle_killed(self.raws, kills)
            how = f"killed at {' and '.join(map(str, kills))}"
            self.complain(action, how, differences(once, await self.bot.result(twice)))

    def complain(self, action: Action, how: str, found: list[str]) -> None:
        self.wrong += [f"{action}, {how}: {one}" for one in found]

    # What can be done ----------------------------------------------------------------------------

    async def new_actions(self) -> list[Action]:
        """What can be done now and was not tried yet, most promising first."""
        return [one for one in [one async for one in self.actions()] if self.is_new(one)]

    def is_new(self, action: Action) -> bool:
        if action.kind == "tap":
            return f"tap {action.verb}" not in self.tried
        return action.signature not in self.tried

    async def actions(self) -> AsyncIterator[Action]:
        """What the screens offer."""
        telegram = self.bot.telegram
        questions = await self.questions()
        people = [one for one in telegram.people.values() if one.first_name != OTHER]
        for person in people:
            question = questions.get(person.id, "")
            if question:
                yield Action(person.id, "answer", 0, f"{question} > {ANSWERS[question]}")
            for message in reversed(telegram.chat(person)):
                for button in (one for row in message.inline for one in row):
                    if "callback_data" in button:
                        yield Action(person.id, "tap", message.id, button["callback_data"])
            for label in [one for row in telegram.keyboard(person) for one in row]:
                if "location" not in label:
                    yield Action(person.id, "press", 0, label)
        for person in people:
            for command in self.commands:
                yield Action(person.id, "say", 0, f"/{command}")

    async def questions(self) -> dict[int, str]:
        """Which question is open, by person."""
        async with self.bot.app.database.transaction() as session:
            rows = (await session.exec(select(User.id, User.awaiting))).all()
        return {number: ":".join((awaiting or "").split(":")[:2]) for number, awaiting in rows}


GROUP = {"id": -100500, "type": "supergroup", "title": "Runners"}


def in_group(person: Person, fields: Json) -> Json:
    """An update with a command in a group."""
    entity = {"type": "bot_command", "offset": 0, "length": len(fields["text"])}
    content = {"message_id": 5, "date": 1_769_000_000, "chat": GROUP, "from": person.as_user()}
    return {"message": content | fields | {"entities": [entity]}}


def added_to_group(person: Person) -> Json:
    """An update that says that the bot was added to a group."""
    bot = {"id": 1, "is_bot": True, "first_name": "CalmCalf"}
    change = {"chat": GROUP | {"id": -100600}, "from": person.as_user(), "date": 1_769_000_000}
    states = {"old_chat_member": "left", "new_chat_member": "member"}
    found = {name: {"user": bot, "status": status} for name, status in states.items()}
    return {"my_chat_member": change | found}


def kills_at(calls: Sequence[str]) -> Iterator[list[Moment]]:
    """When to kill the bot so that it was killed at every request. The first time twice in a row.

    In ``make test`` only the first request, and the answer to the last one that people see, are cut
    off.

    Args:
        calls: the methods of the requests that it makes when it is not killed.
    """
    visible = [n for n, method in enumerate(calls, 1) if method not in UNSEEN]
    if calls:
        yield [Moment(1, is_after=False), *(Moment(n, is_after=True) for n in visible[:1])]
    for number in visible[1:] if SOAK_SCALE is not None else visible[1:][-1:]:
        if SOAK_SCALE is not None:
            yield [Moment(number, is_after=False)]
        yield [Moment(number, is_after=True)]


@asynccontextmanager
async def walked_bot(url: str) -> AsyncIterator[KillableBot]:
    """Ann has kept a diary for three weeks and gets reminders; Nina has not written yet."""
    habits = PEOPLE[0]
    zone = ZoneInfo(habits.zone)
    now = datetime.combine(FIRST_ON + NIGHTS * timedelta(days=1), time(17), zone)
    async with Harness.open(url, now.astimezone(UTC)) as harness:
        harness.telegram._next_message = FIRST_MESSAGE
        # So that people can have an address that logs a cramp; nothing listens there.
        vars(harness.app.settings)["mini_app_url"] = "https://bot.example.org"
        ann = await harness.person("Ann", zone=habits.zone)
        vars(harness.app.settings)["admin_user_ids"] = frozenset({ann.id})
        await store(harness.database, make_diary(habits, ann.id, seed=2, nights=NIGHTS))
        async with harness.database.transaction() as session:
            user = await session.get_one(User, ann.id)
            await session.exec(
                sa.update(Reminder).where(col(Reminder.kind) == Kind.CHECK_IN).values(enabled=True)
            )
            await replan(session, user, harness.clock.now())
        await ann.says("/start")
        await harness.live_for(timedelta(hours=16))
        await harness.person("Nina")
        await harness.set_up_person(OTHER)
        async with KillableBot.taking_over(harness) as bot:
            yield bot


def not_reached(walk: Walk) -> list[str]:
    """What handlers the walk has not found."""
    missing = walk.recorder.known - walk.covered - BY_A_START
    return [f"not reached: {one}" for one in sorted(missing)]


def not_replayed(walk: Walk) -> list[str]:
    """What verbs were not sent by somebody else."""
    verbs = {":".join(one) for feature in walk.recorder.features for one in taps_of(feature)}
    return [f"not replayed: {one}" for one in sorted(verbs - walk.eve.replayed)]


def predictable(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Let nothing depend on chance or on the computer, and note what is reached."""
    recorder = Recorder()
    recorder.install(monkeypatch)
    monkeypatch.setattr(job_progress, "FIRST_SECONDS", 600)
    monkeypatch.setattr(person_queues, "SPINNER_SECONDS", 600)
    monkeypatch.setattr(secrets, "SystemRandom", lambda: random.Random(1))
    monkeypatch.setattr(secrets, "token_urlsafe", lambda length: "code" * (length // 3))
    return recorder


async def test_every_handler_has_its_effect_once_for_its_sender_and_logs_nothing_typed(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows and what everybody sees are those of somebody to whom it happened once.

    A message that was on its way when the bot was killed may come twice. And whatever somebody
    sent, for every verb of every feature, changes and shows nothing of theirs when another person
    sends it. And at DEBUG, no log has anything that was typed.

    In ``make test`` some of the scripts are walked, in CI all, and everything that they lead to.
    """
    recorder = predictable(monkeypatch)
    with debug_log() as log:
        walk = await walked(sqlite_url, recorder, some(SCRIPTS, SHORT_PART) if IS_SHORT else None)
    wrong = [
        *walk.wrong,
        *walk.eve.found,
        *(f"logged: {text}" for text in sorted(walk.typed) if text in log.getvalue()),
    ]
    if not IS_SHORT:
        wrong += [*not_reached(walk), *not_replayed(walk)]
        assert len(walk.typed) > LEAST_TYPED
        assert log.getvalue().count("\n") > LEAST_LOGGED
    assert not wrong, "\n".join(wrong)


async def walked(
    url: str, recorder: Recorder, scripts: Sequence[Sequence[str]] | None = None
) -> Walk:
    """The walk through the whole bot, at its end.

    Args:
        url: the database.
        recorder: notes what is reached.
        scripts: what is walked instead, and nothing beyond it.
    """
    async with walked_bot(url) as bot:
        async with bot.app.database.transaction() as session:
            ann = await session.get_one(User, min(bot.telegram.people))
            file = as_json(await export_diary(session, ann, bot.now))
        walk = Walk(bot, recorder, await bot.keep(), file)
        if scripts is None:
            await walk.go()
        for script in SCRIPTS if scripts is None else scripts:
            await walk.follow(script, goes_on=scripts is None)
    return walk
