"""Answers to reminders, and their settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.database.engine import Session
from bot.database.models import EVERY_DAY, Answer, Delivery, Kind, Reminder, SetupStep, User
from bot.dispatch.planning import default_weekdays, format_times, replan_reminder
from bot.dispatch.schedule import bedtime_after, instant_of
from bot.features.reminders import messages, queries, views
from bot.features.reminders.messages import State
from bot.features.reminders.tips import ROUTINE
from bot.features.users.messages.keyboard import reminders_label
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator
from bot.identity.presence import is_night, load
from bot.local_time.nights import local_time
from bot.local_time.person import zone_of
from bot.local_time.typed_times import parse_clock
from bot.local_time.typed_times import parse_times as parse_typed_times
from bot.telegram.context import Feature, Handler, TapHandler, Visit, is_delivered
from bot.telegram.message import Message, Tap, pack, unpack
from bot.telegram.sender import Outcome, edit

MINUTE = timedelta(minutes=1)
SAME_LATER = timedelta(minutes=2)
"""A "later" that comes again within this of the stored one is the same tap."""
LATEST_LATER = timedelta(hours=12)
"""How far away "later" may be, and how old a reminder that is still put off."""
LONGEST_WAIT_MINUTES = 60
LONGEST_SLOT = 9
"""Digits of a slot in callback data."""
JUST_PAST = timedelta(minutes=10)
"""So little past bedtime it is said, not asked: the stretch comes ten minutes before bed and its
one snooze is ten minutes (health reference, section a)."""


def _due_local(delivery: Delivery, user: User) -> datetime:
    return local_time(delivery.due_at, zone_of(user))


async def _say(visit: Visit, user: User, message: Message) -> Outcome:
    return await visit.say(message.quietly(is_night(user, visit)))


# Answers -----------------------------------------------------------------------------------------

Work = Callable[[Session, Delivery, User], None]
View = Callable[[Translator, Delivery, User, str | None], Message]
"""Gets the words of a reminder of the person's own last."""


def _stop_asking(session: Session, user: User) -> None:
    """Typed text no longer answers a question of ours; other features' questions stand."""
    question = unpack(user.awaiting)
    if question is not None and question.feature == FEATURE.name:
        user.awaiting = None
        session.add(user)


async def _owned(session: Session, tap: Tap, visit: Visit) -> Delivery | None:
    """The delivery that a button names, if it is this person's and can be answered."""
    delivery = await queries.owned_delivery(session, tap.number(0), visit.user_id)
    return delivery if delivery is not None and delivery.kind in messages.LATER_MINUTES else None


async def _words(session: Session, delivery: Delivery) -> str | None:
    """What a reminder of the person's own says."""
    return (await queries.reminder_behind(session, delivery)).words


async def _on_delivery(
    visit: Visit, tap: Tap, work: Work, view: View, *, asking: str | None = None
) -> Delivery | None:
    """Do something with a delivery that is this person's, and show it in place.

    Args:
        asking: the verb whose typed answer is awaited from now on.
    """
    async with visit.transaction() as session:
        user = await load(session, visit)
        tr = translator_for(user)
        delivery = await _owned(session, tap, visit)
        _stop_asking(session, user)
        shown = None
        if delivery is not None:
            work(session, delivery, user)
            queries.note_tapped(session, delivery, visit.tapped_message_id)
            if asking is not None:
                user.awaiting = pack(FEATURE.name, asking, delivery.id)
                session.add(user)
            shown = view(tr, delivery, user, await _words(session, delivery))
    if shown is None:
        await visit.toast(messages.gone(tr))
    else:
        await visit.show(shown)
    return delivery


def _nothing(_session: Session, _delivery: Delivery, _user: User) -> None:
    return None


def _may_wait(delivery: Delivery, now: datetime) -> bool:
    """Whether "Later" still makes sense: not once its turn is over."""
    is_over = delivery.answer is Answer.NO_ANSWER or now - delivery.due_at >= LATEST_LATER
    return not is_over


def _answers(visit: Visit) -> View:
    """The answers, once more."""

    def view(tr: Translator, delivery: Delivery, user: User, words: str | None) -> Message:
        return messages.ask_again(
            tr,
            delivery.kind,
            delivery.id or 0,
            _due_local(delivery, user),
            may_wait=_may_wait(delivery, visit.now),
            words=words,
        )

    return view


def _current(visit: Visit) -> View:
    """How a delivery stands: due, coming again, or answered."""

    def view(tr: Translator, delivery: Delivery, user: User, words: str | None) -> Message:
        number, due_local = delivery.id or 0, _due_local(delivery, user)
        if delivery.answer is not None:
            today = local_time(visit.now, zone_of(user)).date()
            return messages.answered(
                tr,
                delivery.kind,
                number,
                due_local,
                delivery.answer,
                delivery.night_on,
                today,
                words=words,
            )
        if delivery.later_at is not None:
            at_local = local_time(delivery.later_at, zone_of(user))
            is_past = timedelta(0) < _past_bedtime(delivery, user, at_local) <= JUST_PAST
            bed = user.bed_time if is_past else None
            return messages.later_set(tr, delivery.kind, number, at_local, bed, words=words)
        line = messages.helpful_line(tr, delivery.kind, delivery.night_on, due_local)
        return messages.reminder_due(tr, delivery.kind, number, line, words=words)

    return view


async def _diary_changed(visit: Visit, delivery: Delivery | None) -> None:
    """An answer is part of the week: a summary that was shown already is refreshed."""
    if delivery is not None:
        await visit.deps.diary_changed(visit.deps, visit.bot, visit.user_id, {delivery.night_on})


def _answer_handler(answer: Answer) -> TapHandler:
    async def on_answer(visit: Visit, tap: Tap) -> None:
        def work(session: Session, delivery: Delivery, _user: User) -> None:
            queries.set_answer(session, delivery, answer, visit.now)

        await _diary_changed(visit, await _on_delivery(visit, tap, work, _current(visit)))

    return on_answer


on_done = _answer_handler(Answer.DONE)
on_skip = _answer_handler(Answer.SKIPPED)


async def on_ask(visit: Visit, tap: Tap) -> None:
    """The answers once more."""
    await _on_delivery(visit, tap, _nothing, _answers(visit))


async def on_back(visit: Visit, tap: Tap) -> None:
    """Back to how the reminder stands."""
    await _on_delivery(visit, tap, _nothing, _current(visit))


# Later -------------------------------------------------------------------------------------------


async def on_later(visit: Visit, tap: Tap) -> None:
    """How much later? When its turn is over, only the answers are offered."""

    def view(tr: Translator, delivery: Delivery, user: User, words: str | None) -> Message:
        if not _may_wait(delivery, visit.now):
            return _answers(visit)(tr, delivery, user, words)
        return messages.later_choices(tr, delivery.kind, delivery.id or 0, words=words)

    await _on_delivery(visit, tap, _nothing, view)


async def on_in(visit: Visit, tap: Tap) -> None:
    """Again in some minutes, counted from the tap."""
    minutes = tap.number(1)
    if minutes is None or not 1 <= minutes <= LONGEST_WAIT_MINUTES:
        await visit.toast()
        return
    await _later(visit, tap, visit.now + minutes * MINUTE, ask=True)


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
    await _later(visit, tap, at, ask=False)


def _past_bedtime(delivery: Delivery, user: User, at_local: datetime) -> timedelta:
    """How far a wall-clock minute lies past the bedtime that follows the reminder."""
    if user.bed_time is None:
        return timedelta(0)
    minute = at_local.replace(second=0, microsecond=0)
    return minute - bedtime_after(_due_local(delivery, user), user.bed_time)


def _asks_first(delivery: Delivery, user: User, at: datetime) -> bool:
    return _past_bedtime(delivery, user, local_time(at, zone_of(user))) > JUST_PAST


def _put_off(session: Session, delivery: Delivery, at: datetime) -> None:
    """Have it come again; the same tap that arrives twice changes nothing."""
    if delivery.later_at is None or abs(delivery.later_at - at) >= SAME_LATER:
        queries.set_later(session, delivery, at)


def _bedtime_question(
    tr: Translator, delivery: Delivery, user: User, at: datetime, words: str | None
) -> Message:
    return messages.past_bedtime(
        tr,
        delivery.kind,
        delivery.id or 0,
        local_time(at, zone_of(user)),
        user.bed_time or time(0),
        int(at.timestamp() // 60),
        words=words,
    )


async def _later(visit: Visit, tap: Tap, at: datetime, *, ask: bool) -> None:
    """Have a delivery come again; asked first when that is well past bedtime."""

    def is_asked(delivery: Delivery, user: User) -> bool:
        return ask and _asks_first(delivery, user, at)

    def work(session: Session, delivery: Delivery, user: User) -> None:
        if _may_wait(delivery, visit.now) and not is_asked(delivery, user):
            _put_off(session, delivery, at)

    def view(tr: Translator, delivery: Delivery, user: User, words: str | None) -> Message:
        if not _may_wait(delivery, visit.now):
            return _answers(visit)(tr, delivery, user, words)
        if is_asked(delivery, user):
            return _bedtime_question(tr, delivery, user, at, words)
        return _current(visit)(tr, delivery, user, words)

    await _diary_changed(visit, await _on_delivery(visit, tap, work, view))


async def on_at(visit: Visit, tap: Tap) -> None:
    """Asks for a typed time."""

    def view(tr: Translator, delivery: Delivery, _user: User, words: str | None) -> Message:
        return messages.ask_later_time(tr, delivery.kind, delivery.id or 0, words=words)

    await _on_delivery(visit, tap, _nothing, view, asking="at")


async def on_typed_at(visit: Visit, tap: Tap, text: str) -> bool:
    """The typed time at which a reminder is to come again: the next such time.

    The conversation is at the bottom of the chat now, so the reminder goes on there.
    """
    async with visit.transaction() as session:
        user = await load(session, visit)
        delivery = await _owned(session, tap, visit)
        if delivery is None or delivery.id is None:
            _stop_asking(session, user)
            return False
        tr = translator_for(user)
        clock = parse_clock(text, tr.language)
        words = await _words(session, delivery)
        at = _next_time(visit.now, clock, zone_of(user)) if clock is not None else None
        if not _may_wait(delivery, visit.now):
            shown = _answers(visit)(tr, delivery, user, words)
        elif at is None or at > visit.now + LATEST_LATER:
            at, shown = None, messages.unclear_time(tr, delivery.id)
        elif _asks_first(delivery, user, at):
            shown = _bedtime_question(tr, delivery, user, at, words)
        else:
            _put_off(session, delivery, at)
            shown = _current(visit)(tr, delivery, user, words)
        is_clear = at is not None
        if is_clear:
            _stop_asking(session, user)
        earlier_message_id = delivery.message_id
    new_message_id = is_delivered(await _say(visit, user, shown))
    if is_clear and new_message_id is not None:
        async with visit.transaction() as session:
            await queries.note_message(session, delivery.id, visit.user_id, new_message_id)
        if earlier_message_id is not None:
            await edit(visit.bot, visit.user_id, earlier_message_id, replace(shown, rows=()))
        await _diary_changed(visit, delivery)
    return True


def _next_time(now: datetime, clock: time, zone: str) -> datetime | None:
    """The next instant at which clocks in the zone show this time."""
    local = local_time(now, zone)
    key = datetime.combine(local.date(), clock)
    if key <= local:
        key += timedelta(days=1)
    return instant_of(key, ZoneInfo(zone))


# The guided stretch ------------------------------------------------------------------------------


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
        lambda tr, delivery, _user, _words: messages.routine_step(
            tr, delivery.id or 0, number, is_seated=seated == 1
        ),
    )


# Settings ----------------------------------------------------------------------------------------


async def _states(session: Session, visit: Visit) -> tuple[User, list[State]]:
    user = await load(session, visit)
    await queries.ensure_reminders(session, user)
    reminders = await queries.reminders_of(session, user.id)
    return user, views.states(reminders, user, visit.now)


async def _overview(visit: Visit) -> tuple[User, Message]:
    async with visit.transaction() as session:
        user = await load(session, visit)
        tr = translator_for(user)
        if user.setup_step is not SetupStep.DONE:
            return user, messages.not_set_up(tr)
        user, states = await _states(session, visit)
        _stop_asking(session, user)
    return user, messages.overview(tr, states)


async def on_list_command(visit: Visit) -> None:
    """/reminders and the keyboard's button: each with its state and next time."""
    user, shown = await _overview(visit)
    await _say(visit, user, shown)


async def on_list(visit: Visit, _tap: Tap) -> None:
    """Back to the list, in place."""
    _user, shown = await _overview(visit)
    await visit.show(shown)


@dataclass(frozen=True)
class Reference:
    """Which reminder a button is about: its kind and, of the person's own ones, its slot."""

    kind: Kind
    slot: int = 0

    def __str__(self) -> str:
        return f"{self.kind}.{self.slot}" if self.slot else str(self.kind)


def reference_of(tap: Tap) -> Reference | None:
    """The reminder that a button names: ``stretch``, ``custom.4711``."""
    name, _dot, number = (tap.word(0) or "").partition(".")
    is_number = number.isascii() and number.isdigit() and len(number) <= LONGEST_SLOT
    try:
        kind = Kind(name)
    except ValueError:
        return None
    if kind is Kind.CUSTOM:
        return Reference(kind, int(number)) if is_number else None
    return Reference(kind) if not number else None


async def _change(
    visit: Visit,
    reference: Reference | None,
    change: Callable[[Reminder], None],
    view: Callable[[Translator, State], Message] = messages.card,
    shown_kind: Kind | None = None,
) -> None:
    """Change a reminder, plan it anew at once, and show its card."""
    if reference is None:
        await visit.toast()
        return
    async with visit.transaction() as session:
        user = await load(session, visit)
        await queries.ensure_reminders(session, user)
        reminder = await queries.reminder_of(
            session, user.id, reference.kind, reference.slot, for_update=True
        )
        if reminder is not None:
            change(reminder)
            if not reminder.enabled:
                await queries.call_off(session, user.id, reminder.kind, reminder.slot)
            replan_reminder(reminder, user, visit.now)
            session.add(reminder)
        _stop_asking(session, user)
        await session.flush()
        _user, states = await _states(session, visit)
    wanted = (shown_kind or reference.kind, reference.slot)
    state = next((state for state in states if (state.kind, state.slot) == wanted), None)
    tr = translator_for(user)
    if state is None:
        await visit.toast(messages.gone(tr))
    elif visit.query is not None:
        await visit.show(view(tr, state))
    else:
        await _say(visit, user, view(tr, state))


def _keep(_reminder: Reminder) -> None:
    return None


async def on_kind(visit: Visit, tap: Tap) -> None:
    """The card of one reminder."""
    await _change(visit, reference_of(tap), _keep)


async def on_switch(visit: Visit, tap: Tap) -> None:
    """On or off; the button says which."""

    def change(reminder: Reminder) -> None:
        reminder.enabled = tap.number(1) == 1
        if reminder.enabled and reminder.weekdays == 0:
            reminder.weekdays = default_weekdays(reminder.kind)

    await _change(visit, reference_of(tap), change)


async def on_dinner(visit: Visit, tap: Tap) -> None:
    """The early-evening note for those who drink tea or cola with dinner: on or off."""

    def change(reminder: Reminder) -> None:
        reminder.enabled = tap.number(0) == 1

    await _change(visit, Reference(Kind.DINNER_CAFFEINE), change, shown_kind=Kind.CAFFEINE)


async def on_sound(visit: Visit, tap: Tap) -> None:
    """With or without sound; the button says which."""

    def change(reminder: Reminder) -> None:
        reminder.with_sound = tap.number(1) == 1

    await _change(visit, reference_of(tap), change)


async def on_set(visit: Visit, tap: Tap) -> None:
    """The times that a button carries."""
    reference = reference_of(tap)
    parts = (tap.word(1) or "").split(".")
    clocks = [parse_clock(f"{part[:2]}:{part[2:]}") if len(part) == 4 else None for part in parts]
    times = tuple(clock for clock in clocks if clock is not None)
    if reference is None or len(times) != len(parts):
        await visit.toast()
        return
    if len(times) > messages.most_times(reference.kind):
        await visit.toast()
        return
    await _change(visit, reference, lambda reminder: _set_times(reminder, times))


def _set_times(reminder: Reminder, times: tuple[time, ...]) -> None:
    reminder.times = format_times(times)
    reminder.enabled = True


async def on_times(visit: Visit, tap: Tap) -> None:
    """Asks for typed times."""
    reference = reference_of(tap)
    if reference is None:
        await visit.toast()
        return
    async with visit.transaction() as session:
        user = await load(session, visit)
        reminder = await queries.reminder_of(session, user.id, reference.kind, reference.slot)
        is_gone = reminder is None and reference.kind is Kind.CUSTOM
        if not is_gone:
            user.awaiting = pack("reminders", "times", reference)
            session.add(user)
    tr = translator_for(user)
    if is_gone:
        await visit.toast(messages.gone(tr))
        return
    words = reminder.words if reminder else None
    await visit.show(messages.ask_times(tr, reference.kind, str(reference), words=words))


async def on_typed_times(visit: Visit, tap: Tap, text: str) -> bool:
    """Typed times of a reminder."""
    reference = reference_of(tap)
    if reference is None:
        return False
    async with visit.transaction() as session:
        user = await load(session, visit)
    tr = translator_for(user)
    times = tuple(parse_typed_times(text, tr.language))
    if not 0 < len(times) <= messages.most_times(reference.kind):
        await _say(visit, user, messages.unclear_times(tr, reference.kind, str(reference)))
        return True
    await _change(visit, reference, lambda reminder: _set_times(reminder, times))
    return True


async def on_days(visit: Visit, tap: Tap) -> None:
    """The days to choose from."""
    await _change(visit, reference_of(tap), _keep, messages.days_card)


async def on_set_days(visit: Visit, tap: Tap) -> None:
    """The days that a button carries; no day at all switches the reminder off."""
    reference, mask = reference_of(tap), tap.number(1)
    if reference is None or mask is None or not 0 <= mask <= EVERY_DAY:
        await visit.toast()
        return
    if reference.kind is Kind.SUMMARY and mask.bit_count() != 1:
        await visit.toast()
        return

    def change(reminder: Reminder) -> None:
        if mask == 0:
            reminder.enabled = False
        else:
            reminder.weekdays, reminder.enabled = mask, True

    view = messages.off_card if mask == 0 else messages.days_card
    await _change(visit, reference, change, view)


async def on_reset(visit: Visit, tap: Tap) -> None:
    """Times, days and sound as they were at first."""

    def change(reminder: Reminder) -> None:
        reminder.times = None
        reminder.weekdays = default_weekdays(reminder.kind)
        reminder.with_sound = reminder.kind in queries.SOUND_BY_DEFAULT

    await _change(visit, reference_of(tap), change)


# In the person's own words -----------------------------------------------------------------------


async def on_new(visit: Visit, _tap: Tap) -> None:
    """Asks what a new reminder is to say."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        is_full = len(await queries.reminders_of(session, user.id)) >= queries.MOST_REMINDERS
        if not is_full:
            user.awaiting = pack("reminders", "words")
            session.add(user)
    tr = translator_for(user)
    full = messages.too_many(tr, queries.MOST_REMINDERS)
    await visit.show(full if is_full else messages.ask_words(tr))


async def on_words(visit: Visit, tap: Tap) -> None:
    """Asks for other words of a reminder."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        reminder = await _own(session, user, tap)
        if reminder is not None:
            user.awaiting = pack("reminders", "words", reminder.slot)
            session.add(user)
    tr = translator_for(user)
    if reminder is None:
        await visit.toast(messages.gone(tr))
    else:
        await visit.show(messages.ask_words(tr, reminder.slot))


async def _own(session: Session, user: User, tap: Tap) -> Reminder | None:
    """The reminder in the person's own words whose slot a button carries."""
    slot = tap.number(0)
    if slot is None or not 0 < slot < 10**LONGEST_SLOT:
        return None
    return await queries.reminder_of(session, user.id, Kind.CUSTOM, slot)


async def on_typed_words(visit: Visit, tap: Tap, text: str) -> bool:
    """The words of a new reminder, or other words of one that is there."""
    words = " ".join(text.split())
    async with visit.transaction() as session:
        user = await load(session, visit)
        tr = translator_for(user)
        is_new = tap.word(0) is None
        slot = visit.message.message_id if is_new and visit.message else tap.number(0) or 0
        reminder = await queries.reminder_of(session, user.id, Kind.CUSTOM, slot)
        if not is_new and reminder is None:
            _stop_asking(session, user)
            return False
        if not 0 < len(words) <= messages.LONGEST_WORDS:
            shown: Message | None = messages.unusable_words(tr)
        elif reminder is not None:
            reminder.words = words
            session.add(reminder)
            shown = None
        elif await queries.add_custom(session, user, words, (), visit.now, slot) is None:
            shown = messages.too_many(tr, queries.MOST_REMINDERS)
        else:
            user.awaiting = pack("reminders", "times", Reference(Kind.CUSTOM, slot))
            session.add(user)
            shown = messages.ask_first_times(tr, words)
    if shown is not None:
        await _say(visit, user, shown)
    else:
        await _change(visit, Reference(Kind.CUSTOM, slot), _keep)
    return True


async def on_remove(visit: Visit, tap: Tap) -> None:
    """Asks once before a reminder goes."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        reminder = await _own(session, user, tap)
    tr = translator_for(user)
    if reminder is None:
        await visit.toast(messages.gone(tr))
    else:
        await visit.show(messages.remove_question(tr, reminder.slot, reminder.words or ""))


async def on_removed(visit: Visit, tap: Tap) -> None:
    """The reminder goes; the list is shown."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        reminder = await _own(session, user, tap)
        if reminder is not None:
            await queries.remove_custom(session, user.id, reminder.slot)
    await on_list(visit, tap)


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
        "back": on_back,
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
        "new": on_new,
        "words": on_words,
        "remove": on_remove,
        "removed": on_removed,
    },
    labels=_labels,
    answers={"at": on_typed_at, "times": on_typed_times, "words": on_typed_words},
)
