"""/stop: what can stop, from everything for a while to everything for good."""

# TRANSLATORS, ALL: What can be stopped with /stop.

from collections.abc import Sequence
from html import escape

from bot.features.reminders.messages.names import ICONS, short_name, stopped_line
from bot.features.reminders.messages.settings import ReminderState
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack


def stop_card(tr: Translator, states: Sequence[ReminderState], *, is_paused: bool) -> Message:
    """Ask what shall stop. Everything rests after one tap.

    Args:
        tr: the translator for this person.
        states: their reminders; those that are on can be stopped one by one.
        is_paused: whether all of them rest already.
    """
    _ = tr.gettext
    lines = [
        f"<b>{escape(_('What should stop?'))}</b>",
        escape(
            _("Your reminders are already paused.")
            if is_paused
            else _("All reminders, or only one kind? You can always log a cramp.")
        ),
    ]
    first = (
        Button(_("Resume now"), pack("users", "resume"))
        if is_paused
        else Button(_("Stop all reminders"), pack("reminders", "rest"), "primary")
    )
    kinds = [
        Button(
            f"{ICONS[state.kind]} {short_name(tr, state.kind, state.words)}",
            pack("reminders", "off", state.reference),
        )
        for state in states
        if state.enabled and state.kept_off_by is None
    ]
    rows: Rows = (
        (first,),
        (Button(_("Pause for a while…"), pack("users", "askpause")),),
        *(tuple(kinds[start : start + 2]) for start in range(0, len(kinds), 2)),
        (Button(_("Erase everything…"), pack("takeout", "delete")),),
    )
    return Message("\n".join(lines), rows)


def _back(tr: Translator) -> Button:
    return Button(tr.gettext("◀ Back"), pack("reminders", "stopping"))


def resting(tr: Translator) -> Message:
    """All reminders rest now."""
    _ = tr.gettext
    text = _("All reminders are stopped until you resume them. You can still use your diary.")
    undo = Button(_("Undo the stop"), pack("reminders", "unrest"))
    return Message(escape(text), ((undo, _back(tr)),))


def kind_stopped(tr: Translator, state: ReminderState) -> Message:
    """One kind of reminder is off now."""
    line = stopped_line(tr, state.kind, state.words)
    undo = Button(tr.gettext("Undo the stop"), pack("reminders", "unoff", state.reference))
    return Message(f"{ICONS[state.kind]} {escape(line)}", ((undo, _back(tr)),))
