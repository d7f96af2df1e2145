"""Setting up a fair test: subject, words and time of an own reminder, safety questions, plan."""

import secrets
from datetime import time, timedelta

from telegram import Update

from bot.features.experiments import queries, rules, setup_messages
from bot.features.experiments.cards import is_set_up, running_card
from bot.features.experiments.design import USUAL_PLAN, Plan, draw, plan_of
from bot.features.experiments.rules import Subject, Topic
from bot.features.experiments.start_stop_queries import (
    own_reminder,
    prepare_own,
    set_own_time,
    settle,
    start,
)
from bot.features.experiments.subject_messages import gone, not_set_up
from bot.local_time.typed_times import parse_clock
from bot.telegram.context import Context
from bot.telegram.feature import Answer, Callback
from bot.telegram.message import Message, Tap
from bot.telegram.replies import NOTHING, Replies, Say, Show, Toast

CARD_EXPIRES = timedelta(hours=24)
"""A plan that was shown longer ago is shown anew, because its dates have passed."""
LONGEST_SLOT = 12
"""Digits of a reminder's slot in callback data."""


async def _topic(context: Context, subject: Subject, slot: int) -> Topic | Message:
    """What is to be tested, or the message that says why not. Checked at every step."""
    session, user = context.session, context.person
    if not is_set_up(user):
        return not_set_up(context.tr)
    running = await queries.running(session, user.id)
    if running is not None and not await settle(session, user, running, context.now):
        return await running_card(context, running)
    refusal = await queries.refusal(session, user, subject, context.now)
    if refusal is not None:
        return setup_messages.refused(context.tr, subject, refusal)
    if subject is not Subject.OTHER:
        return Topic(subject)
    reminder = await own_reminder(session, user.id, slot)
    if reminder is None or not reminder.words or rules.is_about_medicine(reminder.words):
        context.ask("experiments", "words")
        return setup_messages.ask_words(context.tr)
    return Topic(subject, reminder.words)


def _subject_and_slot(context: Context) -> tuple[Subject, int] | None:
    """The subject of a button, and the slot of the reminder in the person's own words (else 0)."""
    try:
        subject = Subject(context.tap.word(0) or "")
    except ValueError:
        return None
    slot = context.tap.number(1) if context.tap.word(1) is not None else 0
    if slot is None or not 0 <= slot < 10**LONGEST_SLOT:
        return None
    return subject, slot


async def _signs(context: Context, subject: Subject, slot: int) -> Message:
    """The question about warning signs, or why the subject cannot be tested."""
    topic = await _topic(context, subject, slot)
    if isinstance(topic, Message):
        return topic
    return setup_messages.signs(context.tr, topic, slot)


async def on_pick(_update: Update, context: Context) -> Replies:
    """Handle a tap on a subject: check whether it may be tested, then ask about warning signs."""
    chosen = _subject_and_slot(context)
    if chosen is None:
        return NOTHING
    context.stop_asking("experiments")
    return [Show(await _signs(context, *chosen))]


async def on_seen(update: Update, context: Context) -> Replies:
    """Handle a tap on "a doctor has seen it": store that, then go on to the warning signs."""
    await queries.note_seen(context.session, context.person, context.now)
    return await on_pick(update, context)


# A reminder in the person's own words ------------------------------------------------------------


async def on_typed_words(context: Context, _question: Tap, text: str) -> Replies:
    """Store what a clinician advised, as typed, and ask for a time.

    The id of the typed message becomes the slot of the reminder.
    """
    words, slot, tr = rules.clean(text), context.message_id, context.tr
    if not 0 < len(words) <= rules.LONGEST_WORDS:
        return [Say(setup_messages.unusable_words(tr))]
    if rules.is_about_medicine(words):
        return [Say(setup_messages.medicine_words(tr))]
    if await prepare_own(context.session, context.person, words, context.now, slot) is None:
        return [Say(setup_messages.no_room(tr))]
    context.ask("experiments", "at", slot)
    return [Say(setup_messages.ask_time(tr, slot, words))]


async def _set_time(context: Context, slot: int | None, at: time) -> Message | None:
    """Set the time of a reminder that is not switched on yet; return the next question."""
    reminder = await own_reminder(context.session, context.person.id, slot)
    if reminder is None or reminder.enabled:
        return None
    await set_own_time(context.session, context.person, reminder, at, context.now)
    context.stop_asking("experiments")
    return await _signs(context, Subject.OTHER, reminder.slot)


async def on_time(_update: Update, context: Context) -> Replies:
    """Handle a tap on a time: set it, then ask about warning signs."""
    wanted = context.tap.word(1)
    at = next((one for one in setup_messages.TIMES if f"{one:%H%M}" == wanted), None)
    shown = None if at is None else await _set_time(context, context.tap.number(0), at)
    return [Toast(gone(context.tr)) if shown is None else Show(shown)]


async def on_typed_time(context: Context, question: Tap, text: str) -> Replies | None:
    """Set the typed time, then ask about warning signs; ask again when it is unclear."""
    slot = question.number(0)
    reminder = await own_reminder(context.session, context.person.id, slot)
    if reminder is None or slot is None:
        return None
    at = parse_clock(text, context.tr.language)
    shown = None if at is None else await _set_time(context, slot, at)
    if shown is None:
        shown = setup_messages.ask_time(context.tr, slot, reminder.words or "", unclear=True)
    return [Say(shown)]


# Safety questions and the plan -------------------------------------------------------------------


async def on_yes(_update: Update, context: Context) -> Replies:
    """Handle a tap on "yes", the person has a warning sign: say what to do."""
    return [Show(setup_messages.signs_there(context.tr))]


async def on_none(_update: Update, context: Context) -> Replies:
    """Handle a tap on "none": show the plan, or ask the person to see their care team first."""
    return await _plan(context, USUAL_PLAN, asked=False)


async def on_asked(_update: Update, context: Context) -> Replies:
    """Handle a tap on "my care team agrees": show the plan."""
    return await _plan(context, USUAL_PLAN, asked=True)


async def on_plan(_update: Update, context: Context) -> Replies:
    """Handle a tap on another length: show the plan with it."""
    plan = plan_of(context.tap.word(3))
    if plan is None:
        return NOTHING
    return await _plan(context, plan, asked=context.tap.number(2) == 1)


async def _plan(context: Context, plan: Plan, *, asked: bool) -> Replies:
    chosen = _subject_and_slot(context)
    if chosen is None:
        return NOTHING
    topic = await _topic(context, *chosen)
    if isinstance(topic, Message):
        return [Show(topic)]
    return [Show(await _plan_card(context, topic, chosen[1], plan, asked=asked))]


async def _must_ask_team(context: Context, subject: Subject, *, asked: bool) -> bool:
    profile = await queries.profile(context.session, context.person.id)
    return not asked and rules.asks_team_first(subject, profile)


async def _plan_card(
    context: Context, topic: Topic, slot: int, plan: Plan, *, asked: bool
) -> Message:
    """The plan, or the request to ask the person's own care team first."""
    user, now = context.person, context.now
    if await _must_ask_team(context, topic.subject, asked=asked):
        return setup_messages.ask_team(context.tr, topic, slot)
    return setup_messages.plan_card(
        context.tr,
        topic,
        slot,
        plan,
        queries.tonight(user, now) + timedelta(days=1),
        await queries.usual_nights(context.session, user, now),
        asked=asked,
        nonce=int(now.timestamp()),
    )


async def on_start(_update: Update, context: Context) -> Replies:
    """Start the test: check everything again, then draw and store the order of the blocks."""
    chosen, nonce = _subject_and_slot(context), context.tap.number(4)
    plan = plan_of(context.tap.word(3))
    if chosen is None or plan is None or nonce is None:
        return NOTHING
    subject, slot = chosen
    asked = context.tap.number(2) == 1
    topic = await _topic(context, subject, slot)
    if isinstance(topic, Message):
        return [Show(topic)]
    is_fresh = 0 <= context.now.timestamp() - nonce <= CARD_EXPIRES.total_seconds()
    if not is_fresh or await _must_ask_team(context, subject, asked=asked):
        return [Show(await _plan_card(context, topic, slot, plan, asked=asked))]
    test, is_new = await start(
        context.session,
        context.person,
        subject,
        plan,
        draw(plan.blocks, secrets.SystemRandom().choice),
        context.now,
        nonce=str(nonce),
        slot=slot,
    )
    if not is_new:  # the button has started a test before, which has ended since
        return [Show(setup_messages.choose(context.tr, has_earlier=True))]
    return [Show(await running_card(context, test), setup_messages.begun(context.tr))]


TAPS: dict[str, Callback] = {
    "pick": on_pick,
    "seen": on_seen,
    "time": on_time,
    "yes": on_yes,
    "none": on_none,
    "asked": on_asked,
    "plan": on_plan,
    "start": on_start,
}
ANSWERS: dict[str, Answer] = {"words": on_typed_words, "at": on_typed_time}
