"""Logging a cramp with a tap, and everything that can be told about it afterwards."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from bot.database.cramp_values import TimePrecision
from bot.database.engine import Session
from bot.database.models import Cramp, Fluids, SetupStep, User
from bot.features.cramps import messages, queries, values
from bot.features.cramps.messages import Entry
from bot.features.cramps.red_flags import Tier, met_at_once
from bot.features.cramps.values import Unusable, When
from bot.features.diary import hits
from bot.features.users.messages.keyboard import log_label
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator
from bot.identity.presence import is_night, load
from bot.local_time.nights import local_time, night_of
from bot.local_time.person import zone_of
from bot.local_time.typed_times import parse_clock
from bot.telegram.context import Feature, Handler, Visit, is_delivered
from bot.telegram.message import Message, Tap, pack, parse_day

TYPED_TIME_WITHIN = timedelta(minutes=30)
COMES_AGAIN_WITHIN = timedelta(minutes=15)
"""A tap or message whose effect was committed but not shown, because the process was killed."""
"""A time that nobody asked for is taken for an entry as long as that is this fresh."""
PRECISIONS = ("exact", "about", "night_only")
SEVERITY = (None, Tier.SOON, Tier.URGENT, Tier.EMERGENCY)
FIRST_LEVEL = frozenset({"woke", "strength"})
NOTE = "note"
CLEARABLE = (frozenset(values.SINGLE) | {NOTE}) - frozenset(values.NEVER_EMPTY)
Change = Callable[[Cramp], None]
View = Callable[[Translator, Entry], Message]


def entry_of(
    cramp: Cramp, number: int = 1, *, needs_zone: bool = False, takes_typed: bool = False
) -> Entry:
    """A stored entry as it is shown."""
    return Entry(
        id=cramp.id or 0,
        local_at=local_time(cramp.occurred_at, cramp.time_zone),
        tapped_local=local_time(cramp.tapped_at, cramp.time_zone),
        night_on=cramp.night_on,
        has_time=cramp.time_precision != "night_only",
        is_about=cramp.time_precision == "about",
        event_type=cramp.event_type,
        site=cramp.site,
        side=cramp.side,
        intensity=cramp.intensity,
        duration=cramp.duration,
        woke_me=cramp.woke_me,
        after_effects=values.parse_codes(cramp.after_effects),
        details=_details(cramp),
        many={
            name: values.parse_codes(getattr(cramp, values.COLUMNS[name]))
            for name in ("trigger", "relief")
        },
        count=cramp.count_tonight,
        note=cramp.note,
        chip=values.chosen_moment(
            cramp.tapped_at, cramp.occurred_at, cramp.time_precision, cramp.time_zone
        ),
        number=number,
        needs_zone=needs_zone,
        takes_typed=takes_typed,
    )


def _details(cramp: Cramp) -> dict[str, str]:
    """The fields with one value that were told, by field."""
    told = {
        name: values.code_of(name, getattr(cramp, values.COLUMNS.get(name, name)))
        for name in values.SINGLE
    }
    return {name: code for name, code in told.items() if code is not None}


async def _shown(session: Session, visit: Visit, cramp: Cramp, user: User) -> Entry:
    """An entry with its place among the night's."""
    earlier, _last = await queries.earlier_in_night(session, cramp)
    is_fresh = visit.now - cramp.tapped_at <= TYPED_TIME_WITHIN
    return entry_of(
        cramp,
        earlier + 1,
        needs_zone=user.time_zone is None,
        takes_typed=is_fresh and user.awaiting is None,
    )


async def _message(session: Session, visit: Visit, cramp: Cramp, user: User, view: View) -> Message:
    """What an entry's message shows: the view, unless it is removed or counts as another's."""
    tr = translator_for(user)
    if cramp.deleted_at is not None:
        return messages.removed(tr, entry_of(cramp))
    first = await queries.owned(session, cramp.same_as_id, cramp.user_id)
    if first is not None:
        return messages.same(tr, entry_of(cramp), entry_of(first))
    return view(tr, await _shown(session, visit, cramp, user))


async def after_change(visit: Visit, nights: set[date]) -> None:
    """The one place that every change of the diary passes through, once it is answered."""
    await visit.deps.diary_changed(visit.deps, visit.bot, visit.user_id, nights)


# Logging -----------------------------------------------------------------------------------------


async def on_command(visit: Visit) -> None:
    """/cramp logs now; with a time after it, such as "/cramp yesterday 3am", it logs that time."""
    text = (visit.message.text or "") if visit.message else ""
    when = text.partition(" ")[2].strip()
    if not when:
        await on_log(visit)
    else:
        await _log_typed(visit, when)


async def on_log(visit: Visit) -> None:
    """The keyboard's button or /cramp: one tap, one entry, at the time of the tap."""
    message = visit.message
    if message is None:
        return
    async with visit.transaction() as session:
        user = await load(session, visit)
        zone = zone_of(user)
        cramp, is_new = await queries.log(
            session, visit.user_id, message.message_id, visit.written_at, zone
        )
        if is_new and user.awaiting is not None and user.setup_step is SetupStep.DONE:
            # A time typed from here on is meant for this entry, not for an older question.
            user.awaiting = None
            session.add(user)
        reply = await _message(session, visit, cramp, user, messages.logged)
    if visit.is_hushed and cramp.same_as_id is not None:
        return  # it is written down, and an answer above says so already
    await _reply(visit, cramp, reply.quietly(is_night(user, visit)))


async def _reply(visit: Visit, cramp: Cramp, reply: Message) -> None:
    """Answer the message that logged an entry, once."""
    if cramp.reply_message_id is None:  # else the update came again, and was answered before
        message_id = is_delivered(await visit.say(reply))
        if message_id is not None:
            async with visit.transaction() as session:
                await queries.set_reply(session, cramp, message_id)
    await after_change(visit, {cramp.night_on})


# Logging afterwards ------------------------------------------------------------------------------


def _read(text: str, now: datetime, zone: str, language: str) -> tuple[datetime, str] | Unusable:
    """The instant and precision of a typed time or night."""
    found = values.typed(text, now, zone, language)
    if found is not Unusable.UNCLEAR:
        return found
    night = values.typed_night(text, now, zone, language)
    if isinstance(night, Unusable):
        return night
    return min(values.middle_of(night, zone), now), "night_only"


async def _log_typed(visit: Visit, text: str) -> bool:
    """Write down a cramp of a typed time; False when the text is no time (and that was said)."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        tr = translator_for(user)
        read = _read(text, visit.written_at, zone_of(user), tr.language)
    if isinstance(read, Unusable):
        shown = messages.unusable_backdated(tr, read)
        if not visit.is_hushed:
            await visit.say(shown.quietly(is_night(user, visit)))
        return False
    message_id = visit.message.message_id if visit.message else 0
    await log_at(visit, message_id, *read)
    return True


async def log_at(
    visit: Visit,
    message_id: int,
    moment: datetime,
    precision: str,
    told: Sequence[tuple[str, str]] = (),
) -> None:
    """Write down a cramp of a time that was said, and show it.

    Args:
        visit: a message, a tap on a question that such a message led to, or neither of them.
        message_id: of the message that said it: it makes one entry, however often it comes.
        moment: when it was.
        precision: exact, about or night_only.
        told: fields and codes that were said in the same breath.
    """
    async with visit.transaction() as session:
        user = await load(session, visit)
        cramp, is_new = await queries.log_at(
            session, user.id, message_id, visit.written_at, moment, precision, zone_of(user)
        )
        if is_new and told:
            for name, code in told:
                setattr(cramp, values.COLUMNS.get(name, name), values.stored(name, code))
            session.add(cramp)
            await session.flush()
            await _note(session, visit, user, _met(cramp))
        signs = await _untold(session, visit, user, cramp)
        if cramp.reply_message_id is None:
            signs = _met(cramp)
        if is_new and user.setup_step is SetupStep.DONE:
            user.awaiting = None  # the same again must not call off a question asked since
            session.add(user)
        shown = await _message(session, visit, cramp, user, messages.logged)
    if visit.query is None:
        if visit.is_hushed:
            await after_change(visit, {cramp.night_on})
        else:
            await _reply(visit, cramp, shown.quietly(is_night(user, visit)))
        await _warn(visit, user, signs)
        return
    async with visit.transaction() as session:
        stored = await queries.owned(session, cramp.id, visit.user_id)
        if stored is not None and stored.reply_message_id is None:
            stored.reply_message_id = visit.tapped_message_id
            session.add(stored)
    await visit.show(shown)
    await _warn(visit, user, signs)
    await after_change(visit, {cramp.night_on})


async def on_add(visit: Visit, _tap: Tap) -> None:
    """Asks when a cramp was that was not logged at once."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        user.awaiting = pack("cramps", "when")
        session.add(user)
    await visit.show(messages.ask_backdated(translator_for(user)))


async def on_typed_when(visit: Visit, _tap: Tap, text: str) -> bool:
    """When that cramp was."""
    await _log_typed(visit, text)
    return True


async def guess_backdated(visit: Visit, text: str) -> bool:
    """A time in plain words is that of a cramp: with its day it is logged, a bare time is asked."""
    async with visit.transaction() as session:
        user = await load(session, visit)
    said_at, zone, tr = visit.written_at, zone_of(user), translator_for(user)
    read = _read(text, said_at, zone, tr.language)
    is_number = text.strip().isdigit()  # of what, nobody can tell
    if isinstance(read, Unusable) or is_number or user.setup_step is not SetupStep.DONE:
        return False
    message_id = visit.message.message_id if visit.message else 0
    if parse_clock(text, tr.language) is None:
        await log_at(visit, message_id, *read)
        return True
    shown = messages.offer(tr, message_id, local_time(read[0], zone), read[0])
    await visit.say(shown.quietly(is_night(user, visit)))
    return True


async def on_log_at(visit: Visit, tap: Tap) -> None:
    """Yes, a cramp at that time. The button carries the message that said it, and the instant."""
    message_id, seconds = tap.number(0), tap.number(1)
    if message_id is None or seconds is None or not 0 < message_id < 2**31:
        await visit.toast()
        return
    age = visit.now.timestamp() - seconds
    if not 0 <= age <= values.FURTHEST_BACK.total_seconds():
        await visit.toast()
        return
    await log_at(visit, message_id, datetime.fromtimestamp(seconds, UTC), "exact")


async def on_no_log(visit: Visit, _tap: Tap) -> None:
    """No, that time was meant for something else."""
    await _card(visit, messages.not_logged, in_place=True)


# Notes -------------------------------------------------------------------------------------------


async def on_note(visit: Visit, tap: Tap) -> None:
    """Asks for a short note."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        cramp = await queries.owned(session, tap.number(0), visit.user_id)
        if cramp is not None:
            user.awaiting = pack("cramps", "note", cramp.id)
            session.add(user)
            shown = await _message(session, visit, cramp, user, messages.ask_note)
    if cramp is None:
        await visit.toast(messages.gone(translator_for(user)))
    else:
        await visit.show(shown)


async def on_typed_note(visit: Visit, tap: Tap, text: str) -> bool:
    """The note that was asked for."""
    return await _take_note(visit, tap.number(0), text)


async def on_reply(visit: Visit, message_id: int, text: str) -> bool:
    """A reply to an entry is its note."""
    async with visit.transaction() as session:
        cramp = await queries.behind_message(session, visit.user_id, message_id)
    return cramp is not None and await _take_note(visit, cramp.id, text)


async def _take_note(visit: Visit, cramp_id: int | None, text: str) -> bool:
    """Keep a note and show it in the entry's own message; a reaction says that it is there."""
    note = text.strip()
    async with visit.transaction() as session:
        user = await load(session, visit)
        tr = translator_for(user)
        cramp = await queries.owned(session, cramp_id, visit.user_id)
        if cramp is None or cramp.deleted_at is not None:
            return False
        is_usable = 0 < len(note) <= values.LONGEST_NOTE
        if is_usable:
            cramp.note, cramp.edited_at, user.awaiting = note, visit.now, None
            session.add(cramp)
            session.add(user)
            await session.flush()
        shown = await _message(session, visit, cramp, user, messages.logged)
    told = entry_of(cramp)
    if not is_usable:
        await visit.say(messages.long_note(tr, told).quietly(is_night(user, visit)))
        return True
    if cramp.reply_message_id is not None:
        await visit.edit(cramp.reply_message_id, shown)
    if not await visit.receipt():
        await visit.say(messages.noted(tr, told).quietly(is_night(user, visit)))
    return True


def _stop_asking_note(session: Session, user: User, cramp: Cramp) -> None:
    """Typed text is no longer this entry's note."""
    if user.awaiting == pack("cramps", "note", cramp.id):
        user.awaiting = None
        session.add(user)


# Changing ----------------------------------------------------------------------------------------


async def _change(visit: Visit, cramp_id: int | None, change: Change, view: View) -> None:
    """Change an entry that is this person's, show it in place, warn if it calls for that."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        cramp = await queries.owned(session, cramp_id, visit.user_id)
        if cramp is not None:
            nights, before = {cramp.night_on}, _met(cramp)
            _stop_asking_note(session, user, cramp)
            change(cramp)
            cramp.edited_at = visit.now
            session.add(cramp)
            await session.flush()
            nights.add(cramp.night_on)
            risen = {
                rule: tier
                for rule, tier in _met(cramp).items()
                if SEVERITY.index(tier) > SEVERITY.index(before.get(rule))
            }
            await _note(session, visit, user, risen)
            for rule in before.keys() - _met(cramp).keys():
                await _take_back(session, cramp, rule, _today(visit, user))
            signs = risen | await _untold(session, visit, user, cramp)
            shown = await _message(session, visit, cramp, user, view)
    tr = translator_for(user)
    if cramp is None:
        await visit.toast(messages.gone(tr))
        return
    if visit.query is not None:
        await visit.show(shown)
    if cramp.reply_message_id not in (None, visit.tapped_message_id):
        await visit.edit(cramp.reply_message_id, shown)  # tapped below, it holds above too
    await _warn(visit, user, signs)
    await after_change(visit, nights)


def _today(visit: Visit, user: User) -> date:
    return local_time(visit.now, zone_of(user)).date()


async def _note(session: Session, visit: Visit, user: User, signs: Mapping[str, Tier]) -> None:
    """Warning signs that an entry has just met; their cards follow."""
    for rule, tier in signs.items():
        today = _today(visit, user)
        await hits.record(session, user.id, rule, tier, today, visit.now, shown=False)


async def _untold(session: Session, visit: Visit, user: User, cramp: Cramp) -> dict[str, Tier]:
    """Warning signs of an entry whose cards were cut off: what called for them has come again."""
    met = _met(cramp)
    if not met:
        return {}
    since = visit.now - COMES_AGAIN_WITHIN
    rules = await hits.untold(session, user.id, _today(visit, user), since)
    return {rule: tier for rule, tier in met.items() if rule in rules}


async def _warn(visit: Visit, user: User, signs: Mapping[str, Tier]) -> None:
    """The card of every warning sign that an entry has just met."""
    tr = translator_for(user)
    for rule, tier in signs.items():
        card = (
            messages.lost_fluid(tr, drinks_are_free=user.fluids is Fluids.FREE)
            if rule == "P13"
            else messages.warning(tr, tier, user.emergency_number)
        )
        if is_delivered(await visit.say(card.quietly(is_night(user, visit)))) is not None:
            async with visit.transaction() as session:
                await hits.note_told(session, user.id, rule, _today(visit, user))


async def _take_back(session: Session, cramp: Cramp, rule: str, today: date) -> None:
    """A sign that was noted today by a slip of the thumb goes, unless another entry tells it."""
    day = timedelta(days=1)
    near = await queries.entries_between(
        session, cramp.user_id, cramp.night_on - day, cramp.night_on + day
    )
    if not any(rule in _met(one) for one in near if one.id != cramp.id):
        await hits.take_back(session, cramp.user_id, rule, today)


def _met(cramp: Cramp) -> dict[str, Tier]:
    """The warning signs that an entry meets by itself, by their rule; removed, it meets none."""
    if cramp.deleted_at is not None:
        return {}
    return met_at_once(
        cramp.event_type,
        cramp.duration,
        values.parse_codes(cramp.after_effects),
        cramp.site,
        values.parse_codes(cramp.possible_triggers),
    )


async def on_set(visit: Visit, tap: Tap) -> None:
    """A chip of a field with one value; "clear" takes the value back."""
    name, code = tap.word(1) or "", tap.word(2)
    is_clear = code == "clear" and name in CLEARABLE
    if not is_clear and code not in values.SINGLE.get(name, ()):
        await visit.toast()
        return
    value = None if is_clear or code is None else values.stored(name, code)

    def change(cramp: Cramp) -> None:
        setattr(cramp, values.COLUMNS.get(name, name), value)

    view = messages.more
    if name in FIRST_LEVEL:
        view = messages.logged
    elif name in messages.REST_FIELDS or name == NOTE:
        view = messages.rest
    await _change(visit, tap.number(0), change, view)


async def on_many(visit: Visit, tap: Tap) -> None:
    """A code of a field with several; the button says whether it is there from now on."""
    name, code, present = tap.word(1) or "", tap.word(2) or "", tap.number(3)
    if code not in values.MANY.get(name, ()) or present not in {0, 1}:
        await visit.toast()
        return
    column = values.COLUMNS[name]

    def change(cramp: Cramp) -> None:
        codes = values.parse_codes(getattr(cramp, column))
        codes = values.with_code(name, codes, code, present=present == 1)
        setattr(cramp, column, values.format_codes(name, codes))

    await _change(
        visit, tap.number(0), change, lambda tr, entry: messages.field_card(tr, entry, name)
    )


async def on_night(visit: Visit, tap: Tap) -> None:
    """The same time of day in another night; the button carries that night's date."""
    night_on = parse_day(tap.word(1))
    if night_on is None:
        await visit.toast()
        return

    def change(cramp: Cramp) -> None:
        moved = values.moved_to_night(cramp.occurred_at, cramp.time_zone, night_on)
        entered_on = night_of(local_time(cramp.tapped_at, cramp.time_zone))
        if cramp.time_precision == "night_only" and night_on == entered_on:
            moved = min(moved, cramp.tapped_at)  # its hour says nothing, so it is none to come
        if cramp.tapped_at - values.FURTHEST_BACK <= moved <= cramp.tapped_at:
            _set_moment(cramp, moved, cramp.time_precision)

    await _change(visit, tap.number(0), change, messages.rest)


def _set_moment(cramp: Cramp, occurred_at: datetime, precision: str) -> None:
    """Move an entry to an instant; its night is that of its own zone."""
    cramp.occurred_at, cramp.time_precision = occurred_at, TimePrecision(precision)
    cramp.night_on = night_of(local_time(occurred_at, cramp.time_zone))


async def on_time(visit: Visit, tap: Tap) -> None:
    """A time chip; all are reckoned from the tap that logged the entry."""
    try:
        when = When(tap.word(1) or "")
    except ValueError:
        await visit.toast()
        return

    def change(cramp: Cramp) -> None:
        _set_moment(cramp, *values.moment(when, cramp.tapped_at, cramp.time_zone))

    await _change(visit, tap.number(0), change, messages.logged)


async def on_at(visit: Visit, tap: Tap) -> None:
    """Asks for a typed time."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        cramp = await queries.owned(session, tap.number(0), visit.user_id)
        if cramp is not None:
            user.awaiting = pack("cramps", "at", cramp.id)
            session.add(user)
    tr = translator_for(user)
    if cramp is None or cramp.id is None:
        await visit.toast(messages.gone(tr))
        return
    await visit.toast()
    await visit.say(messages.ask_time(tr, cramp.id).quietly(is_night(user, visit)))


async def on_leave(visit: Visit, tap: Tap) -> None:
    """No typed time after all."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        cramp = await queries.owned(session, tap.number(0), visit.user_id)
        if cramp is not None:
            if user.awaiting == pack("cramps", "at", cramp.id):
                user.awaiting = None
                session.add(user)
            shown = await _message(session, visit, cramp, user, messages.time_left)
    if cramp is None:
        await visit.toast(messages.gone(translator_for(user)))
    else:
        await visit.show(shown)


async def on_typed_at(visit: Visit, tap: Tap, text: str) -> bool:
    """The typed time that was asked for. An entry that is gone asks for nothing any more."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        cramp = await queries.owned(session, tap.number(0), visit.user_id)
        if cramp is None or cramp.deleted_at is not None:
            user.awaiting = None
            session.add(user)
            return False
    language = translator_for(user).language
    moment = values.typed(text, visit.written_at, cramp.time_zone, language)
    await _take_typed(visit, cramp, moment)
    return True


async def guess_strength(visit: Visit, text: str) -> bool:
    """A number typed right after logging answers "How strong?" for the newest entry."""
    number = text.strip()
    if number not in values.SINGLE["strength"]:
        return False
    async with visit.transaction() as session:
        user = await load(session, visit)
        cramp = await queries.newest(session, visit.user_id, visit.written_at - TYPED_TIME_WITHIN)
        if cramp is None or cramp.event_type != "cramp":
            return False
        cramp.intensity, cramp.edited_at = int(number), visit.now
        session.add(cramp)
        await session.flush()
        shown = await _message(session, visit, cramp, user, messages.logged)
    said = messages.strength_told(translator_for(user), entry_of(cramp))
    await visit.say(said.quietly(is_night(user, visit)))
    if cramp.reply_message_id is not None:
        await visit.edit(cramp.reply_message_id, shown)
    await after_change(visit, {cramp.night_on})
    return True


async def guess_time(visit: Visit, text: str) -> bool:
    """A time typed right after logging is taken for the newest entry.

    A bare number is left alone: it is the strength, or nothing clear.
    """
    if text.strip().isdigit() and len(text.strip()) <= 2:
        return False
    said_at = visit.written_at
    async with visit.transaction() as session:
        user = await load(session, visit)
        newest = await queries.newest(session, visit.user_id, said_at - TYPED_TIME_WITHIN)
    if newest is None:
        return False
    moment = values.typed(text, said_at, newest.time_zone, translator_for(user).language)
    if moment is Unusable.UNCLEAR:
        return False
    await _take_typed(visit, newest, moment)
    return True


async def _take_typed(visit: Visit, cramp: Cramp, moment: tuple[datetime, str] | Unusable) -> None:
    """Give an entry its typed time, or say why that cannot be."""
    if not isinstance(moment, Unusable):
        await _retime(visit, cramp.id, *moment)
        return
    async with visit.transaction() as session:
        user = await load(session, visit)
    message = messages.unusable_time(translator_for(user), cramp.id or 0, moment)
    await visit.say(message.quietly(is_night(user, visit)))


async def on_back(visit: Visit, tap: Tap) -> None:
    """Take a typed time back: the button carries the instant that the entry had before."""
    seconds, precision = tap.number(1), tap.word(2)
    if seconds is None or precision not in PRECISIONS:
        await visit.toast()
        return
    async with visit.transaction() as session:
        cramp = await queries.owned(session, tap.number(0), visit.user_id)
    limit = (values.FURTHEST_BACK + timedelta(days=2)).total_seconds()
    if cramp is not None and abs(seconds - cramp.tapped_at.timestamp()) > limit:
        await visit.toast()
        return
    before = datetime.fromtimestamp(seconds, UTC) if cramp is not None else visit.now
    await _retime(visit, tap.number(0), min(before, visit.now), precision)


async def _retime(visit: Visit, cramp_id: int | None, moment: datetime, precision: str) -> None:
    """Move an entry, say so with a way back, and show it in the entry's own message too."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        tr = translator_for(user)
        cramp = await queries.owned(session, cramp_id, visit.user_id)
        if cramp is not None:
            nights, before = {cramp.night_on}, (cramp.occurred_at, cramp.time_precision)
            _set_moment(cramp, moment, precision)
            cramp.edited_at, user.awaiting = visit.now, None
            session.add(cramp)
            session.add(user)
            await session.flush()
            nights.add(cramp.night_on)
            shown = await _message(session, visit, cramp, user, messages.logged)
    if cramp is None:
        await visit.toast(messages.gone(tr))
        return
    said = messages.time_changed(tr, entry_of(cramp), *before)
    if visit.query is None:
        await visit.say(said.quietly(is_night(user, visit)))
    else:
        await visit.show(said)
    if cramp.reply_message_id is not None:
        await visit.edit(cramp.reply_message_id, shown)
    await after_change(visit, nights)


async def on_undo(visit: Visit, tap: Tap) -> None:
    """Remove an entry; it can be put back."""
    await remove(visit, tap.number(0))


async def remove(visit: Visit, cramp_id: int | None) -> None:
    """Remove an entry, wherever that was asked for."""

    def change(cramp: Cramp) -> None:
        cramp.deleted_at = cramp.deleted_at or visit.now

    await _change(visit, cramp_id, change, messages.removed)


async def on_restore(visit: Visit, tap: Tap) -> None:
    """Put a removed entry back."""

    def change(cramp: Cramp) -> None:
        cramp.deleted_at = None

    await _change(visit, tap.number(0), change, messages.logged)


async def on_other(visit: Visit, tap: Tap) -> None:
    """A second tap was another cramp after all."""

    def change(cramp: Cramp) -> None:
        cramp.same_as_id = None

    await _change(visit, tap.number(0), change, messages.logged)


async def on_same(visit: Visit, tap: Tap) -> None:
    """A further entry was the same cramp: it counts as none of its own."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        cramp = await queries.owned(session, tap.number(0), visit.user_id)
        if cramp is not None:
            _count, message_id = await queries.earlier_in_night(session, cramp)
            first = await queries.logged_by(session, visit.user_id, message_id)
            if cramp.same_as_id is None and first is not None:
                cramp.same_as_id = first.id
                session.add(cramp)
            shown = await _message(session, visit, cramp, user, messages.logged)
    if cramp is None:
        await visit.toast(messages.gone(translator_for(user)))
        return
    await visit.show(shown)
    await after_change(visit, {cramp.night_on})


async def on_open(visit: Visit, tap: Tap) -> None:
    """Another level of an entry's message."""
    level = tap.word(1) or ""
    views: dict[str, View] = {
        "first": messages.logged,
        "more": messages.more,
        "rest": messages.rest,
        "closed": messages.closed,
        "othersite": lambda tr, entry: messages.field_card(tr, entry, "site", all_sites=True),
    }
    if level in {*values.SINGLE, *values.MANY}:
        views[level] = lambda tr, entry: messages.field_card(tr, entry, level)
    if level not in views:
        await visit.toast()
        return
    async with visit.transaction() as session:
        user = await load(session, visit)
        cramp = await queries.owned(session, tap.number(0), visit.user_id)
        shown = None
        if cramp is not None:
            _stop_asking_note(session, user, cramp)
            shown = await _message(session, visit, cramp, user, views[level])
    if shown is None:
        await visit.toast(messages.gone(translator_for(user)))
    else:
        await visit.show(shown)


# Cards -------------------------------------------------------------------------------------------


async def _card(visit: Visit, make: Callable[[Translator], Message], *, in_place: bool) -> None:
    async with visit.transaction() as session:
        user = await load(session, visit)
    await _put(visit, user, make(translator_for(user)), in_place=in_place)


async def _warning(visit: Visit, tier: Tier, *, in_place: bool) -> None:
    async with visit.transaction() as session:
        user = await load(session, visit)
    card = messages.warning(translator_for(user), tier, user.emergency_number)
    await _put(visit, user, card, in_place=in_place)


async def _put(visit: Visit, user: User, message: Message, *, in_place: bool) -> None:
    if in_place:
        await visit.show(message)
    else:
        await visit.toast()
        await visit.say(message.quietly(is_night(user, visit)))


async def on_relief(visit: Visit, _tap: Tap) -> None:
    """What may help right now, below the entry."""
    await _card(visit, messages.relief, in_place=False)


async def on_warnings(visit: Visit, _tap: Tap) -> None:
    """The warning signs, most urgent first."""
    await _warning(visit, Tier.EMERGENCY, in_place=False)


async def on_warning(visit: Visit, tap: Tap) -> None:
    """Another tier, in the same card."""
    try:
        tier = Tier(tap.word(0) or "")
    except ValueError:
        await visit.toast()
        return
    await _warning(visit, tier, in_place=True)


def _labels(tr: Translator) -> Mapping[str, Handler]:
    return {log_label(tr): on_log}


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"cramp": tr.gettext("Log a cramp now")}


FEATURE = Feature(
    name="cramps",
    starts={"log": on_log},
    commands={"cramp": on_command},
    descriptions=_descriptions,
    taps={
        "set": on_set,
        "many": on_many,
        "night": on_night,
        "note": on_note,
        "add": on_add,
        "logat": on_log_at,
        "nolog": on_no_log,
        "time": on_time,
        "at": on_at,
        "leave": on_leave,
        "back": on_back,
        "undo": on_undo,
        "restore": on_restore,
        "other": on_other,
        "same": on_same,
        "open": on_open,
        "relief": on_relief,
        "warnings": on_warnings,
        "warning": on_warning,
    },
    labels=_labels,
    answers={"at": on_typed_at, "when": on_typed_when, "note": on_typed_note},
    guesses=(guess_strength, guess_time, guess_backdated),
    replies=(on_reply,),
    always_taken=(on_log, on_command),
)
