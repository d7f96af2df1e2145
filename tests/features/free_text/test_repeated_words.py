"""Sentences that repeat one thing to the limit, to make reading them take long."""

import time
from datetime import UTC, datetime

import pytest

from bot.features.cramps.messages.labels import code_labels
from bot.features.emergency.reading import read
from bot.features.free_text.chip_words import read_chips
from bot.features.free_text.rules.note_rules import note_of
from bot.features.free_text.understanding.every_language import understand
from bot.features.free_text.understanding.whole_sentence import LONGEST_SENTENCE
from bot.i18n.translator import translator
from tests.i18n.test_catalogues import LANGUAGES

NOW = datetime(2027, 1, 13, 2, 12, tzinfo=UTC)
LONGEST_MESSAGE = 4096
MOST_SECONDS = 1.5
"""Of processor time; the slowest takes a tenth of it."""
REPEATED = (
    *("a ", "1 ", "9", "1:", "a-", "и ", "not ", "nicht ", "to ", "at 3 ", "cramp ", "no ", "..."),
    *("--", "'", "1.", "e\u0301", "🦵", "\u200d", "half past ", "one ", "quatre-vingt", "zweiund"),
    *("hundert", "yesterday ", "every ", "monday,", "\n", "a,", "1/", "%", "min ", "left calf "),
    *("ccc", "remind me to ", "undo ", "I can't feel my ", "want to ", "не хочу ", "x" * 50 + " "),
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_takes_long_to_read(language: str) -> None:
    understand("cramp at 3", language, NOW, "Europe/Berlin")  # the words are loaded
    slow = {}
    for text in REPEATED:
        long = (text * LONGEST_MESSAGE)[:LONGEST_MESSAGE]
        started = time.process_time()
        understand(long[:LONGEST_SENTENCE], language, NOW, "Europe/Berlin")
        read(long)
        seconds = time.process_time() - started
        if seconds > MOST_SECONDS:
            slow[text] = round(seconds, 1)
    assert not slow


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_long_message_takes_long_where_chips_and_notes_are_looked_for(language: str) -> None:
    tr = translator(language)
    asleep = code_labels(tr)["context"]["asleep"]
    assert read_chips(tr, f"{asleep},,") == (("context", "asleep"),)
    assert read_chips(tr, ",") is None
    assert read_chips(tr, f"{asleep}, {asleep}") == (("context", "asleep"),)
    started = time.process_time()
    assert read_chips(tr, (f"{asleep}," * LONGEST_MESSAGE)[:LONGEST_MESSAGE]) is None
    for space in (" ", "\n", "\u3000"):
        assert note_of(f"{space * (LONGEST_MESSAGE - 1)}x", language) is None
        assert note_of(f"{space}note: slept badly", language) == "slept badly"
    assert time.process_time() - started < MOST_SECONDS
