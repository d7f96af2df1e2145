"""What is said to somebody who is helped with the diary, and to the one who helps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

from bot.i18n import formats
from bot.i18n.formats import clock
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

ICON = "🤝"


@dataclass(frozen=True)
class Helped:
    """Somebody who is helped: their id, and what Telegram calls them now."""

    user_id: int
    name: str


def some_name(tr: Translator, name: str | None) -> str:
    """What somebody is called when Telegram does not say."""
    return name or tr.gettext("Somebody")


def _helped_rows(helped: Sequence[Helped]) -> Rows:
    return tuple(
        (Button(f"{ICON} {one.name}"[:32], pack("care", "person", one.user_id)),) for one in helped
    )


def nobody(tr: Translator, helped: Sequence[Helped], note: str | None = None) -> Message:
    """Nobody helps: what a helper may do, and the way to invite one."""
    _ = tr.gettext
    lines = [
        f"{ICON} <b>{escape(_('Somebody who helps'))}</b>",
        escape(
            _(
                "One other person may see your weeks and log a cramp for you, each in their own "
                "chat with me. They see nothing else. Either of you can end it at once."
            )
        ),
    ]
    if note:
        lines.append(escape(note))
    rows: Rows = ((Button(_("Invite somebody"), pack("care", "invite"), "primary"),),)
    return Message("\n\n".join(lines), rows + _helped_rows(helped))


def invited(
    tr: Translator, link: str, until_local: datetime, helped: Sequence[Helped] = ()
) -> Message:
    """The link to hand on."""
    _ = tr.gettext
    text = _("Send this link to one person you trust. It is good until {day}, {time}.").format(
        day=formats.day(tr, until_local.date()), time=clock(tr, until_local)
    )
    rows: Rows = (
        (Button(_("Copy the link"), copy_text=link),),
        (
            Button(_("A new link"), pack("care", "invite")),
            Button(_("Call it off"), pack("care", "end"), "danger"),
        ),
    )
    body = f"{ICON} {escape(text)}\n\n{escape(link)}"
    return Message(body, rows + _helped_rows(helped))


def has_help(tr: Translator, name: str, since_on: date, helped: Sequence[Helped]) -> Message:
    """Who helps, since when, and the way to end it."""
    _ = tr.gettext
    text = _("{name} helps you since {day}: sees your weeks and can log a cramp for you.").format(
        name=name, day=formats.day(tr, since_on, "yMMMd")
    )
    rows: Rows = ((Button(_("End it"), pack("care", "end"), "danger"),),)
    return Message(f"{ICON} {escape(text)}", rows + _helped_rows(helped))


def ended(tr: Translator) -> str:
    """It is over, for the one who ended it."""
    return tr.gettext("It has ended. They see nothing of yours any more.")


def ended_by_other(tr: Translator, name: str) -> Message:
    """It is over, for the other one."""
    text = tr.gettext("{name} has ended the help with the diary.").format(name=name)
    return Message(f"{ICON} {escape(text)}", silent=True)


def question(tr: Translator, name: str, code: str) -> Message:
    """An invitation was opened: does this person want to help?"""
    _ = tr.gettext
    text = _(
        "{name} would like your help with a diary of night leg cramps: you could see the weeks and "
        "log a cramp for {name}. You can stop at any time. Will you?"
    ).format(name=name)
    rows = (
        (
            Button(_("Yes, I will help"), pack("care", "accept", code), "primary"),
            Button(_("No"), pack("care", "decline")),
        ),
    )
    return Message(f"{ICON} {escape(text)}", rows)


def not_good(tr: Translator) -> Message:
    """The link is used, too old, called off, or one's own."""
    text = tr.gettext("This invitation is no longer good. Ask for a new link.")
    return Message(escape(text))


def declined(tr: Translator) -> Message:
    """No help, and nothing has happened."""
    return Message(escape(tr.gettext("All right. Nobody is told.")))


def accepted(tr: Translator, name: str) -> Message:
    """Told to the one who is helped."""
    _ = tr.gettext
    text = _("{name} helps you now: sees your weeks and can log a cramp for you.")
    rows: Rows = ((Button(_("End it"), pack("care", "end"), "danger"),),)
    return Message(f"{ICON} {escape(text.format(name=name))}", rows, silent=True)


def person(tr: Translator, who: Helped) -> Message:
    """What can be done for somebody."""
    _ = tr.gettext
    text = _("You help {name} with the diary.").format(name=who.name)
    rows: Rows = (
        (Button(_("Log a cramp for them"), pack("care", "log", who.user_id), "primary"),),
        (
            Button(_("Their week"), pack("care", "week", who.user_id)),
            Button(_("Stop helping"), pack("care", "leave", who.user_id), "danger"),
        ),
    )
    return Message(f"{ICON} {escape(text)}", rows)


def logged(tr: Translator, who: Helped, when: str, *, is_removed: bool = False) -> Message:
    """A cramp of somebody else is in their diary, or taken out again."""
    _ = tr.gettext
    text = _("Taken out again. {name}: {when}") if is_removed else _("Logged for {name}: {when}")
    back = Button(_("Put it back"), pack("care", "log", who.user_id))
    undo = Button(_("Undo"), pack("care", "undo", who.user_id))
    further = Button(_("Further…"), pack("care", "further", who.user_id))
    rows: Rows = ((back if is_removed else undo, further),)
    return Message(escape(text.format(name=who.name, when=when)), rows)


def told(tr: Translator, name: str, when: str, night_on: date) -> Message:
    """Told to the one for whom it was logged."""
    _ = tr.gettext
    text = _("{name} logged a cramp for you: {when}").format(name=name, when=when)
    rows: Rows = (
        (Button(_("Look at that night"), pack("history", "night", f"{night_on:%Y%m%d}")),),
    )
    return Message(f"{ICON} {escape(text)}", rows, silent=True)


def week(
    tr: Translator, who: Helped, caption: str, picture: bytes, days: tuple[date | None, date | None]
) -> Message:
    """Somebody's week, as they see it themselves, with the way to the weeks beside it."""
    _ = tr.gettext
    head = _("What {name} sees:").format(name=who.name)
    arrows = [
        Button(label, pack("care", "week", who.user_id, f"{day:%Y%m%d}"))
        for label, day in ((_("◀ Earlier"), days[0]), (_("Later ▶"), days[1]))
        if day is not None
    ]
    back = (Button(f"◀ {who.name}"[:32], pack("care", "person", who.user_id)),)
    rows: Rows = (tuple(arrows), back) if arrows else (back,)
    return Message(f"<i>{escape(head)}</i>\n{caption}", rows, picture=picture)


def gone(tr: Translator) -> str:
    """A button of a help that has ended."""
    return tr.gettext("That has ended.")
