"""Typed sentences, and typed answers to questions, in the person's own language."""

from datetime import UTC, datetime, time, timedelta
from types import ModuleType

import pytest

from bot.database.models import Cramp, Kind, Reminder, User
from bot.i18n.translator import available_languages
from bot.i18n.vocabulary.lexicon import examples
from bot.local_time.nights import local_time
from tests.features.free_text import english, french, german, portuguese, russian, spanish
from tests.support.harness import Harness, Someone

MORNING = datetime(2027, 1, 14, 6, 30, tzinfo=UTC)
TABLES = (english, german, spanish, portuguese, french, russian)


async def speaker(harness: Harness, language: str) -> Someone:
    """Somebody who chose a language."""
    if language not in available_languages():
        pytest.skip("the catalogue of this language is not compiled here")
    ann = await harness.set_up_person("Ann", language=language)
    async with harness.database.transaction() as session:
        user = await session.get_one(User, ann.id)
        user.chosen_language = language
        session.add(user)
    return ann


async def times(harness: Harness, kind: Kind) -> str | None:
    return next(row.times for row in await harness.rows(Reminder) if row.kind is kind)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.LANGUAGE)
async def test_the_five_examples_do_what_they_say(harness: Harness, table: ModuleType) -> None:
    ann = await speaker(harness, table.LANGUAGE)
    await harness.live_until(MORNING)
    now, woke, stretch, caffeine, pause = examples(table.LANGUAGE)
    await ann.says(now)
    await ann.says(woke)
    first, second = await harness.rows(Cramp)
    assert (first.side, first.site, first.intensity, first.duration) == (
        *("left", "calf", 7),
        "5_10min",
    )
    assert local_time(second.occurred_at, "Europe/Berlin") == datetime(2027, 1, 14, 3)
    assert second.woke_me == "yes"
    await ann.says(stretch)
    await ann.says(caffeine)
    assert await times(harness, Kind.STRETCH) == "22:15"
    assert await times(harness, Kind.CAFFEINE) == "14:00"
    await ann.says(pause)
    [user] = await harness.rows(User)
    assert user.paused_until_at == datetime(2027, 1, 18, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "bed", "day", "backdated"),
    [
        ("de", "halb elf, also 22 Uhr 30", None, None),
        ("de", "um 23 Uhr", "bis Montag", "gestern 3 Uhr"),
        ("es", "a las 11 de la noche", "el lunes", "ayer a las 3 de la mañana"),
        ("pt_BR", "23h", "segunda-feira", "ontem às 3h"),
        ("fr", "23h", "lundi", "hier à 3h"),
        ("ru", "в 11 вечера", "понедельника", "вчера в 3 часа ночи"),
    ],
)
async def test_questions_take_answers_in_the_language(
    harness: Harness, language: str, bed: str, day: str | None, backdated: str | None
) -> None:
    ann = await speaker(harness, language)
    await ann.forges("users:bed")
    await ann.says(bed)
    [user] = await harness.rows(User)
    if day is None or backdated is None:
        assert user.bed_time == time(22, 30)
        return
    assert user.bed_time == time(23)
    await ann.forges("users:pause:date")
    await ann.says(day)
    assert (await harness.rows(User))[0].paused_until_at == datetime(2027, 1, 18, 6, tzinfo=UTC)
    await ann.says(backdated)
    [cramp] = await harness.rows(Cramp)
    assert local_time(cramp.occurred_at, "Europe/Berlin") == datetime(2027, 1, 12, 3)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "vor 15 Minuten"),
        ("es", "hace 15 minutos"),
        ("pt_BR", "há 15 minutos"),
        ("fr", "il y a 15 min"),
        ("ru", "15 минут назад"),
        ("ru", "15 min ago"),
    ],
)
async def test_a_time_right_after_a_cramp_is_that_cramps(
    harness: Harness, language: str, text: str
) -> None:
    ann = await speaker(harness, language)
    await ann.says("/cramp")
    await ann.says(text)
    [cramp] = await harness.rows(Cramp)
    # The second message may come in a later second than the first.
    assert timedelta(minutes=14) < cramp.tapped_at - cramp.occurred_at <= timedelta(minutes=15)
