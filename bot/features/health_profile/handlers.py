"""/profile: facts about a person's health that they may enter, change and erase.

Callback data of this feature begins with ``about``: buttons that were sent keep working.
"""

from collections.abc import Collection, Mapping, Sequence

from telegram import Update

from bot.database.stored_values import Fluids, Kind
from bot.features.health_profile import gate_messages, messages, queries
from bot.features.health_profile.gate_handlers import on_gate, on_leg_seen
from bot.features.health_profile.gate_queries import follow_gates, gates_for
from bot.features.health_profile.medicine_handlers import ANSWERS, VERBS, lines_of
from bot.features.health_profile.result_messages import reopened, result_lines
from bot.features.health_profile.values import ITEMS, LIMIT_FLUIDS, PAGES, page_of
from bot.i18n.translator import Translator
from bot.telegram.context import Context
from bot.telegram.feature import AnyHandler, Feature, command, taps
from bot.telegram.message import Message
from bot.telegram.replies import NOTHING, DiaryChanged, Replies, Say, Show


async def _overview(context: Context) -> Message:
    """What was entered, and a button for each topic."""
    session, user = context.session, context.person
    answers = await queries.profile_of(session, user.id)
    is_stale = await queries.has_stale_item(session, user.id, context.now)
    return messages.overview(context.tr, answers, await lines_of(context), is_stale=is_stale)


async def _page(context: Context, topic: str, notes: Sequence[str] = ()) -> Message:
    """The items of one topic and their answers."""
    answers = await queries.profile_of(context.session, context.person.id)
    if topic == "urge":
        notes = [*notes, *messages.urge_note(context.tr, answers)]
    return messages.page(context.tr, topic, answers, notes)


async def _item(context: Context, item: str) -> Message:
    """The possible answers of one item."""
    answers = await queries.profile_of(context.session, context.person.id)
    are_drinks_off = context.person.fluids in {Fluids.LIMITED, Fluids.UNSURE}
    return messages.item_card(context.tr, item, answers.get(item), are_drinks_off=are_drinks_off)


async def on_profile(_update: Update, context: Context) -> Replies:
    """Handle /profile and its button: show everything that was entered."""
    context.stop_asking("about")
    return context.present(await _overview(context))


async def on_again(_update: Update, context: Context) -> Replies:
    """Show everything that was entered, below a summary."""
    context.stop_asking("about")
    return [Say(await _overview(context))]


async def on_page(_update: Update, context: Context) -> Replies:
    """Show one topic."""
    context.stop_asking("about")
    topic = context.tap.word(0)
    return [Show(await _page(context, topic))] if topic in PAGES else NOTHING


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
    if item == LIMIT_FLUIDS and value in {"yes", "unsure"}:
        user.fluids = Fluids.LIMITED if value == "yes" else Fluids.UNSURE
    notes, opened = await _follow(context, item, value)
    if item == LIMIT_FLUIDS and value == "no" and user.fluids is not Fluids.FREE:
        # It says how to switch drink reminders on.
        return [Show(await _item(context, item)), DiaryChanged(())]
    page = await _page(context, page_of(item), notes)
    return [Show(messages.with_offers(context.tr, page, opened)), DiaryChanged(())]


async def _follow(context: Context, item: str, value: str) -> tuple[list[str], Collection[Kind]]:
    """Bring reminders in line with an answer.

    Returns:
        What the answer means, line by line, and the kinds that can be switched on again.
    """
    change = await follow_gates(context.session, context.person, context.now, answered={item})
    gates = await gates_for(context.session, context.person, context.today)
    lines = gate_messages.consequences(context.tr, gates, item, value if value != "clear" else "no")
    return [*lines, *result_lines(context.tr, change)], reopened(change)


async def on_none(_update: Update, context: Context) -> Replies:
    """Answer everything on a page that is not answered yet with no."""
    topic = context.tap.word(0)
    if topic not in PAGES:
        return NOTHING
    session, user = context.session, context.person
    answers = await queries.profile_of(session, user.id)
    left = [item for item in PAGES[topic] if item not in answers and "no" in ITEMS[item]]
    for item in left:
        await queries.set_item(session, user.id, item, "no", context.now)
    change = await follow_gates(session, user, context.now, answered=left)
    shown = await _page(context, topic, result_lines(context.tr, change))
    return [Show(messages.with_offers(context.tr, shown, reopened(change))), DiaryChanged(())]


async def on_still(_update: Update, context: Context) -> Replies:
    """Store that all answers are still true."""
    await queries.confirm_all(context.session, context.person.id, context.now)
    return [Show(await _overview(context))]


async def on_erase_all(_update: Update, context: Context) -> Replies:
    """Erase everything that was entered, after one question."""
    if context.tap.word(0) != "yes":
        return [Show(messages.erase_question(context.tr))]
    context.stop_asking("about")
    await queries.erase_all(context.session, context.person.id)
    await follow_gates(context.session, context.person, context.now)
    return [Show(await _overview(context)), DiaryChanged(())]


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"profile": tr.gettext("What a doctor may want to know")}


def _handlers() -> Sequence[AnyHandler]:
    return [
        command("profile", on_profile),
        *taps(
            "about",
            {
                "open": on_profile,
                "again": on_again,
                "page": on_page,
                "none": on_none,
                "item": on_item,
                "set": on_set,
                "gate": on_gate,
                "legseen": on_leg_seen,
                "still": on_still,
                "eraseall": on_erase_all,
                **VERBS,
            },
        ),
    ]


FEATURE = Feature(
    name="about",
    handlers=_handlers,
    descriptions=_descriptions,
    answers=ANSWERS,
    own_words=frozenset({"medicine"}),
)
