"""Setting up a fair test, looking at it while it runs, stopping it, and its result."""

import asyncio
import secrets
from collections.abc import Mapping
from datetime import time, timedelta

from bot.database.engine import Session
from bot.database.models import Experiment, SetupStep, TrialStatus, User
from bot.features.experiments import messages, queries, rules
from bot.features.experiments.chart import draw_test
from bot.features.experiments.design import USUAL_PLAN, WITH, WITHOUT, Plan, compare, draw, plan_of
from bot.features.experiments.messages import Item, Kept, Over, Running, Subjected
from bot.features.experiments.queries import Record, course_of, subject_of
from bot.features.experiments.rules import Subject, Why
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator
from bot.identity.presence import is_night, load
from bot.local_time.typed_times import parse_clock
from bot.telegram.context import Feature, Visit
from bot.telegram.message import Message, Tap, pack, parse_day, unpack

CARD_LASTS = timedelta(hours=24)
"""A plan that was shown longer ago is shown anew: its dates have passed."""
SLIP_LASTS = timedelta(hours=24)
"""How long a stop can be taken back."""
LONGEST_SLOT = 12
"""Digits of a slot in callback data."""


def _about(experiment: Experiment) -> Subjected:
    return Subjected(subject_of(experiment), experiment.words)


def _kept(record: Record) -> dict[str, Kept]:
    return {arm: Kept(one.done, one.known) for arm, one in record.kept.items()}


async def _running(session: Session, visit: Visit, user: User, test: Experiment) -> Message:
    """The card of a running test."""
    record = await queries.record(session, user, test, visit.now)
    yesterday = queries.today(user, visit.now) - timedelta(days=1)
    return messages.running(
        translator_for(user),
        Running(
            id=test.id or 0,
            about=_about(test),
            course=course_of(test),
            tonight=queries.tonight(user, visit.now),
            yesterday=yesterday,
            nights_over=record.nights_over,
            covered=record.covered,
            kept=_kept(record)[WITH],
            said_yesterday=await queries.evening_told(session, test, yesterday),
        ),
    )


def over_of(test: Experiment, record: Record, *, may_go_on: bool = False) -> Over:
    """A test that has ended, as it is shown."""
    known = {why.value: why for why in Why}
    why = None
    if test.status is TrialStatus.STOPPED:
        why = known.get(test.stopped_why or "", Why.WISH)
    return Over(
        id=test.id or 0,
        about=_about(test),
        course=course_of(test),
        result=compare(test.blocks, test.block_days, record.counts),
        kept=_kept(record),
        why=why,
        stopped_on=test.stopped_on,
        may_go_on=may_go_on,
    )


def _may_go_on(user: User, test: Experiment, visit: Visit) -> bool:
    """Whether a stop by wish can be taken back: soon, and before the counts were seen."""
    if test.status is not TrialStatus.STOPPED or test.stopped_on is None:
        return False
    is_wish = test.stopped_why == Why.WISH and test.told_at is None
    is_fresh = queries.today(user, visit.now) - test.stopped_on <= SLIP_LASTS
    return is_wish and is_fresh and queries.tonight(user, visit.now) <= course_of(test).last_on


async def _card(session: Session, visit: Visit, user: User) -> Message | Over:
    """Where the person stands; an Over when its picture is to be drawn."""
    tr = translator_for(user)
    if user.time_zone is None or user.setup_step is not SetupStep.DONE:
        return messages.not_set_up(tr)
    _stop_asking(session, user)
    test = await queries.newest(session, user.id)
    if test is None:
        return messages.choose(tr, has_earlier=False)
    await queries.settle(session, user, test, visit.now)
    if test.status is TrialStatus.RUNNING:
        return await _running(session, visit, user, test)
    if test.told_at is not None:
        return messages.choose(tr, has_earlier=True)
    return await _ended(session, visit, user, test)


async def _ended(session: Session, visit: Visit, user: User, test: Experiment) -> Message | Over:
    """A test that has ended: what is to be said before its result, or the result."""
    tr = translator_for(user)
    record = await queries.record(session, user, test, visit.now)
    over = over_of(test, record, may_go_on=_may_go_on(user, test, visit))
    if test.told_at is None:
        if test.status is TrialStatus.STOPPED:
            return messages.stopped(tr, over)
        if record.recent_missing:
            return messages.before_result(tr, over, record.recent_missing)
    return over


def _stop_asking(session: Session, user: User) -> None:
    """Typed text no longer answers a question of ours; other features' questions stand."""
    question = unpack(user.awaiting)
    if question is not None and question.feature == FEATURE.name:
        user.awaiting = None
        session.add(user)


# Opening -----------------------------------------------------------------------------------------


async def on_experiment(visit: Visit) -> None:
    """/experiment: what can be tested, the running test, or the result that waits."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        shown = await _card(session, visit, user)
    if isinstance(shown, Over):
        await _show_result(visit, user, shown)
    else:
        await visit.say(shown.quietly(is_night(user, visit)))


async def on_open(visit: Visit, _tap: Tap) -> None:
    """The same, in place."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        shown = await _card(session, visit, user)
    if isinstance(shown, Over):
        await visit.toast()
        await _show_result(visit, user, shown)
    else:
        await visit.show(shown)


async def on_new(visit: Visit, _tap: Tap) -> None:
    """What can be tested, though an ended test has not been looked at."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        shown = await _card(session, visit, user)
        running = await queries.running(session, user.id)
        if running is None and user.setup_step is SetupStep.DONE:
            has_earlier = bool(await queries.over(session, user.id))
            shown = messages.choose(translator_for(user), has_earlier=has_earlier)
    if isinstance(shown, Message):
        await visit.show(shown)


async def on_list(visit: Visit, _tap: Tap) -> None:
    """The tests that have ended."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        items = [
            Item(
                one.id or 0,
                _about(one),
                one.starts_on,
                one.stopped_on or course_of(one).last_on,
            )
            for one in (await queries.over(session, user.id))[:8]
        ]
    await visit.show(messages.earlier(translator_for(user), items))


# Setting up --------------------------------------------------------------------------------------


async def _setup(
    session: Session, visit: Visit, user: User, subject: Subject, slot: int
) -> tuple[Subjected | None, Message | None]:
    """What is to be tested, or why not: asked anew at every step."""
    tr = translator_for(user)
    if user.time_zone is None or user.setup_step is not SetupStep.DONE:
        return None, messages.not_set_up(tr)
    running = await queries.running(session, user.id)
    if running is not None and not await queries.settle(session, user, running, visit.now):
        return None, await _running(session, visit, user, running)
    why = await queries.refusal(session, user, subject, visit.now)
    if why is not None:
        return None, messages.refused(tr, subject, why)
    if subject is not Subject.OTHER:
        return Subjected(subject), None
    reminder = await queries.own_reminder(session, user.id, slot)
    if reminder is None or not reminder.words or rules.is_about_medicine(reminder.words):
        user.awaiting = pack("experiments", "words")
        session.add(user)
        return None, messages.ask_words(tr)
    return Subjected(subject, reminder.words), None


def _reference(tap: Tap) -> tuple[Subject, int] | None:
    """What a button is about: a subject, and the slot of its own reminder."""
    try:
        subject = Subject(tap.word(0) or "")
    except ValueError:
        return None
    slot = tap.number(1) if tap.word(1) is not None else 0
    if slot is None or not 0 <= slot < 10**LONGEST_SLOT:
        return None
    return subject, slot


async def on_pick(visit: Visit, tap: Tap) -> None:
    """One thing to test: first who may, then the warning signs."""
    reference = _reference(tap)
    if reference is None:
        await visit.toast()
        return
    async with visit.transaction() as session:
        user = await load(session, visit)
        _stop_asking(session, user)
        about, shown = await _setup(session, visit, user, *reference)
        if about is not None:
            shown = messages.signs(translator_for(user), about, reference[1])
    if shown is not None:
        await visit.show(shown)


async def on_seen(visit: Visit, tap: Tap) -> None:
    """A doctor has seen the signs of the last weeks."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        await queries.note_seen(session, user, visit.now)
    await on_pick(visit, tap)


async def on_typed_words(visit: Visit, _tap: Tap, text: str) -> bool:
    """What a clinician advised."""
    words = rules.clean(text)
    slot = visit.message.message_id if visit.message else 0
    async with visit.transaction() as session:
        user = await load(session, visit)
        tr = translator_for(user)
        if not 0 < len(words) <= rules.LONGEST_WORDS:
            shown = messages.unusable_words(tr)
        elif rules.is_about_medicine(words):
            shown = messages.medicine_words(tr)
        elif await queries.prepare_own(session, user, words, visit.now, slot) is None:
            shown = messages.no_room(tr)
        else:
            user.awaiting = pack("experiments", "at", slot)
            session.add(user)
            shown = messages.ask_time(tr, slot, words)
    await visit.say(shown.quietly(is_night(user, visit)))
    return True


async def _set_time(
    session: Session, visit: Visit, user: User, slot: int | None, at: time
) -> Message | None:
    """Keep the time of a test's own reminder, and go on to the warning signs."""
    reminder = await queries.own_reminder(session, user.id, slot)
    if reminder is None or reminder.enabled:
        return None
    await queries.set_own_time(session, user, reminder, at, visit.now)
    _stop_asking(session, user)
    about, shown = await _setup(session, visit, user, Subject.OTHER, reminder.slot)
    if about is not None:
        shown = messages.signs(translator_for(user), about, reminder.slot)
    return shown


async def on_time(visit: Visit, tap: Tap) -> None:
    """A time of the buttons."""
    at = next((one for one in messages.TIMES if f"{one:%H%M}" == tap.word(1)), None)
    shown = None
    async with visit.transaction() as session:
        user = await load(session, visit)
        if at is not None:
            shown = await _set_time(session, visit, user, tap.number(0), at)
    if shown is None:
        await visit.toast(messages.gone(translator_for(user)))
    else:
        await visit.show(shown)


async def on_typed_at(visit: Visit, tap: Tap, text: str) -> bool:
    """A typed time."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        tr = translator_for(user)
        at = parse_clock(text, tr.language)
        slot = tap.number(0)
        reminder = await queries.own_reminder(session, user.id, slot)
        if reminder is None or slot is None:
            _stop_asking(session, user)
            return False
        shown = None
        if at is not None:
            shown = await _set_time(session, visit, user, slot, at)
        if shown is None:
            shown = messages.ask_time(tr, slot, reminder.words or "", unclear=True)
    await visit.say(shown.quietly(is_night(user, visit)))
    return True


async def on_yes(visit: Visit, _tap: Tap) -> None:
    """A warning sign is there."""
    async with visit.transaction() as session:
        user = await load(session, visit)
    await visit.show(messages.signs_there(translator_for(user)))


async def on_none(visit: Visit, tap: Tap) -> None:
    """None of the signs is there: the plan, unless somebody's own team comes first."""
    await _plan(visit, tap, USUAL_PLAN, asked=False)


async def on_asked(visit: Visit, tap: Tap) -> None:
    """Their own team said that it is fine."""
    await _plan(visit, tap, USUAL_PLAN, asked=True)


async def on_plan(visit: Visit, tap: Tap) -> None:
    """Another length."""
    plan = plan_of(tap.word(3))
    if plan is None:
        await visit.toast()
    else:
        await _plan(visit, tap, plan, asked=tap.number(2) == 1)


async def _plan(visit: Visit, tap: Tap, plan: Plan, *, asked: bool) -> None:
    reference = _reference(tap)
    if reference is None:
        await visit.toast()
        return
    async with visit.transaction() as session:
        user = await load(session, visit)
        shown = await _plan_card(session, visit, user, *reference, plan, asked=asked)
    await visit.show(shown)


async def _plan_card(
    session: Session,
    visit: Visit,
    user: User,
    subject: Subject,
    slot: int,
    plan: Plan,
    *,
    asked: bool,
) -> Message:
    tr = translator_for(user)
    about, shown = await _setup(session, visit, user, subject, slot)
    if about is None:
        return shown or messages.choose(tr, has_earlier=False)
    if not asked and rules.asks_team_first(subject, await queries.profile(session, user.id)):
        return messages.ask_team(tr, about, slot)
    return messages.plan_card(
        tr,
        about,
        slot,
        plan,
        queries.tonight(user, visit.now) + timedelta(days=1),
        await queries.usual_nights(session, user, visit.now),
        asked=asked,
        nonce=int(visit.now.timestamp()),
    )


async def on_start(visit: Visit, tap: Tap) -> None:
    """Begin: everything is checked once more, then the order is drawn and stored."""
    reference, plan, nonce = _reference(tap), plan_of(tap.word(3)), tap.number(4)
    if reference is None or plan is None or nonce is None:
        await visit.toast()
        return
    subject, slot = reference
    asked = tap.number(2) == 1
    async with visit.transaction() as session:
        user = await load(session, visit)
        tr = translator_for(user)
        about, shown = await _setup(session, visit, user, subject, slot)
        toast = None
        if about is not None:
            profile = await queries.profile(session, user.id)
            is_fresh = 0 <= visit.now.timestamp() - nonce <= CARD_LASTS.total_seconds()
            if not is_fresh or (not asked and rules.asks_team_first(subject, profile)):
                shown = await _plan_card(session, visit, user, subject, slot, plan, asked=asked)
            else:
                order = draw(plan.blocks, secrets.SystemRandom().choice)
                test, is_new = await queries.start(
                    session, user, subject, plan, order, visit.now, nonce=str(nonce), slot=slot
                )
                if is_new:
                    toast = messages.begun(tr)
                    shown = await _running(session, visit, user, test)
                else:  # an old button of a test that has ended since
                    shown = messages.choose(tr, has_earlier=True)
    if shown is not None:
        await visit.show(shown, toast)


# While it runs -----------------------------------------------------------------------------------


async def on_did(visit: Visit, tap: Tap) -> None:
    """Whether the habit was kept on an evening of the running test."""
    night_on, kept = parse_day(tap.word(1)), tap.number(2)
    shown = None
    async with visit.transaction() as session:
        user = await load(session, visit)
        test = await queries.owned(session, tap.number(0), user.id)
        if test is not None and await _still_runs(session, visit, user, test):
            is_of_test = night_on is not None and course_of(test).arm_of(night_on) is not None
            if (
                night_on is not None
                and is_of_test
                and night_on < queries.today(user, visit.now)
                and kept in {0, 1}
            ):
                await queries.tell_evening(session, test, night_on, kept == 1, visit.now)
            shown = await _running(session, visit, user, test)
    if shown is None:
        await visit.toast(messages.gone(translator_for(user)))
        return
    await visit.show(shown)
    if night_on is not None:
        await visit.deps.diary_changed(visit.deps, visit.bot, visit.user_id, {night_on})


async def _still_runs(session: Session, visit: Visit, user: User, test: Experiment) -> bool:
    await queries.settle(session, user, test, visit.now)
    return test.status is TrialStatus.RUNNING


async def on_stop(visit: Visit, tap: Tap) -> None:
    """Stop the test: one tap."""
    shown: Message | Over | None = None
    async with visit.transaction() as session:
        user = await load(session, visit)
        test = await queries.owned(session, tap.number(0), user.id)
        if test is not None:
            if await _still_runs(session, visit, user, test):
                on = queries.today(user, visit.now)
                await queries.stop(session, user, test, Why.WISH, on, visit.now)
            shown = await _ended(session, visit, user, test)
    await _show_ended(visit, user, shown)


async def on_go_on(visit: Visit, tap: Tap) -> None:
    """The stop was a slip: the test runs as it was drawn."""
    shown: Message | Over | None = None
    async with visit.transaction() as session:
        user = await load(session, visit)
        test = await queries.owned(session, tap.number(0), user.id)
        if test is not None:
            others = await queries.running(session, user.id)
            if others is None and _may_go_on(user, test, visit):
                await queries.go_on(session, user, test, visit.now)
            if await _still_runs(session, visit, user, test):
                shown = await _running(session, visit, user, test)
            else:
                shown = await _ended(session, visit, user, test)
    await _show_ended(visit, user, shown)


async def on_show(visit: Visit, tap: Tap) -> None:
    """A test of the list."""
    shown: Message | Over | None = None
    async with visit.transaction() as session:
        user = await load(session, visit)
        test = await queries.owned(session, tap.number(0), user.id)
        if test is not None and await _still_runs(session, visit, user, test):
            shown = await _running(session, visit, user, test)
        elif test is not None:
            shown = await _ended(session, visit, user, test)
    await _show_ended(visit, user, shown)


async def on_result(visit: Visit, tap: Tap) -> None:
    """The result, or the counts of a test that was stopped."""
    shown: Message | Over | None = None
    async with visit.transaction() as session:
        user = await load(session, visit)
        test = await queries.owned(session, tap.number(0), user.id)
        if test is not None and await _still_runs(session, visit, user, test):
            shown = await _running(session, visit, user, test)
        elif test is not None:
            shown = over_of(test, await queries.record(session, user, test, visit.now))
    await _show_ended(visit, user, shown)


async def _show_ended(visit: Visit, user: User, shown: Message | Over | None) -> None:
    if shown is None:
        await visit.toast(messages.gone(translator_for(user)))
    elif isinstance(shown, Over):
        await visit.toast()
        await _show_result(visit, user, shown)
    else:
        await visit.show(shown)


async def _show_result(visit: Visit, user: User, over: Over) -> None:
    """Draw the result and send it; from then on it is told."""
    async with visit.transaction() as session:
        test = await queries.owned(session, over.id, user.id)
        if test is None:
            return
        record = await queries.record(session, user, test, visit.now)
        queries.note_told(session, test, visit.now)
    tr = translator_for(user)
    picture = await _picture(tr, user, visit, over, record)
    await visit.say(messages.result(tr, over, picture).quietly(is_night(user, visit)))


async def _picture(tr: Translator, user: User, visit: Visit, over: Over, record: Record) -> bytes:
    """Draw beside the event loop."""
    last_on = min(over.course.last_on, queries.tonight(user, visit.now) - timedelta(days=1))
    if over.stopped_on is not None:
        last_on = min(last_on, over.stopped_on - timedelta(days=1))
    arms = {WITH: over.result.with_it, WITHOUT: over.result.without_it}
    return await asyncio.to_thread(
        draw_test,
        over.course,
        record.cramp_nights,
        record.covered_nights,
        last_on,
        arms,
        messages.labels(tr, over),
    )


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"experiment": tr.gettext("A fair test of one habit")}


FEATURE = Feature(
    name="experiments",
    commands={"experiment": on_experiment},
    descriptions=_descriptions,
    taps={
        "open": on_open,
        "new": on_new,
        "list": on_list,
        "pick": on_pick,
        "seen": on_seen,
        "time": on_time,
        "yes": on_yes,
        "none": on_none,
        "asked": on_asked,
        "plan": on_plan,
        "start": on_start,
        "did": on_did,
        "stop": on_stop,
        "goon": on_go_on,
        "show": on_show,
        "result": on_result,
    },
    answers={"words": on_typed_words, "at": on_typed_at},
)
