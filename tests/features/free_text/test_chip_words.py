"""The words of chips, typed after a cramp was logged, do what the chips do."""

from datetime import timedelta

import pytest

from bot.database.models import Cramp, HabitDay
from bot.features.cramps.messages.labels import code_labels
from bot.features.free_text.chip_words import NAMED, read_chips
from bot.i18n.translator import available_languages, translator
from tests.features.cramps.entries import AT_NIGHT, logged, only_row, sleeper
from tests.support.harness import Harness


def told(row: Cramp) -> tuple[object, ...]:
    return (
        row.context,
        row.possible_triggers,
        row.relief_tried,
        row.relief_helped,
        row.after_effects,
    )


async def test_words_of_chips_are_entered_confirmed_and_undone_by_name(harness: Harness) -> None:
    ann = await logged(harness)
    for text, undo in (
        ("Lying awake", "Undo: lying awake"),
        ("hot day, STRETCHED.", "Undo: hot day, stretched"),
        ("helped a bit", "Undo: helped a bit"),
        ("still sore", "Undo: sore next day"),
    ):
        await ann.says(text)
        assert ann.last.buttons == [undo, "✏️ Change"]
    entered = told(await only_row(harness))
    assert entered == ("lying_awake", "hot_day", "stretched", "a_bit", "sore_next_day")
    assert "helped a bit" in ann.last.words
    assert await harness.rows(HabitDay) == []  # "stretched" is not about the evening here
    await ann.taps("Undo: hot day, stretched")
    assert told(await only_row(harness))[1:3] == ("", "")
    await ann.says("hot day, purple")
    assert told(await only_row(harness))[1] == ""


@pytest.mark.parametrize("text", ["fell", "I fell!", "I fell down"])
async def test_the_name_of_a_field_opens_its_page(harness: Harness, text: str) -> None:
    ann = await logged(harness)
    await ann.says(text)
    assert "Did you fall when it came?" in ann.last.words
    await ann.taps("Nearly")
    assert (await only_row(harness)).fell == "nearly"
    assert "fell: nearly" in ann.last.words
    assert "Undo: fell: nearly" in ann.last.buttons


async def test_without_a_recent_entry_they_are_about_the_evening(harness: Harness) -> None:
    ann = await logged(harness)
    harness.clock.set(AT_NIGHT + timedelta(hours=6))
    await ann.says("stretched")
    assert told(await only_row(harness))[2] == ""
    bob = await sleeper(harness, "Bob", AT_NIGHT + timedelta(hours=6))
    await bob.says("hot day")
    assert len(await harness.rows(Cramp)) == 1


@pytest.mark.parametrize("language", available_languages())
def test_each_chip_can_be_typed_in_every_language(language: str) -> None:
    tr = translator(language)
    for field in NAMED:
        for code, label in code_labels(tr)[field].items():
            if code not in {"other", "none_known"}:
                assert read_chips(tr, label) == ((field, code),), label
    pair = code_labels(tr)["trigger"]["long_sitting_or_driving"], code_labels(tr)["relief"]["heat"]
    wanted = (("trigger", "long_sitting_or_driving"), ("relief", "heat"))
    assert read_chips(tr, ", ".join(pair)) == wanted
    assert read_chips(tr, f"{pair[1]}, purple") is None
