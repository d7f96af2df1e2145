"""Messages with names, which are requested from Telegram after the commit and never stored."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from telegram import ChatFullInfo
from telegram.error import TelegramError

from bot.features.caregivers import messages
from bot.features.caregivers.messages import HelpedPerson
from bot.features.summary.messages import caption
from bot.features.summary.rendering import week_picture
from bot.features.summary.week_report import WeekReport
from bot.i18n.translator import Translator
from bot.telegram.context import Outside
from bot.telegram.message import Message


async def _chat(outside: Outside, user_id: int) -> ChatFullInfo | None:
    try:
        return await outside.bot.get_chat(user_id)
    except TelegramError:
        return None


async def _name(outside: Outside, tr: Translator, user_id: int) -> str:
    """A person's present first name in Telegram."""
    chat = await _chat(outside, user_id)
    return messages.shown_name(tr, None if chat is None else chat.first_name)


async def _full_name(outside: Outside, tr: Translator, user_id: int) -> str:
    """All names of a person in Telegram, by which somebody else recognizes them."""
    chat = await _chat(outside, user_id)
    if chat is None:
        return messages.shown_name(tr, None)
    return messages.full_name(tr, chat.first_name, chat.last_name, chat.username)


async def _with_name(outside: Outside, tr: Translator, user_id: int) -> HelpedPerson:
    return HelpedPerson(user_id, await _name(outside, tr, user_id))


@dataclass(frozen=True)
class CardData:
    """What the card of /caregiver shows, before the names are known."""

    tr: Translator
    caregiver_id: int | None
    since_on: date | None
    shown_from_on: date | None
    """The first night that the caregiver sees; None: all."""
    asked_id: int | None
    """Who has opened the link and waits for the person's answer."""
    link: str | None
    """The link of the open invitation; None if there is none."""
    until: datetime | None
    """When the invitation expires, in the person's local time (naive)."""
    helped_ids: tuple[int, ...]
    note: str | None


async def card(outside: Outside, data: CardData) -> Message:
    """Who helps the person, or who wants to, or their invitation; and whom they help themselves."""
    helped = [await _with_name(outside, data.tr, one) for one in data.helped_ids]
    if data.caregiver_id is not None and data.since_on is not None:
        name = await _name(outside, data.tr, data.caregiver_id)
        return messages.has_caregiver(data.tr, name, data.since_on, data.shown_from_on, helped)
    if data.asked_id is not None:
        return await confirmation_question(outside, data.tr, data.asked_id)
    if data.link is not None and data.until is not None:
        return messages.invitation(data.tr, data.link, data.until, helped)
    return messages.no_caregiver(data.tr, helped, data.note)


async def confirmation_question(outside: Outside, tr: Translator, asked_id: int) -> Message:
    """Ask the person who invited whether somebody may help them."""
    return messages.confirmation_question(tr, await _full_name(outside, tr, asked_id), asked_id)


async def accepted(outside: Outside, tr: Translator, caregiver_id: int) -> Message:
    """Confirms to the person who invited that somebody helps them now."""
    return messages.accepted(tr, await _name(outside, tr, caregiver_id))


async def person_card(outside: Outside, tr: Translator, user_id: int) -> Message:
    """What the caregiver can do for a person."""
    return messages.person_card(tr, await _with_name(outside, tr, user_id))


async def ended_by_other(outside: Outside, tr: Translator, other_id: int) -> Message:
    """Notifies a person that the other one has ended the help."""
    return messages.ended_by_other(tr, await _name(outside, tr, other_id))


async def week(outside: Outside, tr: Translator, user_id: int, report: WeekReport) -> Message:
    """A week of a person for their caregiver."""
    # Warning signs are private: only the person themselves sees them.
    words = caption(tr, replace(report, nudge=None))
    picture = await week_picture(tr, report)
    helped = await _with_name(outside, tr, user_id)
    return messages.week(tr, helped, words, picture, (report.earlier_on, report.later_on))


async def whose_cramp(
    outside: Outside,
    tr: Translator,
    helped_ids: tuple[int, ...],
    for_them: tuple[object, ...],
    own: str,
    is_new: bool = True,
) -> Message:
    """Asks whose cramp was told."""
    helped = [await _with_name(outside, tr, one) for one in helped_ids]
    return messages.whose_cramp(tr, helped, for_them, own, is_new=is_new)


async def logged(
    outside: Outside, tr: Translator, user_id: int, when: str, is_removed: bool
) -> Message:
    """Confirms to the caregiver that an entry was logged or removed."""
    helped = await _with_name(outside, tr, user_id)
    return messages.logged(tr, helped, when, is_removed=is_removed)


async def announcement(
    outside: Outside, tr: Translator, caregiver_id: int, when: str, night_on: date
) -> Message:
    """Notifies a person that the caregiver logged a cramp for them."""
    name = await _name(outside, tr, caregiver_id)
    return messages.entry_announcement(tr, name, when, night_on)
