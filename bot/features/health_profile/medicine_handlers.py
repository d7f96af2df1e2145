"""Medicines in the person's own words, with the days on which they were begun, changed, stopped."""

from telegram import Update

from bot.database.models import Medicine
from bot.features.health_profile import messages, queries
from bot.features.health_profile.messages import MedicineLine
from bot.features.health_profile.values import EARLIEST_START, LONGEST_MEDICINE
from bot.local_time.typed_times import parse_past_day
from bot.telegram.context import Context
from bot.telegram.message import Message, Tap
from bot.telegram.replies import DiaryChanged, Replies, Say, Show, Toast


def _line(medicine: Medicine) -> MedicineLine:
    return MedicineLine(medicine.id or 0, medicine.words, medicine.started_on)


async def lines_of(context: Context) -> list[MedicineLine]:
    """The person's medicines as messages show them."""
    medicines = await queries.medicines_of(context.session, context.person.id)
    return [_line(one) for one in medicines]


async def _medicines(context: Context) -> Message:
    """The list of medicines."""
    medicines = await queries.medicines_of(context.session, context.person.id)
    return messages.medicines_card(context.tr, [_line(one) for one in medicines])


async def on_medicines(_update: Update, context: Context) -> Replies:
    """Show the list of medicines."""
    context.stop_asking("about")
    return [Show(await _medicines(context))]


async def on_add_medicine(_update: Update, context: Context) -> Replies:
    """Ask for a medicine."""
    context.ask("about", "medicine")
    return [Show(messages.ask_medicine(context.tr))]


async def on_typed_medicine(context: Context, _question: Tap, text: str) -> Replies:
    """Store the typed medicine, then ask since when it has been taken."""
    words = " ".join(text.split())
    if not 0 < len(words) <= LONGEST_MEDICINE:
        return [Say(messages.unusable_medicine(context.tr))]
    medicine = await queries.add_medicine(
        context.session, context.person.id, context.message_id, words, context.now
    )
    if medicine is None:
        return [Say(messages.too_many(context.tr))]
    context.ask("about", "since", medicine.id)
    return [Say(messages.ask_since(context.tr, _line(medicine))), DiaryChanged(())]


async def _tapped_medicine(context: Context) -> Medicine | None:
    """The medicine whose button was tapped, only if it is this person's; no question stays open."""
    medicine = await queries.owned_medicine(
        context.session, context.tap.number(0), context.person.id
    )
    if medicine is not None:
        context.stop_asking("about")
    return medicine


def _gone(context: Context) -> Replies:
    return [Toast(messages.gone(context.tr))]


async def on_medicine(_update: Update, context: Context) -> Replies:
    """Show one medicine."""
    medicine = await _tapped_medicine(context)
    if medicine is None:
        return _gone(context)
    return [Show(messages.medicine_card(context.tr, _line(medicine)))]


async def on_since(_update: Update, context: Context) -> Replies:
    """Ask since when a medicine has been taken."""
    medicine = await _tapped_medicine(context)
    if medicine is None:
        return _gone(context)
    context.ask("about", "since", medicine.id)
    return [Show(messages.ask_since(context.tr, _line(medicine)))]


async def on_no_since(_update: Update, context: Context) -> Replies:
    """Handle a tap on "not known": store no start date."""
    medicine = await _tapped_medicine(context)
    if medicine is None:
        return _gone(context)
    queries.set_start(context.session, medicine, None)
    return [Show(messages.medicine_card(context.tr, _line(medicine)))]


async def on_typed_since(context: Context, question: Tap, text: str) -> Replies | None:
    """Store the typed day from which a medicine has been taken."""
    session, user, tr = context.session, context.person, context.tr
    medicine = await queries.owned_medicine(session, question.number(0), user.id)
    if medicine is None:
        return None
    if medicine.uid == queries.medicine_uid(user.id, context.message_id):
        # The message that named the medicine was delivered again: it does not answer this.
        return [Say(messages.ask_since(tr, _line(medicine)))]
    day = parse_past_day(text, context.today, tr.language)
    if day is None or day < EARLIEST_START:
        return [Say(messages.unclear_day(tr, medicine.id or 0))]
    queries.set_start(session, medicine, day)
    context.stop_asking("about")
    return [Say(await _medicines(context))]


async def on_remove_medicine(_update: Update, context: Context) -> Replies:
    """Delete a medicine. Idempotent: the list is shown in any case."""
    context.stop_asking("about")
    medicine = await _tapped_medicine(context)
    if medicine is not None:
        await context.session.delete(medicine)
        await context.session.flush()
    return [Show(await _medicines(context)), DiaryChanged(())]


VERBS = {
    "medicines": on_medicines,
    "medicine": on_medicine,
    "addmedicine": on_add_medicine,
    "since": on_since,
    "nosince": on_no_since,
    "removemedicine": on_remove_medicine,
}
"""Verb of callback data → its handler."""
ANSWERS = {"medicine": on_typed_medicine, "since": on_typed_since}
"""Verb of an open question → what takes the typed answer."""
