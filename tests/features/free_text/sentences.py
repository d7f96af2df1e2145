"""What sentences mean: short ways to say it for the tables of each language.

It is Wednesday, 13 January 2027, 07:30 in Berlin.
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.features.free_text.meanings.act_values import (
    EVERY_DAY,
    Answered,
    Mute,
    RemindDaily,
    RemindOnce,
    SetDays,
    SetSound,
    Shift,
    SleepTimes,
    Snooze,
    Travel,
    TurnOwn,
)
from bot.features.free_text.meanings.further_values import (
    AskLast,
    AskNights,
    AskTrend,
    Correct,
    DidHabit,
    FurtherMeaning,
    HadCaffeine,
    LetGo,
    OpenCard,
    RemoveEntry,
    Said,
    SendFile,
    SetHours,
    SetLanguage,
    Span,
    Talk,
    Undo,
    WasWrong,
)
from bot.features.free_text.meanings.values import (
    KINDS,
    LogCramp,
    MoveReminder,
    NoCramps,
    Page,
    Pause,
    Show,
    TurnReminder,
)

ZONE = "Europe/Berlin"
NOW = datetime(2027, 1, 13, 6, 30, tzinfo=UTC)
TONIGHT = Pause(tonight=True)
OPEN = Pause()
WEEK = Pause(date(2027, 1, 20))
LAST_NIGHT = date(2027, 1, 12)
NONE_LAST_NIGHT = NoCramps(LAST_NIGHT)
SUMMARY, HISTORY = Show(Page.SUMMARY), Show(Page.HISTORY)
REMINDERS, HELP = Show(Page.REMINDERS), Show(Page.HELP)
STOP, HOW_LONG = Show(Page.STOP), Show(Page.PAUSE)
GUIDED_STRETCH = Show(Page.GUIDED_STRETCH)
DONE, SKIPPED, LATER = Answered(True), Answered(False), Snooze()
"""Answers to the reminder that came last."""
TODAY = date(2027, 1, 13)
WORKDAYS = 0b11111
RELIEF, MONTH = Show(Page.RELIEF), Show(Page.MONTH)
EXPORT, REPORT, PRIVACY = Show(Page.EXPORT), Show(Page.REPORT), Show(Page.PRIVACY)
ERASE, SETTINGS, LANGUAGES = Show(Page.ERASE), Show(Page.SETTINGS), Show(Page.LANGUAGE)
UNDO, REMOVE, WRONG, LET_GO = Undo(), RemoveEntry(), WasWrong(), LetGo()
THIS_WEEK, LAST_WEEK = AskNights(Span.WEEK), AskNights(Span.WEEK, number=1)
THIS_MONTH = AskNights(Span.MONTH, date(2027, 1, 1))
LAST_MONTH = AskNights(Span.MONTH, date(2026, 12, 1))
WHOLE_DIARY, TREND = AskNights(Span.ALL), AskTrend()
LAST_CRAMP, LAST_TWITCH = AskLast(), AskLast("twitch")
HELLO, THANKS = Said(Talk.HELLO), Said(Talk.THANKS)
FINE, GOOD_NIGHT = Said(Talk.FINE), Said(Talk.GOOD_NIGHT)
STRETCHED = DidHabit("stretch_done", LAST_NIGHT)
CALF_7 = {"side": "left", "site": "calf", "strength": "7"}


def at(clock: str, day: int = 13) -> datetime:
    """A local time of January."""
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime(2027, 1, day, hour, minute, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def _told(told: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(told.items()))


def cramp(clock: str | None = None, day: int = 13, /, **told: str) -> LogCramp:
    """A cramp now, or at a local time."""
    return LogCramp(NOW if clock is None else at(clock, day), "exact", _told(told))


def about(clock: str, day: int = 13, /, **told: str) -> LogCramp:
    """A cramp at about a local time."""
    return LogCramp(at(clock, day), "about", _told(told))


def in_night(evening: int = 12, /, **told: str) -> LogCramp:
    """A cramp of the night that begins on the evening of that day, without an hour."""
    return LogCramp(min(at("03:00", evening + 1), NOW), "night_only", _told(told))


def move(kind: str, *clocks: str) -> MoveReminder:
    """A reminder at these times."""
    return MoveReminder(kind, tuple(time.fromisoformat(clock) for clock in clocks))


def on(kind: str) -> TurnReminder:
    return TurnReminder(kind, True)


def off(kind: str) -> TurnReminder:
    return TurnReminder(kind, False)


def until(day: int, month: int = 1) -> Pause:
    """A pause until a day of 2027."""
    return Pause(date(2027, month, day))


def until_at(clock: str, day: int = 13, month: int = 1) -> Pause:
    """A pause until a local time of a day of 2027."""
    return Pause(date(2027, month, day), clock=time.fromisoformat(clock))


def once(about: str, clock: str, day: int = 13, month: int = 1) -> RemindOnce:
    """One reminder, at a local time of a day of 2027.

    Args:
        about: the kind of reminder that it is like, such as ``stretch``, or the person's own words.
        clock: the local time.
        day: the day of the month.
        month: its number.
    """
    there = datetime.combine(date(2027, month, day), time.fromisoformat(clock))
    return RemindOnce(there, kind=about) if about in KINDS else RemindOnce(there, about)


def daily(words: str, *clocks: str, weekdays: int = EVERY_DAY) -> RemindDaily:
    """A reminder in the person's own words."""
    return RemindDaily(tuple(time.fromisoformat(clock) for clock in clocks), words, weekdays)


def own(words: str, *, on: bool) -> TurnOwn:
    """A reminder in the person's own words on or off."""
    return TurnOwn(words, on)


def mute(kind: str, day: int = 13, month: int = 1) -> Mute:
    """None of a kind until that day of 2027, which is included; the 13th is today."""
    return Mute(kind, date(2027, month, day))


def snooze(minutes: int | None = None, clock: str | None = None) -> Snooze:
    """The last reminder again in some minutes, or at a local time."""
    return Snooze(minutes, None if clock is None else time.fromisoformat(clock))


def answered(kind: str, *, done: bool) -> Answered:
    """The last reminder of a kind was done or skipped."""
    return Answered(done, kind)


def sleep(bed: str | None = None, wake: str | None = None) -> SleepTimes:
    """When the person goes to bed and gets up."""
    return SleepTimes(*(None if one is None else time.fromisoformat(one) for one in (bed, wake)))


def days(kind: str, weekdays: int) -> SetDays:
    """The weekdays of a reminder; bit 0 is Monday."""
    return SetDays(kind, weekdays)


def sound(kind: str, *, on: bool) -> SetSound:
    """A reminder with sound or silent."""
    return SetSound(kind, on)


def shift(kind: str, minutes: int) -> Shift:
    """A reminder earlier (negative) or later by some minutes."""
    return Shift(kind, minutes)


def travel(place: str, day: int | None = None) -> Travel:
    """The person is at a place, perhaps until a day of January."""
    return Travel(place, None if day is None else date(2027, 1, day))


def correct(clock: str | None = None, /, **told: str) -> Correct:
    """A correction of the newest entry: details, or its time."""
    slot = None if clock is None else time.fromisoformat(clock)
    return Correct(_told(told), slot)


def correct_hour(hour: int, minute: int = 0) -> Correct:
    """A correction to a time that may be in either half of the day."""
    return Correct((), time(hour, minute), is_dial=True)


def night(evening: int) -> AskNights:
    """A question about the night of a day of January 2027."""
    return AskNights(Span.NIGHT, date(2027, 1, evening))


def last_nights(number: int) -> AskNights:
    """A question about the last nights."""
    return AskNights(Span.DAYS, number=number)


def month(year: int, number: int) -> AskNights:
    """A question about a month."""
    return AskNights(Span.MONTH, date(year, number, 1))


def since(day: int, month: int = 1) -> AskNights:
    """A question about all nights since a day of 2027."""
    return AskNights(Span.SINCE, date(2027, month, day))


def card(name: str) -> OpenCard:
    """A card of Learn."""
    return OpenCard(name)


def speak(code: str) -> SetLanguage:
    return SetLanguage(code)


def hours(number: int) -> SetHours:
    """A clock with 12 or 24 hours."""
    return SetHours(number)


def coffee(clock: str | None = None, day: int = 13, /) -> HadCaffeine:
    """Something with caffeine now, or at a local time of January."""
    return HadCaffeine(NOW if clock is None else at(clock, day))


FURTHER: tuple[FurtherMeaning, ...] = (
    *(UNDO, REMOVE, WRONG, LET_GO, TREND, LAST_CRAMP, LAST_TWITCH, STRETCHED, WHOLE_DIARY),
    *(THIS_WEEK, LAST_WEEK, THIS_MONTH, LAST_MONTH, night(11), last_nights(30), since(4)),
    *(HELLO, THANKS, FINE, GOOD_NIGHT, card("stretch_trials"), speak("pt_BR"), hours(12)),
    *(coffee("05:00"), SendFile("csv"), correct_hour(4)),
    correct("23:55", **CALF_7, duration="5_10min", woke="yes", count="4_plus", type="twitch"),
)
"""One of each meaning, the longest among them."""
