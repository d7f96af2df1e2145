"""What is offered for sentences of strangers, which no rule and no list of words was made for."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from bot.features.free_text.meanings.act_values import (
    Mute,
    RemindOnce,
    Reset,
    SetDays,
    SetSound,
    Shift,
    SleepTimes,
)
from bot.features.free_text.meanings.further_values import (
    AskNights,
    DidHabit,
    OpenCard,
    RemoveEntry,
    Said,
    Undo,
)
from bot.features.free_text.meanings.offer_values import Offer
from bot.features.free_text.meanings.topics import OF_TYPES, plain_offer, topic_of
from bot.features.free_text.meanings.values import (
    LogCramp,
    Meaning,
    MoveReminder,
    Page,
    Pause,
    Show,
    TurnReminder,
)
from bot.features.free_text.offers.likeness import FOLDER, TALK, is_usual, likeness
from bot.features.free_text.offers.offers import MOST_OFFERS, offers
from bot.features.free_text.understanding.every_language import understand
from bot.features.free_text.understanding.sentence import Situation
from bot.features.free_text.understanding.whole_sentence import readings_of
from bot.i18n.vocabulary.lexer import lex
from tests.support.cases import check_each
from tests.support.harness import Harness

ZONE = "Europe/Berlin"
STRANGE = Path(__file__).parent / "strange.tsv"
"""Lines with a language, the local time, topics of which one is right, and a sentence. The tool
that weighs words leaves these sentences out. Those about nothing have the topic "talk"."""
LANGUAGES = ("en", "de", "es", "fr", "it", "pt_BR", "ru", "uk")
each_language = pytest.mark.parametrize("language", LANGUAGES)
LEAST_RIGHT = 0.86
"""The share of sentences of which the right topic is done, asked about, or among two offers."""
MOST_ABOUT_NOTHING = 0.5
"""The share of sentences about nothing for which something is offered all the same."""
LARGEST_FILE = 100_000
WITHOUT_OFFER = {TALK, "answer", "note"}
NOW = datetime(2027, 1, 13, 20, 30, tzinfo=UTC)
"""Wednesday, 21:30 in Berlin."""
Row = tuple[str, str, str]
BY_THEIR_PARTS = {
    *(MoveReminder, TurnReminder, SetDays, SetSound, Shift, Reset, Mute, RemindOnce, SleepTimes),
    *(Show, AskNights, OpenCard, DidHabit, Said),
}
"""Meanings whose topic depends on the reminder, the page or the span of time that they name."""


def rows(language: str) -> Iterator[Row]:
    """The local time, the topics and the text of each sentence in a language."""
    for line in STRANGE.read_text(encoding="utf-8").splitlines():
        spoken, clock, topics, text = line.split("\t")
        if spoken == language:
            yield clock, topics, text


def answered(language: str, row: Row) -> tuple[Offer, ...]:
    """What is done, what is asked about, or what is offered."""
    hour, minute = map(int, row[0].split(":"))
    at = datetime(2027, 1, 13, hour - 1, minute, tzinfo=UTC)
    found = understand(row[2], language, at, ZONE)
    return readings_of(found.understood) or offers(row[2], language, at, ZONE, reading=found)


def is_right(topic: str, topics: str) -> bool:
    """ "card" stands for any card."""
    return topic in topics.split() or topic.partition(".")[0] in topics.split()


@each_language
def test_of_two_offers_one_is_right(language: str) -> None:
    asked = [row for row in rows(language) if row[1] != TALK]
    wrong = [
        f"{row[2]!r}: {found[:2]}"
        for row in asked
        for found in [answered(language, row)]
        if not any(is_right(topic_of(one), row[1]) for one in found[:2])
    ]
    assert len(asked) >= 35
    assert len(wrong) <= (1 - LEAST_RIGHT) * len(asked), "\n".join(wrong)


@each_language
def test_for_a_text_about_nothing_little_is_offered(language: str) -> None:
    about_nothing = [row for row in rows(language) if row[1] == TALK]
    offered = [
        f"{row[2]!r}: {found}"
        for row in about_nothing
        for found in [answered(language, row)]
        if any(topic_of(one) not in (TALK, "caregiver") for one in found)
    ]
    assert len(about_nothing) >= 10
    assert len(offered) <= MOST_ABOUT_NOTHING * len(about_nothing), "\n".join(offered)


@each_language
def test_each_topic_of_the_files_can_be_offered(language: str) -> None:
    text = (FOLDER / f"{language}.tsv").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines()]
    topics = {entry.partition(":")[0] for _sign, entries in lines for entry in entries.split()}
    situation = Situation(language, NOW, ZONE, 24)
    offered = {topic for topic in topics if plain_offer(topic, situation) is not None}
    assert topics - offered <= WITHOUT_OFFER
    assert len(offered) >= 45
    assert len(text.encode()) < LARGEST_FILE
    encoded = [sign.encode() for sign, _entries in lines]
    assert encoded == sorted(set(encoded))


@each_language
def test_an_offer_is_about_the_topic_it_is_made_for(language: str) -> None:
    situation = Situation(language, NOW, ZONE, 24)

    def check(topic: str) -> str | None:
        offer = plain_offer(topic, situation)
        return f"{topic}: {offer}" if offer is not None and topic_of(offer) != topic else None

    text = (FOLDER / f"{language}.tsv").read_text(encoding="utf-8")
    entries = {entry for line in text.splitlines() for entry in line.split("\t")[1].split()}
    check_each(sorted({entry.partition(":")[0] for entry in entries} - {"own"}), check)


@pytest.mark.parametrize("kind", get_args(Meaning), ids=lambda kind: kind.__name__)
def test_every_meaning_has_a_topic(kind: type) -> None:
    assert kind in OF_TYPES or kind in BY_THEIR_PARTS


@pytest.mark.parametrize(
    ("text", "language", "first"),
    [
        ("who on earth can peek at this stuff", "en", Show(Page.PRIVACY)),
        ("sind meine sachen bei euch irgendwie verschlüsselt", "de", Show(Page.PRIVACY)),
        ("tú no guardarás esto en algún sitio raro no", "es", Show(Page.PRIVACY)),
        ("le toubib veut un papier avec tout ça jeudi", "fr", Show(Page.REPORT)),
        ("vorrei scaricarmi tutto quanto sul pc", "it", Show(Page.EXPORT)),
        ("queria baixar tudo isso pro meu notebook", "pt_BR", Show(Page.EXPORT)),
        ("кто это вообще может подсмотреть", "ru", Show(Page.PRIVACY)),
        ("хто це взагалі може підглянути", "uk", Show(Page.PRIVACY)),
    ],
)
def test_what_no_concept_names_is_offered(text: str, language: str, first: Offer) -> None:
    assert offers(text, language, NOW, ZONE)[0] == first


REFUSED = (
    ("please keep everything", "en"),
    ("end everything", "en"),
    ("please don't bin any of my entries", "en"),
    ("do not wipe my diary", "en"),
    ("schmeiß bitte nichts von mir weg", "de"),
    ("wirf den letzten bloß nicht raus", "de"),
    ("no tires nada de lo mío", "es"),
    ("ne jette surtout pas mes notes", "fr"),
    ("non buttare via niente di mio", "it"),
    ("não joga fora nada meu", "pt_BR"),
    ("не выкидывай мои записи", "ru"),
    ("не викидай мої записи", "uk"),
)


@pytest.mark.parametrize(("text", "language"), REFUSED)
def test_what_a_text_speaks_against_is_not_offered(text: str, language: str) -> None:
    removing = {RemoveEntry(), Undo(), Show(Page.ERASE)}
    assert removing.isdisjoint(offers(text, language, NOW, ZONE))


@pytest.mark.parametrize(
    "text", ["my sister goes to bed at 9", "last night I went to bed at 23:15"]
)
def test_what_orders_no_bedtime_changes_none(text: str) -> None:
    assert not any(isinstance(one, SleepTimes) for one in offers(text, "en", NOW, ZONE))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("if my leg locks up tonight i'll shout", "en"),
        ("wenn mir heut nacht die wade zumacht schrei ich", "de"),
        ("se stanotte mi si blocca la gamba urlo", "it"),
        ("si ma jambe se bloque cette nuit je hurle", "fr"),
    ],
)
def test_what_may_happen_is_no_entry(text: str, language: str) -> None:
    found = offers(text, language, NOW, ZONE)
    assert not any(isinstance(one, LogCramp) for one in found[:1])


def test_the_time_of_a_sentence_is_read_for_the_offer() -> None:
    """Likeness says what it is about, and the rule its hour."""
    found = offers("physio lunes a las 17, acuérdate de decírmelo", "es", NOW, ZONE)
    assert getattr(found[0], "at", None) == datetime(2027, 1, 18, 17, 0)
    found = offers("запиши: права нога під ранок, о п'ятій", "uk", NOW.replace(hour=6), ZONE)
    assert isinstance(found[0], LogCramp)
    assert found[0].at == datetime(2027, 1, 13, 4, 0, tzinfo=UTC)


def test_a_text_of_any_length_is_weighed() -> None:
    for text in ("", "🦵" * 60, "a" * 4096, "privacy " * 500):
        assert len(offers(text, "en", NOW, ZONE)) <= MOST_OFFERS
    assert likeness("", [], "en").total() == 0


def test_a_language_without_a_file_is_like_nothing() -> None:
    text = "wipe everything"
    assert likeness(text, lex(text, "en"), "xx").total() == 0


@pytest.mark.parametrize(
    ("word", "language", "usual"),
    [
        ("better", "en", True),
        ("tablets", "en", True),
        ("xylophone", "en", False),
        ("jemand", "de", True),
        ("trompete", "de", False),
    ],
)
def test_words_of_known_sentences_are_usual(word: str, language: str, *, usual: bool) -> None:
    assert is_usual(word, language) is usual


async def test_a_sentence_that_no_rule_knows_opens_the_page_by_a_tap(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("who on earth can peek at this stuff")
    assert ann.last.buttons[0] == "Privacy"
    await ann.taps("Privacy")
    assert ann.last.words.startswith("Privacy")


async def test_a_pause_that_no_rule_knows_is_asked_about(harness: Harness) -> None:
    ann = await harness.set_up_person("Ann")
    await ann.says("could you hush and bug somebody else for a bit")
    assert Pause not in {type(one) for one in offers("ok cool", "en", NOW, ZONE)}
    assert any("Pause" in label for label in ann.last.buttons)
