"""A cramp and a sign of danger in one message: the card comes first; a button logs the cramp."""

import pytest

from bot.database.models import Cramp
from tests.support.harness import Harness

EMERGENCIES = [
    ("en", "cramp left calf at 3am and now my chest hurts", "Log a cramp at 03:00 · Left · Calf"),
    ("de", "Krampf linke Wade um 3 Uhr nachts, jetzt bekomme ich keine Luft", "Wade"),
    (
        "es",
        "calambre en el gemelo izquierdo a las 3 de la mañana y me duele el pecho",
        "Pantorrilla",
    ),
    ("fr", "crampe au mollet gauche à 3h du matin et j'ai mal à la poitrine", "Mollet"),
]
LESS = [
    ("en", "cramp in my left calf at 3am, now that calf is swollen and hot", "Calf"),
    (
        "es",
        "calambre a las 3 de la mañana en el gemelo y lo tengo hinchado y caliente",
        "Pantorrilla",
    ),
    ("fr", "crampe au mollet gauche à 3h du matin, maintenant il est gonflé et chaud", "Mollet"),
]


@pytest.mark.parametrize(("language", "text", "words"), [*EMERGENCIES, *LESS])
async def test_the_card_comes_first_and_the_cramp_is_offered(
    harness: Harness, language: str, text: str, words: str
) -> None:
    ann = await harness.set_up_person("Ann", language=language)
    before = len(ann.bot_messages)
    await ann.says(text)
    card = ann.last
    assert len(ann.bot_messages) == before + 1
    assert await harness.rows(Cramp) == []
    *others, button = card.buttons
    assert others
    assert "03:00" in button
    assert words in button

    shown = card.words
    await ann.taps(button, card)
    (row,) = await harness.rows(Cramp)
    assert str(row.site) == "calf"
    assert card.words == shown  # the card stays as it is
    assert "03:00" in ann.last.words
    await ann.taps(button, card)
    assert len(await harness.rows(Cramp)) == 1


async def test_the_button_stays_on_the_card_with_whole_lines(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    _language, text, label = EMERGENCIES[0]
    await ann.says(text)
    card = ann.last
    whole = card.buttons[0]
    await ann.taps(whole, card)
    assert card.buttons[0] != whole
    assert card.buttons[-1] == label
    await ann.taps(label, card)
    assert len(await harness.rows(Cramp)) == 1


async def test_two_cramps_are_offered_together(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("two cramps last night, one at 1 and one at 4:30am, left calf, my chest hurts")
    card, label = ann.last, ann.last.buttons[-1]
    assert label == "Log two cramps: 01:00 and 04:30 · left calf"
    await ann.taps(label, card)
    await ann.taps(label, card)
    assert [(row.side, row.site) for row in await harness.rows(Cramp)] == [("left", "calf")] * 2
    assert "chest" in card.words.lower()


@pytest.mark.parametrize(
    "text",
    [
        "no cramp but my chest hurts",
        "my wife had a cramp and her chest hurts",
        "is it a cramp or a clot? my left calf is swollen and hot",
        "my left calf is swollen and hot",
        "afraid of a cramp, my chest hurts",
    ],
)
async def test_no_cramp_is_offered_that_is_not_told(harness: Harness, text: str) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says(text)
    assert not [one for one in ann.last.buttons if "Log a cramp" in one]


async def test_despair_is_answered_alone(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp left calf at 3am, I want to kill myself")
    assert not [one for one in ann.last.buttons if "Log a cramp" in one]
    assert await harness.rows(Cramp) == []


async def test_before_the_set_up_is_done_nothing_is_offered(harness: Harness) -> None:
    ann = await harness.beginner("Ann")
    await ann.says("/start")
    await ann.says(EMERGENCIES[0][1])
    assert not [one for one in ann.last.buttons if "Log a cramp" in one]


async def test_a_leg_that_may_hold_a_clot_is_not_offered_for_stretching(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp in my left calf, it is swollen and I can't breathe")
    assert not any("Log" in one for one in ann.last.buttons)
