"""What "…" on a reminder offers: move, mute or stop it; each with a way back."""

# TRANSLATORS, ALL: What can be done with one reminder. {name} is the name of a reminder, {times} a
# list of times, {when} like "tomorrow 22:20".

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from html import escape

from bot.database.stored_values import Kind
from bot.features.reminders.messages.names import (
    ICONS,
    name_of,
    stopped_line,
    time_list,
    title,
)
from bot.features.reminders.messages.sent import back_to
from bot.features.reminders.messages.settings import next_words
from bot.features.reminders.messages.times import ask_times, half_hour_rows, unclear_times
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

DEFAULT = "d"
"""Stands in callback data for the default times."""


@dataclass(frozen=True)
class Choices:
    """What the menu of one reminder offers."""

    kind: Kind
    delivery_id: int
    times: tuple[time, ...]
    """The times, as they are shown."""
    today_until: date | None
    """The last evening of the short mute if further reminders come today: today."""
    next_until: date | None
    """The last evening of the short mute otherwise: that of the next reminder."""
    week_until: date
    words: str | None = None


def packed_times(times: Sequence[time]) -> str:
    """Times of day for callback data: ``08001230``."""
    return "".join(f"{slot:%H%M}" for slot in sorted(set(times)))


def menu(tr: Translator, choices: Choices) -> Message:
    """The choices."""
    _ = tr.gettext
    number = choices.delivery_id
    shifted = half_hour_rows(
        tr, choices.times, lambda times: pack("reminders", "move", number, packed_times(times))
    )
    rows: list[tuple[Button, ...]] = [*shifted]
    rows.append((Button(_("Type a time…"), pack("reminders", "type", number)),))
    mutes = []
    if choices.today_until is not None:
        until = pack("reminders", "mute", number, choices.today_until)
        mutes.append(Button(_("No more today"), until))
    elif choices.next_until is not None:
        until = pack("reminders", "mute", number, choices.next_until)
        mutes.append(Button(_("Skip the next one"), until))
    until = pack("reminders", "mute", number, choices.week_until)
    rows.append((*mutes, Button(_("Mute for a week"), until)))
    rows.append((_stop(tr, number), _back(tr, choices.kind, number)))
    text = _("Move it, mute it or stop it?")
    return Message(f"{title(tr, choices.kind, choices.words)}\n{escape(text)}", tuple(rows))


def _back(tr: Translator, kind: Kind, delivery_id: int) -> Button:
    """The way back to the message itself: the morning question is one of the check-in."""
    if kind is Kind.CHECK_IN:
        return Button(tr.gettext("◀ Back"), pack("checkin", "open", delivery_id))
    return back_to(tr, "back", delivery_id)


def _stop(tr: Translator, delivery_id: int) -> Button:
    return Button(tr.gettext("Stop it"), pack("reminders", "stop", delivery_id), "danger")


def _changed(tr: Translator, kind: Kind, delivery_id: int, line: str, undo: Button) -> Message:
    """What has changed, in one line, with its Undo and a way back to the reminder."""
    rows: Rows = ((undo, _back(tr, kind, delivery_id)),)
    return Message(f"{ICONS[kind]} {escape(line)}", rows)


def moved(
    tr: Translator,
    kind: Kind,
    delivery_id: int,
    times: Sequence[time],
    earlier: str,
    *,
    words: str | None = None,
) -> Message:
    """A reminder that was moved.

    Args:
        tr: the translator for this person.
        kind: the kind of reminder.
        delivery_id: the delivery whose menu was used.
        times: the new times.
        earlier: the times before, as callback data.
        words: the person's own words, if it is such a reminder.
    """
    _ = tr.gettext
    line = _("{name}: from now on at {times}.").format(
        name=name_of(tr, kind, words), times=time_list(tr, times)
    )
    undo = Button(_("Undo the move"), pack("reminders", "unmove", delivery_id, earlier))
    return _changed(tr, kind, delivery_id, line, undo)


def muted(
    tr: Translator,
    kind: Kind,
    delivery_id: int,
    next_local: datetime | None,
    today: date,
    *,
    words: str | None = None,
) -> Message:
    """A reminder that rests for some days, and when it comes again."""
    _ = tr.gettext
    name = name_of(tr, kind, words)
    if next_local is None:
        line = _("{name}: muted.").format(name=name)
    else:
        when = next_words(tr, next_local, today)
        line = _("{name}: muted, next {when}.").format(name=name, when=when)
    undo = Button(_("Undo the mute"), pack("reminders", "unmute", delivery_id))
    return _changed(tr, kind, delivery_id, line, undo)


def stopped(tr: Translator, kind: Kind, delivery_id: int, *, words: str | None = None) -> Message:
    """A reminder that was switched off."""
    undo = Button(tr.gettext("Undo the stop"), pack("reminders", "unstop", delivery_id))
    return _changed(tr, kind, delivery_id, stopped_line(tr, kind, words), undo)


def ask_new_times(
    tr: Translator, kind: Kind, delivery_id: int, *, words: str | None = None
) -> Message:
    """Ask for typed times, with a way back to the menu."""
    asked = ask_times(tr, kind, words=words)
    return replace(asked, rows=((back_to(tr, "menu", delivery_id),),))


def unclear_new_times(tr: Translator, kind: Kind, delivery_id: int) -> Message:
    """The answer to times that could not be parsed, or to too many of them."""
    said = unclear_times(tr, kind)
    return replace(said, rows=((back_to(tr, "menu", delivery_id),),))


# Two weeks of drinks that nobody answered --------------------------------------------------------


def stop_question(tr: Translator, delivery_id: int, times: Sequence[time]) -> Message:
    """Ask, in place of a reminder, whether these reminders shall go on."""
    _ = tr.gettext
    text = _(
        "Two weeks of these went without an answer, and that is fine. Do you want to keep them?"
    )
    fewer = sorted(set(times))[1::2]
    keep = Button(_("Keep them"), pack("reminders", "keep", delivery_id))
    some = Button(
        tr.ngettext("Only {count} a day", "Only {count} a day", len(fewer)).format(
            count=len(fewer)
        ),
        pack("reminders", "move", delivery_id, packed_times(fewer)),
    )
    stop = Button(_("Stop them"), pack("reminders", "stop", delivery_id))
    rows: Rows = ((keep, *((some,) if fewer else ()), stop),)
    return Message(f"{title(tr, Kind.HYDRATION)}\n{escape(text)}", rows)


def kept(tr: Translator, delivery_id: int) -> Message:
    """The reminders go on as they are."""
    text = tr.gettext("They stay as they are. I will not ask again for three months.")
    rows: Rows = ((back_to(tr, "back", delivery_id),),)
    return Message(f"{ICONS[Kind.HYDRATION]} {escape(text)}", rows)
