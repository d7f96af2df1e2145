"""The questions of the onboarding: which one is open, and what comes after an answer."""

from collections.abc import Callable

from bot.database.models import Fluids, SetupStep, User
from bot.features.cramps.health_texts import general_information
from bot.features.emergency_numbers.lookup import number_for
from bot.features.health_profile.gate_queries import follow_gates, gates_for
from bot.features.reminders import queries as reminders
from bot.features.reminders.messages.names import plan_in_words
from bot.features.reminders.states import plan_items
from bot.features.users.handlers.keyboard import present_with_keyboard
from bot.features.users.handlers.zone_choices import likely_choices
from bot.features.users.messages import bed_wake_fluids, onboarding, settings
from bot.i18n.translator import Translator
from bot.telegram.context import Context
from bot.telegram.message import Message, pack
from bot.telegram.replies import Replies

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
    user.awaiting = _AWAITED[user.setup_step]


def onboarding_question(context: Context) -> Message:
    """The open question of the onboarding; the first one has a welcome above it."""
    tr = context.tr
    match context.person.setup_step:
        case SetupStep.BED:
            return bed_wake_fluids.bed_question(tr)
        case SetupStep.WAKE:
            return bed_wake_fluids.wake_question(tr)
        case SetupStep.FLUIDS:
            return bed_wake_fluids.fluid_question(tr, is_last=True)
    information = general_information(tr, number_for(context.person))
    return onboarding.welcome(tr, information, likely_choices(context))


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
    plan = plan_in_words(context.tr, plan_items(planned, user))
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
    context.ask("users", verb, *arguments)
    shown = question(context.tr)
    if context.person.setup_step is SetupStep.DONE:
        shown = settings.with_way_back(context.tr, shown)
    return present_with_keyboard(context, shown)
