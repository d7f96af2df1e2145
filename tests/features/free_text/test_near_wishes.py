"""What cannot be done is said plainly, with what comes near to it on buttons."""

from datetime import datetime, time

import pytest

from bot.database.models import Cramp, Kind, Reminder, User
from bot.features.free_text.meanings.further_values import Said, Talk
from bot.features.free_text.understanding.every_language import understand
from tests.features.free_text.sentences import NOW, ZONE
from tests.support.harness import Harness

FEW_DAYS = (
    "I cannot remind you every few days, only daily or on fixed weekdays. What comes closest?"
)
ONE_DAY = "I cannot set another time of getting up for one day only. Would this help?"
MON_WED_FRI = 0b0010101


async def own_reminders(harness: Harness) -> list[Reminder]:
    return [one for one in await harness.rows(Reminder) if one.kind is Kind.CUSTOM]


async def test_every_other_day_is_asked_with_weekdays(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("remind me every other day at 9 am to take my magnesium")
    assert ann.last.words == f"{FEW_DAYS}\n“take my magnesium”"
    assert ann.last.buttons == [
        "Mon, Wed, Fri: 09:00",
        "Every day: 09:00",
        "Tue, Thu, Sat: 09:00",
        "None of these",
    ]
    assert await own_reminders(harness) == []
    await ann.taps("Mon, Wed, Fri: 09:00")
    (added,) = await own_reminders(harness)
    assert (added.words, added.weekdays) == ("take my magnesium", MON_WED_FRI)
    assert added.next_local == "2027-01-15T09:00"  # a Friday


async def test_a_reminder_that_exists_gets_weekdays(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("remind me to stretch every other evening")
    assert ann.last.words == FEW_DAYS
    await ann.taps("🌙 Stretch: Mon, Wed, Fri")
    stretch = next(one for one in await harness.rows(Reminder) if one.kind is Kind.STRETCH)
    assert stretch.weekdays == MON_WED_FRI


async def test_getting_up_tomorrow_only_is_asked(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("I have to get up at 5 tomorrow")
    assert ann.last.words == ONE_DAY
    assert ann.last.buttons == ["Getting up, every day: 05:00", "No"]
    await ann.says("tomorrow I sleep in until 10")
    assert ann.last.words == ONE_DAY
    assert ann.last.buttons[:2] == ["Pause until: tomorrow 10:00", "Getting up, every day: 10:00"]
    (user,) = await harness.rows(User)
    assert user.wake_time == time(7)
    await ann.taps("Pause until: tomorrow 10:00")
    (user,) = await harness.rows(User)
    assert user.paused_until_at == datetime.fromisoformat("2027-01-14T10:00+01:00")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("my dog had a cramp", "en"),
        ("the dog had a cramp in his left leg", "en"),
        ("our cat got a cramp at 3", "en"),
        ("mein hund hat krämpfe", "de"),
        ("unsere katze hatte um 3 einen krampf", "de"),
        ("mon chien a des crampes", "fr"),
        ("il cane ha avuto un crampo alla zampa sinistra", "it"),
        ("mi perro tuvo un calambre a las 3", "es"),
        ("o cachorro teve uma cãibra", "pt_BR"),
        ("у собаки была судорога", "ru"),
        ("у мого пса була судома", "uk"),
    ],
)
def test_a_cramp_of_a_pet_is_understood_as_one(text: str, language: str) -> None:
    assert understand(text, language, NOW, ZONE).understood == Said(Talk.PET)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("the dog woke me at 3 with a cramp in my calf", "en"),
        ("walked the dog yesterday, cramp at 3", "en"),
        ("cramp at 3, the dog jumped on my leg", "en"),
        ("die katze hat mich um 3 geweckt dann krampf in der wade", "de"),
    ],
)
async def test_ones_own_cramp_beside_a_pet_is_offered(
    harness: Harness, text: str, language: str
) -> None:
    harness.clock.set(datetime.fromisoformat("2027-01-14T07:30+01:00"))
    ann = await harness.set_up_person("Ann", language=language)
    await ann.says(text)
    assert "03:00" in ann.last.buttons[0]
    await ann.taps(ann.last.buttons[0])
    (cramp,) = await harness.rows(Cramp)
    assert cramp.occurred_at == datetime.fromisoformat("2027-01-14T03:00+01:00")


async def test_a_cramp_of_a_pet_is_not_logged(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("my dog had a cramp")
    assert ann.last.words == (
        "Poor thing. This diary is only about your own legs, so nothing is logged."
    )
    assert ann.last.buttons == []
    assert await harness.rows(Cramp) == []


async def test_what_if_is_answered_with_what_helps(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("what if I get a cramp tonight?")
    assert "Pull your foot up toward your shin" in ann.last.words
    assert await harness.rows(Cramp) == []
