"""Snoozing a reminder: it comes again at another time, and its schedule stays."""

# TRANSLATORS, ALL: A reminder that is to come again later. {name} is a reminder, {bed} the bedtime.

from datetime import datetime, time
from html import escape

from bot.database.stored_values import Kind
from bot.features.reminders.messages.names import ICONS, name_of, title
from bot.features.reminders.messages.sent import back_to, change_row
from bot.i18n.formats import clock
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, pack

SNOOZE_MINUTES = {
    Kind.STRETCH: (10, 20, 30),
    Kind.CAFFEINE: (10, 30, 60),
    Kind.DINNER_CAFFEINE: (10, 30, 60),
    Kind.HYDRATION: (10, 30, 60),
    Kind.MEAL: (30, 60),
    Kind.CUSTOM: (10, 30, 60),
}


def snooze_choices(
    tr: Translator, kind: Kind, delivery_id: int, *, words: str | None = None
) -> Message:
    """Ask for how long to snooze a reminder."""
    _ = tr.gettext
    minutes = SNOOZE_MINUTES.get(kind, (10, 30, 60))
    chips = tuple(
        Button(
            tr.ngettext("{count} min", "{count} min", count).format(count=count),
            pack("reminders", "in", delivery_id, count),
        )
        for count in minutes
    )
    last = (
        Button(_("At a time…"), pack("reminders", "at", delivery_id)),
        back_to(tr, "back", delivery_id),
    )
    question = escape(_("When should I remind you again? Your schedule stays the same."))
    text = f"{title(tr, kind, words)}\n{question}"
    return Message(text, (chips, last))


def snoozed(
    tr: Translator,
    kind: Kind,
    delivery_id: int,
    at_local: datetime,
    bed: time | None = None,
    *,
    words: str | None = None,
) -> Message:
    """A snoozed reminder and when it comes again.

    Args:
        tr: the translator for this person.
        kind: the kind of reminder.
        delivery_id: the delivery that was snoozed.
        at_local: when it comes again, as wall-clock time where the person is.
        bed: the person's bed time, if ``at_local`` is just past it.
        words: the person's own words, if it is such a reminder.
    """
    _ = tr.gettext
    line = _("{name}: again at {time}").format(
        name=name_of(tr, kind, words), time=clock(tr, at_local)
    )
    text = f"{ICONS[kind]} {escape(line)}"
    if bed is not None:
        past = _("That is just past your bedtime, {bed}.").format(bed=clock(tr, bed))
        text = f"{text}\n{escape(past)}"
    return Message(text, change_row(tr, delivery_id))


def past_bedtime(
    tr: Translator,
    kind: Kind,
    delivery_id: int,
    at_local: datetime,
    bed: time,
    minute: int,
    *,
    words: str | None = None,
) -> Message:
    """Ask whether to snooze until after bed time.

    Args:
        tr: the translator for this person.
        kind: the kind of reminder.
        delivery_id: the delivery to be snoozed.
        at_local: when it would come again, as wall-clock time where the person is.
        bed: the person's bed time.
        minute: the same instant as ``at_local``, in minutes of Unix time.
        words: the person's own words, if it is such a reminder.
    """
    _ = tr.gettext
    text = _("{time} is past your bedtime, {bed}.").format(
        time=clock(tr, at_local), bed=clock(tr, bed)
    )
    rows = (
        (
            Button(
                _("Yes, at {time}").format(time=clock(tr, at_local)),
                pack("reminders", "until", delivery_id, minute),
            ),
            Button(_("Skip it"), pack("reminders", "skip", delivery_id)),
        ),
        (Button(_("◀ Back"), pack("reminders", "later", delivery_id)),),
    )
    return Message(f"{title(tr, kind, words)}\n{escape(text)}", rows)


def ask_snooze_time(
    tr: Translator, kind: Kind, delivery_id: int, *, words: str | None = None
) -> Message:
    """Ask until which time of day to snooze a reminder."""
    text = tr.gettext("At what time? Type it, such as 22:45 or 10.45pm.")
    rows = ((back_to(tr, "later", delivery_id),),)
    return Message(f"{title(tr, kind, words)}\n{escape(text)}", rows)


def unclear_time(tr: Translator, delivery_id: int) -> Message:
    """The answer to a time that could not be parsed or is more than 12 hours away."""
    text = tr.gettext("I need a time within the next 12 hours. Try 22:45 or 10.45pm.")
    return Message(escape(text), ((back_to(tr, "later", delivery_id),),))
