"""Names of medicines are offered to every open question of the bot, in six languages.

Nothing becomes a fair test, no reminder that everybody has changes, and own reminders carry a line.
"""

import sqlalchemy as sa
from sqlmodel import col

from bot.database.models import Experiment, Kind, Reminder, User
from bot.features.health_profile.gate_messages import own_reminder_line
from bot.features.registry import FEATURES
from bot.i18n.translator import translator
from bot.telegram.message import pack
from tests.features.health_profile.test_medicine_words import LANGUAGES, MEDICINES, SENTENCES
from tests.support.harness import Harness

QUESTIONS = [
    (feature.name, verb)
    for feature in FEATURES
    for verb in feature.answers
    if (feature.name, verb) != ("reminders", "words")  # it is tried with each name, below
]


async def everybodys(harness: Harness) -> list[tuple[object, ...]]:
    """The settings of the reminders that everybody has."""
    return [
        (row.user_id, row.kind, row.enabled, row.times, row.weekdays)
        for row in await harness.rows(Reminder)
        if row.kind is not Kind.CUSTOM
    ]


async def asks(harness: Harness, person: int, question: str) -> None:
    async with harness.database.transaction() as session:
        await session.exec(sa.update(User).where(col(User.id) == person).values(awaiting=question))


async def test_no_name_becomes_a_test_or_an_advice(harness: Harness) -> None:
    people = {
        language: await harness.set_up_person(f"Person {language}", language=code)
        for language, code in LANGUAGES.items()
    }
    before = await everybodys(harness)
    names = {language: iter(found) for language, found in MEDICINES.items()}
    for number, (feature, verb) in enumerate(QUESTIONS):  # each language takes its turn
        language = list(people)[number % len(people)]
        await asks(harness, people[language].id, pack(feature, verb))
        await people[language].says(next(names[language]))
    for language, someone in people.items():
        await asks(harness, someone.id, pack("reminders", "list"))
        await someone.says(SENTENCES[language][0].format(next(names[language])))
        await asks(harness, someone.id, pack("reminders", "words"))
        await someone.says(name := next(names[language]))
        assert someone.last.words.splitlines()[0] == f"📌 {name}"
        assert someone.last.words.endswith(own_reminder_line(translator(LANGUAGES[language])))
    assert await harness.rows(Experiment) == []
    assert await everybodys(harness) == before
    own = [row for row in await harness.rows(Reminder) if row.kind is Kind.CUSTOM]
    assert len(own) == len(people)
