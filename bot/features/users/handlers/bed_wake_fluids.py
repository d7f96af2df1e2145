"""Bed time, wake time and the fluid question, by buttons or typed."""

# TRANSLATORS, ALL: Answers that can be typed to a question with buttons, in lower case.

from collections.abc import Callable
from datetime import time

from telegram import Update

from bot.database.stored_values import Fluids, Kind, SetupStep
from bot.features.health_profile.gate_messages import switch_on_button
from bot.features.health_profile.gate_queries import follow_gates, gates_for
from bot.features.reminders import queries as reminders
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.features.users.handlers.questions import (
    ask,
    is_of_the_past,
    is_written_before,
    onboarding_question,
    show_question,
)
from bot.features.users.handlers.settings import after_answer, answered_before
from bot.features.users.messages import bed_wake_fluids as messages
from bot.i18n.translator import Translator
from bot.i18n.vocabulary.folding import fold
from bot.identity import people
from bot.local_time.typed_sleep import (
    bedtimes,
    is_put_off,
    meant_half,
    sleep_spans,
    usual_wake_time,
    wake_times,
)
from bot.local_time.typed_times import parse_clock
from bot.telegram.context import Context
from bot.telegram.feature import Answer, Callback
from bot.telegram.message import Message, Tap
from bot.telegram.replies import NOTHING, DiaryChanged, Replies, Toast

SURE = "sure"
"""Argument of a question that asks which half of the day a typed time means; the times follow."""
EVENING = time(22, 30)
"""The bedtime for who does not want to say one."""


def _clock_handlers(
    verb: str,
    question: Callable[..., Message],
    read: Callable[[Context, str, bool], tuple[time, ...]],
    store: Callable[[Context, time], None],
    usual: Callable[[time | None], time],
) -> tuple[Callback, Answer]:
    """The handlers of the buttons and of the typed answer of a question for a time of day.

    Args:
        verb: names both in callback data.
        question: makes the question.
        read: the times that a typed text can mean; it is told whether the person was asked which.
        store: sets the answer.
        usual: the time for who does not want to say one during the setup, after a bedtime.
    """

    async def answer(context: Context, chosen: time, above: str = "") -> Replies:
        store(context, chosen)
        return await after_answer(context, messages.times_follow(context.tr), above=above)

    async def on_tap(_update: Update, context: Context) -> Replies:
        tap = context.tap
        if is_of_the_past(context):
            return answered_before(context)
        if tap.word(0) == "from" and (first := tap.clock(1)) is not None:
            return ask(context, verb, lambda tr: question(tr, first))
        chosen = tap.clock(0)
        if chosen is not None and _is_the_other(context, verb, chosen):
            return [Toast(messages.same_times(context.tr), alert=True)]
        return ask(context, verb, question) if chosen is None else await answer(context, chosen)

    async def on_typed(context: Context, asked: Tap, text: str) -> Replies:
        tr = context.tr
        options = [one for one in map(asked.clock, (1, 2)) if one is not None]
        half = meant_half(text, options, tr.language)
        found = read(context, text, asked.word(0) == SURE) if half is None else (half,)
        if is_written_before(context):
            return _answered_twice(context, found[0] if len(found) == 1 else None)
        spans = () if found or verb != "bed" else sleep_spans(text, tr.language)
        if len(spans) == 1:
            return await _both_answered(context, *spans[0])
        found = found or tuple(dict.fromkeys(bed for bed, _wake in spans))
        if not found and is_put_off(text, tr.language) and _is_asked_first(context):
            chosen = usual(context.person.bed_time)
            return await answer(context, chosen, messages.for_now(tr, chosen))
        if len(found) == 1 and _is_the_other(context, verb, found[0]):
            return _asked_anew(context, messages.same_times(tr))
        if len(found) == 1:
            is_literal = found[0] == parse_clock(text, tr.language)
            above = "" if is_literal else messages.understood(tr, verb, found[0])
            return await answer(context, found[0], above)
        if found:
            return _asked_which_half(context, verb, found)
        return _asked_anew(context, messages.unclear_time(tr, may_skip=_is_asked_first(context)))

    return on_tap, on_typed


def _asked_which_half(context: Context, verb: str, found: tuple[time, ...]) -> Replies:
    clocks = (f"{one:%H%M}" for one in found)
    return ask(context, verb, lambda tr: messages.which_half(tr, verb, found), SURE, *clocks)


async def _both_answered(context: Context, bed: time, wake: time) -> Replies:
    """Take both times of a typed text: "08:00 - 15:30"."""
    people.set_sleep_times(context.person, bed, wake, context.local_now)
    tr = context.tr
    above = "\n".join((messages.understood(tr, "bed", bed), messages.understood(tr, "wake", wake)))
    return await after_answer(context, messages.times_follow(tr), above=above)


def _is_asked_first(context: Context) -> bool:
    """Whether the question is one of the setup."""
    return context.person.setup_step is not SetupStep.DONE


def times_by_day(context: Context, text: str) -> Replies | None:
    """Ask somebody who works at night when they go to bed after work.

    Returns:
        None at other questions, and when the text says both times.
    """
    is_asked = context.person.setup_step is SetupStep.BED
    if not is_asked or sleep_spans(text, context.tr.language):
        return None

    def question(tr: Translator) -> Message:
        asked = messages.bed_question(tr, messages.BED_BY_DAY_FIRST)
        return messages.with_reason(messages.after_work(tr), asked)

    return ask(context, "bed", question)


def _is_the_other(context: Context, verb: str, chosen: time) -> bool:
    """Whether a bedtime (verb "bed") is the time of getting up, or the other way round."""
    user = context.person
    return chosen == (user.wake_time if verb == "bed" else user.bed_time)


def _asked_anew(context: Context, why: str) -> Replies:
    """Say why an answer cannot be; during the setup above the question, which stays open."""
    if context.person.setup_step is SetupStep.DONE:
        return present_with_keyboard(context, messages.with_reason(why))
    return show_question(context, messages.with_reason(why, onboarding_question(context)))


def _answered_twice(context: Context, chosen: time | None) -> Replies:
    """Take text from before the open question as an answer to the one before, or ignore it."""
    user = context.person
    if chosen is not None and user.setup_step is SetupStep.WAKE and chosen != user.bed_time:
        _set_bed_time(context, chosen)
        return show_question(context, onboarding_question(context))
    return NOTHING


def _set_bed_time(context: Context, chosen: time) -> None:
    user = context.person
    people.set_sleep_times(user, chosen, user.wake_time, context.local_now)


def _set_wake_time(context: Context, chosen: time) -> None:
    user = context.person
    people.set_sleep_times(user, user.bed_time, chosen, context.local_now)


def _read_bed(context: Context, text: str, is_sure: bool) -> tuple[time, ...]:
    return bedtimes(text, context.tr.language, context.person.wake_time, is_sure=is_sure)


def _read_wake(context: Context, text: str, _is_sure: bool) -> tuple[time, ...]:
    return wake_times(text, context.tr.language, context.person.bed_time)


on_bed, on_typed_bed = _clock_handlers(
    "bed", messages.bed_question, _read_bed, _set_bed_time, lambda _bed: EVENING
)
on_wake, on_typed_wake = _clock_handlers(
    "wake", messages.wake_question, _read_wake, _set_wake_time, usual_wake_time
)


async def on_fluids(_update: Update, context: Context) -> Replies:
    """Store the tapped answer to the fluid question; a button without one asks it."""
    if is_of_the_past(context):
        return answered_before(context)
    try:
        fluids = Fluids(context.tap.word(0) or "")
    except ValueError:
        return ask(context, "fluids", messages.fluid_question)
    return [*await _set_fluids(context, fluids), DiaryChanged(())]


async def _set_fluids(context: Context, fluids: Fluids) -> Replies:
    """Store the answer, and bring the drink reminders in line with it."""
    user, session, tr = context.person, context.session, context.tr
    await people.remove_contrary_fluid_item(session, user.id, fluids)
    user.fluids = fluids
    if user.setup_step is not SetupStep.DONE:
        return await after_answer(context, "")
    await follow_gates(session, user, context.now, answered=())
    gates = await gates_for(session, user, context.today)
    if gates.drinks.reasons:
        dialysis = gates.is_on_dialysis
        note = messages.fluid_consequence(tr, fluids, is_on_dialysis=dialysis)
        is_by_profile = fluids is Fluids.FREE
        return await after_answer(context, note, messages.profile_row(tr) if is_by_profile else ())
    drinks = await reminders.reminder_of(session, user.id, Kind.HYDRATION)
    if drinks is None or drinks.enabled:
        return await after_answer(context, messages.drinks_are_on(tr))
    row = (switch_on_button(tr, Kind.HYDRATION),)
    return await after_answer(context, messages.drinks_may_be_on(tr), row)


async def on_typed_fluids(context: Context, _question: Tap, text: str) -> Replies | None:
    """Store a typed yes, no or not sure.

    Any other text is left to other features, because it may log a cramp.
    """
    _ = context.tr.gettext
    answers = {
        fold(_("yes")): Fluids.LIMITED,
        fold(_("no")): Fluids.FREE,
        fold(_("not sure")): Fluids.UNSURE,
    }
    fluids = answers.get(fold(text).rstrip(".!"))
    if is_written_before(context) and parse_clock(text, context.tr.language) is not None:
        return NOTHING  # the answer to an earlier question, a second time
    if fluids is None:
        return None
    return [*await _set_fluids(context, fluids), DiaryChanged(())]
