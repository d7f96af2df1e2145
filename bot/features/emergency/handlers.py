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
from bot.features.emergency.messages import Noted
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
from bot.features.emergency.somebody import is_of_somebody
from bot.features.emergency.spreading import names_where_else, says_where_else
from bot.features.emergency_numbers.lookup import UNKNOWN, number_for
from bot.features.health_profile.gate_messages import leg_sign_line
from bot.features.health_profile.gate_queries import LEG_SIGNS, has_leg_sign
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
        case Treated("stretch") as reading:
            # An entry leads to stretching: it is offered below the question instead.
            return FirstAnswer(_answering(reading), Rest.OWN_WORDS)
        case Today() | Soon() | Doubt() | Treated() as reading:
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
            signs = await _with_leg(context, reading.signs)
            context.put_on_screen("emergency", CARD, *signs[: messages.MOST_SIGNS])
            return [Say(await _content(context, Emergency(signs), outcome))]
        if may_note and isinstance(reading, Today | Soon) and (opened := _chest_card(context)):
            return [Say(await _shown_again(context, opened))]
        if may_note and isinstance(reading, Today) and reading.signs:
            return await _noted(context, reading, outcome)
        return [Say(await _content(context, reading, outcome))]

    return replies


def _chest_card(context: Context) -> Tap | None:
    """The card for the chest that is on screen, if the text names an arm or another such place.

    A numb arm would get a lower card by itself; after pain in the chest it may be the same heart.
    """
    opened = context.opened("emergency", CARD)
    is_of_chest = opened is not None and CHEST in opened.arguments
    is_same = is_of_chest and names_where_else(context.text, context.tr.language)
    return opened if is_same else None


async def _with_leg(context: Context, signs: tuple[str, ...]) -> tuple[str, ...]:
    """The signs of a card, with the one of a leg and breath if the leg was told before."""
    if "breath" not in signs or "leg_and_breath" in signs:
        return signs
    is_leg = await has_leg_sign(context.session, context.person.id)
    return ("leg_and_breath", *signs) if is_leg else signs


async def _noted(context: Context, reading: Today, outcome: Outcome) -> Replies:
    """Note the signs in the diary, unless they are somebody else's.

    With the sign of a leg that may hold a clot no text advises to stretch or rub it any more.
    """
    tr, user = context.tr, context.person
    is_leg = not set(reading.signs).isdisjoint(LEG_SIGNS)
    signs = sorted(reading.signs, key=lambda one: one not in LEG_SIGNS)[: messages.MOST_SIGNS]
    if is_of_somebody(context.text, tr.language):
        signs = []
    await context.session.flush()
    found = [
        await hits.record(
            context.session,
            user.id,
            sign,
            TIER_OF[sign].value,
            context.today,
            context.now,
            shown=True,
        )
        for sign in signs
    ]
    caution = leg_sign_line(tr) if is_leg else None
    noted = Noted(found[0].id or 0 if found else 0, tuple(signs), caution)
    answer = messages.today(tr, number_for(user), reading, outcome, noted)
    return [Say(answer), *([DiaryChanged({context.today})] if found else [])]


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
            return messages.treated(tr, reading, outcome)
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
