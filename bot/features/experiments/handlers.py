"""/experiment: the running fair test, stopping it, its result, and earlier tests."""

# TRANSLATORS, ALL: Descriptions of commands in the menu of Telegram.

from collections.abc import Mapping, Sequence

from telegram import Update

from bot.database.models import Experiment
from bot.features.experiments import cards, ended_messages, off_list, queries, setup_handlers
from bot.features.experiments.ended_messages import ListedTest
from bot.features.experiments.queries import course_of, topic_of
from bot.features.experiments.rules import StopReason
from bot.features.experiments.start_stop_queries import (
    go_on,
    note_doctor_agrees,
    note_read,
    stop,
)
from bot.features.experiments.subject_messages import gone, not_set_up
from bot.i18n.translator import Translator
from bot.telegram.context import Context
from bot.telegram.feature import AnyHandler, Feature, command, taps
from bot.telegram.replies import DiaryChanged, Replies, Show, Toast

MOST_LISTED = 8
"""Ended tests that the list shows, newest first."""


async def on_experiment(_update: Update, context: Context) -> Replies:
    """Handle /experiment and its buttons: show the running test, or what can be tested."""
    return await cards.current(context)


async def on_new(_update: Update, context: Context) -> Replies:
    """Show what can be tested, even if the result of an ended test was not opened."""
    if not cards.is_set_up(context.person):
        return [Show(not_set_up(context.tr))]
    context.stop_asking("experiments")
    test = await queries.newest(context.session, context.person.id)
    if test is not None and await cards.is_running(context, test):
        return [Show(await cards.running_card(context, test))]
    return cards.subjects(context, has_earlier=test is not None)


async def on_list(_update: Update, context: Context) -> Replies:
    """Show the list of ended tests."""
    found = await queries.ended(context.session, context.person.id)
    tests = [
        ListedTest(
            one.id or 0,
            topic_of(one),
            one.starts_on,
            one.stopped_on or course_of(one).last_on,
        )
        for one in found[:MOST_LISTED]
    ]
    return [Show(ended_messages.earlier(context.tr, tests))]


async def _tapped_test(context: Context) -> Experiment | None:
    """The test whose button was tapped, only if it is this person's."""
    return await queries.owned(context.session, context.tap.number(0), context.person.id)


def _gone(context: Context) -> Replies:
    return [Toast(gone(context.tr))]


async def on_did(_update: Update, context: Context) -> Replies:
    """Store whether the habit was kept (1) or not (0) on an evening of the running test."""
    night_on, kept = context.tap.day(1), context.tap.number(2)
    test = await _tapped_test(context)
    if test is None or not await cards.is_running(context, test):
        return _gone(context)
    is_of_test = night_on is not None and course_of(test).arm_of(night_on) is not None
    may_tell = night_on is not None and not context.nights.is_to_come(night_on, context.local_now)
    if night_on is not None and is_of_test and may_tell and kept in {0, 1}:
        await queries.set_evening_answer(context.session, test, night_on, kept == 1, context.now)
    shown = Show(await cards.running_card(context, test))
    return [shown] if night_on is None else [shown, DiaryChanged({night_on})]


async def on_stop(_update: Update, context: Context) -> Replies:
    """Stop the test, without a further question: a stop can be undone for a while."""
    test = await _tapped_test(context)
    if test is None:
        return _gone(context)
    if await cards.is_running(context, test):
        on = queries.waking_day(context.person, context.now)
        await stop(context.session, context.person, test, StopReason.WISH, on, context.now)
    return await cards.ended(context, test)


async def on_go_on(_update: Update, context: Context) -> Replies:
    """Undo a stop, while that is possible and no other test runs."""
    test = await _tapped_test(context)
    if test is None:
        return _gone(context)
    session, user, now = context.session, context.person, context.now
    other = await queries.running(session, user.id)
    if other is None and await cards.may_go_on(session, user, test, now):
        await go_on(session, user, test, now)
    return await _running_or_ended(context, test)


# Paused tests ------------------------------------------------------------------------------------


async def on_fine(_update: Update, context: Context) -> Replies:
    """Handle "a doctor has seen it, it is fine to go on": the test goes on."""
    test = await _tapped_test(context)
    if test is None:
        return _gone(context)
    if await cards.is_running(context, test) and test.paused_at is not None:
        await note_doctor_agrees(context.session, context.person, test, context.now)
    return await _running_or_ended(context, test)


async def on_end(_update: Update, context: Context) -> Replies:
    """Handle "end the test" on a paused one. It can be undone until the pause would end."""
    test = await _tapped_test(context)
    if test is None:
        return _gone(context)
    if await cards.is_running(context, test):
        is_paused = test.paused_at is not None
        reason = StopReason.WARNING_SIGN if is_paused else StopReason.WISH
        await stop(
            context.session,
            context.person,
            test,
            reason,
            queries.waking_day(context.person, context.now),
            context.now,
        )
    note_read(context.session, test, context.now)
    return await cards.ended(context, test)


async def on_read(_update: Update, context: Context) -> Replies:
    """Handle "I have read it": the notice is not repeated any more."""
    test = await _tapped_test(context)
    if test is None:
        return _gone(context)
    return await _running_or_ended(context, test)


# One test, by its id -----------------------------------------------------------------------------


async def on_show(_update: Update, context: Context) -> Replies:
    """Show a test from the list."""
    test = await _tapped_test(context)
    return _gone(context) if test is None else await _running_or_ended(context, test)


async def _running_or_ended(context: Context, test: Experiment) -> Replies:
    is_running = await cards.is_running(context, test)
    note_read(context.session, test, context.now)
    if is_running:
        return [Show(await cards.running_card(context, test))]
    return await cards.ended(context, test)


async def on_result(_update: Update, context: Context) -> Replies:
    """Show the result, or the counts of a test that was stopped."""
    test = await _tapped_test(context)
    if test is None:
        return _gone(context)
    if await cards.is_running(context, test):
        return [Show(await cards.running_card(context, test))]
    return await cards.result(context, test)


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"experiment": tr.gettext("A fair test of one habit")}


def _handlers() -> Sequence[AnyHandler]:
    return [
        command("experiment", on_experiment),
        *taps(
            "experiments",
            {
                "open": on_experiment,
                "new": on_new,
                "list": on_list,
                "did": on_did,
                "stop": on_stop,
                "goon": on_go_on,
                "fine": on_fine,
                "end": on_end,
                "read": on_read,
                "show": on_show,
                "result": on_result,
                **setup_handlers.TAPS,
            },
        ),
    ]


FEATURE = Feature(
    name="experiments",
    handlers=_handlers,
    descriptions=_descriptions,
    jobs=off_list.JOBS,
)
TYPED_WORDS = Feature(
    name="typed_tests",
    sooner=(setup_handlers.on_typed_medicine,),
    guesses=(setup_handlers.on_typed_words,),
)
"""Comes after every feature that understands typed text, so that a cramp is logged all the same."""
