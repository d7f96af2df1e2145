"""Everyday sentences, and in words what is done, asked or offered: what the button says.

The sentences are of readers who had not seen the word lists. It is Wednesday, 13 January 2027,
07:30 in Berlin, as in the other tables.
"""

from datetime import datetime
from pathlib import Path

import pytest

from bot.features.free_text.acts.further_labels import further_label
from bot.features.free_text.cramp_words import cramp_words, two_words
from bot.features.free_text.meanings.further_values import HadCaffeine, OpenCard, Said
from bot.features.free_text.meanings.offer_values import Offer, OpenCommand, OpenReminder
from bot.features.free_text.meanings.values import LogCramp, LogTwo, Page, Show, Unclear
from bot.features.free_text.offers.offers import offers
from bot.features.free_text.reading_labels import label, reminder_words
from bot.features.free_text.understanding.every_language import understand
from bot.features.free_text.understanding.sentence import Understood
from bot.features.learn.messages import label as card_label
from bot.i18n.translator import Translator, translator
from bot.local_time.nights import local_time
from tests.features.free_text.sentences import NOW, ZONE
from tests.support.cases import check_each

TABLES = sorted((Path(__file__).parent / "in_words").glob("*.tsv"))
"""A file for each language: lines with "done" or "asked", a sentence, the words of a button."""
each_language = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.stem)
ENGLISH = translator("en")


def words_of(offer: Offer | Understood, tr: Translator = ENGLISH) -> str:
    """What a button says of a meaning, in English, whatever the language of the sentence."""
    match offer:
        case None | Unclear():
            return ""
        case OpenReminder(kind):
            return reminder_words(tr, kind)
        case OpenCommand(_name, words):
            return words
        case OpenCard(name):
            return card_label(tr, name)  # its short name
        case Show(Page.LEARN):
            return "Learn"
        case Said() if further_label(tr, offer) == tr.gettext("Only a friendly word"):
            return "👍"  # in the tables
        case LogCramp():
            local = local_time(offer.at, ZONE)
            return cramp_words(tr, offer, local, local_time(NOW, ZONE))
        case LogTwo():
            locals_of: dict[LogCramp | HadCaffeine, datetime] = {
                one: local_time(one.at, ZONE) for one in (offer.first, offer.second)
            }
            return two_words(tr, offer, locals_of, local_time(NOW, ZONE))
        case _:
            return label(tr, offer, local_time(NOW, ZONE).date())


def rows(table: Path, how: str) -> list[tuple[str, str]]:
    """The sentences of a language that are done, or asked about, with the words of a button."""
    lines = [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()]
    return [(text, words) for sort, text, words in lines if sort == how]


@each_language
def test_done(table: Path) -> None:
    def check(row: tuple[str, str]) -> str | None:
        found = understand(row[0], table.stem, NOW, ZONE)
        said = words_of(found.understood) if found.is_sure else f"{found}"
        return None if said == row[1] else f"{row[0]!r} is {said}, expected {row[1]!r}"

    check_each(rows(table, "done"), check)


@each_language
def test_asked(table: Path) -> None:
    """The button is among those of the question, or of what is offered to who is not understood."""

    def check(row: tuple[str, str]) -> str | None:
        found = understand(row[0], table.stem, NOW, ZONE)
        asked = found.understood.candidates if isinstance(found.understood, Unclear) else ()
        offered = asked or (() if found.is_sure else offers(row[0], table.stem, NOW, ZONE))
        said = [words_of(one) for one in offered]
        return None if row[1] in said else f"{row[0]!r} offers {said}, expected {row[1]!r}"

    check_each(rows(table, "asked"), check)
