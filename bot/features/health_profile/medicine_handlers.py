"""Medicines in the person's own words, with the days on which they were begun, changed, stopped."""

from datetime import date, timedelta

from telegram import Update

from bot.database.cramp_values import YesNo
from bot.database.models import Medicine
from bot.features.health_profile import medicine_messages as messages
from bot.features.health_profile import queries
from bot.features.health_profile.gate_queries import follow_gates
from bot.features.health_profile.medicine_messages import MedicineLine
from bot.features.health_profile.values import EARLIEST_START, LONGEST_MEDICINE, MEDICINES
from bot.local_time.typed_days import parse_past_day
from bot.telegram.context import Context
from bot.telegram.feature import Answer, Callback
from bot.telegram.message import Message, Tap
from bot.telegram.replies import NOTHING, DiaryChanged, Replies, Say, Show, Toast

NEW_FOR = timedelta(days=90)
"""A medicine that was begun or changed in that time is new: its question is asked."""


def _line(medicine: Medicine) -> MedicineLine:
    return MedicineLine(
        medicine.id or 0,
        medicine.words,
        medicine.started_on,
        medicine.changed_on,
        medicine.stopped_on,
    )


async def lines_of(context: Context) -> list[MedicineLine]:
    """The person's medicines as messages show them."""
    medicines = await queries.medicines_of(context.session, context.person.id)
    return [_line(one) for one in medicines]


async def _medicines(context: Context) -> Message:
    """The list of medicines."""
    session, user_id = context.session, context.person.id
    medicines = await queries.medicines_of(session, user_id)
    says_none = MEDICINES in await queries.profile_of(session, user_id)
    lines = [_line(one) for one in medicines]
    return messages.medicines_card(context.tr, lines, says_none=says_none)


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
    await queries.erase_item(context.session, context.person.id, MEDICINES)
    await _follow(context)
    context.ask("about", "since", medicine.id)
    return [Say(messages.ask_since(context.tr, _line(medicine))), DiaryChanged(())]


async def _follow(context: Context) -> None:
    """Names of medicines can shut gates, as those of water tablets do."""
    await follow_gates(context.session, context.person, context.now, answered=())


async def on_no_medicines(_update: Update, context: Context) -> Replies:
    """Store that the person takes none."""
    session, user_id = context.session, context.person.id
    if not await queries.medicines_of(session, user_id):
        await queries.set_item(session, user_id, MEDICINES, "no", context.now)
    return [Show(await _medicines(context))]


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
    if medicine.worse_after is None:
        return [Show(messages.worse_question(context.tr, _line(medicine)))]
    return [Show(messages.medicine_card(context.tr, _line(medicine)))]


async def on_typed_since(context: Context, question: Tap, text: str) -> Replies | None:
    """Store the typed day from which a medicine has been taken."""
    session, user, tr = context.session, context.person, context.tr
    medicine = await queries.owned_medicine(session, question.number(0), user.id)
    if medicine is None:
        return None
    if medicine.uid == await queries.medicine_uid(session, user.id, context.message_id):
        # The message that named the medicine was delivered again: it does not answer this.
        return [Say(messages.ask_since(tr, _line(medicine)))]
    day = parse_past_day(text, context.today, tr.language)
    if day is None or day < EARLIEST_START:
        return [Say(messages.unclear_day(tr, medicine.id or 0))]
    queries.set_start(session, medicine, day)
    context.stop_asking("about")
    if context.today - day <= NEW_FOR:
        return [Say(messages.worse_question(tr, _line(medicine)))]
    return [Say(await _medicines(context))]


def _day_handlers(verb: str) -> tuple[dict[str, Callback], dict[str, Answer]]:
    """The handlers for the day on which a medicine was changed or stopped: by buttons or typed."""
    column = f"{verb}_on"

    async def stored(context: Context, medicine: Medicine, day: date | None) -> Message:
        setattr(medicine, column, day)
        context.session.add(medicine)
        context.stop_asking("about")
        await _follow(context)
        if verb == "changed" and day is not None and context.today - day <= NEW_FOR:
            return messages.worse_question(context.tr, _line(medicine))
        return messages.medicine_card(context.tr, _line(medicine))

    async def on_ask(_update: Update, context: Context) -> Replies:
        medicine = await _tapped_medicine(context)
        if medicine is None:
            return _gone(context)
        context.ask("about", verb, medicine.id)
        return [Show(messages.ask_day(context.tr, _line(medicine), verb))]

    async def on_today(_update: Update, context: Context) -> Replies:
        medicine = await _tapped_medicine(context)
        if medicine is None:
            return _gone(context)
        return [Show(await stored(context, medicine, context.today)), DiaryChanged(())]

    async def on_none(_update: Update, context: Context) -> Replies:
        medicine = await _tapped_medicine(context)
        if medicine is None:
            return _gone(context)
        return [Show(await stored(context, medicine, None)), DiaryChanged(())]

    async def on_typed(context: Context, question: Tap, text: str) -> Replies | None:
        medicine = await queries.owned_medicine(
            context.session, question.number(0), context.person.id
        )
        if medicine is None:
            return None
        day = parse_past_day(text, context.today, context.tr.language)
        if day is None or day < EARLIEST_START:
            return [Say(messages.unclear_day(context.tr, medicine.id or 0))]
        return [Say(await stored(context, medicine, day)), DiaryChanged(())]

    verbs: dict[str, Callback] = {verb: on_ask, f"{verb}today": on_today, f"no{verb}": on_none}
    return verbs, {verb: on_typed}


async def on_ask_worse(_update: Update, context: Context) -> Replies:
    """Ask whether the cramps began or got worse after a medicine: a button of older summaries."""
    medicine = await _tapped_medicine(context)
    if medicine is None:
        return _gone(context)
    return [Say(messages.worse_question(context.tr, _line(medicine)))]


async def on_worse(_update: Update, context: Context) -> Replies:
    """Store whether the cramps began or got worse after a medicine."""
    answer = context.tap.word(1)
    if answer is None or answer not in set(YesNo):
        return NOTHING
    medicine = await _tapped_medicine(context)
    if medicine is None:
        return _gone(context)
    if medicine.worse_after is None or medicine.worse_after.value != answer:
        medicine.worse_after, medicine.worse_asked_at = YesNo(answer), context.now
        context.session.add(medicine)
    shown = messages.worse_answered(context.tr, _line(medicine), answer)
    return [Show(shown), DiaryChanged({context.today})]


async def on_remove_medicine(_update: Update, context: Context) -> Replies:
    """Delete a medicine. Idempotent: the list is shown in any case."""
    context.stop_asking("about")
    medicine = await _tapped_medicine(context)
    if medicine is not None:
        await context.session.delete(medicine)
        await context.session.flush()
        await _follow(context)
    return [Show(await _medicines(context)), DiaryChanged(())]


_CHANGED_VERBS, _CHANGED_ANSWERS = _day_handlers("changed")
_STOPPED_VERBS, _STOPPED_ANSWERS = _day_handlers("stopped")
VERBS: dict[str, Callback] = {
    "medicines": on_medicines,
    "medicine": on_medicine,
    "addmedicine": on_add_medicine,
    "since": on_since,
    "nosince": on_no_since,
    "removemedicine": on_remove_medicine,
    "nomedicines": on_no_medicines,
    "worse": on_worse,
    "askworse": on_ask_worse,
    **_CHANGED_VERBS,
    **_STOPPED_VERBS,
}
"""Verb of callback data → its handler."""
ANSWERS: dict[str, Answer] = {
    "medicine": on_typed_medicine,
    "since": on_typed_since,
    **_CHANGED_ANSWERS,
    **_STOPPED_ANSWERS,
}
"""Verb of an open question → what takes the typed answer."""
