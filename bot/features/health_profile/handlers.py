"""What a person tells about their health, and takes back."""

from collections.abc import Callable, Mapping

from bot.database.engine import Session
from bot.database.models import Fluids, Kind, Medicine, User
from bot.dispatch.replanning import replan
from bot.features.health_profile import messages, queries
from bot.features.health_profile.messages import MedicineLine
from bot.features.health_profile.values import EARLIEST_START, ITEMS, LIMIT_FLUIDS, LONGEST_MEDICINE
from bot.features.reminders.queries import cancel_pending
from bot.i18n.preferences import translator_for
from bot.i18n.translator import Translator
from bot.identity.presence import is_night, load
from bot.local_time.nights import local_time
from bot.local_time.person import zone_of
from bot.local_time.typed_times import parse_past_day
from bot.telegram.context import Feature, Visit
from bot.telegram.message import Message, Tap, pack


def _line(medicine: Medicine) -> MedicineLine:
    return MedicineLine(medicine.id or 0, medicine.words, medicine.started_on)


async def _overview(session: Session, user: User) -> Message:
    told = await queries.profile_of(session, user.id)
    medicines = await queries.medicines_of(session, user.id)
    return messages.overview(translator_for(user), told, [_line(one) for one in medicines])


async def _list(session: Session, user: User) -> Message:
    medicines = await queries.medicines_of(session, user.id)
    return messages.medicines_card(translator_for(user), [_line(one) for one in medicines])


async def _item(session: Session, user: User, item: str) -> Message:
    told = await queries.profile_of(session, user.id)
    drinks_rest = user.fluids in {Fluids.LIMITED, Fluids.UNSURE}
    return messages.item_card(translator_for(user), item, told.get(item), drinks_rest=drinks_rest)


def _stop_asking(session: Session, user: User) -> None:
    if user.awaiting is not None and user.awaiting.startswith("about:"):
        user.awaiting = None
        session.add(user)


async def on_profile(visit: Visit) -> None:
    """/profile: what was told, and what may be."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        _stop_asking(session, user)
        shown = await _overview(session, user)
    if visit.query is not None:
        await visit.show(shown)
    else:
        await visit.say(shown.quietly(is_night(user, visit)))


async def on_open(visit: Visit, _tap: Tap) -> None:
    """The same, in place."""
    await on_profile(visit)


async def on_item(visit: Visit, tap: Tap) -> None:
    """The answers of one item."""
    item = tap.word(0) or ""
    if item not in ITEMS:
        await visit.toast()
        return
    async with visit.transaction() as session:
        shown = await _item(session, await load(session, visit), item)
    await visit.show(shown)


async def on_set(visit: Visit, tap: Tap) -> None:
    """An item's value; "clear" erases it."""
    item, value = tap.word(0) or "", tap.word(1) or ""
    if item not in ITEMS or value not in {*ITEMS[item], "clear"}:
        await visit.toast()
        return
    async with visit.transaction() as session:
        user = await load(session, visit)
        if value == "clear":
            await queries.erase_item(session, user.id, item)
        else:
            await queries.set_item(session, user.id, item, value, visit.now)
        if item == LIMIT_FLUIDS and value == "yes":
            await _limit_drinks(session, visit, user)
        shown = await _overview(session, user)
        if item == LIMIT_FLUIDS and value != "yes" and user.fluids is not Fluids.FREE:
            shown = await _item(session, user, item)  # it says how drinks come back
    await visit.show(shown)


async def _limit_drinks(session: Session, visit: Visit, user: User) -> None:
    """Whoever was told to limit drinks gets no reminders of them."""
    user.fluids = Fluids.LIMITED
    session.add(user)
    await cancel_pending(session, user.id, Kind.HYDRATION)
    await replan(session, user, visit.now)


async def on_erase_all(visit: Visit, tap: Tap) -> None:
    """Everything that was told here goes, after one question."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        if tap.word(0) == "yes":
            await queries.erase_all(session, user.id)
            shown = await _overview(session, user)
        else:
            shown = messages.erase_question(translator_for(user))
    await visit.show(shown)


# Medicines ---------------------------------------------------------------------------------------


async def on_medicines(visit: Visit, _tap: Tap) -> None:
    """The list."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        _stop_asking(session, user)
        shown = await _list(session, user)
    await visit.show(shown)


async def on_add_medicine(visit: Visit, _tap: Tap) -> None:
    """Asks for one."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        user.awaiting = pack("about", "medicine")
        session.add(user)
    await visit.show(messages.ask_medicine(translator_for(user)))


async def on_typed_medicine(visit: Visit, _tap: Tap, text: str) -> bool:
    """The medicine as typed; then since when."""
    words = " ".join(text.split())
    message_id = visit.message.message_id if visit.message else 0
    async with visit.transaction() as session:
        user = await load(session, visit)
        tr = translator_for(user)
        shown = messages.unusable_medicine(tr)
        if 0 < len(words) <= LONGEST_MEDICINE:
            medicine = await queries.add_medicine(session, user.id, message_id, words, visit.now)
            shown = messages.too_many(tr)
            if medicine is not None:
                user.awaiting = pack("about", "since", medicine.id)
                session.add(user)
                shown = messages.ask_since(tr, _line(medicine))
    await visit.say(shown.quietly(is_night(user, visit)))
    return True


async def _on_medicine(
    visit: Visit,
    tap: Tap,
    work: Callable[[Session, User, Medicine], None],
    view: Callable[[Translator, MedicineLine], Message],
) -> None:
    """Do something about a medicine that is this person's, and show it in place."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        tr = translator_for(user)
        medicine = await queries.owned_medicine(session, tap.number(0), user.id)
        shown = None
        if medicine is not None:
            _stop_asking(session, user)
            work(session, user, medicine)
            shown = view(tr, _line(medicine))
    if shown is None:
        await visit.toast(messages.gone(tr))
    else:
        await visit.show(shown)


def _nothing(_session: Session, _user: User, _medicine: Medicine) -> None:
    return None


async def on_medicine(visit: Visit, tap: Tap) -> None:
    """One medicine."""
    await _on_medicine(visit, tap, _nothing, messages.medicine_card)


async def on_since(visit: Visit, tap: Tap) -> None:
    """Asks since when."""

    def ask(session: Session, user: User, medicine: Medicine) -> None:
        user.awaiting = pack("about", "since", medicine.id)
        session.add(user)

    await _on_medicine(visit, tap, ask, messages.ask_since)


async def on_no_since(visit: Visit, tap: Tap) -> None:
    """It is not known since when."""

    def forget(session: Session, _user: User, medicine: Medicine) -> None:
        queries.set_start(session, medicine, None)

    await _on_medicine(visit, tap, forget, messages.medicine_card)


async def on_typed_since(visit: Visit, tap: Tap, text: str) -> bool:
    """The day from which it has been taken."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        medicine = await queries.owned_medicine(session, tap.number(0), user.id)
        if medicine is None:
            _stop_asking(session, user)
            return False
        tr = translator_for(user)
        today = local_time(visit.now, zone_of(user)).date()
        day = parse_past_day(text, today, tr.language)
        message_id = visit.message.message_id if visit.message else 0
        if medicine.uid == queries.name_of(user.id, message_id):
            shown = messages.ask_since(tr, _line(medicine))  # its own words have come again
        elif day is None or day < EARLIEST_START:
            shown = messages.unclear_day(tr, medicine.id or 0)
        else:
            queries.set_start(session, medicine, day)
            _stop_asking(session, user)
            shown = await _list(session, user)
    await visit.say(shown.quietly(is_night(user, visit)))
    return True


async def on_remove_medicine(visit: Visit, tap: Tap) -> None:
    """A medicine goes from the list."""
    async with visit.transaction() as session:
        user = await load(session, visit)
        _stop_asking(session, user)
        medicine = await queries.owned_medicine(session, tap.number(0), user.id)
        if medicine is not None:
            await session.delete(medicine)
            await session.flush()
        shown = await _list(session, user)
    await visit.show(shown)


def _descriptions(tr: Translator) -> Mapping[str, str]:
    return {"profile": tr.gettext("What a doctor may want to know")}


FEATURE = Feature(
    name="about",
    commands={"profile": on_profile},
    descriptions=_descriptions,
    taps={
        "open": on_open,
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
    answers={"medicine": on_typed_medicine, "since": on_typed_since},
)
