"""What /privacy says: a short page, and details behind its buttons."""

# TRANSLATORS, ALL: What is kept about a person, who can see it, and for how long.

from dataclasses import dataclass
from enum import StrEnum

from bot.features.data_export.messages import paragraphs
from bot.features.log_address.messages import ShownAddress
from bot.features.log_address.messages import times as address_times
from bot.features.users.messages.withdrawal import withdraw_button
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack


class Detail(StrEnum):
    """A part of what /privacy says."""

    WHAT = "what"
    WHO = "who"
    HOW_LONG = "long"


@dataclass(frozen=True)
class Kept:
    """What of a person is kept, and how, as /privacy says it."""

    retention_days: int
    """After how many days old nights are deleted; 0 is never."""
    is_known: bool = True
    """Whether anything of them is kept."""
    is_helped: bool = False
    """Whether they have a caregiver."""
    address: ShownAddress | None = None
    """Their address that logs cramps; None if they have none."""
    operator: str | None = None
    """Who runs the bot and how they can be reached, if that is known."""
    can_withdraw: bool = False
    """Whether there is a consent of theirs that they can take back."""
    has_withdrawn: bool = False
    """Whether they have taken it back."""


def privacy(tr: Translator, kept: Kept) -> Message:
    """What is kept, who can see it and for how long, on one screen; buttons open the details."""
    _ = tr.gettext
    text = paragraphs(
        _("Privacy"),
        *([_runs(tr, kept.operator)] if kept.operator else ()),
        _(
            "I keep what you log and answer, your settings, and what you tell about your health. "
            "Whoever runs the bot can read it, Telegram sees this chat, and nothing is passed on."
        ),
        _("/export gives you all of it as files. /delete erases it."),
    )
    rows: Rows = (_details_row(tr),)
    if kept.is_known:
        rows = (
            *rows,
            (Button(_("Export my diary…"), pack("takeout", "export")),),
            (Button(_("Erase everything…"), pack("takeout", "delete")),),
        )
    if kept.can_withdraw:
        rows = (*rows, (withdraw_button(tr),))
    if kept.has_withdrawn:
        rows = (*rows, (Button(_("Your consent"), pack("consent", "open")),))
    if kept.address is not None:
        label = _("Log without a screen")
        rows = (*rows, (Button(label, pack("address", "open")),))
    return Message(text, rows)


def _runs(tr: Translator, operator: str) -> str:
    return tr.gettext("Who runs this bot: {operator}").format(operator=operator)


def _details_row(tr: Translator, but: Detail | None = None) -> tuple[Button, ...]:
    """The buttons that open details, in the same message."""
    _ = tr.gettext
    labels = {
        # TRANSLATORS: On a short button below "Privacy": what is kept?
        Detail.WHAT: _("What?"),
        # TRANSLATORS: On a short button below "Privacy": who can see it?
        Detail.WHO: _("Who?"),
        # TRANSLATORS: On a short button below "Privacy": how long is it kept?
        Detail.HOW_LONG: _("How long?"),
    }
    return tuple(
        Button(label, pack("takeout", "kept", detail.value))
        for detail, label in labels.items()
        if detail is not but
    )


def privacy_detail(tr: Translator, kept: Kept, detail: Detail) -> Message:
    """One part of what /privacy says, in full, with the way to the other parts and back."""
    _ = tr.gettext
    says = {Detail.WHAT: _what, Detail.WHO: _who, Detail.HOW_LONG: _how_long}[detail]
    back = (Button(_("◀ Privacy"), pack("takeout", "kept")),)
    return Message(paragraphs(*says(tr, kept)), (_details_row(tr, but=detail), back))


def _what(tr: Translator, kept: Kept) -> list[str]:
    """What is stored, and what is not."""
    _ = tr.gettext
    return [
        _("What is kept"),
        _(
            "What is stored: your Telegram id, language, time zone, bedtime and when you get up, "
            "your answer about drinks, and an emergency number if you set one; your cramps with "
            "all details and notes; your mornings and habits; your reminders and how you answered "
            "them; what you choose to tell about your health and medicines; warning signs you "
            "noted; your fair tests; weekly summaries; and pages for a doctor that are not "
            "finished."
        ),
        _(
            "What is not stored: your name, your location, and anything else you write. Only a "
            "message that I failed to handle is kept for a week, so that the mistake can be put "
            "right."
        ),
        _(
            "/export gives you all of this as files. Left out is only what could lead to your "
            "Telegram account or to others, and what I work out anew."
        ),
        *_address_words(tr, kept.address),
    ]


def _who(tr: Translator, kept: Kept) -> list[str]:
    """Where it is, and who can see it."""
    _ = tr.gettext
    return [
        _("Who can see it"),
        *([_runs(tr, kept.operator)] if kept.operator else ()),
        _(
            "Where: on the server of the person who runs this bot, who can read it. Nothing is "
            "passed on. Telegram itself sees this chat."
        ),
        _("One person you invited can see your weeks and log cramps for you: /caregiver")
        if kept.is_helped
        else _("No other user sees your diary. With /caregiver you can let one person help."),
    ]


def _how_long(tr: Translator, kept: Kept) -> list[str]:
    """How long it is kept, and how it is erased."""
    _ = tr.gettext
    return [
        _("How long it is kept"),
        _retention(tr, kept.retention_days),
        _(
            "What you change in your diary can be undone for 30 days. Until then I keep both "
            "versions."
        ),
        _(
            "An entry that you remove can be put back for 7 days. Then its content is deleted, and "
            "only its night is kept, so that an old file does not bring it back."
        ),
        _("/delete erases everything about you here."),
        _chat_words(tr),
    ]


def _address_words(tr: Translator, address: ShownAddress | None) -> list[str]:
    """What is said of an address that logs cramps."""
    if address is None:
        return []
    secret = tr.gettext("Its secret part is stored in a way that nobody can read.")
    return [f"{address_times(tr, address)} {secret}"]


def _retention(tr: Translator, days: int) -> str:
    _ = tr.gettext
    if days == 0:
        return _("How long: until you erase it.")
    return tr.ngettext(
        "How long: your nights and answers for {count} day; what you told me about yourself, and "
        "your settings, until you erase them. If you block me for that long, everything is erased.",
        "How long: your nights and answers for {count} days; what you told me about yourself, and "
        "your settings, until you erase them. If you block me for that long, everything is erased.",
        days,
    ).format(count=days)


def _chat_words(tr: Translator) -> str:
    return tr.gettext(
        "In Telegram a bot can only remove messages of the last 48 hours. To clear the rest, open "
        "the menu of this chat and choose Clear history or Delete chat."
    )
