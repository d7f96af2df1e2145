"""Answers to the morning question."""

from collections.abc import Awaitable, Callable

from bot.database.engine import Session
from bot.database.models import Answer, Cramp, Delivery, Habit, Kind, NightStatus, User
from bot.features.check_in import messages, queries
from bot.features.check_in.messages import State
from bot.features.cramps import queries as cramps
from bot.features.cramps.values import COUNTS, middle_of, stored
from bot.features.diary.queries import set_status
from bot.features.reminders.queries import owned_delivery, record_tap, set_answer
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator
from bot.identity.presence import load
from bot.local_time.person import zone_of
from bot.telegram.context import Feature, Visit
from bot.telegram.message import Message, Tap

STATUSES = {
    "none": NightStatus.NONE_LAST_NIGHT,
    "had": NightStatus.HAD_CRAMPS,
    "skip": NightStatus.SKIP,
}
Work = Callable[[Session, User, Delivery], Awaitable[None]]
View = Callable[[Translator, State], Message]
Note = Callable[[Translator, State], str | None]


async def _entry(session: Session, delivery: Delivery) -> Cramp | None:
    """The entry that this question has made: the question's message is its key.

    One that was moved to another night since is the person's own, and out of reach here.
    """
    if delivery.message_id is None:
        return None
    found = await cramps.behind_message(session, delivery.user_id, delivery.message_id)
    if found is None or found.message_id != delivery.message_id:
        return None
    return found if found.night_on == delivery.night_on else None


async def _state(session: Session, user: User, delivery: Delivery) -> State:
    known = await queries.known_of(session, user.id, delivery.night_on)
    entry = await _entry(session, delivery)
    is_there = entry is not None and entry.deleted_at is None
    return State(
        delivery.id or 0,
        delivery.night_on,
        known.status,
        known.habits,
        await queries.asked_habits(session, user),
        entry.id if entry is not None and is_there else None,
        entry.count_tonight if entry is not None else 1,
    )


def _no_note(_tr: Translator, _state: State) -> str | None:
    return None


async def _on_question(
    visit: Visit, tap: Tap, work: Work, view: View, note: Note = _no_note
) -> None:
    """Do something about a question that is this person's, and show it in place.

    Args:
        note: a short text that pops up besides, or None.
    """
    async with visit.transaction() as session:
        user = await load(session, visit)
        tr = translator_for(user)
        delivery = await owned_delivery(session, tap.number(0), visit.user_id)
        shown = None
        if delivery is not None and delivery.kind is Kind.CHECK_IN:
            record_tap(session, delivery, visit.tapped_message_id)
            await work(session, user, delivery)
            await session.flush()
            state = await _state(session, user, delivery)
            shown, toast = view(tr, state), note(tr, state)
    if shown is None or delivery is None:
        await visit.toast(messages.gone(tr))
        return
    await visit.show(shown, toast)
    await visit.deps.diary_changed(visit.deps, visit.bot, visit.user_id, {delivery.night_on})


async def _nothing(_session: Session, _user: User, _delivery: Delivery) -> None:
    return None


async def on_night(visit: Visit, tap: Tap) -> None:
    """No cramps, had cramps, or skip; "had cramps" makes an entry without a time."""
    status = STATUSES.get(tap.word(1) or "")
    if status is None:
        await visit.toast()
        return

    async def work(session: Session, user: User, delivery: Delivery) -> None:
        await set_status(session, user.id, delivery.night_on, status, visit.now)
        answer = Answer.SKIPPED if status is NightStatus.SKIP else Answer.DONE
        set_answer(session, delivery, answer, visit.now)
        entry = await _entry(session, delivery)
        if status is NightStatus.HAD_CRAMPS:
            await _have_entry(session, visit, user, delivery)
        elif entry is not None:
            entry.deleted_at = entry.deleted_at or visit.now
            session.add(entry)

    view = messages.closed if status is NightStatus.SKIP else messages.question
    await _on_question(visit, tap, work, view)


async def _have_entry(session: Session, visit: Visit, user: User, delivery: Delivery) -> None:
    """Make the night's entry, or put it back; none is needed when others tell of the night."""
    known = await queries.known_of(session, user.id, delivery.night_on)
    if known.cramp_entries or delivery.message_id is None:
        return
    entry = await _entry(session, delivery)
    if entry is not None:
        entry.deleted_at = None
        session.add(entry)
        return
    zone = zone_of(user)
    moment = min(middle_of(delivery.night_on, zone), visit.now)
    await cramps.log_at(
        session, user.id, delivery.message_id, visit.now, moment, "night_only", zone
    )


async def on_count(visit: Visit, tap: Tap) -> None:
    """How many cramps it was."""
    code = tap.word(1) or ""
    if code not in COUNTS:
        await visit.toast()
        return

    async def work(session: Session, _user: User, delivery: Delivery) -> None:
        entry = await _entry(session, delivery)
        if entry is not None and entry.deleted_at is None:
            entry.count_tonight, entry.edited_at = int(stored("count", code)), visit.now
            session.add(entry)

    await _on_question(visit, tap, work, messages.question)


async def on_habit(visit: Visit, tap: Tap) -> None:
    """Something of the evening before: yes, no, or no longer said."""
    try:
        habit = Habit(tap.word(1) or "")
    except ValueError:
        await visit.toast()
        return
    said = {"1": True, "0": False, "x": None}
    if tap.word(2) not in said:
        await visit.toast()
        return
    done = said[tap.word(2) or ""]

    async def work(session: Session, user: User, delivery: Delivery) -> None:
        await queries.set_habit(session, user.id, delivery.night_on, habit, done, visit.now)

    def note(tr: Translator, state: State) -> str | None:
        is_told_elsewhere = done is None and habit in state.habits
        return messages.told_by_reminder(tr) if is_told_elsewhere else None

    await _on_question(visit, tap, work, messages.question, note)


async def on_open(visit: Visit, tap: Tap) -> None:
    """The question once more."""
    await _on_question(visit, tap, _nothing, messages.question)


async def on_close(visit: Visit, tap: Tap) -> None:
    """One line at rest."""
    await _on_question(visit, tap, _nothing, messages.closed)


FEATURE = Feature(
    name="checkin",
    taps={
        "night": on_night,
        "count": on_count,
        "habit": on_habit,
        "open": on_open,
        "close": on_close,
    },
)
