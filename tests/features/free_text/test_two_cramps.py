"""Two cramps of one sentence: one tap logs both, and one takes both back."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.database.models import Cramp
from tests.support.harness import Harness, Someone

ZONE = ZoneInfo("Europe/Berlin")
SAID = {
    "en": ("one at 1 and one at half 4, both left calf", "Log two cramps: 01:00 and 04:30"),
    "de": ("einer um 1 und einer um halb fünf, beide linke wade", "Zwei Krämpfe eintragen: 01:00"),
}


async def in_the_morning(harness: Harness, language: str = "en") -> Someone:
    harness.clock.set(datetime(2027, 1, 14, 7, 30, tzinfo=ZONE))
    return await harness.set_up_person("Ann", language=language)


async def times_of(harness: Harness) -> list[tuple[str, str | None, str | None, bool]]:
    """The local time, side and place of each entry, and whether it is removed."""
    return [
        (f"{at:%H:%M}", one.side, one.site, one.deleted_at is not None)
        for one in await harness.rows(Cramp)
        for at in [one.occurred_at.astimezone(ZONE)]
    ]


def both(*, removed: bool = False) -> list[tuple[str, str, str, bool]]:
    return [("01:00", "left", "calf", removed), ("04:30", "left", "calf", removed)]


@pytest.mark.parametrize("language", SAID)
async def test_both_are_logged_by_the_first_button(harness: Harness, language: str) -> None:
    ann = await in_the_morning(harness, language)
    text, label = SAID[language]
    await ann.says(text)
    assert await harness.rows(Cramp) == []
    first = ann.last.buttons[0]
    assert first.startswith(label)
    await ann.taps(first, ann.last)
    assert await times_of(harness) == both()


async def test_one_undo_takes_both_back_and_brings_them_again(harness: Harness) -> None:
    ann = await in_the_morning(harness)
    await ann.says(SAID["en"][0])
    question = ann.last
    await ann.taps(question.buttons[0], question)
    assert question.words == (
        "Cramp logged: 01:00, Wednesday night · left calf\n"
        "Cramp logged: 04:30, Wednesday night · left calf"
    )
    await ann.taps("Undo", question)
    assert question.words == "Removed: 01:00, 04:30."
    assert await times_of(harness) == both(removed=True)
    await ann.taps("Undo", question)
    assert await times_of(harness) == both()


async def test_a_typed_undo_is_about_both(harness: Harness) -> None:
    ann = await in_the_morning(harness)
    await ann.says(SAID["en"][0])
    await ann.taps(ann.last.buttons[0], ann.last)
    await ann.says("undo")
    assert await times_of(harness) == both(removed=True)


async def test_an_entry_of_that_minute_stays_the_only_one(harness: Harness) -> None:
    ann = await in_the_morning(harness)
    await ann.says("cramp at 1am left calf")
    harness.clock.set(harness.clock.now() + timedelta(minutes=2))
    await ann.says(SAID["en"][0])
    question = ann.last
    await ann.taps(question.buttons[0], question)
    assert await times_of(harness) == both()
    await ann.taps("Undo", question)
    assert [one[3] for one in await times_of(harness)] == [False, True]


async def test_the_same_tap_twice_logs_nothing_more(harness: Harness) -> None:
    ann = await in_the_morning(harness)
    await ann.says(SAID["en"][0])
    question = ann.last
    first = question.inline[0][0]
    await ann.taps(question.buttons[0], question)
    await ann.forges(first["callback_data"], question)
    assert await times_of(harness) == both()


@pytest.mark.parametrize(
    ("language", "said", "unsure"),
    [
        ("en", "cramp in my left foot", "I don't know"),
        ("de", "krampf im linken fuß", "weiß nicht"),
        ("es", "calambre en el pie izquierdo", "no lo sé"),
    ],
)
async def test_who_does_not_know_where_chooses_not_sure(
    harness: Harness, language: str, said: str, unsure: str
) -> None:
    ann = await in_the_morning(harness, language)
    await ann.says(said)
    await ann.says(unsure)
    assert await times_of(harness) == [("07:30", "left", None, False)]
