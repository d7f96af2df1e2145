"""The first message, the plan at the end of the questions, and a question that is repeated."""

# TRANSLATORS, ALL: The first messages of the bot.

from collections.abc import Sequence
from dataclasses import replace
from html import escape

from bot.features.users.messages.place import ZoneChoice, zone_rows
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, pack


def welcome(tr: Translator, information: str, places: Sequence[ZoneChoice]) -> Message:
    """The first message: what the bot is and is not, and the question for the time zone."""
    _ = tr.gettext
    text = "\n\n".join(
        (
            f"<b>{escape(_('Hello, I am CalmCalf.'))}</b> "
            + escape(
                _(
                    "I send a few gentle reminders, log night cramps with one tap, and draw a "
                    "picture of your week."
                )
            ),
            f"<i>{information}</i>",
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
