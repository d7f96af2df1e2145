"""Messages of /history: pages of nights, and one night."""

# TRANSLATORS, ALL: A list of nights: parts of a line, separated by dots, in lower case. {habit} is
# one of the habits in lower case, {count} like "3 cramps".

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from bot.features.cramps.entry import Entry
from bot.features.cramps.messages.labels import code_labels, when_words
from bot.features.summary.every_night_messages import exposure_name
from bot.i18n import formats
from bot.i18n.formats import clock, in_sentence
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, pack

PAGE = 7
"""Nights on a page."""


@dataclass(frozen=True)
class Night:
    """One night as its messages show it."""

    night_on: date
    entries: tuple[Entry, ...]
    cramps: int
    at_least: bool
    """Whether an entry stands for four or more cramps, so that there may be more."""
    said_none: bool
    is_ahead: bool = False
    """Whether it is the coming night, before the middle of it."""
    habits: tuple[tuple[str, bool], ...] = ()
    exposures: tuple[tuple[str, bool], ...] = ()
    sleep_quality: int | None = None


def night_title(tr: Translator, night_on: date) -> str:
    """The name of a night by its evening: "Tue 12 Jan"."""
    return formats.day(tr, night_on)


def habit_names(tr: Translator) -> dict[str, str]:
    """Habit → its name in lists."""
    _ = tr.gettext
    return {
        "stretch_done": _("stretched"),
        "caffeine_after_cutoff": _("late caffeine"),
        "hydration_done": _("drinks"),
        "magnesium_rich_meal": _("magnesium-rich meal"),
        "covers": _("covers loose at the foot"),
        "pillow": _("foot pillow"),
        "walk": _("evening walk"),
        "warmth": _("warmth before bed"),
        "shoes": _("shoes with support"),
        "breaks": _("got up each hour"),
        "screen_off": _("screens off early"),
        "drink_with_meals": _("drink with meals"),
        "no_alcohol": _("no alcohol after dinner"),
        "other": _("my own test"),
    }


def _count(tr: Translator, night: Night) -> str:
    words = tr.ngettext("{count} cramp", "{count} cramps", night.cramps).format(count=night.cramps)
    return tr.gettext("at least {count}").format(count=words) if night.at_least else words


def _state(tr: Translator, night: Night) -> str:
    """What a night had, in a few words."""
    _ = tr.gettext
    parts = []
    if night.cramps:
        parts.append(_count(tr, night))
        strengths = [
            one.intensity
            for one in night.entries
            if one.event_type == "cramp" and one.intensity is not None
        ]
        if strengths:
            parts.append(_("up to {number} of 10").format(number=max(strengths)))
    elif night.said_none:
        parts.append(_("no cramps"))
    others = [one for one in night.entries if one.event_type != "cramp"]
    types = code_labels(tr)["type"]
    parts += sorted({in_sentence(tr, types[one.event_type]) for one in others})
    return " · ".join(parts) or (_("still to come") if night.is_ahead else _("no entry"))


def history(
    tr: Translator,
    nights: Sequence[Night],
    *,
    has_newer: bool,
    has_older: bool,
    mini_app: str | None = None,
) -> Message:
    """A page of nights, newest first, with a button for each.

    Args:
        tr: the text's language.
        nights: at least one, newest first.
        has_newer: whether there is a page of newer nights.
        has_older: whether there is a page of older nights.
        mini_app: the address of the Mini App; None when the bot has none.
    """
    _ = tr.gettext
    lines = [f"<b>{escape(_('Your nights'))}</b>"]
    lines += [
        escape(
            _("{label}: {text}").format(
                label=night_title(tr, night.night_on), text=_state(tr, night)
            )
        )
        for night in nights
    ]
    buttons = [
        Button(night_title(tr, night.night_on), pack("history", "night", night.night_on))
        for night in nights
    ]
    newest, oldest = nights[0].night_on, nights[-1].night_on
    paging = _paging(tr, newest if has_newer else None, oldest if has_older else None)
    rows = [*(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))]
    if paging:
        rows.append(paging)
    rows.append(
        (
            Button(_("Add a cramp…"), pack("cramps", "add")),
            Button(_("Show the month as a picture"), pack("history", "month", f"{newest:%Y%m}")),
        )
    )
    if mini_app is not None:
        rows.append((Button(_("Open the month"), web_app_url=mini_app),))
    return Message("\n".join(lines), tuple(rows))


def _paging(tr: Translator, newest: date | None, oldest: date | None) -> tuple[Button, ...]:
    """The arrows to the pages after the newest and before the oldest night; None: no arrow."""
    _ = tr.gettext
    found = []
    if oldest is not None:
        before = oldest - timedelta(days=1)
        found.append(Button(_("◀ Earlier"), pack("history", "page", before)))
    if newest is not None:
        after = newest + timedelta(days=PAGE)
        found.append(Button(_("Later ▶"), pack("history", "page", after)))
    return tuple(found)


def night_card(
    tr: Translator, night: Night, *, may_say_none: bool, next_number: int | None
) -> Message:
    """One night: its entries, each with a button, and what else was said about it.

    Args:
        tr: the text's language.
        night: what is shown.
        may_say_none: whether the night is over, so that it can be said to be free of cramps.
        next_number: the number that the next added entry gets; None when no more can be added.
    """
    _ = tr.gettext
    title = _("Night of {day}").format(day=night_title(tr, night.night_on))
    lines = [f"<b>{escape(title)}</b>", escape(_state(tr, night))]
    names = habit_names(tr)
    answers = [(names[habit], done) for habit, done in night.habits]
    answers += [
        (in_sentence(tr, exposure_name(tr, exposure)), present)
        for exposure, present in night.exposures
    ]
    said = [
        _("{habit}: yes").format(habit=name) if done else _("{habit}: no").format(habit=name)
        for name, done in answers
    ]
    if night.sleep_quality is not None:
        sleep = _("sleep {number} of 10, where 10 is worst")
        said.append(sleep.format(number=night.sleep_quality))
    if said:
        lines.append(escape(" · ".join(said)))
    rows: list[tuple[Button, ...]] = [
        (
            Button(
                _entry_label(tr, entry, number if len(night.entries) > 1 else None),
                pack("cramps", "open", entry.id, "first"),
            ),
        )
        for number, entry in enumerate(night.entries, 1)
    ]
    if not night.cramps and may_say_none:
        value = 0 if night.said_none else 1
        label = _("Undo: no cramps") if night.said_none else _("No cramps that night")
        rows.append((Button(label, pack("history", "none", night.night_on, value)),))
    last = [Button(_("◀ All nights"), pack("history", "page", night.night_on))]
    if next_number is not None:
        target = pack("history", "add", night.night_on, next_number)
        last.insert(0, Button(_("Add a cramp"), target))
    rows.append(tuple(last))
    return Message("\n".join(lines), tuple(rows))


def _entry_label(tr: Translator, entry: Entry, number: int | None) -> str:
    words = code_labels(tr)
    parts = [when_words(tr, entry) if not entry.has_time else clock(tr, entry.local_at)]
    parts.append(words["type"][entry.event_type])
    if entry.intensity is not None and entry.event_type != "twitch":
        parts.append(tr.gettext("{number} of 10").format(number=entry.intensity))
    label = " · ".join(parts)
    label = label[:1].upper() + label[1:]
    return label if number is None else f"{number}. {label}"
