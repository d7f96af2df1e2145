"""Words for undoing at an open question: they decline it, and touch nothing that is stored."""

from datetime import UTC, datetime

import pytest

from bot.database.models import Cramp
from bot.features.free_text.declined import declines
from bot.features.free_text.understanding.every_language import understand
from tests.support.harness import Harness

AT_NIGHT = datetime(2027, 1, 14, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text", "at_question", "at_undo"),
    [
        ("en", "cancel that", True, False),
        ("en", "undo", True, False),
        ("en", "forget it", True, True),
        ("en", "actually no", True, True),
        ("en", "actually 4", False, False),
        ("en", "cramp left calf", False, False),
        ("de", "mach das rückgängig", True, False),
        ("de", "nee lass mal", True, True),
        ("de", "nein doch nicht", True, True),
        ("es", "cancela eso", True, False),
        ("es", "déjalo", True, True),
        ("fr", "annule ça", True, False),
        ("fr", "laisse tomber", True, True),
        ("it", "annulla", True, False),
        ("it", "lascia perdere", True, True),
        ("pt_BR", "cancela isso", True, False),
        ("pt_BR", "deixa pra lá", True, True),
        ("ru", "отмени", True, False),
        ("ru", "забудь", True, True),
        ("uk", "скасуй", True, False),
        ("uk", "забудь", True, True),
    ],
)
def test_what_declines(language: str, text: str, at_question: bool, at_undo: bool) -> None:
    reading = understand(text, language, AT_NIGHT, "Europe/Berlin")
    assert declines(reading, is_of_undo=False) is at_question
    assert declines(reading, is_of_undo=True) is at_undo


async def test_the_cramp_stays_when_a_question_is_declined(harness: Harness) -> None:
    harness.clock.set(AT_NIGHT)
    ann = await harness.set_up_person("Ann")
    await ann.says("cramp left calf")
    for text in ("cancel that", "never mind", "no"):
        await ann.says("pause")
        asked = ann.last
        assert "None of these" in asked.buttons
        await ann.says(text)
        assert ann.last.words == "All right, nothing is changed.", text
        assert asked.buttons == []
    assert [row.deleted_at for row in await harness.rows(Cramp)] == [None]
    await ann.says("cancel that")  # no question is open any more
    assert ann.last.words.startswith("Removed")
