"""What is shown of a person's fair test: the running one, or the ended one and its result."""

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta

from bot.database.models import Experiment, SetupStep, TrialStatus, User
from bot.features.experiments import ended_messages, queries, running_messages, setup_messages
from bot.features.experiments.chart import draw_test
from bot.features.experiments.design import WITH, WITHOUT, compare
from bot.features.experiments.ended_messages import EndedTest
from bot.features.experiments.queries import course_of, topic_of
from bot.features.experiments.record_queries import Record, record
from bot.features.experiments.rules import StopReason
from bot.features.experiments.running_messages import RunningTest
from bot.features.experiments.start_stop_queries import settle
from bot.features.experiments.subject_messages import not_set_up
from bot.i18n.translator import Translator
from bot.telegram.context import Context, Outside
from bot.telegram.message import Message
from bot.telegram.replies import Replies, Say, rendering

UNDO_WITHIN = timedelta(days=1)
"""How long a stop can be undone."""


def is_set_up(user: User) -> bool:
    """Whether the person's evenings are known, which the blocks of a test follow."""
    return user.time_zone is not None and user.setup_step is SetupStep.DONE


async def is_running(context: Context, test: Experiment) -> bool:
    """Whether a test still runs, after it was stopped or finished if it was time for that."""
    await settle(context.session, context.person, test, context.now)
    return test.status is TrialStatus.RUNNING


async def running_card(context: Context, test: Experiment) -> Message:
    """The card of a running test."""
    found = await record(context.session, context.person, test, context.now)
    yesterday = context.today - timedelta(days=1)
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
        ),
    )


async def current(context: Context) -> Replies:
    """The running test, else the ended one until its result was shown, else the subjects."""
    if not is_set_up(context.person):
        return context.present(not_set_up(context.tr))
    context.stop_asking("experiments")
    test = await queries.newest(context.session, context.person.id)
    if test is None:
        return context.present(setup_messages.choose(context.tr, has_earlier=False))
    if await is_running(context, test):
        return context.present(await running_card(context, test))
    if test.told_at is not None:
        return context.present(setup_messages.choose(context.tr, has_earlier=True))
    return await ended(context, test)


# Ended tests -------------------------------------------------------------------------------------


def ended_test(test: Experiment, found: Record, *, may_go_on: bool = False) -> EndedTest:
    """An ended test with its result, as messages show it."""
    reason = None
    if test.status is TrialStatus.STOPPED:
        known = {one.value: one for one in StopReason}
        reason = known.get(test.stopped_why or "", StopReason.WISH)
    return EndedTest(
        id=test.id or 0,
        topic=topic_of(test),
        course=course_of(test),
        result=compare(test.blocks, test.block_days, found.counts),
        kept=found.kept,
        reason=reason,
        stopped_on=test.stopped_on,
        may_go_on=may_go_on,
    )


def may_go_on(context: Context, test: Experiment) -> bool:
    """Whether the person may undo their stop: soon afterwards, before the counts were shown."""
    if test.status is not TrialStatus.STOPPED or test.stopped_on is None:
        return False
    is_wish = test.stopped_why == StopReason.WISH and test.told_at is None
    is_fresh = context.today - test.stopped_on <= UNDO_WITHIN
    tonight = queries.tonight(context.person, context.now)
    return is_wish and is_fresh and tonight <= course_of(test).last_on


async def ended(context: Context, test: Experiment) -> Replies:
    """An ended test: what has to be said before its result, or the result."""
    found = await record(context.session, context.person, test, context.now)
    shown = ended_test(test, found, may_go_on=may_go_on(context, test))
    if test.told_at is None:
        if test.status is TrialStatus.STOPPED:
            return context.present(ended_messages.stopped(context.tr, shown))
        if found.recent_missing:
            before = ended_messages.before_result(context.tr, shown, found.recent_missing)
            return context.present(before)
    return _result(context, test, shown, found)


async def result(context: Context, test: Experiment) -> Replies:
    """The result of an ended test, or the counts of one that was stopped."""
    found = await record(context.session, context.person, test, context.now)
    return _result(context, test, ended_test(test, found), found)


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
    return [Say(rendering(_result_with_picture, context.tr, shown, nights))]


async def _result_with_picture(
    _outside: Outside, tr: Translator, shown: EndedTest, nights: _Nights
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
    )
    return ended_messages.result(tr, shown, picture)
