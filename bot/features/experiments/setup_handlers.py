"""Setting up a fair test: a habit of the closed list, questions about health, signs and plan."""

import secrets
from collections.abc import Mapping
from datetime import timedelta

from telegram import Update

from bot.database.stored_values import TrialStatus
from bot.features.cramps.messages.health_cards import warning
from bot.features.cramps.signs import Tier
from bot.features.emergency_numbers.lookup import number_for
from bot.features.experiments import cards, queries, rules, setup_messages
from bot.features.experiments.cards import TYPED, is_set_up, running_card
from bot.features.experiments.design import USUAL_PLAN, Plan, draw, plan_of
from bot.features.experiments.rules import Refusal, Subject, Topic, subject_of_code
from bot.features.experiments.start_stop_queries import settle, start
from bot.features.experiments.subject_messages import name, not_set_up
from bot.features.health_profile import queries as health
from bot.features.health_profile.gate_queries import follow_gates
from bot.features.health_profile.values import ITEMS
from bot.i18n.vocabulary.lexer import lex
from bot.telegram.context import Context
from bot.telegram.feature import Callback
from bot.telegram.message import Message, unpack
from bot.telegram.replies import NOTHING, Replies, Show

CARD_EXPIRES = timedelta(hours=24)
"""A plan that was shown longer ago is shown anew, because its dates have passed."""
TYPED_FOR = timedelta(hours=1)
"""How long after the list was shown typed text is answered with it."""


def _tapped_subject(context: Context) -> Subject | None:
    """The habit of a button; None for what is not on the closed list (any more)."""
    return subject_of_code(context.tap.word(0))


async def _list_again(context: Context) -> Replies:
    """The closed list, with a kind word: what was asked for is not on it."""
    has_earlier = await queries.newest(context.session, context.person.id) is not None
    return cards.subjects(context, has_earlier=has_earlier, is_unlisted=True)


async def _obstacle(context: Context, subject: Subject) -> Message | None:
    """The message that keeps a test of this subject from starting now; None if nothing does.

    Checked at every step.
    """
    session, user, tr = context.session, context.person, context.tr
    if not is_set_up(user):
        return not_set_up(tr)
    running = await queries.running(session, user.id)
    if running is not None:
        await settle(session, user, running, context.now)
        if running.status is TrialStatus.RUNNING:
            return await running_card(context, running)
    topic = Topic(subject)
    refusal = await queries.refusal(session, user, subject, context.now)
    if refusal is Refusal.GATE:
        return await _gate_shut(context, topic)
    if refusal is not None:
        blocking = await queries.blocking_hits(session, user, context.now)
        names = await cards.names_of_hits(session, user, blocking)
        return setup_messages.refused(tr, subject, refusal, names)
    answers = await queries.gates(session, user, context.now)
    missing = rules.questions(subject, answers)
    if missing and not set(missing) & ITEMS.keys():
        return await _gate_shut(context, topic)  # only the fluid question of the setup is missing
    return setup_messages.ask_gate(tr, topic, missing) if missing else None


async def _gate_shut(context: Context, topic: Topic) -> Message:
    answers = await queries.gates(context.session, context.person, context.now)
    reasons = rules.gate_of(topic.subject, answers).reasons
    return setup_messages.gate_shut(context.tr, topic, reasons)


async def on_pick(_update: Update, context: Context) -> Replies:
    """Handle a tap on a habit: check whether it may be tested, then ask about warning signs."""
    context.stop_asking("experiments")
    subject = _tapped_subject(context)
    if subject is None:
        return await _list_again(context)
    shown = await _obstacle(context, subject)
    return [Show(shown or setup_messages.signs(context.tr, Topic(subject)))]


async def on_seen(update: Update, context: Context) -> Replies:
    """Handle a tap on "a doctor has seen it": store that, then go on to the warning signs."""
    await queries.note_seen(context.session, context.person, context.now)
    return await on_pick(update, context)


async def on_old_step(_update: Update, context: Context) -> Replies:
    """Answer a button of the tests in own words, which are gone, with the list."""
    context.stop_asking("experiments")
    return await _list_again(context)


_CRAMPS = frozenset({"CRAMP", "CRAMPS"})
"""With one of these concepts, a medicine is part of what is told about a cramp."""


async def on_typed_words(context: Context, _text: str) -> Replies | None:
    """Answer typed text that nobody understood with the closed list, while that is asked for."""
    question = unpack(context.person.awaiting)
    if question is None or question.feature != "experiments":
        return None
    asked_at = question.number(0)
    is_asked_now = asked_at is not None and question.verb == TYPED
    if is_asked_now and context.now.timestamp() - (asked_at or 0) > TYPED_FOR.total_seconds():
        context.stop_asking("experiments")
        return None
    return await _list_again(context)


async def on_typed_medicine(context: Context, text: str) -> Replies | None:
    """Answer a medicine that somebody wants to test with the closed list, not with its card."""
    if not _is_asking(context):
        return None
    concepts = {token.kind for token in lex(text, context.tr.language)}
    if "MEDICINE" not in concepts or concepts & _CRAMPS:
        return None
    return await on_typed_words(context, text)


def _is_asking(context: Context) -> bool:
    question = unpack(context.person.awaiting)
    return question is not None and question.feature == "experiments"


# Questions about health --------------------------------------------------------------------------


async def on_gate(_update: Update, context: Context) -> Replies:
    """Handle the answer to the questions of a habit: none of them fits, or some may."""
    subject = _tapped_subject(context)
    if subject is None:
        return await _list_again(context)
    answers = await queries.gates(context.session, context.person, context.now)
    missing = [item for item in rules.questions(subject, answers) if item in ITEMS]
    if context.tap.word(1) == "some" and missing:
        return [Show(setup_messages.which_fits(context.tr, Topic(subject), missing))]
    if context.tap.word(1) == "none":
        await _store(context, dict.fromkeys(missing, "no"))
    shown = await _obstacle(context, subject)
    return [Show(shown or setup_messages.signs(context.tr, Topic(subject)))]


async def on_fits(_update: Update, context: Context) -> Replies:
    """Handle a tap on the question that fits, or may fit: store it, and say what follows."""
    subject, item = _tapped_subject(context), context.tap.word(1) or ""
    if subject is None:
        return await _list_again(context)
    answers = await queries.gates(context.session, context.person, context.now)
    if item in rules.questions(subject, answers) and item in ITEMS:
        await _store(context, {item: "unsure" if "unsure" in ITEMS[item] else "unknown"})
    shown = await _obstacle(context, subject)
    return [Show(shown or setup_messages.signs(context.tr, Topic(subject)))]


async def _store(context: Context, answers: Mapping[str, str]) -> None:
    """Store answers about health; reminders follow them as everywhere."""
    session, user = context.session, context.person
    for item, value in answers.items():
        await health.set_item(session, user.id, item, value, context.now)
    if answers:
        await follow_gates(session, user, context.now, answered=answers)


# Signs and the plan ------------------------------------------------------------------------------


async def on_sign(_update: Update, context: Context) -> Replies:
    """Handle a tap on a list of signs, one of which is there: its card, and no test now."""
    tier = next((one for one in Tier if one.value == context.tap.word(0)), Tier.EMERGENCY)
    return [Show(warning(context.tr, tier, number_for(context.person)))]


async def on_none(_update: Update, context: Context) -> Replies:
    """Handle a tap on "none": show the plan, or ask the person to see a doctor first."""
    return await _plan(context, USUAL_PLAN, asked=False)


async def on_asked(_update: Update, context: Context) -> Replies:
    """Handle a tap on "they said it is fine": show the plan."""
    return await _plan(context, USUAL_PLAN, asked=True)


async def on_plan(_update: Update, context: Context) -> Replies:
    """Handle a tap on another length: show the plan with it."""
    plan = plan_of(context.tap.word(3))
    if plan is None:
        return NOTHING
    return await _plan(context, plan, asked=context.tap.number(2) == 1)


async def _plan(context: Context, plan: Plan, *, asked: bool) -> Replies:
    subject = _tapped_subject(context)
    if subject is None:
        return await _list_again(context)
    shown = await _obstacle(context, subject)
    return [Show(shown or await _plan_card(context, Topic(subject), plan, asked=asked))]


async def _plan_card(context: Context, topic: Topic, plan: Plan, *, asked: bool) -> Message:
    """The plan, or the request to ask a doctor or pharmacist first."""
    user, now = context.person, context.now
    if not asked and await queries.asks_doctor_first(context.session, user.id):
        return setup_messages.ask_doctor(context.tr, topic)
    answers = await queries.gates(context.session, user, now)
    return setup_messages.plan_card(
        context.tr,
        topic,
        plan,
        queries.tonight(user, now) + timedelta(days=1),
        await queries.usual_nights(context.session, user, now),
        cares=rules.cares(topic.subject, answers),
        asked=asked,
        nonce=int(now.timestamp()),
    )


async def on_start(_update: Update, context: Context) -> Replies:
    """Start the test: check everything again, then draw and store the order of the blocks."""
    subject, nonce = _tapped_subject(context), context.tap.number(4)
    if subject is None:
        return await _list_again(context)
    plan = plan_of(context.tap.word(3))
    if plan is None or nonce is None:
        return NOTHING
    asked = context.tap.number(2) == 1
    shown = await _obstacle(context, subject)
    if shown is not None:
        return [Show(shown)]
    topic = Topic(subject)
    is_fresh = 0 <= context.now.timestamp() - nonce <= CARD_EXPIRES.total_seconds()
    is_settled = asked or not await queries.asks_doctor_first(context.session, context.person.id)
    if not is_fresh or not is_settled:
        return [Show(await _plan_card(context, topic, plan, asked=asked))]
    test, is_new = await start(
        context.session,
        context.person,
        subject,
        plan,
        draw(plan.blocks, secrets.SystemRandom().choice),
        context.now,
        nonce=nonce,
        reminder_words=name(context.tr, topic),
    )
    if not is_new:  # the button has started a test before, which has ended since
        return cards.subjects(context, has_earlier=True)
    return [Show(await running_card(context, test), setup_messages.begun(context.tr))]


async def on_yes(_update: Update, context: Context) -> Replies:
    """Handle a tap on "yes" below the list of an earlier version: the signs come first."""
    return [Show(warning(context.tr, Tier.EMERGENCY, number_for(context.person)))]


TAPS: dict[str, Callback] = {
    "pick": on_pick,
    "seen": on_seen,
    "time": on_old_step,
    "gate": on_gate,
    "fits": on_fits,
    "sign": on_sign,
    "yes": on_yes,
    "none": on_none,
    "asked": on_asked,
    "plan": on_plan,
    "start": on_start,
}
