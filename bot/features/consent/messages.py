"""What people are asked before anything of them is stored, and how they take it back."""

# TRANSLATORS, ALL: People are asked whether anything of them may be stored, before it is. "Consent"
# is the word of data protection law. Speak to the person as everywhere else, in short sentences.

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from html import escape

from bot.features.users.messages.onboarding import greeting
from bot.features.users.messages.place import ZoneChoice
from bot.features.users.messages.withdrawal import withdraw_button
from bot.i18n.formats import clock, day
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

VERSION = 1
"""The version of what ``_terms`` says. Raise it with every change of its meaning."""
ASKED_AGAIN_BELOW = 1
"""People who agreed to an earlier version than this are asked once more, kindly, at their next
message. Raise it only if a new version says something that they have not agreed to."""


class Wanted(Enum):
    """What somebody who took back their consent wants with a message."""

    CRAMP = "cramp"
    """A cramp is told."""
    REMINDERS = "reminders"
    """Reminders shall change, rest, or go on."""
    SHOWN = "shown"
    """Something of the diary or of the settings is to be shown."""
    FILE = "file"
    """A file is sent."""
    OTHER = "other"


@dataclass(frozen=True)
class Operator:
    """Who runs the bot."""

    name: str
    contact: str


def _terms(tr: Translator, operator: Operator) -> str:
    """Who stores what, in HTML. Changed? Raise :data:`VERSION`.

    It is short, because the whole question has to fit on a small phone; /privacy says the rest.
    """
    _ = tr.gettext
    head = f"<b>{escape(_('May I keep what you tell me?'))}</b>"
    kept = _(
        "Your cramps, answers and health details, until you erase them. {name} ({contact}) runs "
        "this bot and can see them; Telegram can see this chat. More, and the way out: /privacy"
    ).format(name=operator.name, contact=operator.contact)
    return f"{head} {escape(kept)}"


def _age(tr: Translator) -> str:
    """The sentence about the age that a person confirms by agreeing."""
    said = tr.gettext(
        "“I agree” also says that you are 16 or older, or that one of your parents agrees."
    )
    return escape(said)


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def agree_data(asked_minute: int, *rest: object) -> str:
    """The callback data of a button that agrees.

    Args:
        asked_minute: when it is asked, in minutes since 1970.
        rest: what is done afterwards; see :mod:`bot.features.consent.handlers`.
    """
    return pack("consent", "yes", VERSION, asked_minute, *rest)


def _agree_row(tr: Translator, data: str) -> tuple[Button, ...]:
    return (Button(tr.gettext("I agree"), data, "primary"),)


def first_question(
    tr: Translator,
    operator: Operator,
    information: str,
    places: Sequence[ZoneChoice],
    asked_minute: int,
) -> Message:
    """The first message: what the bot is, what it would keep, and where the person is.

    One tap on a place agrees and answers.
    """
    _ = tr.gettext
    question = _(
        "A tap on a place with your time agrees, and says: I am 16 or older, or a parent agrees."
    )
    about = f"{greeting(tr)} <i>{information}</i>"
    text = _joined(about, _terms(tr, operator), escape(question))
    # TRANSLATORS: On a button. {place} is a city and the time there, such as "Berlin · 20:14".
    agree = _("I agree · {place}")
    rows: Rows = tuple(
        (
            Button(
                agree.format(place=f"{one.city} · {clock(tr, one.local_now)}"),
                agree_data(asked_minute, "z", one.zone),
            ),
        )
        for one in places
    )
    # TRANSLATORS: On a button, after "I agree": none of the places above is right.
    elsewhere = agree.format(place=_("somewhere else…"))
    return Message(text, (*rows, (Button(elsewhere, agree_data(asked_minute, "p")),)))


def question_with_cramp(tr: Translator, operator: Operator, data: str) -> Message:
    """Asked after a cramp that somebody logged before they agreed; the button holds its time."""
    kept = tr.gettext(
        "Your cramp waits in this message. I save it, with its time, as soon as you agree."
    )
    text = _joined(greeting(tr), f"<b>{escape(kept)}</b>", _terms(tr, operator), _age(tr))
    return Message(text, (_agree_row(tr, data),))


def question_with_help(tr: Translator, operator: Operator, data: str) -> Message:
    """Asked after somebody opened the link of a person who wants their help."""
    first = tr.gettext("Somebody asks you to help with their diary. I need your consent first.")
    text = _joined(greeting(tr), f"<b>{escape(first)}</b>", _terms(tr, operator), _age(tr))
    return Message(text, (_agree_row(tr, data),))


def asked_once(tr: Translator, operator: Operator, data: str) -> Message:
    """The question to somebody who began before the bot asked for consent; it is asked once."""
    stays = tr.gettext("You use this bot already. Nothing of it stops while you think about this.")
    text = _joined(_terms(tr, operator), _age(tr), escape(stays))
    no = (Button(tr.gettext("I do not agree"), pack("consent", "no")),)
    return Message(text, (_agree_row(tr, data), no))


def asked_anew(tr: Translator, question: Message) -> Message:
    """The same question again: it was asked too long ago, or its text has changed since."""
    first = tr.gettext("I asked that a while ago, so please read it once more.")
    return Message(f"{escape(first)}\n\n{question.text}", question.rows)


def agreed(tr: Translator) -> Message:
    """Thanks for the consent of somebody for whom everything goes on as before."""
    return Message(escape(tr.gettext("Thank you for agreeing. You can go on.")))


def withdrawn(tr: Translator, data: str) -> Message:
    """The person has taken back their consent: what that means, and how to go on.

    Args:
        tr: the translator for this person.
        data: the callback data of the button that agrees again.
    """
    _ = tr.gettext
    said = _(
        "I save nothing more and send no reminders. What you told me before is still here until "
        "you erase it."
    )
    return _without_consent(tr, said, (Button(_("I agree again"), data),))


def not_done(tr: Translator, wanted: Wanted, data: str, cramp: str | None) -> Message:
    """Why a message of somebody who took back their consent does nothing, and how to go on.

    Args:
        tr: the translator for this person.
        wanted: what the message wanted.
        data: the callback data of the button that agrees again.
        cramp: that of the button that also saves the cramp which they have just told.
    """
    _ = tr.gettext
    said = {
        Wanted.CRAMP: _(
            "So this cramp is not saved. It waits in this message with its time: one tap agrees "
            "again and saves it."
        ),
        Wanted.REMINDERS: _(
            "So no reminder comes, and none is changed. They go on as soon as you agree again."
        ),
        Wanted.SHOWN: _(
            "So that is closed until you agree again. Your diary from before can be exported."
        ),
        Wanted.FILE: _("So I have not opened your file. Agree again and send it once more."),
        Wanted.OTHER: _("So I save nothing of what you write. You can read /help and /privacy."),
    }[wanted]
    if cramp is not None:
        return _without_consent(tr, said, (Button(_("I agree again, save the cramp"), cramp),))
    return _without_consent(tr, said, (Button(_("I agree again"), data),))


def _without_consent(tr: Translator, said: str, agree: tuple[Button, ...]) -> Message:
    _ = tr.gettext
    head = f"<b>{escape(_('You took back your consent.'))}</b>"
    rows: Rows = (
        (Button(_("Export my diary…"), pack("takeout", "export")),),
        (Button(_("Erase everything…"), pack("takeout", "delete")),),
        agree,
    )
    return Message(f"{head}\n\n{escape(said)}", rows)


def state(tr: Translator, agreed_on: date | None, data: str) -> Message:
    """What the person has agreed to, and how they take it back."""
    _ = tr.gettext
    said = _("I do not know yet whether I may keep what you tell me.")
    if agreed_on is not None:
        said = _("You agreed on {day} that I keep what you tell me.").format(
            day=day(tr, agreed_on, "yMMMd")
        )
    more = _(
        "You can take that back at any time. Then I save nothing more and send no reminders, and "
        "you can export or erase what is here."
    )
    rows: Rows = (
        (withdraw_button(tr),),
        (Button(_("◀ Settings"), pack("users", "settings")),),
    )
    if agreed_on is None:
        rows = (_agree_row(tr, data), *rows)
    text = _joined(f"<b>{escape(_('Your consent'))}</b>", f"{escape(said)} {escape(more)}")
    return Message(text, rows)


def start_again(tr: Translator) -> str:
    """The toast for a button, to somebody of whom nothing is stored."""
    return tr.gettext("This button is from before. Nothing of you is stored. Start again: /start")


def is_withdrawn(tr: Translator) -> str:
    """The toast for a button, to somebody who took back their consent."""
    return tr.gettext("You took back your consent, so nothing is saved. To go on, send /privacy.")


def how_to_begin(tr: Translator) -> Message:
    """The answer of a private bot to somebody who has not begun."""
    _ = tr.gettext
    return Message(
        _joined(greeting(tr), escape(_("To begin, send /start. To log a cramp, send /cramp.")))
    )
