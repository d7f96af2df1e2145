"""Reading age of every card about health: grade 7 at most, of the emergency card 6 at most.

A grade over a whole card hides a hard sentence among short ones, so each sentence has a bound too.
"""

import re
from collections.abc import Iterator
from datetime import date

from bot.features.cramps.health_texts import (
    general_information,
    lost_fluid_card,
    short_information,
    warning_card,
)
from bot.features.cramps.signs import TIER_OF, Tier
from bot.features.emergency import messages as typed
from bot.features.emergency.crisis_lines import LINES
from bot.features.emergency.reading import Emergency
from bot.features.emergency_numbers.lookup import UNKNOWN, by_country, number_to_call
from bot.features.warning_signs import sign_messages
from bot.i18n.translator import translator
from bot.telegram.feature import Outcome
from tests.support.cases import check_each
from tests.support.learn_cards import SHUT, every_card
from tests.support.reading_age import grade
from tests.support.wording import visible_text

TR = translator("en")
NUMBERS = {
    "own number": number_to_call("112", None),
    "no country": UNKNOWN,
    **{code: by_country()[code] for code in ("GB", "NO", "NZ", "BR")},
}
HARDEST, HARDEST_EMERGENCY = 7.0, 6.0
LONGEST_SENTENCE = 28
"""Words; the lists of countries and of who is more at risk are the longest."""


def emergency_cards() -> Iterator[tuple[str, str]]:
    """The name and the HTML of every emergency card."""
    for name, call in NUMBERS.items():
        for in_full in (False, True):
            card = warning_card(TR, Tier.EMERGENCY, call, in_full=in_full)
            yield f"emergency, {name}, {'in full' if in_full else 'short'}", card
        for code in (code for code, tier in TIER_OF.items() if tier is Tier.EMERGENCY):
            ticked = sign_messages.ticked(TR, code, 1, date(2027, 1, 17), call)
            yield f"{code} ticked, {name}", ticked.text


def typed_words() -> Iterator[tuple[str, str]]:
    """The name and the HTML of every answer to typed words of danger."""
    for name, call in NUMBERS.items():
        for outcome in Outcome:
            emergency = typed.emergency(TR, call, Emergency(("chest",)), outcome)
            yield f"typed emergency, {name}, {outcome}", emergency.text
            for line in {None, *LINES.values()}:
                crisis = typed.crisis(TR, call, line, outcome)
                yield f"crisis, {name}, {line}, {outcome}", crisis.text


def other_cards() -> Iterator[tuple[str, str]]:
    """The name and the HTML of every other card about health."""
    for name, call in NUMBERS.items():
        for tier in (Tier.URGENT, Tier.SOON):
            yield f"{tier}, {name}", warning_card(TR, tier, call)
    yield "information", general_information(TR, NUMBERS["own number"])
    yield "short information", short_information(TR)
    for shut in SHUT:
        for card, is_long, message in every_card(TR, shut):
            yield f"{card}, {'whole' if is_long else 'first lines'}", message.text
    for are_free in (True, False):
        yield f"lost fluid, {are_free}", lost_fluid_card(TR, UNKNOWN, drinks_are_free=are_free)


def test_the_library_tells_easy_from_hard() -> None:
    assert grade("Sit up. Hold on to something.") < 2
    assert grade("Institutional deliberations necessitate considerable administration.") > 12
    assert grade("<b>Run</b>\n• A cat sat\n<i>Sources: Organisation of Epidemiology.</i>") < 1


def test_every_card_is_easy_to_read() -> None:
    def check(case: tuple[str, str, float]) -> str | None:
        name, html, hardest = case
        found = grade(html)
        return f"{name}: grade {found:.1f}, at most {hardest}" if found > hardest else None

    urgent = [*emergency_cards(), *typed_words()]
    cases = [(name, html, HARDEST_EMERGENCY) for name, html in urgent]
    cases += [(name, html, HARDEST) for name, html in other_cards()]
    check_each(cases, check)


def test_no_sentence_of_a_warning_card_is_long() -> None:
    def check(case: tuple[str, str]) -> str | None:
        name, html = case
        text = visible_text(re.sub(r"<blockquote.*?</blockquote>|<i>Sources.*?</i>", "", html))
        sentences = re.split(r"(?<=[.?!])\s|\n", text)
        long = [one for one in sentences if len(one.split()) > LONGEST_SENTENCE]
        return f"{name}: {long[0]}" if long else None

    check_each([*emergency_cards(), *other_cards()], check)
