"""Handlers of /caregiver: one other person may see somebody's weeks and log cramps for them.

Either of them can end it at any time. Names are not stored: they are requested from Telegram, after
the commit, each time one is shown.
"""

# TRANSLATORS, ALL: Descriptions of commands in the menu of Telegram.

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from telegram import Update
from telegram.error import TelegramError

from bot.database.models import Cramp, User
from bot.features.caregivers import messages, queries
from bot.features.caregivers.messages import HelpedPerson
from bot.features.cramps import queries as cramps
from bot.features.cramps.entry import entry_of
from bot.features.cramps.messages.labels import when_words
from bot.features.cramps.messages.refusals import not_added
from bot.features.diary import limits
from bot.features.diary.limits import Limit
from bot.features.summary.messages import caption
from bot.features.summary.rendering import week_picture
from bot.features.summary.week_report import WeekReport, build_week
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator
from bot.identity import people
from bot.local_time.nights import local_time, nights_of
from bot.local_time.person import zone_of
from bot.telegram.context import Context, Outside
from bot.telegram.feature import AnyHandler, Feature, command, start_link, taps
from bot.telegram.message import Message
from bot.telegram.replies import (
    NOTHING,
    DiaryChanged,
    OnSent,
    Replies,
    Say,
    Show,
    Toast,
    rendering,
)

LINK = "care"
"""First part of the start parameter in the link of an invitation."""
ENTRY_ANNOUNCED = "care.entry_announced"


# Rendered after the commit, because names are requested from Telegram ----------------------------


async def _name(outside: Outside, tr: Translator, user_id: int) -> str:
    """A person's present first name in Telegram."""
    try:
        chat = await outside.bot.get_chat(user_id)
    except TelegramError:
        return messages.name_or_somebody(tr, None)
    return messages.name_or_somebody(tr, chat.first_name)


async def _with_name(outside: Outside, tr: Translator, user_id: int) -> HelpedPerson:
    return HelpedPerson(user_id, await _name(outside, tr, user_id))


@dataclass(frozen=True)
class CardData:
    """What the card of /caregiver shows, before the names are known."""

    tr: Translator
    caregiver_id: int | None
    since_on: date | None
    link: str | None
    """The link of the open invitation; None if there is none."""
    until: datetime | None
    """When the invitation expires, in the person's local time (naive)."""
    helped_ids: tuple[int, ...]
    note: str | None


async def _card(outside: Outside, data: CardData) -> Message:
    """Who helps the person, or their invitation, or neither; and whom they help themselves."""
    helped = [await _with_name(outside, data.tr, one) for one in data.helped_ids]
    if data.caregiver_id is not None and data.since_on is not None:
        name = await _name(outside, data.tr, data.caregiver_id)
        return messages.has_caregiver(data.tr, name, data.since_on, helped)
    if data.link is not None and data.until is not None:
        return messages.invitation(data.tr, data.link, data.until, helped)
    return messages.no_caregiver(data.tr, helped, data.note)


async def _invitation_question(
    outside: Outside, tr: Translator, inviter_id: int, code: str
) -> Message:
    return messages.invitation_question(tr, await _name(outside, tr, inviter_id), code)


async def _person_card(outside: Outside, tr: Translator, user_id: int) -> Message:
    return messages.person_card(tr, await _with_name(outside, tr, user_id))


async def _accepted(outside: Outside, tr: Translator, caregiver_id: int) -> Message:
    return messages.accepted(tr, await _name(outside, tr, caregiver_id))


async def _ended_by_other(outside: Outside, tr: Translator, other_id: int) -> Message:
    return messages.ended_by_other(tr, await _name(outside, tr, other_id))


async def _week(outside: Outside, tr: Translator, user_id: int, report: WeekReport) -> Message:
    # Warning signs are private: only the person themselves sees them.
    words = caption(tr, replace(report, nudge=None))
    picture = await week_picture(tr, report)
    helped = await _with_name(outside, tr, user_id)
    return messages.week(tr, helped, words, picture, (report.earlier_on, report.later_on))


async def _logged(
    outside: Outside, tr: Translator, user_id: int, when: str, is_removed: bool
) -> Message:
    helped = await _with_name(outside, tr, user_id)
    return messages.logged(tr, helped, when, is_removed=is_removed)


async def _announcement(
    outside: Outside, tr: Translator, caregiver_id: int, when: str, night_on: date
) -> Message:
    name = await _name(outside, tr, caregiver_id)
    return messages.entry_announcement(tr, name, when, night_on)


# For the person who is helped --------------------------------------------------------------------


async def _show_card(context: Context, note: str | None = None) -> Replies:
    """Show the card in the tapped message, or send it as a new one."""
    session, user = context.session, context.person
    row = await queries.caregiver_of(session, user.id)
    invitation = await queries.open_invitation(session, user.id, context.now)
    link = until = since_on = None
    if invitation is not None:
        link = f"https://t.me/{context.bot.username}?start={LINK}_{invitation.code}"
        until = local_time(invitation.expires_at, context.zone)
    if row is not None and row.since_at is not None:
        since_on = local_time(row.since_at, context.zone).date()
    data = CardData(
        context.tr,
        None if row is None else row.caregiver_id,
        since_on,
        link,
        until,
        tuple(await queries.helped_by(session, user.id)),
        note,
    )
    return context.present(rendering(_card, data))


async def on_open(_update: Update, context: Context) -> Replies:
    """Show the card, for /caregiver and its button on other messages."""
    return await _show_card(context)


async def on_invite(_update: Update, context: Context) -> Replies:
    """Create a link that is valid for a day; it replaces an earlier one."""
    await queries.invite(context.session, context.person.id, context.now)
    return await _show_card(context)


async def on_end(_update: Update, context: Context) -> Replies:
    """End the help, or withdraw the invitation."""
    caregiver_id = await queries.end(context.session, context.person.id)
    await context.session.flush()
    if caregiver_id is None:
        return await _show_card(context)
    shown = await _show_card(context, messages.help_ended(context.tr))
    return [*shown, *await _notify_of_end(context, caregiver_id)]


async def _notify_of_end(context: Context, other_id: int) -> Replies:
    """Notify the other person that the help has ended, unless they have blocked the bot."""
    other = await people.get(context.session, other_id)
    if other is None or other.blocked_at is not None:
        return NOTHING
    content = rendering(_ended_by_other, translator_for(other), context.person.id)
    return [Say(content, to=other_id)]


# For the caregiver -------------------------------------------------------------------------------


async def on_link(_update: Update, context: Context) -> Replies:
    """Ask whether the person wants to help, after they opened the link of an invitation."""
    code = context.argument.removeprefix(f"{LINK}_")
    row = await queries.find_invitation(context.session, code, context.person.id, context.now)
    if row is None:
        return [Say(messages.invalid_invitation(context.tr))]
    return [Say(rendering(_invitation_question, context.tr, row.user_id, row.code))]


async def on_accept(_update: Update, context: Context) -> Replies:
    """Accept an invitation, and notify the person who invited."""
    session, user = context.session, context.person
    code = context.tap.word(0) or ""
    helped_id = await queries.accept(session, code, user.id, context.now)
    helped = None if helped_id is None else await people.get(session, helped_id)
    if helped is None:
        is_full = len(await queries.helped_by(session, user.id)) >= limits.HELPED_PEOPLE
        refusal = messages.helps_too_many if is_full else messages.invalid_invitation
        return [Show(refusal(context.tr))]
    return [
        Show(rendering(_person_card, context.tr, helped.id)),
        Say(rendering(_accepted, translator_for(helped), user.id), to=helped.id),
    ]


async def on_decline(_update: Update, context: Context) -> Replies:
    """Decline an invitation. The person who invited is not notified."""
    return [Show(messages.declined(context.tr))]


async def _helped_person(context: Context) -> User | None:
    """The person in the callback data; None if the sender is not their caregiver."""
    helped_id = context.tap.number(0)
    if helped_id is None:
        return None
    if not await queries.may_help(context.session, helped_id, context.person.id):
        return None
    return await people.get(context.session, helped_id)


def _no_longer_helping(context: Context) -> Replies:
    return [Toast(messages.no_longer_helping(context.tr))]


async def on_person(_update: Update, context: Context) -> Replies:
    """Show the card of a person in the tapped message."""
    helped = await _helped_person(context)
    if helped is None:
        return _no_longer_helping(context)
    return [Show(rendering(_person_card, context.tr, helped.id))]


async def on_further(_update: Update, context: Context) -> Replies:
    """Send the card of a person as a new message, so that the logged entry stays visible."""
    helped = await _helped_person(context)
    if helped is None:
        return _no_longer_helping(context)
    return [Say(rendering(_person_card, context.tr, helped.id))]


async def on_leave(_update: Update, context: Context) -> Replies:
    """Stop helping a person."""
    helped = await _helped_person(context)
    if helped is None:
        return _no_longer_helping(context)
    await queries.end(context.session, helped.id)
    await context.session.flush()
    return [*await _show_card(context), *await _notify_of_end(context, helped.id)]


async def on_week(_update: Update, context: Context) -> Replies:
    """Show a week of the person, in the language of the caregiver."""
    helped = await _helped_person(context)
    if helped is None:
        return _no_longer_helping(context)
    report = await build_week(context.session, helped, context.now, context.tap.day(1))
    return [Show(rendering(_week, context.tr, helped.id, report))]


async def on_log(_update: Update, context: Context) -> Replies:
    """Log a cramp in the person's diary. It is idempotent: each card logs at most one entry."""
    message_id = context.tapped_message_id
    if message_id is None:
        return NOTHING
    helped = await _helped_person(context)
    if helped is None:
        return _no_longer_helping(context)
    zone = zone_of(helped)
    logged = await cramps.log(
        context.session, helped.id, message_id, context.now, zone, nights_of(helped)
    )
    if isinstance(logged, Limit):
        return context.refuse(not_added(context.tr, logged))
    cramp, _is_new = logged
    if cramp.deleted_at is not None:
        cramp.deleted_at = None
        await cramps.merge_again(context.session, cramp)
    context.session.add(cramp)
    await context.session.flush()
    announced = [] if cramp.reply_message_id is not None else [_announce(context, helped, cramp)]
    changed = DiaryChanged({cramp.night_on}, helped.id)
    return [_show_logged(context, helped, cramp), *announced, changed]


def _announce(context: Context, helped: User, cramp: Cramp) -> Say:
    """Notify the person whose diary it is. They can reply to that message to add a note."""
    tr = translator_for(helped)
    when = when_words(tr, entry_of(cramp))
    content = rendering(_announcement, tr, context.person.id, when, cramp.night_on)
    key = f"{helped.id}/{cramp.id}"
    return Say(content, to=helped.id, on_sent=OnSent(ENTRY_ANNOUNCED, key))


async def _on_entry_announced(context: Context, key: str, message_id: int) -> Replies:
    """Store which message shows the entry. ``key`` is the person's id and the entry's id."""
    owner_id, cramp_id = (int(part) for part in key.split("/"))
    await cramps.set_reply(context.session, owner_id, cramp_id, message_id)
    return NOTHING


async def on_undo(_update: Update, context: Context) -> Replies:
    """Delete the entry that was logged with this card."""
    helped = await _helped_person(context)
    message_id = context.tapped_message_id
    if helped is None or message_id is None:
        return _no_longer_helping(context)
    cramp = await queries.entry_of_card(context.session, helped.id, message_id)
    if cramp is None:
        return _no_longer_helping(context)
    cramp.deleted_at = cramp.deleted_at or context.now
    await cramps.release(context.session, cramp)  # the person's own taps count again
    changed = DiaryChanged({cramp.night_on}, helped.id)
    return [_show_logged(context, helped, cramp), changed]


def _show_logged(context: Context, helped: User, cramp: Cramp) -> Show:
    when = when_words(context.tr, entry_of(cramp))
    is_removed = cramp.deleted_at is not None
    return Show(rendering(_logged, context.tr, helped.id, when, is_removed))


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"caregiver": tr.gettext("A helper for your diary")}


def _handlers() -> Sequence[AnyHandler]:
    return [
        start_link(LINK, on_link),
        command("caregiver", on_open),
        *taps(
            "care",
            {
                "open": on_open,
                "invite": on_invite,
                "end": on_end,
                "accept": on_accept,
                "decline": on_decline,
                "person": on_person,
                "further": on_further,
                "leave": on_leave,
                "week": on_week,
                "log": on_log,
                "undo": on_undo,
            },
        ),
    ]


FEATURE = Feature(
    name="care",
    handlers=_handlers,
    descriptions=_descriptions,
    on_sent={ENTRY_ANNOUNCED: _on_entry_announced},
    begins=(on_link,),
)
