"""Names, icons and days of reminders, and the plan."""

# TRANSLATORS, ALL: Names of reminders and their times, in a list: "Stretch about 22:20", "Weekly
# summary, Sun about 18:55". {days} is like "Mon, Wed" or "Monday to Friday".

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from html import escape

from babel.dates import get_day_names

from bot.database.stored_values import EVERY_DAY, Kind
from bot.i18n.formats import clock
from bot.i18n.translator import Translator

ICONS = {
    Kind.STRETCH: "🌙",
    Kind.CAFFEINE: "☕",
    Kind.DINNER_CAFFEINE: "🍵",
    Kind.HYDRATION: "💧",
    Kind.MEAL: "🥗",
    Kind.CUSTOM: "📌",
    Kind.CHECK_IN: "☀️",
    Kind.SUMMARY: "📊",
}
WEEKDAYS_ONLY = 0b0011111
LONGEST_LABEL = 24
"""The most characters of a reminder's name on a button."""
LONGEST_WORDS = 120
"""The most characters of a reminder in the person's own words."""


@dataclass(frozen=True)
class PlanItem:
    """A reminder and its times of day in the plan.

    Default times are spread over ten minutes, so they are shown with "about".
    """

    kind: Kind
    times: tuple[time, ...]
    is_default: bool
    words: str | None = None
    weekdays: int = EVERY_DAY
    """A bit mask; bit 0 is Monday."""


def names(tr: Translator) -> dict[Kind, str]:
    """The names of all kinds of reminders, for lists and buttons."""
    _ = tr.gettext
    return {
        Kind.STRETCH: _("Stretch"),
        Kind.CAFFEINE: _("Last caffeine"),
        Kind.DINNER_CAFFEINE: _("Caffeine at dinner"),
        Kind.HYDRATION: tr.pgettext("reminder", "Drinks"),
        Kind.MEAL: _("Meal idea"),
        Kind.CUSTOM: _("Your own"),
        Kind.CHECK_IN: _("Morning question"),
        Kind.SUMMARY: _("Weekly summary"),
    }


def name_of(tr: Translator, kind: Kind, words: str | None) -> str:
    """The person's own words, or else the name of the kind."""
    return words or names(tr)[kind]


def short_name(tr: Translator, kind: Kind, words: str | None) -> str:
    """The name of a reminder, shortened to fit on a button."""
    name = name_of(tr, kind, words)
    return name if len(name) <= LONGEST_LABEL else f"{name[: LONGEST_LABEL - 1].rstrip()}…"


def time_list(tr: Translator, times: Sequence[time]) -> str:
    """Times of day, separated by commas."""
    return ", ".join(clock(tr, slot) for slot in times)


def title(tr: Translator, kind: Kind, words: str | None = None) -> str:
    """The icon and the name of a reminder in bold, as HTML."""
    return f"{ICONS[kind]} <b>{escape(name_of(tr, kind, words))}</b>"


def stopped_line(tr: Translator, kind: Kind, words: str | None = None) -> str:
    """What is said of a reminder that was switched off."""
    _ = tr.gettext
    return _("{name}: stopped. /reminders can start it again.").format(
        name=name_of(tr, kind, words)
    )


def plan_lines(tr: Translator, items: Sequence[PlanItem]) -> str:
    """All reminders, each in a line: "🌙 Stretch about 22:20", "📊 Weekly summary, Sun 19:00"."""
    return "\n".join(f"{ICONS[item.kind]} {_plan_line(tr, item)}" for item in items if item.times)


def _plan_line(tr: Translator, item: PlanItem) -> str:
    _ = tr.gettext
    name, times = name_of(tr, item.kind, item.words), time_list(tr, item.times)
    if item.weekdays == EVERY_DAY:
        words = _("{name} about {times}") if item.is_default else _("{name} {times}")
        return words.format(name=name, times=times)
    words = _("{name}, {days} about {times}") if item.is_default else _("{name}, {days} {times}")
    return words.format(name=name, days=days_words(tr, item.weekdays), times=times)


def days_words(tr: Translator, mask: int) -> str:
    """The weekdays in a bit mask whose bit 0 is Monday: "Monday to Friday", "Mon, Sun"."""
    _ = tr.gettext
    if mask == EVERY_DAY:
        return _("every day")
    if mask == WEEKDAYS_ONLY:
        return _("Monday to Friday")
    short = get_day_names("abbreviated", locale=tr.locale)
    return ", ".join(short[day] for day in range(7) if mask >> day & 1) or _("no day")
