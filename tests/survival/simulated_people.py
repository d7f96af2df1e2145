"""Simulated people who use the bot for a year: random actions, the same for the same seed.

Everything goes through the chat: buttons that are on the screen, commands and typed text.
"""

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.database.models import Answer
from bot.sandbox.models import Message
from tests.support.harness import Harness, Someone

ZONES = (
    "Europe/Berlin", "America/New_York", "Australia/Sydney", "America/Santiago", "Asia/Kolkata",
    "Pacific/Auckland", "Europe/London", "America/Los_Angeles", "Asia/Tokyo", "Africa/Cairo",
    "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Kiritimati",
    "America/Sao_Paulo", "Pacific/Honolulu",
)  # fmt: skip
BEDS = ("2130", "2230", "2345", "0100", "0900")
WAKES = ("0600", "0700", "0830", "1000", "1700")
LANGUAGES = ("en", "de", "fr", "es", "pt-br", "ru")
HARMLESS = ("cramps", "history", "summary", "learn", "report", "checkin", "flags")
"""Features whose buttons can be tapped at random, because they change no reminder."""
SHUTS_STRETCHING = ":effect:"
"""Part of the data of buttons after which stretches are not suggested any more."""
PLANS_ONE = {"kind", "on", "sound", "set", "days", "setdays", "reset"}
OF_DELIVERIES = {"done", "skip", "ask", "back", "later", "in", "until", "at", "step"}
SAID = {"done": Answer.DONE, "skip": Answer.SKIPPED}
SAID_OF_NIGHT = {"none": Answer.DONE, "had": Answer.DONE, "skip": Answer.SKIPPED}
TELLS_OF_NIGHT = {"after", "helped", "tried", "exposure", "sleep", "woke"}
"""Buttons of the morning question that answer it, too."""


@dataclass(frozen=True)
class Pressed:
    """A tap on a button of a delivery, and the answer that it gives (None: no answer)."""

    delivery_id: int
    answer: Answer | None


@dataclass
class SimulatedPerson:
    """A simulated person, and what they have done."""

    someone: Someone
    chance: random.Random
    zone: str
    home: str
    logged: set[int] = field(default_factory=set)
    """Ids of messages that log a cramp in any state of the conversation."""
    presses: list[Pressed] = field(default_factory=list)
    """The taps since this was last read."""
    touched: set[str] = field(default_factory=set)
    """The reminders that were opened or changed since this was last read; ``*`` for all."""
    done: Counter[str] = field(default_factory=Counter)
    is_mute: bool = False
    """Whether Telegram refuses messages to them; they do not write either."""

    @property
    def harness(self) -> Harness:
        return self.someone.harness

    @property
    def now(self) -> datetime:
        return self.harness.clock.now()

    def find(self, *beginnings: str, newest: int = 40) -> tuple[Message, list[str]] | None:
        """The newest message that has buttons with this prefix, and the data of those buttons."""
        for message in reversed(self.someone.bot_messages[-newest:]):
            data = [
                button["callback_data"]
                for row in message.inline
                for button in row
                if str(button.get("callback_data", "")).startswith(beginnings)
                and SHUTS_STRETCHING not in button["callback_data"]
            ]
            if data:
                return message, data
        return None

    async def tap_data(self, message: Message, data: str) -> None:
        """Tap a button by its data."""
        self.note(data)
        self.harness.telegram.tap_data(self.someone.telegram_person, message, data)
        await self.harness.settled()

    def note(self, data: str) -> None:
        """Record what a button does to reminders, before it is tapped."""
        feature, verb, *arguments = data.split(":")
        if feature == "reminders" and verb in OF_DELIVERIES:
            self.presses.append(Pressed(int(arguments[0]), SAID.get(verb)))
        elif feature == "checkin" and verb != "setting":
            answer = SAID_OF_NIGHT[arguments[1]] if verb == "night" else None
            answer = Answer.DONE if verb in TELLS_OF_NIGHT else answer
            self.presses.append(Pressed(int(arguments[0]), answer))
        elif feature == "reminders" and verb in PLANS_ONE:
            self.touched.add(arguments[0])
        elif feature == "reminders" and verb == "dinner":
            self.touched.add("dinner_caffeine")
        elif feature == "users" and verb in {"bed", "wake", "fluids", "pause", "resume"}:
            is_question = not arguments or arguments[0] == "from"
            if not is_question or verb == "resume":
                self.touched.add("*")

    async def tap(self, *beginnings: str) -> bool:
        """Tap a random one of the newest buttons with this prefix; False when there is none."""
        found = self.find(*beginnings)
        if found is None:
            return False
        message, data = found
        await self.tap_data(message, self.chance.choice(data))
        return True

    def writes(self, text: str) -> Message:
        """Send a message without waiting for the bot."""
        return self.harness.telegram.say(self.someone.telegram_person, text)

    async def says(self, text: str) -> None:
        """Send a message and wait until the bot has handled it."""
        self.writes(text)
        await self.harness.settled()

    # Meeting --------------------------------------------------------------------------------------

    async def meets(self) -> None:
        """Complete the setup: /start, the four questions, and those of the first reminders."""
        chance = self.chance
        bed = chance.randrange(len(BEDS))
        await self.says("/start")
        message = self.someone.last
        for data in (
            f"users:zone:{self.zone}",
            f"users:bed:{BEDS[bed]}",
            f"users:wake:{WAKES[bed]}",
            f"users:fluids:{chance.choice(('free', 'free', 'limited', 'unsure'))}",
            "about:gate:stretch:no:0",
            "about:gate:food:no:0",
        ):
            await self.tap_data(message, data)

    # The diary ------------------------------------------------------------------------------------

    def logs(self) -> None:
        """Log a cramp: by the button, by the command, or in words."""
        rows = self.harness.telegram.keyboard(self.someone.telegram_person)
        way = self.chance.randrange(3)
        if way == 0 and rows:
            self.logged.add(self.writes(rows[0][0]).id)
        elif way == 1:  # or an answer, when something was asked
            self.writes("cramp left calf 7")
        else:
            self.logged.add(self.writes("/cramp").id)

    async def cramp(self) -> None:
        """Log a cramp with some details; sometimes correct or undo it."""
        self.logs()
        await self.harness.settled()
        for _ in range(self.chance.randrange(3)):
            await self.tap("cramps:set", "cramps:open", "cramps:place", "cramps:many")
        if self.chance.random() < 0.2:
            await self.says(self.chance.choice(("03:10", "15 min ago", "yesterday 3am")))
        if self.chance.random() < 0.2:
            await self.tap("cramps:undo:")
            if self.chance.random() < 0.4:
                await self.tap("cramps:restore:")

    async def morning(self) -> None:
        """Answer the morning question, and often one about the evening."""
        if await self.tap("checkin:night:"):
            for _ in range(self.chance.randrange(3)):
                await self.tap("checkin:habit:", "checkin:count:", "checkin:close:")

    async def looks(self) -> None:
        """Open something to read, and tap one of its buttons."""
        await self.says(
            self.chance.choice(("/history", "/summary", "/learn", "/help", "/privacy", "/care"))
        )
        await self.wanders()

    async def wanders(self) -> None:
        """Tap random buttons that are on the screen."""
        for _ in range(self.chance.randrange(1, 4)):
            await self.tap(f"{self.chance.choice(HARMLESS)}:")

    async def takes_along(self) -> None:
        """Ask for the report and the exported files."""
        if self.chance.random() < 0.5:
            await self.says("/report")
            await self.tap("report:make")
        else:
            await self.says("/export")
            await self.tap("takeout:file:")

    # Reminders ------------------------------------------------------------------------------------

    async def answers(self) -> None:
        """Answer a reminder: done or skipped; sometimes change the answer afterwards."""
        await self.tap("reminders:done:", "reminders:skip:")
        if self.chance.random() < 0.15 and await self.tap("reminders:ask:"):
            await self.tap("reminders:done:", "reminders:skip:")

    async def puts_off(self) -> None:
        """Postpone a reminder: by a button or to a typed time."""
        if not await self.tap("reminders:later:"):
            return
        if self.chance.random() < 0.6:
            await self.tap("reminders:in:")
            await self.tap("reminders:until:")
        elif await self.tap("reminders:at:"):
            there = self.now.astimezone(ZoneInfo(self.zone)) + timedelta(
                minutes=self.chance.choice((20, 95))
            )
            await self.says(f"{there:%H:%M}")
            await self.tap("reminders:until:")

    async def changes(self) -> None:
        """Change a reminder: other times, other days, on or off, or back to the defaults."""
        await self.says("/reminders")
        if not await self.tap("reminders:kind:"):
            return
        way = self.chance.choice(("set", "set", "on", "days", "reset", "sound", "times", "dinner"))
        if not await self.tap(f"reminders:{way}:"):
            return
        if way == "days":
            await self.tap("reminders:setdays:")
        elif way == "times":
            found = self.find("reminders:kind:")
            if found is not None and len(found[1]) == 1:
                self.touched.add(found[1][0].removeprefix("reminders:kind:"))
            await self.says(self.chance.choice(("22:15", "7:30 pm", "8:00, 12.30 and 3pm", "oops")))
        elif way == "on" and self.chance.random() < 0.7:
            await self.tap("reminders:on:")

    async def peeks(self) -> None:
        """Open the card of a random reminder and change nothing."""
        await self.says("/reminders")
        await self.tap("reminders:kind:")

    async def peeks_at(self, reference: str) -> None:
        """Open the card of a given reminder."""
        await self.tap_data(self.someone.last, f"reminders:kind:{reference}")

    async def adds(self) -> None:
        """Add a custom reminder."""
        await self.says("/reminders")
        if not await self.tap("reminders:new"):
            return
        await self.says(self.chance.choice(("Feet up", "Water the plants", "<b>Walk</b> & rest")))
        hour, minute = self.chance.randrange(24), self.chance.choice((0, 10, 35))
        await self.says(f"{hour:02}:{minute:02}")

    async def drinks(self) -> None:
        """Change the answer about fluids."""
        found = self.someone.last
        answer = self.chance.choice(("free", "free", "limited", "unsure"))
        await self.tap_data(found, f"users:fluids:{answer}")

    async def hours(self) -> None:
        """Change the bed time or the wake time."""
        if self.chance.random() < 0.5:
            await self.tap_data(
                self.someone.last, f"users:bed:{self.chance.choice(('2200', '2245', '0015'))}"
            )
        else:
            await self.tap_data(
                self.someone.last, f"users:wake:{self.chance.choice(('0615', '0745', '1030'))}"
            )

    async def pauses(self) -> None:
        """Pause reminders: for tonight, for a week, or until resumed."""
        await self.says("/pause")
        await self.tap("users:pause:night", "users:pause:week", "users:pause:open")

    async def resumes(self) -> None:
        """Resume reminders."""
        self.touched.add("*")
        await self.says("/resume")

    async def travels(self) -> None:
        """Travel somewhere else or back home; reminders follow, or keep home time."""
        if self.zone == self.home:
            self.zone = self.chance.choice(ZONES)
        else:
            self.zone = self.home
        await self.tap_data(self.someone.last, f"users:zone:{self.zone}")
        await self.tap(f"users:move:{self.zone}", f"users:keep:{self.zone}:")

    async def tests(self) -> None:
        """Begin, open or stop a fair test."""
        await self.says("/experiment")
        if self.find("experiments:stop:", newest=1):
            if self.chance.random() < 0.3:
                await self.tap("experiments:stop:")
                if self.chance.random() < 0.3:
                    await self.tap("experiments:goon:")
            else:
                await self.tap("experiments:did:")
            return
        for verb in ("fine", "result"):
            if self.find(f"experiments:{verb}:", newest=1):
                await self.tap(f"experiments:{verb}:")
                return
        await self.tap("experiments:pick:")
        await self.tap("experiments:seen:")
        await self.tap("experiments:gate:")
        await self.tap("experiments:none:")
        await self.tap("experiments:asked:")
        await self.tap("experiments:start:")

    async def leaves_or_comes_back(self) -> None:
        """Block the bot, or unblock it and sometimes write to it."""
        person = self.someone.telegram_person
        if not person.blocked:
            self.harness.telegram.block(person)
        else:
            self.harness.telegram.unblock(person)
            if self.chance.random() < 0.5:
                self.writes("/start")
        await self.harness.settled()

    async def falls_silent_or_returns(self) -> None:
        """Let Telegram refuse all messages to them, without an update, until they write."""
        person = self.someone.telegram_person
        if person.trouble is None:
            person.trouble = self.chance.choice(("deactivated", "blocked", "not_found"))
            self.is_mute = True
        else:
            person.trouble, self.is_mute = None, False
            await self.says("/start")

    # By lot ---------------------------------------------------------------------------------------

    def ways(self) -> tuple[tuple[float, Callable[[], Awaitable[None]]], ...]:
        """The possible actions and their weights."""
        return (
            (14, self.cramp),
            (16, self.morning),
            (26, self.answers),
            (8, self.puts_off),
            (6, self.changes),
            (3, self.peeks),
            (2, self.adds),
            (2, self.drinks),
            (2, self.hours),
            (2, self.pauses),
            (3, self.resumes),
            (4, self.travels),
            (3, self.tests),
            (5, self.looks),
            (4, self.wanders),
            (2, self.takes_along),
            (1.5, self.leaves_or_comes_back),
            (0.7, self.falls_silent_or_returns),
        )

    async def does_something(self) -> str:
        """Perform one random action.

        Returns:
            Its name.
        """
        if self.someone.telegram_person.blocked:
            act: Callable[[], Awaitable[None]] = self.leaves_or_comes_back
        elif self.is_mute:
            act = self.falls_silent_or_returns
        else:
            weights, acts = zip(*self.ways(), strict=True)
            act = self.chance.choices(acts, weights)[0]
        name = getattr(act, "__name__", "?")
        self.done[name] += 1
        await act()
        return name
