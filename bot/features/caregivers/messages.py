"""Messages to a person who has a caregiver, and to the caregiver."""

# TRANSLATORS, ALL: One person may help another with the diary. {name} is a first name of Telegram,
# of unknown gender; {when} is like "03:12, Tuesday night".

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

from bot.features.diary import limits
from bot.i18n import formats
from bot.i18n.formats import clock
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

ICON = "🤝"


@dataclass(frozen=True)
class HelpedPerson:
    """A person whom a caregiver helps: their id and their first name in Telegram."""

    user_id: int
    name: str


LONGEST_NAME = 32
"""Characters of a name that are shown."""
LONGEST_LABEL = 40
"""Characters of a button with a name on it."""
_MISLEADING = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e"
    "\u2060-\u2069\u2800\u3164\ufe00-\ufe0e\ufeff\uffa0\U000e0000-\U000e0fff]"
)
"""Invisible characters that change the order in which a line is read, or make two names alike."""
_MARKS = re.compile(
    r"(?<=[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{2})"
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)
"""More than two accents on one letter, which would cover the lines above and below."""


def _bounded(name: str) -> str:
    """A name of Telegram as it can stand in a line: visible, on one line, and not too long."""
    visible = "".join(
        one if one.isprintable() or one == "\u200d" else " " for one in _MISLEADING.sub("", name)
    )
    words = " ".join(_MARKS.sub("", visible).split())
    return words if len(words) <= LONGEST_NAME else f"{words[: LONGEST_NAME - 1]}…"


def shown_name(tr: Translator, name: str | None) -> str:
    """The name, or "Someone" if it is not known."""
    return _bounded(name or "") or tr.gettext("Someone")


def full_name(tr: Translator, first: str | None, last: str | None, username: str | None) -> str:
    """All names by which a person is recognized, such as "Maria Lopez (@marial)"."""
    name = shown_name(tr, f"{first or ''} {last or ''}")
    return f"{name} (@{_bounded(username)})" if username else name


def _helped_rows(helped: Sequence[HelpedPerson]) -> Rows:
    """A button for each person whom the reader helps."""
    return tuple(
        (Button(f"{ICON} {one.name}"[:32], pack("care", "person", one.user_id)),) for one in helped
    )


def no_caregiver(
    tr: Translator, helped: Sequence[HelpedPerson], note: str | None = None
) -> Message:
    """The card without a caregiver: what a caregiver may do, and a button to invite one."""
    _ = tr.gettext
    lines = [
        f"{ICON} <b>{escape(_('A helper for your diary'))}</b>",
        escape(
            _(
                "You can let one other person help. In their own chat with me they can see your "
                "weeks and log a cramp for you, nothing else. You see who opens your link and "
                "decide. Either of you can end this at any time."
            )
        ),
    ]
    if note:
        lines.append(escape(note))
    rows: Rows = ((Button(_("Invite someone"), pack("care", "invite"), "primary"),),)
    return Message("\n\n".join(lines), rows + _helped_rows(helped))


def invitation(
    tr: Translator, link: str, until_local: datetime, helped: Sequence[HelpedPerson] = ()
) -> Message:
    """The card with an open invitation: its link and when it expires."""
    _ = tr.gettext
    text = _("Send this link to one person you trust. It is valid until {day}, {time}.").format(
        day=formats.day(tr, until_local.date()), time=clock(tr, until_local)
    )
    rows: Rows = (
        (Button(_("Copy link"), copy_text=link),),
        (
            Button(_("New link"), pack("care", "invite")),
            Button(_("Cancel invitation"), pack("care", "end"), "danger"),
        ),
    )
    body = f"{ICON} {escape(text)}\n\n{escape(link)}"
    return Message(body, rows + _helped_rows(helped))


def has_caregiver(
    tr: Translator,
    name: str,
    since_on: date,
    shown_from_on: date | None,
    helped: Sequence[HelpedPerson],
) -> Message:
    """The card with a caregiver: who, since when, what they see, and a button to end it."""
    _ = tr.gettext
    text = _(
        "{name} has been helping you since {day}. They can see your weeks and log a cramp for you."
    ).format(name=name, day=formats.day(tr, since_on, "yMMMd"))
    if shown_from_on is not None:
        day = formats.day(tr, shown_from_on, "yMMMd")
        text += " " + _("They see nothing from before {day}.").format(day=day)
    rows: Rows = ((Button(_("Stop sharing"), pack("care", "end"), "danger"),),)
    return Message(f"{ICON} {escape(text)}", rows + _helped_rows(helped))


def help_ended(tr: Translator) -> str:
    """Confirms that the person has ended the help."""
    return tr.gettext("Sharing has stopped. They can no longer see anything of yours.")


def ended_by_other(tr: Translator, name: str) -> Message:
    """Notifies a person that the other one has ended the help."""
    text = tr.gettext("{name} has ended the help with the diary.").format(name=name)
    return Message(f"{ICON} {escape(text)}", silent=True)


def invitation_question(tr: Translator, code: str) -> Message:
    """Ask the person who opened an invitation whether they want to help. It does not say whom."""
    _ = tr.gettext
    text = _(
        "Someone would like your help with a diary. You could see their weeks and log a cramp for "
        "them. If you say yes, I will tell them your name in Telegram, and they decide. You can "
        "stop at any time. Would you like to help?"
    )
    rows = (
        (
            Button(_("Yes, I will help"), pack("care", "accept", code), "primary"),
            Button(_("No"), pack("care", "decline")),
        ),
    )
    return Message(f"{ICON} {escape(text)}", rows)


def waits_for_confirmation(tr: Translator) -> Message:
    """Tells who wants to help that the person who invited is asked."""
    text = tr.gettext(
        "Thank you. I have asked the person who sent you the link, and I will tell you their "
        "answer."
    )
    return Message(f"{ICON} {escape(text)}")


def confirmation_question(tr: Translator, name: str, asked_id: int) -> Message:
    """Ask the person who invited whether the one who opened their link may help.

    Args:
        tr: the language of the person who invited.
        name: all names of the one who opened the link. Anybody can call themselves anything.
        asked_id: the id of the one who opened the link.
    """
    _ = tr.gettext
    head = _("{name} opened your link.").format(name=name)
    text = _(
        "Is this the person you meant? Anybody can take any name, so ask them if you are not "
        "sure. May they see your weeks and log a cramp for you? They see nothing until you say yes."
    )
    rows: Rows = (
        (Button(_("Yes, from now on"), pack("care", "confirm", asked_id, "new")),),
        (Button(_("Yes, with earlier weeks"), pack("care", "confirm", asked_id, "all")),),
        (Button(_("No"), pack("care", "refuse", asked_id)),),
    )
    return Message(f"{ICON} <b>{escape(head)}</b>\n\n{escape(text)}", rows)


def question_is_over(tr: Translator) -> str:
    """The question whether somebody may help was answered, withdrawn, or is too old."""
    return tr.gettext("That question is over.")


def helper_has_no_room(tr: Translator) -> str:
    """The one who was to help already helps as many people as one can."""
    return tr.gettext("They already help as many people as possible.")


def refused(tr: Translator) -> Message:
    """Confirms to the person who invited that nobody sees anything."""
    text = tr.gettext("All right. They see nothing of yours, and the link is no longer valid.")
    return Message(f"{ICON} {escape(text)}")


def not_confirmed(tr: Translator) -> Message:
    """Tells who wanted to help that the person who invited does not want it."""
    text = tr.gettext(
        "The person who sent you the link did not confirm you as a helper. You see nothing of "
        "theirs."
    )
    return Message(f"{ICON} {escape(text)}", silent=True)


def invalid_invitation(tr: Translator) -> Message:
    """The invitation is accepted by somebody else, expired, withdrawn, or the reader's own."""
    text = tr.gettext("This invitation is no longer valid. Please ask for a new link.")
    return Message(escape(text))


def helps_too_many(tr: Translator) -> Message:
    """The reader helps as many people as one caregiver can."""
    _ = tr.gettext
    text = _("You already help {most} people, the most that is possible.")
    return Message(escape(text.format(most=limits.HELPED_PEOPLE)))


def declined(tr: Translator) -> Message:
    """Confirms that the reader does not want to help."""
    return Message(escape(tr.gettext("All right. I will not tell anyone.")))


def accepted(tr: Translator, name: str) -> Message:
    """Notifies a person that somebody has accepted their invitation."""
    _ = tr.gettext
    text = _("{name} is helping you now. They can see your weeks and log a cramp for you.")
    rows: Rows = ((Button(_("Stop sharing"), pack("care", "end"), "danger"),),)
    return Message(f"{ICON} {escape(text.format(name=name))}", rows, silent=True)


def person_card(tr: Translator, who: HelpedPerson) -> Message:
    """What the caregiver can do for a person."""
    _ = tr.gettext
    text = _("You are helping {name} with the diary.").format(name=who.name)
    rows: Rows = (
        (Button(_("Log a cramp for them"), pack("care", "log", who.user_id), "primary"),),
        (
            Button(_("Their week"), pack("care", "week", who.user_id)),
            Button(_("Stop helping"), pack("care", "leave", who.user_id), "danger"),
        ),
    )
    return Message(f"{ICON} {escape(text)}", rows)


def whose_cramp(
    tr: Translator,
    helped: Sequence[HelpedPerson],
    for_them: Sequence[object],
    own: str,
    *,
    is_new: bool,
) -> Message:
    """Ask somebody whose cramp they have just told, as it may be somebody else's.

    Args:
        tr: the translator for who told it.
        helped: whom they help.
        for_them: the cramp, as further arguments of the button that logs it for somebody.
        own: the callback data of the button that logs it in their own diary.
        is_new: whether they have no diary of their own yet.
    """
    _ = tr.gettext
    # TRANSLATORS: On a button, after "Whose cramp is it?"; {name} had it.
    label = _("{name} had it")
    rows = tuple(
        (
            Button(
                label.format(name=one.name)[:LONGEST_LABEL],
                pack("care", "log", one.user_id, *for_them),
                "primary",
            ),
        )
        for one in helped
    )
    text = _("Whose cramp is it? I have noted the time.")
    # TRANSLATORS: On a button, after "Whose cramp is it?"
    first = _("I had it: begin my diary")
    # TRANSLATORS: On a button, after "Whose cramp is it?"
    again = _("I had it")
    mine = Button(first if is_new else again, own)
    if helped:
        return Message(f"{ICON} {escape(text)}", (*rows, (mine,)))
    # TRANSLATORS: On a button, after "Whose cramp is it?"
    other = Button(_("Someone else had it: log nothing"), pack("typed", "no"))
    return Message(escape(text), ((mine,), (other,)))


def logged(tr: Translator, who: HelpedPerson, when: str, *, is_removed: bool = False) -> Message:
    """Confirms to the caregiver that an entry was logged or removed."""
    _ = tr.gettext
    text = _("Removed for {name}: {when}") if is_removed else _("Logged for {name}: {when}")
    back = Button(_("Undo"), pack("care", "log", who.user_id))
    undo = Button(_("Undo"), pack("care", "undo", who.user_id))
    further = Button(_("More options…"), pack("care", "further", who.user_id))
    rows: Rows = ((back if is_removed else undo, further),)
    return Message(escape(text.format(name=who.name, when=when)), rows)


def entry_announcement(tr: Translator, name: str, when: str, night_on: date) -> Message:
    """Notifies a person that the caregiver logged a cramp for them."""
    _ = tr.gettext
    text = _("{name} logged a cramp for you: {when}").format(name=name, when=when)
    rows: Rows = ((Button(_("Show that night"), pack("history", "night", night_on)),),)
    return Message(f"{ICON} {escape(text)}", rows, silent=True)


def week(
    tr: Translator,
    who: HelpedPerson,
    caption: str,
    picture: bytes,
    days: tuple[date | None, date | None],
) -> Message:
    """A week of a person for the caregiver.

    Args:
        tr: The language of the caregiver.
        who: The person whose week it is.
        caption: The text of the week, as HTML.
        picture: The chart of the week as a PNG.
        days: A day of the previous and of the next week, for the arrows; None for no arrow.
    """
    _ = tr.gettext
    head = _("What {name} sees:").format(name=who.name)
    arrows = [
        Button(label, pack("care", "week", who.user_id, day))
        for label, day in ((_("◀ Earlier"), days[0]), (_("Later ▶"), days[1]))
        if day is not None
    ]
    back = (Button(f"◀ {who.name}"[:32], pack("care", "person", who.user_id)),)
    rows: Rows = (tuple(arrows), back) if arrows else (back,)
    return Message(f"<i>{escape(head)}</i>\n{caption}", rows, picture=picture)


def no_longer_helping(tr: Translator) -> str:
    """The toast for a button that the caregiver may not use any more."""
    return tr.gettext("You are no longer helping this person.")
