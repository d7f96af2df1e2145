"""A reminder as it is sent and answered."""

# TRANSLATORS, ALL: A reminder as it is sent, and its answer: "Stretch, 22:20: done". {name} is a
# reminder.

from datetime import date, datetime, timedelta
from functools import lru_cache
from html import escape

from bot.database.stored_values import Answer, Kind
from bot.features.reminders.messages.names import ICONS, name_of
from bot.i18n import formats
from bot.i18n.formats import clock
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack


@lru_cache(maxsize=512)
def _headline(tr: Translator, kind: Kind) -> str:
    _ = tr.gettext
    return {
        Kind.STRETCH: _("Time for a short stretch"),
        Kind.CAFFEINE: _("Last call for caffeine"),
        Kind.DINNER_CAFFEINE: _("Caffeine with dinner?"),
        Kind.HYDRATION: _("A moment for a drink"),
        Kind.MEAL: _("An idea for a meal"),
        Kind.CUSTOM: _("Your own reminder"),
        Kind.CHECK_IN: _("How was last night?"),
        Kind.SUMMARY: _("Your week"),
    }[kind]


def _answer_row(tr: Translator, delivery_id: int, *, may_wait: bool = True) -> tuple[Button, ...]:
    _ = tr.gettext
    later = (Button(_("Later"), pack("reminders", "later", delivery_id)),)
    return (
        Button(tr.pgettext("reminder", "Done"), pack("reminders", "done", delivery_id), "success"),
        *(later if may_wait else ()),
        # TRANSLATORS: Four buttons in one row: words of at most 9 letters.
        Button(tr.pgettext("reminder", "Skip"), pack("reminders", "skip", delivery_id)),
    )


def reminder_due(
    tr: Translator,
    kind: Kind,
    delivery_id: int,
    tip_line: str,
    *,
    words: str | None = None,
) -> Message:
    """A reminder as it is sent: a headline, one tip, three answers, and a menu to change it."""
    _ = tr.gettext
    text = f"{ICONS[kind]} <b>{escape(words or _headline(tr, kind))}</b>"
    if tip_line:
        text = f"{text}\n{escape(tip_line)}"
    rows: list[tuple[Button, ...]] = [(*_answer_row(tr, delivery_id), menu_button(delivery_id))]
    if kind is Kind.STRETCH:
        rows.append((Button(_("Show me, 3 minutes"), pack("reminders", "guide", delivery_id)),))
    return Message(text, tuple(rows))


def _answered_line(
    tr: Translator, kind: Kind, due_local: datetime, answer: Answer | None, words: str | None
) -> str:
    _ = tr.gettext
    said = {
        Answer.DONE: _("done"),
        Answer.SKIPPED: _("skipped"),
        Answer.NO_ANSWER: _("no answer"),
        None: _("came again later"),
    }
    line = _("{name}, {time}: {answer}").format(
        name=name_of(tr, kind, words), time=clock(tr, due_local), answer=said[answer]
    )
    return f"{ICONS[kind]} {escape(line)}"


def reminder_closed(
    tr: Translator,
    kind: Kind,
    due_local: datetime,
    answer: Answer | None,
    *,
    words: str | None = None,
) -> Message:
    """An earlier reminder after the next one of its kind was sent: one line, no buttons.

    Args:
        tr: the translator for this person.
        kind: the kind of reminder.
        due_local: when it was due, as wall-clock time where the person is.
        answer: None when the same reminder was snoozed and has come again in a new message.
        words: the person's own words, if it is such a reminder.
    """
    return Message(_answered_line(tr, kind, due_local, answer, words))


def change_row(tr: Translator, delivery_id: int) -> Rows:
    """The button that offers the answers again."""
    return ((Button(tr.gettext("Change"), pack("reminders", "ask", delivery_id)),),)


def _noted_for(tr: Translator, kind: Kind, night_on: date, today: date) -> str:
    """The note that says for which day an answer is stored."""
    _ = tr.gettext
    is_recent = abs(today - night_on) < timedelta(days=7)
    words = formats.weekday(tr, night_on) if is_recent else formats.day(tr, night_on)
    if kind in {Kind.STRETCH, Kind.DINNER_CAFFEINE}:
        return _("Noted for the evening of {day}").format(day=words)
    return _("Noted for {day}").format(day=words)


def answered(
    tr: Translator,
    kind: Kind,
    delivery_id: int,
    due_local: datetime,
    answer: Answer,
    night_on: date,
    today: date,
    *,
    words: str | None = None,
) -> Message:
    """A reminder that was answered, with a note when the answer is stored for another day.

    A last call for caffeine says nothing about the evening to come, so nothing is noted of it.
    """
    line = _answered_line(tr, kind, due_local, answer, words)
    is_noted = answer is not Answer.NO_ANSWER and kind is not Kind.CAFFEINE
    if is_noted and night_on != today:
        line = f"{line}\n{escape(_noted_for(tr, kind, night_on, today))}"
    return Message(line, change_row(tr, delivery_id))


def ask_again(
    tr: Translator,
    kind: Kind,
    delivery_id: int,
    due_local: datetime,
    *,
    may_wait: bool,
    words: str | None = None,
) -> Message:
    """The buttons for the answers again, to change an answer."""
    line = tr.gettext("{name}, {time}: what should I note?").format(
        name=name_of(tr, kind, words), time=clock(tr, due_local)
    )
    rows = (
        _answer_row(tr, delivery_id, may_wait=may_wait),
        (back_to(tr, "back", delivery_id),),
    )
    return Message(f"{ICONS[kind]} {escape(line)}", rows)


def menu_button(delivery_id: int) -> Button:
    """The button on a message that opens what can be done with its reminder."""
    return Button("…", pack("reminders", "menu", delivery_id))


def back_to(tr: Translator, verb: str, delivery_id: int) -> Button:
    """A back button to what the handler of a verb shows."""
    return Button(tr.gettext("◀ Back"), pack("reminders", verb, delivery_id))


def gone(tr: Translator) -> str:
    """The toast for a reminder that does not exist or no longer exists."""
    return tr.gettext("That reminder no longer exists.")
