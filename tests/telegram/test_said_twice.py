"""What a person types is taken once, although it comes again or Telegram is slow to take the reply.

Each of these was once taken as the answer to the next question, or as something typed by itself.
"""

from collections.abc import Sequence
from datetime import time

import pytest

from bot.database.models import Cramp, FailedUpdate, Kind, Reminder, User
from bot.sandbox.models import Json
from bot.telegram import update_handling
from tests.support.harness import Harness, Someone

LOG = "🦵 Log cramp"
TO_NOTE = (LOG, "tap More…", "tap Note, count…", "tap Add a note…")
CASES: dict[str, tuple[Sequence[str], str]] = {
    "bedtime": (("/start", "Berlin", "yes"), "22:30"),
    "note": (TO_NOTE, "woke at 3 with a cramp"),
    "number": (TO_NOTE, "4"),
    "times": ((LOG, "/reminders", "tap 🌙 Stretch", "tap Type a time…"), "21:15"),
    "bedtime after a cramp": ((LOG, "/reminders", "tap Bedtime"), "21:45"),
}
"""Name of a person → what they do, and what they type then."""
TIME_LIMIT_SECONDS, SLOW_SECONDS = 3.0, 4.0


async def prepared(harness: Harness, name: str) -> Someone:
    """A person who is asked something."""
    is_new = name == "bedtime"
    someone = await (harness.person(name) if is_new else harness.set_up_person(name))
    for step in CASES[name][0]:
        if step.startswith("tap "):
            await someone.taps(step.removeprefix("tap "))
        else:
            await someone.says(step)
    return someone


async def test_what_comes_again_is_taken_once(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram takes the replies after the time limit of a handler, and each update comes again:
    from a webhook whose answer was lost, and by polling after a restart."""
    async with Harness.open(database_url) as harness:
        people = {name: await prepared(harness, name) for name in CASES}
        before = {cramp.id: cramp.occurred_at for cramp in await harness.rows(Cramp)}
        monkeypatch.setattr(update_handling, "TIME_LIMIT_SECONDS", TIME_LIMIT_SECONDS)
        harness.telegram.faults.set("slow", method="sendMessage", seconds=SLOW_SECONDS)
        counts = {name: len(someone.bot_messages) for name, someone in people.items()}
        for name, someone in people.items():
            harness.telegram.say(someone.telegram_person, CASES[name][1])
        raws = [one.payload for one in harness.telegram.updates.waiting.values()]
        assert len(raws) == len(CASES)
        await harness.settled()
        harness.telegram.faults.clear()

        for name, someone in people.items():
            new = len(someone.bot_messages) - counts[name]
            assert new == (0 if name in {"note", "number"} else 1), name  # a note gets a reaction
        screens = {name: shown(someone) for name, someone in people.items()}
        rows = await all_rows(harness)
        await come_again(harness, raws)
        assert await all_rows(harness) == rows
        assert {name: shown(someone) for name, someone in people.items()} == screens

        users = {name: await row_of(harness, someone) for name, someone in people.items()}
        assert (users["bedtime"].bed_time, users["bedtime"].wake_time) == (time(22, 30), None)
        cramps = {cramp.user_id: cramp for cramp in await harness.rows(Cramp)}
        assert {cramp.id: cramp.occurred_at for cramp in cramps.values()} == before
        assert cramps[people["note"].id].note == "woke at 3 with a cramp"
        number = cramps[people["number"].id]
        assert (number.note, number.intensity) == ("4", None)
        stretch = next(
            one
            for one in await harness.rows(Reminder)
            if (one.user_id, one.kind) == (people["times"].id, Kind.STRETCH)
        )
        assert stretch.times == "21:15"
        assert users["bedtime after a cramp"].bed_time == time(21, 45)
        assert await harness.rows(FailedUpdate) == []


async def come_again(harness: Harness, raws: Sequence[Json]) -> None:
    """Deliver updates twice more to the running process, and once to the next one."""
    for _again in range(2):
        assert await harness.app.intake.accept(raws)
        await harness.settled()
    await harness.app.stop()
    for raw in raws:
        harness.telegram.inject(raw)
    await harness.start_again()


async def all_rows(harness: Harness) -> list[list[User] | list[Cramp] | list[Reminder]]:
    """The rows that what was typed may change."""
    return [await harness.rows(User), await harness.rows(Cramp), await harness.rows(Reminder)]


async def row_of(harness: Harness, someone: Someone) -> User:
    """A person's row."""
    return next(user for user in await harness.rows(User) if user.id == someone.id)


def shown(someone: Someone) -> list[tuple[str, list[str]]]:
    """What the bot has written to a person."""
    return [(message.words, message.buttons) for message in someone.bot_messages]
