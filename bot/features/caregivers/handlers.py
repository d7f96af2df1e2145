"""/caregiver: one other person may see the weeks and log a cramp; either side can end it at once.

Names are asked of Telegram each time one is shown, after the transaction; none is stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from telegram import Update
from telegram.error import TelegramError

from bot.database.models import Cramp, User
from bot.features.caregivers import messages, queries
from bot.features.caregivers.messages import Helped
from bot.features.cramps import queries as diary
from bot.features.cramps.entry import entry_of
from bot.features.cramps.messages.labels import when_words
from bot.features.summary.messages import caption
from bot.features.summary.rendering import week_picture
from bot.features.summary.week_report import WeekReport, build_week
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator
from bot.identity import people
from bot.local_time.nights import local_time
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
"""First part of the start parameter of an invitation's link."""
ENTRY_ANNOUNCED = "care.entry_announced"


# Made outside of the transaction, because names are asked of Telegram ---------------------------


async def _name(outside: Outside, tr: Translator, user_id: int) -> str:
    """The first name that Telegram shows of a person now."""
    try:
        chat = await outside.bot.get_chat(user_id)
    except TelegramError:
        return messages.some_name(tr, None)
    return messages.some_name(tr, chat.first_name)


async def _helped(outside: Outside, tr: Translator, user_id: int) -> Helped:
    return Helped(user_id, await _name(outside, tr, user_id))


@dataclass(frozen=True)
class Own:
    """What the card of somebody who may be helped shows, before names are known."""

    tr: Translator
    caregiver_id: int | None
    since_on: date | None
    link: str | None
    """An open invitation's link; None when there is none."""
    until: datetime | None
    """When the invitation ends, as wall-clock time of its owner (naive)."""
    helped_ids: tuple[int, ...]
    note: str | None


async def _own_card(outside: Outside, own: Own) -> Message:
    """Who helps this person, an open invitation, or neither; and whom the person helps."""
    helped = [await _helped(outside, own.tr, one) for one in own.helped_ids]
    if own.caregiver_id is not None and own.since_on is not None:
        name = await _name(outside, own.tr, own.caregiver_id)
        return messages.has_help(own.tr, name, own.since_on, helped)
    if own.link is not None and own.until is not None:
        return messages.invited(own.tr, own.link, own.until, helped)
    return messages.nobody(own.tr, helped, own.note)


async def _invitation_question(outside: Outside, tr: Translator, owner: int, code: str) -> Message:
    return messages.question(tr, await _name(outside, tr, owner), code)


async def _person_card(outside: Outside, tr: Translator, user_id: int) -> Message:
    return messages.person(tr, await _helped(outside, tr, user_id))


async def _accepted(outside: Outside, tr: Translator, caregiver_id: int) -> Message:
    return messages.accepted(tr, await _name(outside, tr, caregiver_id))


async def _ended(outside: Outside, tr: Translator, other_id: int) -> Message:
    return messages.ended_by_other(tr, await _name(outside, tr, other_id))


async def _week(outside: Outside, tr: Translator, user_id: int, report: WeekReport) -> Message:
    # A warning sign is shown to the person whose sign it is, and to nobody else.
    words = caption(tr, replace(report, nudge=None))
    picture = await week_picture(tr, report)
    helped = await _helped(outside, tr, user_id)
    return messages.week(tr, helped, words, picture, (report.earlier_on, report.later_on))


async def _logged(
    outside: Outside, tr: Translator, user_id: int, when: str, is_removed: bool
) -> Message:
    helped = await _helped(outside, tr, user_id)
    return messages.logged(tr, helped, when, is_removed=is_removed)


async def _announcement(
    outside: Outside, tr: Translator, caregiver_id: int, when: str, night_on: date
) -> Message:
    return messages.told(tr, await _name(outside, tr, caregiver_id), when, night_on)


# The person who is helped ------------------------------------------------------------------------


async def _own(context: Context, note: str | None = None) -> Replies:
    """The card, in place of a tapped message or as a new one."""
    session, user = context.session, context.person
    row = await queries.helper_of(session, user.id)
    invitation = await queries.invitation(session, user.id, context.now)
    link = until = since_on = None
    if invitation is not None:
        link = f"https://t.me/{context.bot.username}?start={LINK}_{invitation.code}"
        until = local_time(invitation.expires_at, context.zone)
    if row is not None and row.since_at is not None:
        since_on = local_time(row.since_at, context.zone).date()
    own = Own(
        context.tr,
        None if row is None else row.caregiver_id,
        since_on,
        link,
        until,
        tuple(await queries.helped_by(session, user.id)),
        note,
    )
    return context.present(rendering(_own_card, own))


async def on_open(_update: Update, context: Context) -> Replies:
    """/caregiver, and its button on another card."""
    return await _own(context)


async def on_invite(_update: Update, context: Context) -> Replies:
    """A link that is good for a day; the one before it is no longer."""
    await queries.invite(context.session, context.person.id, context.now)
    return await _own(context)


async def on_end(_update: Update, context: Context) -> Replies:
    """End the help, and an open invitation."""
    caregiver_id = await queries.end(context.session, context.person.id)
    await context.session.flush()
    if caregiver_id is None:
        return await _own(context)
    shown = await _own(context, messages.ended(context.tr))
    return [*shown, *await _end_notice(context, caregiver_id)]


async def _end_notice(context: Context, other_id: int) -> Replies:
    """Tell the other person that it is over."""
    other = await people.get(context.session, other_id)
    if other is None or other.blocked_at is not None:
        return NOTHING
    content = rendering(_ended, translator_for(other), context.person.id)
    return [Say(content, to=other_id)]


# The person who helps ----------------------------------------------------------------------------


async def on_link(_update: Update, context: Context) -> Replies:
    """An invitation was opened."""
    code = context.argument.removeprefix(f"{LINK}_")
    row = await queries.find(context.session, code, context.person.id, context.now)
    if row is None:
        return [Say(messages.not_good(context.tr))]
    return [Say(rendering(_invitation_question, context.tr, row.user_id, row.code))]


async def on_accept(_update: Update, context: Context) -> Replies:
    """They will help."""
    session, user = context.session, context.person
    code = context.tap.word(0) or ""
    helped_id = await queries.accept(session, code, user.id, context.now)
    helped = None if helped_id is None else await people.get(session, helped_id)
    if helped is None:
        return [Show(messages.not_good(context.tr))]
    return [
        Show(rendering(_person_card, context.tr, helped.id)),
        Say(rendering(_accepted, translator_for(helped), user.id), to=helped.id),
    ]


async def on_decline(_update: Update, context: Context) -> Replies:
    """They will not help."""
    return [Show(messages.declined(context.tr))]


async def _for_whom(context: Context) -> User | None:
    """The person whom a button names, if this one helps them now."""
    helped_id = context.tap.number(0)
    if helped_id is None:
        return None
    if not await queries.may_help(context.session, helped_id, context.person.id):
        return None
    return await people.get(context.session, helped_id)


def _gone(context: Context) -> Replies:
    return [Toast(messages.gone(context.tr))]


async def on_person(_update: Update, context: Context) -> Replies:
    """What can be done for somebody, in place."""
    helped = await _for_whom(context)
    if helped is None:
        return _gone(context)
    return [Show(rendering(_person_card, context.tr, helped.id))]


async def on_further(_update: Update, context: Context) -> Replies:
    """The same as a new message, so that what was logged stays visible."""
    helped = await _for_whom(context)
    if helped is None:
        return _gone(context)
    return [Say(rendering(_person_card, context.tr, helped.id))]


async def on_leave(_update: Update, context: Context) -> Replies:
    """They stop helping."""
    helped = await _for_whom(context)
    if helped is None:
        return _gone(context)
    await queries.end(context.session, helped.id)
    await context.session.flush()
    return [*await _own(context), *await _end_notice(context, helped.id)]


async def on_week(_update: Update, context: Context) -> Replies:
    """A week of the other person's, in the language of the one who helps."""
    helped = await _for_whom(context)
    if helped is None:
        return _gone(context)
    report = await build_week(context.session, helped, context.now, context.tap.day(1))
    return [Show(rendering(_week, context.tr, helped.id, report))]


async def on_log(_update: Update, context: Context) -> Replies:
    """Log a cramp now in the other person's diary. A card logs one: a second tap adds nothing."""
    message_id = context.tapped_message_id
    if message_id is None:
        return NOTHING
    helped = await _for_whom(context)
    if helped is None:
        return _gone(context)
    zone = zone_of(helped)
    cramp, _is_new = await diary.log(context.session, helped.id, message_id, context.now, zone)
    cramp.deleted_at = None
    context.session.add(cramp)
    await context.session.flush()
    announced = [] if cramp.reply_message_id is not None else [_announce(context, helped, cramp)]
    changed = DiaryChanged({cramp.night_on}, helped.id)
    return [_show_logged(context, helped, cramp), *announced, changed]


def _announce(context: Context, helped: User, cramp: Cramp) -> Say:
    """Tell the person whose diary it is. That message shows the entry from then on."""
    theirs = translator_for(helped)
    when = when_words(theirs, entry_of(cramp))
    content = rendering(_announcement, theirs, context.person.id, when, cramp.night_on)
    key = f"{helped.id}/{cramp.id}"
    return Say(content, to=helped.id, on_sent=OnSent(ENTRY_ANNOUNCED, key))


async def _on_entry_announced(context: Context, key: str, message_id: int) -> Replies:
    """Remember which message shows the entry; ``key`` is its owner's id and its own."""
    owner_id, cramp_id = (int(part) for part in key.split("/"))
    await diary.set_reply(context.session, owner_id, cramp_id, message_id)
    return NOTHING


async def on_undo(_update: Update, context: Context) -> Replies:
    """Remove the entry that this card logged: a mistake, or logged by the other person too."""
    helped = await _for_whom(context)
    message_id = context.tapped_message_id
    if helped is None or message_id is None:
        return _gone(context)
    cramp = await queries.logged(context.session, helped.id, message_id)
    if cramp is None:
        return _gone(context)
    cramp.deleted_at = cramp.deleted_at or context.now
    changed = DiaryChanged({cramp.night_on}, helped.id)
    return [_show_logged(context, helped, cramp), changed]


def _show_logged(context: Context, helped: User, cramp: Cramp) -> Show:
    when = when_words(context.tr, entry_of(cramp))
    is_removed = cramp.deleted_at is not None
    return Show(rendering(_logged, context.tr, helped.id, when, is_removed))


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"caregiver": tr.gettext("Somebody who helps")}


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
)
