"""What is shown of a person's fair test: the running one, or the ended one and its result."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from bot.database.engine import Session
from bot.database.models import Experiment, FlagHit, SetupStep, TrialStatus, User
from bot.drawing.themes import theme_of
from bot.features.experiments import ended_messages, queries, running_messages, setup_messages
from bot.features.experiments.chart import draw_test
from bot.features.experiments.design import WITH, WITHOUT, Tally, compare, is_drawable, margin
from bot.features.experiments.ended_messages import EndedTest
from bot.features.experiments.entry_sign_queries import entry_signs
from bot.features.experiments.queries import course_of, subject_of, topic_of
from bot.features.experiments.record_queries import Record, record
from bot.features.experiments.rules import (
    UNDO_WITHIN,
    StopReason,
    cares,
    is_closed_by_answer,
)
from bot.features.experiments.running_messages import RunningTest
from bot.features.experiments.sign_messages import names
from bot.features.experiments.start_stop_queries import (
    note_read,
    pause_ends_at,
    settle,
    signs_of_pause,
)
from bot.features.experiments.subject_messages import not_set_up
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator
from bot.local_time.nights import local_time
from bot.local_time.person import zone_of
from bot.telegram.context import Context, Outside
from bot.telegram.message import Message
from bot.telegram.replies import Replies, Say, rendering

TYPED = "words"
"""The question while the closed list is shown, as ``users.awaiting`` stores it."""


def is_set_up(user: User) -> bool:
    """Whether the person's evenings are known, which the blocks of a test follow."""
    return user.time_zone is not None and user.setup_step is SetupStep.DONE


async def is_running(context: Context, test: Experiment) -> bool:
    """Whether a test still runs, paused or not, after it was brought up to date."""
    await settle(context.session, context.person, test, context.now)
    return test.status is TrialStatus.RUNNING


async def sign_names(session: Session, user: User, test: Experiment, now: datetime) -> list[str]:
    """The names of the signs because of which a test is or was paused."""
    found = await signs_of_pause(session, user, test, now)
    if not found and test.paused_why is not None:
        return list(names(translator_for(user), [test.paused_why], ()))
    return await names_of_hits(session, user, found)


async def names_of_hits(session: Session, user: User, found: Sequence[FlagHit]) -> list[str]:
    """The names of stored signs, each once; of signs in entries what the entries say."""
    days = {hit.hit_on for hit in found if hit.rule == "P11"}
    of_entries = await entry_signs(session, user.id, days)
    return list(names(translator_for(user), [hit.rule for hit in found], of_entries))


def pause_ends_on(user: User, test: Experiment) -> date:
    """The local date on which a paused test ends without a doctor's word."""
    ends_at = pause_ends_at(test)
    return date.max if ends_at is None else local_time(ends_at, zone_of(user)).date()


async def paused_card(session: Session, user: User, test: Experiment, now: datetime) -> Message:
    """The notice that a test is paused, which is also its card."""
    return running_messages.paused(
        translator_for(user),
        test.id or 0,
        topic_of(test),
        await sign_names(session, user, test, now),
        pause_ends_on(user, test),
        is_read=test.notice_read_at is not None,
    )


async def running_card(context: Context, test: Experiment) -> Message:
    """The card of a running test; of a paused one the notice about that."""
    if test.paused_at is not None:
        return await paused_card(context.session, context.person, test, context.now)
    answers = await queries.gates(context.session, context.person, context.now)
    found = await record(context.session, context.person, test, context.now)
    yesterday = context.nights.last_night(context.local_now)
    return running_messages.running(
        context.tr,
        RunningTest(
            id=test.id or 0,
            topic=topic_of(test),
            course=course_of(test),
            tonight=queries.tonight(context.person, context.now),
            yesterday=yesterday,
            nights_over=found.nights_over,
            covered=found.covered,
            kept=found.kept[WITH],
            yesterday_answer=await queries.evening_answer(context.session, test, yesterday),
            cares=cares(subject_of(test), answers),
        ),
    )


async def current(context: Context) -> Replies:
    """The running test, else the ended one until its result was shown, else the subjects."""
    if not is_set_up(context.person):
        return context.present(not_set_up(context.tr))
    context.stop_asking("experiments")
    test = await queries.newest(context.session, context.person.id)
    if test is None:
        return subjects(context, has_earlier=False)
    is_open = await is_running(context, test)
    if context.query is not None:
        note_read(context.session, test, context.now)
    if is_open:
        return context.present(await running_card(context, test))
    if test.told_at is not None:
        return subjects(context, has_earlier=True)
    return await ended(context, test)


def subjects(context: Context, *, has_earlier: bool, is_unlisted: bool = False) -> Replies:
    """The closed list. Typed text that nobody understands is answered with it for a while."""
    context.ask("experiments", TYPED, int(context.now.timestamp()))
    return context.present(
        setup_messages.choose(context.tr, has_earlier=has_earlier, is_unlisted=is_unlisted)
    )


# Ended tests -------------------------------------------------------------------------------------


def reason_of(test: Experiment) -> StopReason | None:
    """Why a test was stopped; None when it was not."""
    if test.status is not TrialStatus.STOPPED:
        return None
    known = {one.value: one for one in StopReason}
    return known.get(test.stopped_why or "", StopReason.WISH)


def ended_test(
    test: Experiment, found: Record, signs: Sequence[str] = (), *, may_go_on: bool = False
) -> EndedTest:
    """An ended test with its result, as messages show it."""
    reason = reason_of(test)
    return EndedTest(
        id=test.id or 0,
        topic=topic_of(test),
        course=course_of(test),
        result=compare(test.blocks, test.block_days, found.counts),
        kept=found.kept,
        reason=reason,
        stopped_on=test.stopped_on,
        may_go_on=may_go_on,
        margin=_margin(test, found.counts),
        signs=signs if reason is StopReason.WARNING_SIGN else (),
    )


def _margin(test: Experiment, counts: Sequence[Tally]) -> Fraction | None:
    """The "give or take" of a finished test; None for one that is not compared."""
    is_finished = test.status is TrialStatus.FINISHED and is_drawable(test.blocks)
    return margin(test.blocks, counts) if is_finished else None


async def may_go_on(session: Session, user: User, test: Experiment, now: datetime) -> bool:
    """Whether an end can be undone: soon afterwards, before the counts were shown.

    An end by the person's wish or by their "no" on a paused test can, and one by an answer about
    health that they have corrected since.
    """
    if test.status is not TrialStatus.STOPPED or test.stopped_on is None:
        return False
    tonight, on = queries.tonight(user, now), queries.today(user, now)
    is_fresh = on - test.stopped_on <= UNDO_WITHIN and tonight <= course_of(test).last_on
    if test.told_at is not None or not is_fresh:
        return False
    if test.stopped_why == StopReason.GATE:
        return not is_closed_by_answer(subject_of(test), await queries.gates(session, user, now))
    if test.stopped_why == StopReason.WARNING_SIGN:
        ends_at = pause_ends_at(test)
        return ends_at is not None and now < ends_at
    return test.stopped_why == StopReason.WISH


async def stopped_card(session: Session, user: User, test: Experiment, now: datetime) -> Message:
    """A stopped test whose counts were not looked at: why, and whether it can go on."""
    found = await record(session, user, test, now)
    signs = await sign_names(session, user, test, now)
    can_go_on = await may_go_on(session, user, test, now)
    return ended_messages.stopped(
        translator_for(user), ended_test(test, found, signs, may_go_on=can_go_on)
    )


async def ended(context: Context, test: Experiment) -> Replies:
    """An ended test: what has to be said before its result, or the result."""
    session, user, now = context.session, context.person, context.now
    if test.told_at is None and test.status is TrialStatus.STOPPED:
        return context.present(await stopped_card(session, user, test, now))
    found = await record(session, user, test, now)
    shown = ended_test(test, found, await sign_names(session, user, test, now))
    if test.told_at is None and found.recent_missing:
        before = ended_messages.before_result(context.tr, shown, found.recent_missing)
        return context.present(before)
    return _result(context, test, shown, found)


async def result(context: Context, test: Experiment) -> Replies:
    """The result of an ended test, or the counts of one that was stopped."""
    session, user, now = context.session, context.person, context.now
    found = await record(session, user, test, now)
    shown = ended_test(test, found, await sign_names(session, user, test, now))
    return _result(context, test, shown, found)


@dataclass(frozen=True)
class _Nights:
    """The nights that the picture of a result shows."""

    cramp_nights: frozenset[date]
    covered_nights: frozenset[date]
    last_on: date
    """The last night that counts."""


def _result(context: Context, test: Experiment, shown: EndedTest, found: Record) -> Replies:
    """Show a result in a new message, and note that it was shown."""
    queries.note_result_shown(context.session, test, context.now)
    tonight = queries.tonight(context.person, context.now)
    last_on = min(shown.course.last_on, tonight - timedelta(days=1))
    if shown.stopped_on is not None:
        last_on = min(last_on, shown.stopped_on - timedelta(days=1))
    nights = _Nights(found.cramp_nights, found.covered_nights, last_on)
    return [
        Say(
            rendering(
                _result_with_picture, context.tr, shown, nights, context.person.light_pictures
            )
        )
    ]


async def _result_with_picture(
    _outside: Outside, tr: Translator, shown: EndedTest, nights: _Nights, light: bool | None = None
) -> Message:
    """A result with its picture, which is drawn in a thread."""
    picture = await asyncio.to_thread(
        draw_test,
        shown.course,
        nights.cramp_nights,
        nights.covered_nights,
        nights.last_on,
        {WITH: shown.result.with_it, WITHOUT: shown.result.without_it},
        ended_messages.labels(tr, shown),
        theme_of(light=light),
    )
    return ended_messages.result(tr, shown, picture)
