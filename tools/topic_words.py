"""Count which words speak for which topic: ``python -m tools.topic_words``.

It reads the sentences of the tests' tables, with what they mean, and those of
``tools/known_sentences``: for each topic phrases that people may use, with "|" between them. For
each language it writes ``topic_words/*.tsv`` in ``bot/features/free_text/offers/``, where
``likeness.py`` reads them.
Run it when a table or a list of phrases has grown much; nothing has to be right beforehand.

The sentences of ``tests/features/free_text/strange.tsv`` are left out: they measure the result.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import mean

from bot.features.free_text.meanings.topics import topic_of
from bot.features.free_text.offers.likeness import FOLDER, SCALE, signs_of
from bot.features.free_text.offers.offers import offers
from bot.features.free_text.understanding.every_language import understand
from bot.features.free_text.understanding.whole_sentence import LONGEST_SENTENCE, readings_of
from bot.i18n.vocabulary.lexer import lex
from tests.features.free_text.sentences import NOW, ZONE
from tests.features.free_text.test_everyday import TABLES as EVERYDAY
from tests.features.free_text.test_in_words import TABLES as IN_WORDS
from tests.features.free_text.test_in_words import rows, words_of
from tests.features.free_text.test_sentences import TABLES

PHRASES = Path(__file__).parent / "known_sentences"
STRANGE = Path(__file__).parent.parent / "tests/features/free_text/strange.tsv"
CAUTION = 32
"""Sentences of a topic that are taken for average ones beside those that are there: so a word that
stands in one sentence alone says little."""
LEAST = 2
"""A lower weight, in tenths, is left out."""
DOUBT = 8
"""The same where it is counted how often a sign stands in sentences about any topic."""
Known = tuple[str, str, str]
"""A language, a sentence or phrase, and its topic."""


def known() -> Iterator[Known]:
    """Every sentence of which it is known what it is about."""
    left_out = {line.split("\t")[-1] for line in STRANGE.read_text(encoding="utf-8").splitlines()}
    for found in (*_phrases(), *_from_meanings(), *_from_buttons()):
        if found[1] not in left_out:
            yield found


def _phrases() -> Iterator[Known]:
    for path in sorted(PHRASES.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            topic, _, phrases = line.partition(":")
            yield from ((path.stem, phrase.strip(), topic) for phrase in phrases.split("|"))


def _from_meanings() -> Iterator[Known]:
    for table in (*TABLES, *EVERYDAY):
        for text, meaning in table.UNDERSTOOD:
            yield table.LANGUAGE, text, topic_of(meaning)
        for text, meanings in table.ASKED:
            if meanings:
                yield table.LANGUAGE, text, topic_of(meanings[0])


def _from_buttons() -> Iterator[Known]:
    """Sentences whose table has the words of a button: the meaning is the one with that button."""
    for path in IN_WORDS:
        for how in ("done", "asked", "offered"):
            for text, words in rows(path, how):
                reading = understand(text, path.stem, NOW, ZONE)
                offered = offers(text, path.stem, NOW, ZONE, reading=reading)
                for meaning in (*readings_of(reading.understood), *offered):
                    if words_of(meaning) == words:
                        yield path.stem, text, topic_of(meaning)
                        break


def weights(sentences: list[tuple[str, str]], language: str) -> dict[str, Counter[str]]:
    """For each sign, how much it speaks for a topic: sentences are given with their topic."""
    stands: dict[str, Counter[str]] = defaultdict(Counter)
    often = Counter(topic for _text, topic in sentences)
    for text, topic in sentences:
        for sign in signs_of(text, lex(text, language, LONGEST_SENTENCE)):
            stands[sign][topic] += 1
    found: dict[str, Counter[str]] = {}
    for sign, topics in stands.items():
        overall = topics.total() / len(sentences)
        usual = mean(_share(topics[one], count, overall, DOUBT) for one, count in often.items())
        ratios = {one: _share(topics[one], often[one], usual, CAUTION) / usual for one in topics}
        found[sign] = Counter({one: round(math.log(r) * SCALE) for one, r in ratios.items()})
    return found


def _share(times: int, of: int, otherwise: float, added: int) -> float:
    """The share of a topic's sentences that have a sign, with some average ones added to them."""
    return (times + added * otherwise) / (of + added)


def main() -> None:
    """Write the files anew."""
    of_language: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for language, text, topic in known():
        of_language[language].append((text, topic))
    for language, sentences in of_language.items():
        lines = []
        for sign, topics in weights(sentences, language).items():
            kept = [f"{topic}:{weight}" for topic, weight in topics.most_common() if weight > LEAST]
            if kept:
                lines.append(f"{sign}\t{' '.join(kept)}".encode())
        path = FOLDER / f"{language}.tsv"
        path.write_bytes(b"\n".join([*sorted(lines), b""]))
        print(f"{path.name}: {len(sentences)} sentences, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
