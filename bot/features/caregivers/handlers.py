"""/caregiver: one other person may see the weeks and log a cramp; either can end it at once.

Names are asked of Telegram whenever one is shown; none is kept.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from telegram import Bot
from telegram.error import TelegramError

from bot.database.engine import Session
from bot.database.models import Cramp, User
from bot.features.caregivers import messages, queries
from bot.features.caregivers.messages import Helped
from bot.features.cramps import queries as diary
from bot.features.cramps.handlers import entry_of
from bot.features.cramps.messages import when_words
from bot.features.summary.messages import caption
from bot.features.summary.report import build_week
from bot.features.summary.sending import picture_of
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator
from bot.identity import people as users
from bot.identity.people import zone_of
from bot.identity.presence import is_night, load
from bot.local_time.nights import local_time
from bot.telegram import sender
from bot.telegram.context import Feature, Visit, is_delivered
from bot.telegram.message import Message, Tap, parse_day

LINK = "care"


async def _name(bot: Bot, tr: Translator, user_id: int) -> str:
    """What Telegram calls somebody now."""
    try:
        chat = await bot.get_chat(user_id)
    except TelegramError:
        return messages.some_name(tr, None)
    return messages.some_name(tr, chat.first_name)


async def _helped(visit: Visit, tr: Translator, user_id: int) -> Helped:
    return Helped(user_id, await _name(visit.bot, tr, user_id))


async def _load(visit: Visit) -> User:
    async with visit.transaction() as session:
        return await load(session, visit)


async def _present(visit: Visit, user: User, message: Message) -> None:
    if visit.query is not None:
        await visit.show(message)
    else:
        await visit.say(message.quietly(is_night(user, visit)))


# The one who is helped ---------------------------------------------------------------------------


async def _own_card(visit: Visit, user: User, note: str | None = None) -> Message:
    """Whoever helps this person, an open invitation, or neither; and whom they help themselves."""
    tr = translator_for(user)
    async with visit.transaction() as session:
        row = await queries.helper_of(session, user.id)
        invitation = await queries.invitation(session, user.id, visit.now)
        ids = await queries.helped_by(session, user.id)
    helped = [await _helped(visit, tr, one) for one in ids]
    if row is not None and row.caregiver_id is not None and row.since_at is not None:
        name = await _name(visit.bot, tr, row.caregiver_id)
        since_on = local_time(row.since_at, zone_of(user)).date()
        return messages.has_help(tr, name, since_on, helped)
    if invitation is not None:
        link = f"https://t.me/{visit.bot.username}?start={LINK}_{invitation.code}"
        until = local_time(invitation.expires_at, zone_of(user))
        return messages.invited(tr, link, until, helped)
    return messages.nobody(tr, helped, note)


async def on_command(visit: Visit) -> None:
    """/caregiver: who helps, and whom one helps."""
    user = await _load(visit)
    await _present(visit, user, await _own_card(visit, user))


async def on_open(visit: Visit, _tap: Tap) -> None:
    """The same from another card."""
    await on_command(visit)


async def on_invite(visit: Visit, _tap: Tap) -> None:
    """A link, good for a day; the one before it is no longer."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        await queries.invite(session, user.id, visit.now)
    await _present(visit, user, await _own_card(visit, user))


async def on_end(visit: Visit, _tap: Tap) -> None:
    """No help any more, and no invitation."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        caregiver_id = await queries.end(session, user.id)
    note = messages.ended(translator_for(user)) if caregiver_id is not None else None
    await _present(visit, user, await _own_card(visit, user, note))
    if caregiver_id is not None:
        await _tell_end(visit, caregiver_id)


async def _tell_end(visit: Visit, other_id: int) -> None:
    """Tell the other one that it is over."""
    async with visit.transaction() as session:
        other = await users.get(session, other_id)
    if other is not None and other.blocked_at is None:
        tr = translator_for(other)
        name = await _name(visit.bot, tr, visit.user_id)
        await sender.send(visit.bot, other_id, messages.ended_by_other(tr, name))


# The one who helps -------------------------------------------------------------------------------


async def on_link(visit: Visit) -> None:
    """An invitation was opened."""
    text = (visit.message.text or "") if visit.message else ""
    code = text.partition(" ")[2].strip().removeprefix(f"{LINK}_")
    async with visit.transaction() as session:
        user = await load(session, visit)
        row = await queries.find(session, code, visit.user_id, visit.now)
    tr = translator_for(user)
    if row is None:
        await visit.say(messages.not_good(tr))
    else:
        await visit.say(messages.question(tr, await _name(visit.bot, tr, row.user_id), row.code))


async def on_accept(visit: Visit, tap: Tap) -> None:
    """They will help."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        helped_id = await queries.accept(session, tap.word(0) or "", user.id, visit.now)
        helped = None if helped_id is None else await users.get(session, helped_id)
    tr = translator_for(user)
    if helped is None:
        await visit.show(messages.not_good(tr))
        return
    await visit.show(messages.person(tr, await _helped(visit, tr, helped.id)))
    theirs = translator_for(helped)
    name = await _name(visit.bot, theirs, user.id)
    await sender.send(visit.bot, helped.id, messages.accepted(theirs, name))


async def on_decline(visit: Visit, _tap: Tap) -> None:
    """They will not."""
    await visit.show(messages.declined(translator_for(await _load(visit))))


async def _for_whom(visit: Visit, session: Session, tap: Tap) -> tuple[User, User | None]:
    """The one who helps, and the one who is helped, if that is so."""
    user, helped_id = await load(session, visit), tap.number(0)
    if helped_id is None or not await queries.may_help(session, helped_id, user.id):
        return user, None
    return user, await users.get(session, helped_id)


async def _over(visit: Visit, user: User) -> None:
    await visit.toast(messages.gone(translator_for(user)))


async def on_person(visit: Visit, tap: Tap) -> None:
    """What can be done for somebody, in place."""
    async with visit.transaction() as session:
        user, helped = await _for_whom(visit, session, tap)
    if helped is None:
        await _over(visit, user)
        return
    tr = translator_for(user)
    await visit.show(messages.person(tr, await _helped(visit, tr, helped.id)))


async def on_further(visit: Visit, tap: Tap) -> None:
    """The same in a new message: what was logged stays to be seen."""
    async with visit.transaction() as session:
        user, helped = await _for_whom(visit, session, tap)
    if helped is None:
        await _over(visit, user)
        return
    tr = translator_for(user)
    await visit.toast()
    card = messages.person(tr, await _helped(visit, tr, helped.id))
    await visit.say(card.quietly(is_night(user, visit)))


async def on_leave(visit: Visit, tap: Tap) -> None:
    """They stop helping."""
    async with visit.transaction() as session:
        user, helped = await _for_whom(visit, session, tap)
        if helped is not None:
            await queries.end(session, helped.id)
    if helped is None:
        await _over(visit, user)
        return
    await visit.show(await _own_card(visit, user))
    await _tell_end(visit, helped.id)


async def on_week(visit: Visit, tap: Tap) -> None:
    """A week of somebody else's, as they see it."""
    async with visit.transaction() as session:
        user, helped = await _for_whom(visit, session, tap)
        if helped is not None:
            report = await build_week(session, helped, visit.now, parse_day(tap.word(1)))
    if helped is None:
        await _over(visit, user)
        return
    tr = translator_for(user)
    await visit.toast()
    # A warning sign is for the one whose sign it is.
    words = caption(tr, replace(report, nudge=None))
    shown = messages.week(
        tr,
        await _helped(visit, tr, helped.id),
        words,
        await picture_of(tr, report),
        (report.earlier_on, report.later_on),
    )
    await visit.edit(visit.tapped_message_id, shown)


async def on_log(visit: Visit, tap: Tap) -> None:
    """A cramp, now, in somebody else's diary. A card logs one: a second tap changes nothing."""
    message_id = visit.tapped_message_id
    if message_id is None:
        await visit.toast()
        return
    async with visit.transaction() as session:
        user, helped = await _for_whom(visit, session, tap)
        if helped is not None:
            cramp, _is_new = await diary.log(
                session, helped.id, message_id, visit.now, zone_of(helped)
            )
            cramp.deleted_at = None
            session.add(cramp)
    if helped is None:
        await _over(visit, user)
        return
    await _show_logged(visit, user, helped, cramp)
    if cramp.reply_message_id is None:  # they were not told yet, or the process was killed then
        await _tell_logged(visit, user, helped, cramp)
    await _after_change(visit, helped, cramp.night_on)


async def _tell_logged(visit: Visit, user: User, helped: User, cramp: Cramp) -> None:
    """In the chat of the one it is about. That message stands for the entry from then on."""
    theirs = translator_for(helped)
    when = when_words(theirs, entry_of(cramp))
    name = await _name(visit.bot, theirs, user.id)
    told = messages.told(theirs, name, when, cramp.night_on)
    message_id = is_delivered(await sender.send(visit.bot, helped.id, told))
    if message_id is not None:
        async with visit.transaction() as session:
            await diary.set_reply(session, cramp, message_id)


async def on_undo(visit: Visit, tap: Tap) -> None:
    """It was none, or it is logged already."""
    async with visit.transaction() as session:
        user, helped = await _for_whom(visit, session, tap)
        cramp = None
        if helped is not None and visit.tapped_message_id is not None:
            cramp = await queries.logged(session, helped.id, visit.tapped_message_id)
        if cramp is not None:
            cramp.deleted_at = cramp.deleted_at or visit.now
            session.add(cramp)
    if helped is None or cramp is None:
        await _over(visit, user)
        return
    await _show_logged(visit, user, helped, cramp)
    await _after_change(visit, helped, cramp.night_on)


async def _show_logged(visit: Visit, user: User, helped: User, cramp: Cramp) -> None:
    tr = translator_for(user)
    who, when = await _helped(visit, tr, helped.id), when_words(tr, entry_of(cramp))
    await visit.show(messages.logged(tr, who, when, is_removed=cramp.deleted_at is not None))


async def _after_change(visit: Visit, helped: User, night_on: date) -> None:
    await visit.deps.diary_changed(visit.deps, visit.bot, helped.id, {night_on})


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"caregiver": tr.gettext("Somebody who helps")}


FEATURE = Feature(
    name="care",
    commands={"caregiver": on_command},
    descriptions=_descriptions,
    starts={LINK: on_link},
    taps={
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
)
