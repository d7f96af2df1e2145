"""The first look at everything that people type: emergencies, despair, and some questions."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from telegram import Message as TelegramMessage
from telegram import Update

from bot.features.cramps.messages.health_cards import IN_FULL
from bot.features.cramps.signs import TIER_OF, Tier
from bot.features.diary import hits
from bot.features.emergency import messages
from bot.features.emergency.card_answers import CardAnswer, card_answer
from bot.features.emergency.crisis_lines import LINES
from bot.features.emergency.matching import load
from bot.features.emergency.reading import (
    TOO_MUCH,
    Crisis,
    Doubt,
    Emergency,
    Question,
    Reading,
    Soon,
    Today,
    Treated,
    read,
)
from bot.features.emergency.spreading import says_where_else
from bot.features.emergency_numbers.lookup import UNKNOWN, number_for
from bot.features.health_profile.gate_messages import leg_sign_line
from bot.features.health_profile.gate_queries import LEG_SIGNS
from bot.features.learn.handlers import card_content
from bot.i18n.vocabulary.lexer import lex
from bot.i18n.vocabulary.lexicon import is_answer
from bot.local_time.tz_database import territory_of
from bot.telegram.context import Context
from bot.telegram.feature import AnyHandler, Feature, FirstAnswer, Outcome, Rest, taps
from bot.telegram.message import Button, Rows, Tap, pack
from bot.telegram.replies import NOTHING, Content, DiaryChanged, Replies, Say, Show
from bot.telegram.typed_text import is_own_text

CARDS = {
    "why": "why_cramps",
    "beside_medicine": "cautions",
    "lack_of_magnesium": "low_magnesium",
    "magnesium": "evidence",
    "remedies": "heard_about",
    "twitch": "twitches",
    "medicine": "medicines",
}
"""Category of a question → the card that answers it."""
CARD, ANSWERED = "card", "answered"
"""What is on screen, with the signs of the card: the emergency card; the same after "I called" or
"it is over"."""
CHEST = "chest"
"""The sign of the card that names pain in the chest."""
_SIDES = frozenset({"LEFT", "RIGHT", "BOTH"})
"""Concepts of an entry of the diary rather than of an answer to the emergency card."""


def first_look(text: str) -> FirstAnswer | None:
    """The answer to a text that must come before anything else reads it; None for most texts."""
    match read(text):
        case None:
            return None
        case Crisis() as reading:
            return FirstAnswer(_answering(reading), Rest.NOTHING, is_urgent=True)
        case Emergency() as reading:
            return FirstAnswer(
                _answering(reading),
                Rest.OWN_WORDS,
                is_urgent=True,
                # The answer to an entry suggests stretching, which is wrong for a leg that may have
                # a clot.
                may_offer=not set(reading.signs) & set(LEG_SIGNS),
            )
        case Treated() as reading:
            # An entry leads to stretching: it is offered below the question instead.
            return FirstAnswer(_answering(reading), Rest.OWN_WORDS)
        case Today() | Soon() | Doubt() as reading:
            return FirstAnswer(_answering(reading), Rest.EVERYTHING)
        case Question() as reading:
            return FirstAnswer(_answering(reading), Rest.FIRST)


def _answering(reading: Reading) -> Callable[[Context, Outcome], Awaitable[Replies]]:
    """Makes the replies to a reading."""

    async def replies(context: Context, outcome: Outcome) -> Replies:
        may_note = context.may_store and outcome is not Outcome.STRANGER and is_own_text(context)
        if may_note and isinstance(reading, Crisis):
            context.clear_screen()  # the next text answers no older card; of despair, none is kept
        if may_note and isinstance(reading, Emergency):
            opened = context.opened("emergency", CARD)
            if opened is not None and not reading.signs and _has_called(context):
                context.put_on_screen("emergency", ANSWERED, *opened.arguments)
                return [Say(_answered(context, CardAnswer.CALLED))]
            context.put_on_screen("emergency", CARD, *reading.signs[: messages.MOST_SIGNS])
        if may_note and isinstance(reading, Today):
            sign = next((one for one in reading.signs if one in LEG_SIGNS), None)
            if sign is not None:
                return await _with_leg_noted(context, reading, outcome, sign)
        return [Say(await _content(context, reading, outcome))]

    return replies


async def _with_leg_noted(context: Context, reading: Today, outcome: Outcome, sign: str) -> Replies:
    """Note the sign of a leg that may hold a clot, so that no text advises to stretch or rub it."""
    tr, user = context.tr, context.person
    await context.session.flush()
    hit = await hits.record(
        context.session,
        user.id,
        sign,
        TIER_OF[sign].value,
        context.today,
        context.now,
        shown=True,
    )
    noted = messages.Noted(hit.id or 0, sign, leg_sign_line(tr))
    answer = messages.today(tr, number_for(user), reading, outcome, noted)
    return [Say(answer), DiaryChanged({context.today})]


async def _content(context: Context, reading: Reading, outcome: Outcome) -> Content:
    tr, is_stranger = context.tr, outcome is Outcome.STRANGER
    call = UNKNOWN if is_stranger else number_for(context.person)
    match reading:
        case Crisis():
            country = territory_of(context.person.time_zone)
            return messages.crisis(tr, call, LINES.get(country or ""), outcome)
        case Emergency() if is_stranger:
            return messages.stranger(tr)
        case Emergency():
            return messages.emergency(tr, call, reading, outcome)
        case Today():
            return messages.today(tr, call, reading, outcome)
        case Soon():
            return messages.soon(tr, reading, outcome)
        case Treated():
            return messages.treated(tr, outcome)
        case Doubt():
            return messages.doubt(tr, reading, outcome)
        case Question(category):
            return await card_content(context, CARDS[category])


def _has_called(context: Context) -> bool:
    """Whether somebody types that they called, in words that may name an emergency, too."""
    return card_answer(context.text) is CardAnswer.CALLED


async def about_card(context: Context, opened: Tap, text: str) -> Replies | None:
    """Answer what is typed below the emergency card; None for what is about something else.

    Where else it hurts may be the same heart: the card for the chest comes again.
    """
    is_of_chest = opened.verb == CARD and CHEST in opened.arguments
    if is_of_chest and says_where_else(text, context.tr.language):
        return [Say(await _shown_again(context, opened))]
    said = _said(context, text, is_answered=opened.verb == ANSWERED)
    if said is None or not _SIDES.isdisjoint(one.kind for one in lex(text, context.tr.language)):
        return None
    if said is CardAnswer.AGAIN:
        return [Say(await _shown_again(context, opened))]
    is_answered = said in (CardAnswer.CALLED, CardAnswer.FINE)
    context.put_on_screen("emergency", ANSWERED if is_answered else CARD, *opened.arguments)
    return [Say(_answered(context, said))]


def _said(context: Context, text: str, *, is_answered: bool) -> CardAnswer | None:
    """What a text answers to the card, or takes back after such an answer."""
    language = context.tr.language
    if is_answer(text, "no", language):
        return CardAnswer.AGAIN if is_answered else CardAnswer.FINE
    if is_answer(text, "yes", language):
        return None if is_answered else CardAnswer.AGAIN
    return card_answer(text)


async def card_again(context: Context) -> Content | None:
    """The emergency card that is on screen, for a text below it that nobody understands."""
    opened = context.opened("emergency", CARD)
    return None if opened is None else await _shown_again(context, opened)


async def _shown_again(context: Context, opened: Tap) -> Content:
    """The card with the same signs, which stays on screen."""
    context.put_on_screen("emergency", CARD, *opened.arguments)
    return await _content(context, Emergency(opened.arguments), Outcome.PLAIN)


def _answered(context: Context, said: CardAnswer) -> Content:
    return messages.answered(context.tr, number_for(context.person), said)


async def on_typed(_update: Update, context: Context) -> Replies:
    """Show the emergency card of typed words with whole lines, or with short rows again."""
    outcome = Outcome.__members__.get(context.tap.word(0) or "")
    typed = (context.tap.word(1) or "").split(".")
    signs = tuple(code for code in typed if code == TOO_MUCH or TIER_OF.get(code) is Tier.EMERGENCY)
    if outcome is None or not (signs or typed == [""]):  # words without a sign have the card, too
        return NOTHING
    in_full = context.tap.word(2) == IN_FULL
    call = number_for(context.person)
    card = messages.emergency(context.tr, call, Emergency(signs), outcome, in_full=in_full)
    return [Show(replace(card, rows=(*card.rows, *_kept_rows(context))))]


def _kept_rows(context: Context) -> Rows:
    """The buttons of the tapped card that log a cramp which was typed, too."""
    tapped = context.query.message if context.query is not None else None
    markup = tapped.reply_markup if isinstance(tapped, TelegramMessage) else None
    buttons = (one for row in (markup.inline_keyboard if markup is not None else ()) for one in row)
    return tuple(
        (Button(one.text, data),)
        for one in buttons
        if isinstance(data := one.callback_data, str) and data.startswith(pack("typed", "each"))
    )


def _handlers() -> Sequence[AnyHandler]:
    return taps("emergency", {"typed": on_typed})


FEATURE = Feature(
    name="emergency",
    handlers=_handlers,
    load=load,
    first_look=first_look,
    on_screen={CARD: about_card, ANSWERED: about_card},
    for_anybody=(on_typed,),
)
