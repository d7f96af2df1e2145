"""Sentences that mean something else, or are plain, at another hour than that of the tables."""

from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.features.free_text.meanings.values import Unclear
from bot.features.free_text.offers.offers import offers
from bot.features.free_text.understanding.every_language import understand
from tests.features.free_text import test_in_words
from tests.features.free_text.sentences import NOW, ZONE

TABLE = Path(__file__).parent / "at_other_hours.tsv"
"""Lines with "done" or "asked", a language, the time in Berlin, a sentence, the words of a button.

"not" is for a button that is not among those offered.
"""
ROWS = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(("how", "language", "clock", "text", "words"), ROWS)
def test_at_other_hours(
    monkeypatch: pytest.MonkeyPatch, how: str, language: str, clock: str, text: str, words: str
) -> None:
    hour, minute = map(int, clock.split(":"))
    now = NOW.astimezone(ZoneInfo(ZONE)).replace(hour=hour, minute=minute).astimezone(UTC)
    monkeypatch.setattr(test_in_words, "NOW", now)
    found = understand(text, language, now, ZONE)
    if how == "done":
        assert found.is_sure
        assert test_in_words.words_of(found.understood) == words
        return
    asked = found.understood.candidates if isinstance(found.understood, Unclear) else ()
    offered = asked or (() if found.is_sure else offers(text, language, now, ZONE))
    said = [test_in_words.words_of(one) for one in offered]
    assert (words in said) == (how == "asked"), said
