"""Texts of the Mini App's page, and a month as JSON for it."""

# TRANSLATORS, ALL: Buttons of the calendar that opens inside Telegram.

from typing import Any

from bot.drawing.themes import DARK
from bot.features.summary.month_quarter_messages import month_labels
from bot.features.summary.month_quarter_report import MonthReport
from bot.features.summary.stats import NIGHTS, Night, NightState
from bot.i18n import formats
from bot.i18n.translator import Translator


def page_words(tr: Translator) -> dict[str, str]:
    """The fixed texts of the page, by the names that ``app.js`` uses."""
    _ = tr.gettext
    return {
        "log": _("Log cramp"),
        "undo": _("Undo"),
        "earlier": _("Earlier month"),
        "later": _("Later month"),
        "home": _("Add this to the home screen"),
        "trying": _("Not sent yet. I keep trying."),
        "strange": _(
            "I cannot tell who you are. Please close this and open it from the chat again."
        ),
        "private": _("This bot is private. Its owner has to let you in."),
        "failed": _("That went wrong. Please log it in the chat."),
        "cramps": _("cramps"),
        "none": _("no cramps"),
        "no_entry": _("no entry"),
    }


def month(tr: Translator, report: MonthReport) -> dict[str, Any]:
    """A month as JSON: its texts, and its nights from the first to the last."""
    figures = report.figures
    labels = month_labels(tr, figures, report.first_weekday)
    first = figures.nights[0].night_on.weekday()
    return {
        "title": labels.title,
        "headline": labels.headline,
        "weekdays": labels.weekdays,
        "indent": (first - report.first_weekday) % NIGHTS,
        "earlier": _month_code(report.earlier),
        "later": _month_code(report.later),
        "nights": [
            _night(tr, night, strongest)
            for night, strongest in zip(figures.nights, figures.strongest, strict=True)
        ],
    }


def _month_code(month: tuple[int, int] | None) -> str | None:
    """A year and month in the form that the page sends back, such as "202701"."""
    return None if month is None else f"{month[0]:04}{month[1]:02}"


def _night(tr: Translator, night: Night, strongest: int | None) -> dict[str, Any]:
    day = formats.day(tr, night.night_on)
    state, both = _state(tr, night), tr.gettext("{label}: {text}")
    shown: dict[str, Any] = {
        "day": night.night_on.day,
        "state": night.state.value,
        "words": day if state is None else both.format(label=day, text=state),
    }
    if night.state is NightState.CRAMPS:
        red, green, blue = DARK.strength(strongest)
        shown |= {"count": night.cramps, "colour": f"#{red:02x}{green:02x}{blue:02x}"}
    return shown


def _state(tr: Translator, night: Night) -> str | None:
    if night.state is NightState.CRAMPS:
        words = tr.ngettext("{count} cramp", "{count} cramps", night.cramps)
        return words.format(count=night.cramps)
    if night.state is NightState.NONE:
        return tr.gettext("no cramps")
    return tr.gettext("no entry") if night.state is NightState.NO_ENTRY else None
