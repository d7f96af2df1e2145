"""The taps of common jobs: each row of the table in ``docs/tour.md`` is done in the real bot.

A row has a job, the taps that it takes, and the way: what is tapped is bold, what is typed is code.
The way is followed as it is written, and the result is looked at. So a job that takes more taps
than the table says, or that does something else, fails.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.database.models import Cramp, Kind, NightCheck, NightStatus, Reminder, User
from tests.support.harness import Harness, Someone
from tests.support.paths import ROOT

_ROW = re.compile(r"^\| (?P<job>[^|]+?) +\| (?P<taps>\d) \| (?P<way>[^|]+) \|$", re.MULTILINE)
_STEP = re.compile(r"\*\*(?P<tapped>.+?)\*\*|`(?P<typed>.+?)`")
LOG = "🦵 Log cramp"


@dataclass(frozen=True)
class Row:
    """A row of the table."""

    job: str
    taps: int
    steps: tuple[tuple[str, bool], ...]
    """What is tapped (True) or typed (False), in order."""


def table() -> list[Row]:
    """The rows of the table."""
    text = (ROOT / "docs" / "tour.md").read_text()
    rows = []
    for found in _ROW.finditer(text):
        parts = _STEP.finditer(found["way"])
        steps = tuple((one["tapped"] or one["typed"], one["tapped"] is not None) for one in parts)
        rows.append(Row(found["job"], int(found["taps"]), steps))
    return rows


class Journey:
    """Ann's four days, in the course of which every job of the table is done once."""

    def __init__(self, harness: Harness, ann: Someone) -> None:
        self.harness, self.ann = harness, ann

    async def until(self, day: int, hour: int, minute: int = 0) -> None:
        """Live until a time of day in January 2027 in Berlin."""
        moment = datetime(2027, 1, day, hour, minute, tzinfo=UTC) - timedelta(hours=1)
        await self.harness.live_until(moment)

    async def does(self, row: Row) -> None:
        """Follow the way of a row."""
        for what, is_tap in row.steps:
            keys = [label for keys in self.keys() for label in keys]
            if not is_tap:
                await self.ann.says(what)
            elif what in keys:
                await self.ann.presses(what)
            else:
                await self.ann.taps(what)

    def keys(self) -> list[list[str]]:
        return self.harness.telegram.keyboard(self.ann.telegram_person)

    async def entries(self) -> list[Cramp]:
        """The entries that were not removed, in the order in which they were made."""
        rows = await self.harness.rows(Cramp)
        return [one for one in rows if one.deleted_at is None]

    async def status(self, day: int) -> NightStatus | None:
        """What is recorded of a night, by the day of its evening."""
        rows = await self.harness.rows(NightCheck)
        return next((one.status for one in rows if one.night_on.day == day), None)

    async def stretch(self) -> Reminder:
        rows = await self.harness.rows(Reminder)
        return next(one for one in rows if one.kind is Kind.STRETCH)

    def has_picture(self) -> bool:
        return self.ann.last.photo is not None


@dataclass(frozen=True)
class Job:
    """When a job is done, by how many taps at most, and how its result is seen."""

    most: int
    at: tuple[int, int, int]
    """Day of January, hour and minute."""
    is_done: Callable[[Journey], Awaitable[bool]]


async def _one_entry(j: Journey) -> bool:
    return len(await j.entries()) == 1


async def _no_entry(j: Journey) -> bool:
    return await j.entries() == []


async def _strength(j: Journey) -> bool:
    return [one.intensity for one in await j.entries()] == [6]


async def _relief(j: Journey) -> bool:
    return j.has_picture()


async def _left_calf(j: Journey) -> bool:
    entries = await j.entries()
    since = j.harness.clock.now() - timedelta(minutes=2)
    return any(
        (one.side, one.site) == ("left", "calf") for one in entries if one.occurred_at > since
    )


async def _context(j: Journey) -> bool:
    return (await j.entries())[-1].context == "lying_awake"


async def _moved(j: Journey) -> bool:
    return (await j.stretch()).times == "22:50"


async def _stopped(j: Journey) -> bool:
    return not (await j.stretch()).enabled


async def _quiet(j: Journey) -> bool:
    return await j.status(14) is NightStatus.NONE_LAST_NIGHT


async def _filled(j: Journey) -> bool:
    return await j.status(15) is NightStatus.NONE_LAST_NIGHT


async def _at_three(j: Journey) -> bool:
    newest = (await j.entries())[-1]
    return newest.occurred_at == datetime(2027, 1, 16, 2, tzinfo=UTC)


async def _last_night(j: Journey) -> bool:
    return [one.night_on.day for one in await j.entries()].count(16) == 2


async def _stronger(j: Journey) -> bool:
    return 9 in {one.intensity for one in (await j.entries())[:-1]}


async def _week(j: Journey) -> bool:
    return j.has_picture() and "Month" in j.ann.last.buttons


async def _month(j: Journey) -> bool:
    return j.has_picture() and "January" in j.ann.last.words


async def _pdf(j: Journey) -> bool:
    return any(one.kind == "document" for one in j.ann.bot_messages[-2:])


async def _paused(j: Journey) -> bool:
    return (await j.harness.rows(User))[0].paused


JOBS: dict[str, Job] = {
    "Move a reminder": Job(3, (13, 22, 25), _moved),
    "Log a cramp": Job(1, (14, 3, 12), _one_entry),
    "Undo": Job(1, (14, 3, 13), _no_entry),
    "Log a cramp with its strength": Job(2, (14, 3, 20), _strength),
    "Relief": Job(1, (14, 3, 21), _relief),
    "Log a cramp with side and site": Job(3, (14, 4, 0), _left_calf),
    "Any other detail, then": Job(2, (14, 4, 1), _context),
    "Stop a reminder": Job(2, (14, 22, 55), _stopped),
    "A quiet morning": Job(1, (15, 7, 5), _quiet),
    "A missed night": Job(3, (16, 12, 30), _filled),
    "Log a cramp where it usually is": Job(2, (17, 3, 0), _left_calf),
    "An earlier cramp": Job(3, (17, 12, 0), _last_night),
    "An earlier cramp, in words": Job(0, (17, 11, 0), _at_three),
    "The strength of an old entry": Job(3, (17, 12, 10), _stronger),
    "The week": Job(1, (17, 12, 15), _week),
    "The month": Job(2, (17, 12, 20), _month),
    "Pages for a doctor": Job(3, (17, 12, 25), _pdf),
    "Quiet until tomorrow": Job(2, (17, 12, 30), _paused),
}
"""Every job of the table, and what the best diaries need for it."""


async def test_no_job_takes_more_taps_than_the_tour_says(harness: Harness) -> None:
    rows = {row.job: row for row in table()}
    assert rows.keys() == JOBS.keys()
    journey = Journey(harness, await harness.set_up_person("Ann", language="en-DE"))
    for name, job in sorted(JOBS.items(), key=lambda item: item[1].at):
        row = rows[name]
        await journey.until(*job.at)
        assert sum(is_tap for _what, is_tap in row.steps) == row.taps, name
        assert row.taps <= job.most, name
        assert not await job.is_done(journey), f"{name} is done before it is begun"
        await journey.does(row)
        assert await job.is_done(journey), (name, journey.ann.last.words)
        if name == "Any other detail, then":
            await journey.until(14, 5, 30)
            await journey.ann.says("cramp left calf")  # twice: it is the usual place from now on
