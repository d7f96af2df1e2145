"""/profile: facts about a person's health that they may enter, change and erase.

Callback data of this feature begins with ``about``: buttons that were sent keep working.
"""

from collections.abc import Mapping, Sequence

from telegram import Update

from bot.database.models import Fluids, Kind, Medicine
from bot.dispatch.replanning import replan
from bot.features.health_profile import messages, queries
from bot.features.health_profile.messages import MedicineLine
from bot.features.health_profile.values import EARLIEST_START, ITEMS, LIMIT_FLUIDS, LONGEST_MEDICINE
from bot.features.reminders.queries import cancel_pending
from bot.i18n.translator import Translator
from bot.local_time.typed_times import parse_past_day
from bot.telegram.context import Context
from bot.telegram.feature import AnyHandler, Feature, command, taps
from bot.telegram.message import Message, Tap
from bot.telegram.replies import NOTHING, Replies, Say, Show, Toast


def _line(medicine: Medicine) -> MedicineLine:
    return MedicineLine(medicine.id or 0, medicine.words, medicine.started_on)


async def _overview(context: Context) -> Message:
    """Everything that was entered, and a button for each item."""
    answers = await queries.profile_of(context.session, context.person.id)
    medicines = await queries.medicines_of(context.session, context.person.id)
    return messages.overview(context.tr, answers, [_line(one) for one in medicines])


async def _item(context: Context, item: str) -> Message:
    """The possible answers of one item."""
    answers = await queries.profile_of(context.session, context.person.id)
    are_drinks_off = context.person.fluids in {Fluids.LIMITED, Fluids.UNSURE}
    return messages.item_card(context.tr, item, answers.get(item), are_drinks_off=are_drinks_off)


async def on_profile(_update: Update, context: Context) -> Replies:
    """Handle /profile and its button: show everything that was entered."""
    context.stop_asking("about")
    return context.present(await _overview(context))


async def on_item(_update: Update, context: Context) -> Replies:
    """Show the possible answers of one item."""
    item = context.tap.word(0)
    return [Show(await _item(context, item))] if item in ITEMS else NOTHING


async def on_set(_update: Update, context: Context) -> Replies:
    """Store the answer of an item; ``clear`` deletes it."""
    item, value = context.tap.word(0) or "", context.tap.word(1) or ""
    if item not in ITEMS or value not in {*ITEMS[item], "clear"}:
        return NOTHING
    session, user = context.session, context.person
    if value == "clear":
        await queries.erase_item(session, user.id, item)
    else:
        await queries.set_item(session, user.id, item, value, context.now)
    if item == LIMIT_FLUIDS and value == "yes":
        await _limit_drinks(context)
    if item == LIMIT_FLUIDS and value != "yes" and user.fluids is not Fluids.FREE:
        return [Show(await _item(context, item))]  # it says how to switch drink reminders on
    return [Show(await _overview(context))]


async def _limit_drinks(context: Context) -> None:
    """Switch drink reminders off for a person who answered that they should limit drinks."""
    context.person.fluids = Fluids.LIMITED
    await cancel_pending(context.session, context.person.id, Kind.HYDRATION)
    await replan(context.session, context.person, context.now)


async def on_erase_all(_update: Update, context: Context) -> Replies:
    """Erase everything that was entered, after one question."""
    if context.tap.word(0) != "yes":
        return [Show(messages.erase_question(context.tr))]
    context.stop_asking("about")
    await queries.erase_all(context.session, context.person.id)
    return [Show(await _overview(context))]


# Medicines ---------------------------------------------------------------------------------------


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
    return [Say(messages.ask_since(context.tr, _line(medicine)))]


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
    return [Show(await _medicines(context))]


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"profile": tr.gettext("What a doctor may want to know")}


def _handlers() -> Sequence[AnyHandler]:
    return [
        command("profile", on_profile),
        *taps(
            "about",
            {
                "open": on_profile,
                "item": on_item,
                "set": on_set,
                "eraseall": on_erase_all,
                "medicines": on_medicines,
                "medicine": on_medicine,
                "addmedicine": on_add_medicine,
                "since": on_since,
                "nosince": on_no_since,
                "removemedicine": on_remove_medicine,
            },
        ),
    ]


FEATURE = Feature(
    name="about",
    handlers=_handlers,
    descriptions=_descriptions,
    answers={"medicine": on_typed_medicine, "since": on_typed_since},
)
