"""The first message, the plan at the end of the questions, and a question that is repeated."""

# TRANSLATORS, ALL: The first messages of the bot.

from collections.abc import Sequence
from dataclasses import replace
from html import escape

from bot.features.users.messages.place import ZoneChoice, zone_rows
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, pack


def greeting(tr: Translator) -> str:
    """The first paragraph of the first message."""
    _ = tr.gettext
    does = _("A diary of night cramps, with gentle reminders.")
    return f"<b>{escape(_('Hello, I am CalmCalf.'))}</b> {escape(does)}"


def welcome(
    tr: Translator, information: str, places: Sequence[ZoneChoice], *, is_private: bool = False
) -> Message:
    """The first message: what the bot is and is not, and the question for the time zone.

    Args:
        tr: the translator for this person.
        information: what the bot is not, as HTML.
        places: the likely places.
        is_private: whether only people whom the operator lets in can use the bot.
    """
    _ = tr.gettext
    private = _("This bot is private: whoever runs it let you in. What is kept: /privacy")
    text = "\n\n".join(
        (
            greeting(tr),
            f"<i>{information}</i>",
            *((escape(private),) if is_private else ()),
            escape(
                _(
                    "Four short questions. First: where are you? Tap a place with the same time "
                    "as yours."
                )
            ),
        )
    )
    return Message(text, zone_rows(tr, places))


def asked_again(tr: Translator, question: Message) -> Message:
    """An open question, repeated after a message that does not answer it."""
    _ = tr.gettext
    sorry = _("I did not understand that. To log a cramp, send /cramp at any time.")
    return replace(question, text=f"{escape(sorry)}\n\n{question.text}")


def place_first(tr: Translator, question: Message) -> Message:
    """The question for the place, after a cramp whose time is not clear without the place."""
    later = tr.gettext("First I need to know your place. Then tell me again when the cramp was.")
    return replace(question, text=f"{escape(later)}\n\n{question.text}")


def with_step_back(tr: Translator, question: Message, step: str) -> Message:
    """A question with a button back to an earlier one.

    Args:
        tr: the translator for this person.
        question: the question.
        step: the earlier one, as a ``SetupStep``.
    """
    back = (Button(tr.gettext("◀ Back"), pack("users", "back", step)),)
    return replace(question, rows=(*question.rows, back))


def plan_ready(tr: Translator, plan: str, drinks: str, spread: bool) -> Message:
    """The end of the questions: all reminders and their times.

    Args:
        tr: the translator for this person.
        plan: the reminders and their times, each in a line.
        drinks: why drink reminders stay off; "" when they are on.
        spread: whether default times are among them, which vary by up to ten minutes.
    """
    _ = tr.gettext
    parts = [f"<b>{escape(_('All set. These are your reminders:'))}</b>", escape(plan)]
    if drinks:
        parts.append(escape(drinks))
    if spread:
        about = _("“About” means within ten minutes. A time you choose yourself is exact.")
        parts.append(f"<i>{escape(about)}</i>")
    rows = (
        (
            Button(_("Change reminders"), pack("reminders", "list")),
            Button(_("Settings"), pack("users", "settings")),
        ),
    )
    return Message("\n\n".join(parts), rows)
