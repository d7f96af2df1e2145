""" "4:15 no 5:15": where the answer no and "not" are one word, what is right is asked."""

import pytest

from bot.database.models import Cramp
from bot.features.free_text.meanings.further_values import Correct
from bot.features.free_text.meanings.values import Meaning, Unclear
from bot.features.free_text.understanding.every_language import understand
from tests.features.free_text.sentences import NOW, ZONE, correct, correct_hour
from tests.support.harness import Harness

QUARTERS = (correct("04:15"), correct("05:15"))
HOURS = (correct_hour(3), correct_hour(4))
CALVES = (correct(side="left", site="calf"), correct(side="right", site="calf"))


@pytest.mark.parametrize(
    ("language", "text", "either"),
    [
        ("en", "4:15 no 5:15", QUARTERS),
        ("es", "4:15 no 5:15", QUARTERS),
        ("it", "4:15 no 5:15", QUARTERS),
        ("pt_BR", "4:15 não 5:15", QUARTERS),
        ("ru", "4:15 нет 5:15", QUARTERS),
        ("uk", "4:15 ні 5:15", QUARTERS),
        ("en", "cramp at 3 no 4", HOURS),
        ("es", "calambre a las 3 no a las 4", HOURS),
        ("it", "crampo alle 3 no alle 4", HOURS),
        ("pt_BR", "cãibra às 3 não às 4", HOURS),
        ("ru", "судорога в 3 нет в 4", HOURS),
        ("uk", "судома о 3 ні о 4", HOURS),
        ("en", "left calf no right calf", CALVES),
        ("es", "gemelo izquierdo no gemelo derecho", CALVES),
        ("it", "polpaccio sinistro no polpaccio destro", CALVES),
        ("pt_BR", "panturrilha esquerda não panturrilha direita", CALVES),
        ("ru", "левая икра нет правая икра", CALVES),
        ("uk", "ліва литка ні права литка", CALVES),
    ],
)
def test_two_values_with_a_no_between_are_asked(
    language: str, text: str, either: tuple[Meaning, ...]
) -> None:
    found = understand(text, language, NOW, ZONE).understood
    assert isinstance(found, Unclear)
    assert set(either) <= set(found.candidates)


@pytest.mark.parametrize(
    ("language", "text", "right"),
    [
        ("en", "4:15 not 5:15", QUARTERS[0]),
        ("ru", "4:15 не 5:15", QUARTERS[0]),
        ("uk", "4:15 не 5:15", QUARTERS[0]),
        ("en", "right calf not left calf", CALVES[1]),
        ("ru", "правая икра не левая икра", CALVES[1]),
        ("ru", "нет в два", correct_hour(2)),
        ("es", "no, derecha", correct(side="right")),
    ],
)
def test_what_can_only_be_not_or_only_the_answer_is_done(
    language: str, text: str, right: Correct
) -> None:
    assert understand(text, language, NOW, ZONE).understood == right


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("en", "cramp right calf", "no right"),
        ("es", "calambre gemelo derecho", "no derecha"),
        ("it", "crampo polpaccio destro", "no destra"),
        ("pt_BR", "cãibra panturrilha direita", "não direita"),
        ("ru", "судорога правая икра", "нет правая"),
        ("uk", "судома права литка", "ні права"),
    ],
)
async def test_a_side_that_the_entry_has_is_asked_about_each_time(
    harness: Harness, language: str, said: str, text: str
) -> None:
    ann = await harness.set_up_person("Ann", language=language)
    await ann.says(said)
    for _ in range(2):
        await ann.says(text)
        (entry,) = await harness.rows(Cramp)
        assert entry.side == "right"
        assert len(ann.last.buttons) >= 2


async def test_a_side_that_the_entry_has_not_is_put_right(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp left calf")
    await ann.says("no right")
    (entry,) = await harness.rows(Cramp)
    assert entry.side == "right"


async def test_two_sides_with_a_no_between_change_nothing_unasked(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp right calf")
    await ann.says("left no right")
    (entry,) = await harness.rows(Cramp)
    assert entry.side == "right"
    assert ann.last.buttons[:2] == ["Right", "Left"]


async def test_one_that_stands_for_the_cramp_is_no_strength(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp left calf, 7/10")
    for text in ("it was the first one", "no, the first one was right", "one was right"):
        await ann.says(text)
        (entry,) = await harness.rows(Cramp)
        assert entry.intensity == 7
