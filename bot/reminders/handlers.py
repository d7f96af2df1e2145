"""Answers to reminders, and their settings."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.context import Feature, Handler, TapHandler, Visit
from bot.db import Session
from bot.i18n import Translator, translator
from bot.message import Message, Tap, pack
from bot.models import EVERY_DAY, Answer, Delivery, Kind, Reminder, User
from bot.nights import is_quiet, local_time, night_of
from bot.reminders import messages, queries, views
from bot.reminders.messages import State
from bot.reminders.schedule import bedtime_after, instant_of
from bot.reminders.tips import ROUTINE
from bot.users import queries as users
from bot.users.messages import reminders_label
from bot.users.times import parse_clock
from bot.users.times import parse_times as parse_typed_times

MINUTE = timedelta(minutes=1)
SAME_LATER = timedelta(minutes=2)
"""A "later" that comes again within this of the stored one is the same tap."""
LATEST_LATER = timedelta(hours=24)
FALLBACK_ZONE = "UTC"


async def load(session: Session, visit: Visit) -> User:
    """The person behind a visit."""
    return await users.get_or_create(session, visit.user_id, visit.now, visit.language_code)


def _zone(user: User) -> str:
    return user.time_zone or FALLBACK_ZONE


def _due_local(delivery: Delivery, user: User) -> datetime:
    return local_time(delivery.due_at, _zone(user))


async def _say(visit: Visit, user: User, message: Message) -> None:
    local = local_time(visit.now, _zone(user))
    await visit.say(message.quietly(is_quiet(local.time(), user.bed_time, user.wake_time)))


# Answers -----------------------------------------------------------------------------------------

View = Callable[[Translator, Delivery, User], Message]


async def _on_delivery(
    visit: Visit, tap: Tap, work: Callable[[Session, Delivery, User], None], view: View
) -> None:
    """Do something with a delivery that is this person's, and show it in place."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        tr = translator(user.language)
        delivery = await queries.owned_delivery(session, tap.number(0), visit.user_id)
        shown = None
        if delivery is not None:
            work(session, delivery, user)
            shown = view(tr, delivery, user)
    if shown is None:
        await visit.toast(messages.gone(tr))
    else:
        await visit.show(shown)


def _nothing(_session: Session, _delivery: Delivery, _user: User) -> None:
    return None


def _answer_handler(answer: Answer) -> TapHandler:
    async def on_answer(visit: Visit, tap: Tap) -> None:
        def work(session: Session, delivery: Delivery, _user: User) -> None:
            queries.set_answer(session, delivery, answer, visit.now)

        def view(tr: Translator, delivery: Delivery, user: User) -> Message:
            tonight = night_of(local_time(visit.now, _zone(user)))
            today = local_time(visit.now, _zone(user)).date()
            is_other = delivery.night_on not in {tonight, today}
            return messages.answered(
                tr,
                delivery.kind,
                delivery.id or 0,
                _due_local(delivery, user),
                answer,
                delivery.night_on if is_other else None,
            )

        await _on_delivery(visit, tap, work, view)
        await _diary_changed(visit, tap)

    return on_answer


async def _diary_changed(visit: Visit, tap: Tap) -> None:
    """An answer is part of the week: a summary that was shown already is refreshed."""
    async with visit.transaction() as session:
        delivery = await queries.owned_delivery(session, tap.number(0), visit.user_id)
    if delivery is not None:
        await visit.deps.diary_changed(visit.deps, visit.bot, visit.user_id, {delivery.night_on})


on_done = _answer_handler(Answer.DONE)
on_skip = _answer_handler(Answer.SKIPPED)


async def on_ask(visit: Visit, tap: Tap) -> None:
    """The answers once more."""

    def view(tr: Translator, delivery: Delivery, user: User) -> Message:
        return messages.ask_again(tr, delivery.kind, delivery.id or 0, _due_local(delivery, user))

    await _on_delivery(visit, tap, _nothing, view)


async def on_later(visit: Visit, tap: Tap) -> None:
    """How much later?"""
    await _on_delivery(
        visit,
        tap,
        _nothing,
        lambda tr, delivery, _user: messages.later_choices(tr, delivery.kind, delivery.id or 0),
    )


async def on_in(visit: Visit, tap: Tap) -> None:
    """Again in some minutes, counted from the tap."""
    minutes = tap.number(1)
    if minutes is None or not 1 <= minutes <= 240:
        await visit.toast()
        return
    await _set_later(visit, tap, visit.now + minutes * MINUTE, ask=True)


async def on_until(visit: Visit, tap: Tap) -> None:
    """Again at this minute (of the Unix clock), past bedtime or not."""
    minute = tap.number(1)
    if minute is None or not 0 < minute < 10**9:
        await visit.toast()
        return
    at = datetime.fromtimestamp(minute * 60, UTC)
    if not visit.now - MINUTE <= at <= visit.now + LATEST_LATER:
        await on_later(visit, tap)
        return
    await _set_later(visit, tap, at, ask=False)


async def _set_later(visit: Visit, tap: Tap, at: datetime, *, ask: bool) -> None:
    """Have a delivery come again; asked first when that is past bedtime."""

    def is_late(delivery: Delivery, user: User) -> bool:
        if not ask or user.bed_time is None:
            return False
        bed = bedtime_after(_due_local(delivery, user), user.bed_time)
        return local_time(at, _zone(user)) > bed

    def work(session: Session, delivery: Delivery, user: User) -> None:
        is_replay = delivery.later_at is not None and abs(delivery.later_at - at) < SAME_LATER
        if not is_late(delivery, user) and not is_replay:
            queries.set_later(session, delivery, at)

    def view(tr: Translator, delivery: Delivery, user: User) -> Message:
        at_local = local_time(delivery.later_at or at, _zone(user))
        if is_late(delivery, user) and user.bed_time is not None:
            at_local = local_time(at, _zone(user))
            minute = int(at.timestamp() // 60)
            return messages.past_bedtime(
                tr, delivery.kind, delivery.id or 0, at_local, user.bed_time, minute
            )
        return messages.later_set(tr, delivery.kind, delivery.id or 0, at_local)

    await _on_delivery(visit, tap, work, view)


async def on_at(visit: Visit, tap: Tap) -> None:
    """Asks for a typed time."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        delivery = await queries.owned_delivery(session, tap.number(0), visit.user_id)
        if delivery is not None:
            user.awaiting = pack("reminders", "at", delivery.id)
            session.add(user)
    tr = translator(user.language)
    if delivery is None:
        await visit.toast(messages.gone(tr))
        return
    await visit.toast()
    await _say(visit, user, messages.ask_later_time(tr))


async def on_typed_at(visit: Visit, tap: Tap, text: str) -> bool:
    """The typed time at which a reminder is to come again: the next such time."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        delivery = await queries.owned_delivery(session, tap.number(0), visit.user_id)
        if delivery is None:
            return False
        clock = parse_clock(text)
        tr = translator(user.language)
        at = _next_time(visit.now, clock, _zone(user)) if clock else None
        if at is None:
            shown = messages.unclear_time(tr)
        else:
            user.awaiting = None
            session.add(user)
            queries.set_later(session, delivery, at)
            at_local = local_time(at, _zone(user))
            shown = messages.later_set(tr, delivery.kind, delivery.id or 0, at_local)
    await _say(visit, user, shown)
    if at is not None and delivery.message_id is not None:
        await visit.edit(delivery.message_id, shown)
    return True


def _next_time(now: datetime, clock: time, zone: str) -> datetime | None:
    """The next instant at which clocks in the zone show this time."""
    local = local_time(now, zone)
    key = datetime.combine(local.date(), clock)
    if key <= local:
        key += timedelta(days=1)
    return instant_of(key, ZoneInfo(zone))


async def on_step(visit: Visit, tap: Tap) -> None:
    """A card of the guided stretch."""
    number, seated = tap.number(1), tap.number(2)
    if number is None or not 0 <= number < len(ROUTINE):
        await visit.toast()
        return
    await _on_delivery(
        visit,
        tap,
        _nothing,
        lambda tr, delivery, _user: messages.routine_step(
            tr, delivery.id or 0, number, is_seated=seated == 1
        ),
    )


# Settings ----------------------------------------------------------------------------------------


async def _states(session: Session, visit: Visit) -> tuple[User, list[State]]:
    user = await load(session, visit)
    await queries.ensure_reminders(session, user)
    reminders = await queries.reminders_of(session, user.id)
    return user, views.states(reminders, user, visit.now)


async def on_list_command(visit: Visit) -> None:
    """/reminders and the keyboard's button: each with its state and next time."""
    async with visit.transaction() as session:
        user, states = await _states(session, visit)
    await _say(visit, user, messages.overview(translator(user.language), states))


async def on_list(visit: Visit, _tap: Tap) -> None:
    """Back to the list, in place."""
    async with visit.transaction() as session:
        user, states = await _states(session, visit)
        user.awaiting = None
        session.add(user)
    await visit.show(messages.overview(translator(user.language), states))


def kind_of(tap: Tap) -> Kind | None:
    """The kind that a button names."""
    try:
        return Kind(tap.word(0) or "")
    except ValueError:
        return None


async def _change(
    visit: Visit,
    kind: Kind | None,
    change: Callable[[Reminder], None],
    view: Callable[[Translator, State], Message] = messages.card,
    shown_kind: Kind | None = None,
) -> None:
    """Change a reminder, plan it anew at once, and show its card."""
    if kind is None:
        await visit.toast()
        return
    async with visit.transaction() as session:
        user = await load(session, visit)
        await queries.ensure_reminders(session, user)
        reminder = await queries.reminder_of(session, user.id, kind)
        if reminder is not None:
            change(reminder)
            queries.set_next(reminder, queries.next_for(reminder, user, visit.now))
            session.add(reminder)
        user.awaiting = None
        session.add(user)
        await session.flush()
        _user, states = await _states(session, visit)
    state = next(state for state in states if state.kind is (shown_kind or kind))
    shown = view(translator(user.language), state)
    if visit.query is not None:
        await visit.show(shown)
    else:
        await _say(visit, user, shown)


def _keep(_reminder: Reminder) -> None:
    return None


async def on_kind(visit: Visit, tap: Tap) -> None:
    """The card of one reminder."""
    await _change(visit, kind_of(tap), _keep)


async def on_switch(visit: Visit, tap: Tap) -> None:
    """On or off; the button says which."""

    def change(reminder: Reminder) -> None:
        reminder.enabled = tap.number(1) == 1
        if reminder.enabled and reminder.weekdays == 0:
            reminder.weekdays = queries.default_weekdays(reminder.kind)

    await _change(visit, kind_of(tap), change)


async def on_dinner(visit: Visit, tap: Tap) -> None:
    """The early-evening note for those who drink tea or cola with dinner: on or off."""

    def change(reminder: Reminder) -> None:
        reminder.enabled = tap.number(0) == 1

    await _change(visit, Kind.DINNER_CAFFEINE, change, shown_kind=Kind.CAFFEINE)


async def on_sound(visit: Visit, tap: Tap) -> None:
    """With or without sound; the button says which."""

    def change(reminder: Reminder) -> None:
        reminder.with_sound = tap.number(1) == 1

    await _change(visit, kind_of(tap), change)


async def on_set(visit: Visit, tap: Tap) -> None:
    """The times that a button carries."""
    kind = kind_of(tap)
    parts = (tap.word(1) or "").split(".")
    clocks = [parse_clock(f"{part[:2]}:{part[2:]}") if len(part) == 4 else None for part in parts]
    times = tuple(clock for clock in clocks if clock is not None)
    if kind is None or len(times) != len(parts) or len(times) > messages.most_times(kind):
        await visit.toast()
        return
    await _change(visit, kind, lambda reminder: _set_times(reminder, times))


def _set_times(reminder: Reminder, times: tuple[time, ...]) -> None:
    reminder.times = queries.format_times(times)
    reminder.enabled = True


async def on_times(visit: Visit, tap: Tap) -> None:
    """Asks for typed times."""
    kind = kind_of(tap)
    if kind is None:
        await visit.toast()
        return
    async with visit.transaction() as session:
        user = await load(session, visit)
        user.awaiting = pack("reminders", "times", kind)
        session.add(user)
    await visit.show(messages.ask_times(translator(user.language), kind))


async def on_typed_times(visit: Visit, tap: Tap, text: str) -> bool:
    """Typed times of a reminder."""
    kind = kind_of(tap)
    if kind is None:
        return False
    times = tuple(parse_typed_times(text))
    if not 0 < len(times) <= messages.most_times(kind):
        await visit.say(messages.unclear_times(translator(visit.language_code), kind))
        return True
    await _change(visit, kind, lambda reminder: _set_times(reminder, times))
    return True


async def on_days(visit: Visit, tap: Tap) -> None:
    """The days to choose from."""
    await _change(visit, kind_of(tap), _keep, messages.days_card)


async def on_set_days(visit: Visit, tap: Tap) -> None:
    """The days that a button carries; no day at all switches the reminder off."""
    kind, mask = kind_of(tap), tap.number(1)
    if mask is None or not 0 <= mask <= EVERY_DAY:
        await visit.toast()
        return
    if kind is Kind.SUMMARY and mask.bit_count() != 1:
        await visit.toast()
        return

    def change(reminder: Reminder) -> None:
        if mask == 0:
            reminder.enabled = False
        else:
            reminder.weekdays, reminder.enabled = mask, True

    view = messages.card if mask == 0 else messages.days_card
    await _change(visit, kind, change, view)


async def on_reset(visit: Visit, tap: Tap) -> None:
    """Times, days and sound as they were at first."""

    def change(reminder: Reminder) -> None:
        reminder.times = None
        reminder.weekdays = queries.default_weekdays(reminder.kind)
        reminder.with_sound = reminder.kind in queries.SOUND_BY_DEFAULT

    await _change(visit, kind_of(tap), change)


def _labels(tr: Translator) -> Mapping[str, Handler]:
    return {reminders_label(tr): on_list_command}


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"reminders": tr.gettext("What comes when, and change it")}


FEATURE = Feature(
    name="reminders",
    commands={"reminders": on_list_command},
    descriptions=_descriptions,
    taps={
        "done": on_done,
        "skip": on_skip,
        "ask": on_ask,
        "later": on_later,
        "in": on_in,
        "until": on_until,
        "at": on_at,
        "step": on_step,
        "list": on_list,
        "kind": on_kind,
        "on": on_switch,
        "dinner": on_dinner,
        "sound": on_sound,
        "set": on_set,
        "times": on_times,
        "days": on_days,
        "setdays": on_set_days,
        "reset": on_reset,
    },
    labels=_labels,
    answers={"at": on_typed_at, "times": on_typed_times},
)
