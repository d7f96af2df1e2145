"""/experiment: the running fair test, stopping it, its result, and earlier tests."""

from collections.abc import Mapping, Sequence

from telegram import Update

from bot.database.models import Experiment
from bot.features.experiments import cards, ended_messages, queries, setup_handlers, setup_messages
from bot.features.experiments.ended_messages import ListedTest
from bot.features.experiments.queries import course_of, topic_of
from bot.features.experiments.rules import StopReason
from bot.features.experiments.start_stop_queries import go_on, stop
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
    return [Show(setup_messages.choose(context.tr, has_earlier=test is not None))]


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
    if night_on is not None and is_of_test and night_on < context.today and kept in {0, 1}:
        await queries.set_evening_answer(context.session, test, night_on, kept == 1, context.now)
    shown = Show(await cards.running_card(context, test))
    return [shown] if night_on is None else [shown, DiaryChanged({night_on})]


async def on_stop(_update: Update, context: Context) -> Replies:
    """Stop the test, without a further question: a stop can be undone for a while."""
    test = await _tapped_test(context)
    if test is None:
        return _gone(context)
    if await cards.is_running(context, test):
        await stop(
            context.session, context.person, test, StopReason.WISH, context.today, context.now
        )
    return await cards.ended(context, test)


async def on_go_on(_update: Update, context: Context) -> Replies:
    """Undo a stop, while that is possible and no other test runs."""
    test = await _tapped_test(context)
    if test is None:
        return _gone(context)
    other = await queries.running(context.session, context.person.id)
    if other is None and cards.may_go_on(context, test):
        await go_on(context.session, context.person, test, context.now)
    return await _running_or_ended(context, test)


async def on_show(_update: Update, context: Context) -> Replies:
    """Show a test from the list."""
    test = await _tapped_test(context)
    return _gone(context) if test is None else await _running_or_ended(context, test)


async def _running_or_ended(context: Context, test: Experiment) -> Replies:
    if await cards.is_running(context, test):
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
    answers=setup_handlers.ANSWERS,
)
