"""Moving the times of a reminder: by half an hour, or by typing them."""

# TRANSLATORS, ALL: Moving the times of a reminder.

from collections.abc import Callable, Sequence
from datetime import time, timedelta
from html import escape

from bot.database.stored_values import Kind
from bot.dispatch.schedule import shift
from bot.features.reminders.messages.names import title
from bot.features.users.messages.bed_wake_fluids import part_of_day
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

MOST_TIMES = {Kind.HYDRATION: 8, Kind.CUSTOM: 8, Kind.CHECK_IN: 1, Kind.SUMMARY: 1}
MOST_TIMES_OTHERWISE = 3
SHIFTED_AT_MOST = 4
"""A reminder with more times than this has no buttons to move them: callback data is too short."""
HALF_HOUR = timedelta(minutes=30)


def half_hour_rows(
    tr: Translator, times: Sequence[time], data: Callable[[Sequence[time]], str]
) -> Rows:
    """A row of buttons that move all times of a reminder; none when it has too many, or no time.

    Args:
        tr: the translator for this person.
        times: the times of day.
        data: makes callback data of the new times, which are sorted. It holds them and not the
            shift, so that a second tap is idempotent.
    """
    if not 0 < len(times) <= SHIFTED_AT_MOST:
        return ()
    _ = tr.gettext
    earlier, later = (sorted(shift(slot, by) for slot in times) for by in (-HALF_HOUR, HALF_HOUR))
    return (
        (
            Button(_("30 min earlier"), data(earlier)),
            Button(_("30 min later"), data(later)),
        ),
    )


def ask_times(
    tr: Translator, kind: Kind, reference: str | None = None, *, words: str | None = None
) -> Message:
    """Ask for one or more typed times of day."""
    _ = tr.gettext
    reference = reference or kind
    if most_times(kind) > 1:
        text = _("Type one or more times, such as 8:00, 12.30 and 3pm.")
    else:
        text = _("Type a time, such as 18:00 or 6pm.")
    rows = ((Button(_("◀ Back"), pack("reminders", "kind", reference)),),)
    return Message(f"{title(tr, kind, words)}\n{escape(text)}", rows)


def most_times(kind: Kind) -> int:
    """The most times of day that a reminder of this kind can have."""
    return MOST_TIMES.get(kind, MOST_TIMES_OTHERWISE)


def which_half(tr: Translator, reference: str, clocks: Sequence[time]) -> Message:
    """Ask which of the two times an hour means that a clock shows twice a day."""
    rows = (
        *(
            (Button(part_of_day(tr, one), pack("reminders", "set", reference, f"{one:%H%M}")),)
            for one in clocks
        ),
        (Button(tr.gettext("◀ Back"), pack("reminders", "kind", reference)),),
    )
    return Message(escape(tr.gettext("Just to be sure: which of the two?")), rows)


def unclear_times(tr: Translator, kind: Kind, reference: str | None = None) -> Message:
    """The answer to times that could not be parsed, or to too many of them."""
    text = tr.ngettext(
        "I could not read that. Please type {count} time, such as 22:15 or 10.15pm.",
        "I could not read that. Please type up to {count} times, such as 8:00, 12.30 and 3pm.",
        most_times(kind),
    ).format(count=most_times(kind))
    rows = ((Button(tr.gettext("◀ Back"), pack("reminders", "kind", reference or kind)),),)
    return Message(escape(text), rows)
