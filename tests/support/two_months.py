"""Two months of one person in one chat, lived through in the sandbox with the real bot.

A test looks at the chat on the way, and ``tools.take_pictures`` takes its pictures there.
"""

import random
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.sandbox.models import Message
from tests.support.harness import Harness, Someone

DAYS = 61
ZONE = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
LOG = "🦵 Log cramp"
STRENGTHS = ("2", "4", "6", "8")
QUIET_DAY = 40
"""The day on whose evening the chat is looked at: nobody did anything on it."""
QUIET = (QUIET_DAY - 1, QUIET_DAY)
"""The nights around it."""
Stop = Callable[[str], Awaitable[None]]
"""Called at the stops of the tour: "night", "relief", "stretch", "quiet day", "week", "month"."""


class TwoMonths:
    """What a person does who logs their cramps, answers some reminders and leaves others.

    Args:
        harness: the bot in the sandbox.
        person: set up, in Berlin.
        stop: called at the stops of the tour.
    """

    def __init__(self, harness: Harness, person: Someone, stop: Stop) -> None:
        self.harness, self.person, self._stop = harness, person, stop
        self._chance = random.Random(63)
        self.cramps: dict[date, int] = {}
        """Night (by its evening) → the strength of its cramp."""
        self.said_none: set[date] = set()
        """Nights that were said to be free of cramps."""

    async def live(self) -> None:
        """Live through all days; the last one is a Monday, with the whole week behind it."""
        first_on = self.harness.clock.now().astimezone(ZONE).date()
        for number in range(DAYS):
            evening_on = first_on + number * DAY
            await self._evening(evening_on, number)
            await self._night(evening_on, number)
            await self._morning(evening_on, number)
        await self.person.presses("📊 This week")
        await self._stop("week")
        await self.person.taps("Month")
        await self._stop("month")

    async def until(self, on: date, hour: int, minute: int = 0) -> None:
        """Live until a local time."""
        moment = datetime.combine(on, time(hour, minute), ZONE)
        await self.harness.live_until(moment.astimezone(UTC))

    async def _evening(self, on: date, number: int) -> None:
        await self.until(on, 22, 31)
        if number == QUIET_DAY:
            await self._stop("quiet day")
        elif number == 1:
            await self.person.taps("Show me, 3 minutes")
            await self._stop("stretch")
            await self.person.taps("Stop here")
            await self.person.taps("Done")
        elif self._chance.random() < 0.4:
            await self.person.taps("Done", self._newest("Show me, 3 minutes"))

    async def _night(self, evening_on: date, number: int) -> None:
        if number in QUIET or (number > 1 and self._chance.random() > 0.35):
            return
        await self.until(evening_on + DAY, 3, 12)
        strength = self._chance.choice(STRENGTHS)
        await self.person.presses(LOG)
        if number == 1:
            await self._stop("night")
        await self.person.taps(strength)
        self.cramps[evening_on] = int(strength)
        if number == 1:
            await self.person.taps("Relief")
            await self._stop("relief")

    async def _morning(self, evening_on: date, number: int) -> None:
        await self.until(evening_on + DAY, 7, 5)
        is_told = evening_on in self.cramps
        if number not in QUIET and not is_told and self._chance.random() < 0.6:
            await self.person.taps("No cramps")
            self.said_none.add(evening_on)

    def _newest(self, label: str) -> Message:
        return self.person.with_button(label)
