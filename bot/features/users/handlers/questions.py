"""The questions of the onboarding: which one is open, and what comes after an answer."""

from collections.abc import Callable

from bot.database.models import Fluids, SetupStep, User
from bot.features.cramps.health_texts import short_information
from bot.features.emergency_numbers.lookup import number_for
from bot.features.health_profile.gate_queries import follow_gates, gates_for
from bot.features.reminders import queries as reminders
from bot.features.reminders.messages.names import plan_lines
from bot.features.reminders.states import plan_items
from bot.features.users.handlers.keyboard import present_with_keyboard, with_keyboard
from bot.features.users.handlers.zone_choices import likely_choices, recognized_zone, zone_choice
from bot.features.users.messages import bed_wake_fluids, onboarding, place, settings
from bot.i18n.translator import Translator
from bot.telegram.context import Context
from bot.telegram.message import Message, pack
from bot.telegram.replies import (
    NOTHING,
    DeleteMessages,
    OnSent,
    RemoveButtons,
    Replies,
    Reply,
    Say,
    Show,
)

QUESTION_SENT = "users.question_sent"
_AWAITED = {
    SetupStep.TIME_ZONE: pack("users", "place"),
    SetupStep.BED: pack("users", "bed"),
    SetupStep.WAKE: pack("users", "wake"),
    SetupStep.FLUIDS: pack("users", "fluids"),
    SetupStep.DONE: None,
}


def next_step(user: User) -> SetupStep:
    """The first question without an answer."""
    for step, answer in (
        (SetupStep.TIME_ZONE, user.time_zone),
        (SetupStep.BED, user.bed_time),
        (SetupStep.WAKE, user.wake_time),
        (SetupStep.FLUIDS, user.fluids),
    ):
        if answer is None:
            return step
    return SetupStep.DONE


def await_open_question(user: User) -> None:
    """Typed text answers the open question of the onboarding; after the onboarding, none."""
    if user.setup_step is not SetupStep.TIME_ZONE or recognized_zone(user) is None:
        user.awaiting = _AWAITED[user.setup_step]


def step_before(step: SetupStep) -> SetupStep:
    """The question before this one; the first one stays."""
    steps = list(SetupStep)
    return steps[max(0, steps.index(step) - 1)]


def with_step_back(context: Context, question: Message) -> Message:
    """A question with a button back to the one before; to the first one from how it is asked."""
    step = step_before(context.person.setup_step)
    return onboarding.with_step_back(context.tr, question, step.value)


def onboarding_question(context: Context) -> Message:
    """The open question of the onboarding; the first one has a welcome above it.

    A place that was recognized is to be confirmed.
    """
    tr = context.tr
    match context.person.setup_step:
        case SetupStep.BED:
            return with_step_back(context, bed_wake_fluids.bed_question(tr))
        case SetupStep.WAKE:
            first = bed_wake_fluids.first_wake_time(context.person.bed_time)
            return with_step_back(context, bed_wake_fluids.wake_question(tr, first))
        case SetupStep.FLUIDS:
            return with_step_back(context, bed_wake_fluids.fluid_question(tr, is_last=True))
    zone = recognized_zone(context.person)
    if zone is not None:
        return with_step_back(context, place.confirm_place(tr, zone_choice(context, zone)))
    information = short_information(tr, number_for(context.person))
    is_private = not context.deps.settings.is_open
    return onboarding.welcome(tr, information, likely_choices(context), is_private=is_private)


async def advance(context: Context) -> Message | None:
    """Go on to the next open question, or plan the reminders after the last one.

    Returns:
        The question or the plan; None when the onboarding was over before.
    """
    user = context.person
    if user.setup_step is SetupStep.DONE:
        return None
    user.setup_step = next_step(user)
    await_open_question(user)
    if user.setup_step is not SetupStep.DONE:
        return onboarding_question(context)
    await reminders.ensure_reminders(context.session, user)
    await follow_gates(context.session, user, context.now)
    planned = await reminders.reminders_of(context.session, user.id)
    plan = plan_lines(context.tr, plan_items(planned, user))
    has_spread = any(reminder.times is None for reminder in planned)
    return onboarding.plan_ready(context.tr, plan, await _drinks(context), has_spread)


async def _drinks(context: Context) -> str:
    """Why drink reminders stay off; "" when they are on."""
    gates = await gates_for(context.session, context.person, context.today)
    if gates.drinks.is_open:
        return ""
    fluids = context.person.fluids or Fluids.UNSURE
    dialysis = gates.is_on_dialysis
    return bed_wake_fluids.fluid_consequence(context.tr, fluids, is_on_dialysis=dialysis)


def show_question(context: Context, shown: Message, *, is_answer: bool = False) -> Replies:
    """Show a question of the onboarding, or the plan; the question before it loses its buttons.

    Args:
        context: who is asked.
        shown: the question or the plan.
        is_answer: the person has typed an answer to the question before, which stays without its
            buttons. Otherwise the same is asked once more, and the older copy goes.
    """
    here, before = context.tapped_message_id, context.person.question_message_id
    context.person.question_message_id = here or before
    on_sent = OnSent(QUESTION_SENT)
    replies: list[Reply] = [Show(shown, on_sent=on_sent) if here else Say(shown, on_sent=on_sent)]
    if before is not None and before != here:
        is_kept = is_answer and here is None
        replies.append(RemoveButtons(before) if is_kept else DeleteMessages((before,)))
    return with_keyboard(context, replies)


def ask_place_below(context: Context) -> Replies:
    """Ask for the place in a new message, as the first question to somebody who was greeted."""
    await_open_question(context.person)
    shown = place.zone_question(context.tr, likely_choices(context))
    return [Say(shown, on_sent=OnSent(QUESTION_SENT))]


async def on_question_sent(context: Context, _key: str, message_id: int) -> Replies:
    """Store which message has the open question."""
    context.person.question_message_id = message_id
    return NOTHING


def is_written_before(context: Context) -> bool:
    """Whether the person wrote this before the newest question or the plan was in the chat.

    So it answers an earlier question. Numbers of messages grow with time.
    """
    asked = context.person.question_message_id
    return asked is not None and 0 < context.message_id < asked


def is_of_the_past(context: Context) -> bool:
    """Whether the tapped message is from an onboarding that is over."""
    asked, tapped = context.person.question_message_id, context.tapped_message_id
    is_over = context.person.setup_step is SetupStep.DONE
    return is_over and asked is not None and tapped is not None and tapped < asked


def ask(
    context: Context, verb: str, question: Callable[[Translator], Message], *arguments: str
) -> Replies:
    """Show a question that can also be answered by typing.

    Args:
        context: whose question it is.
        verb: names the handler of the typed answer in ``FEATURE.answers``.
        question: makes the question.
        arguments: what the handler of the typed answer needs beside the text.
    """
    user = context.person
    context.ask("users", verb, *arguments)
    shown = question(context.tr)
    if user.setup_step is SetupStep.DONE:
        return present_with_keyboard(context, settings.with_way_back(context.tr, shown))
    step = next((one for one, awaited in _AWAITED.items() if awaited == user.awaiting), None)
    if step is None:
        return present_with_keyboard(context, shown)
    user.setup_step = step
    is_first = step is SetupStep.TIME_ZONE
    return show_question(context, shown if is_first else with_step_back(context, shown))
