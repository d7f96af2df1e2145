"""Write the grammatical forms of listed words: ``python -m tools.word_forms``.

The vocabulary lists each word once. Its other forms, such as the cases of a Russian noun, come
from the dictionaries of simplemma. They need 40 to 90 MB a language, so the bot does not load
them: this tool writes the forms of the words that have many into ``forms.json``.
"""

import json
from collections import defaultdict
from collections.abc import Iterator

from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from bot.i18n.vocabulary.folding import fold
from bot.i18n.vocabulary.lexicon import FORMS, is_listed, languages, words

CONCEPTS = frozenset(
    {
        *("LEFT", "RIGHT", "BOTH", "HOW_BAD", "CRAMP", "CRAMPS", "TWITCH", "CALF", "FOOT", "SOLE"),
        *("TOES", "SHIN", "THIGH", "HIP", "HAND", "ARM", "BELLY", "CHEST", "BACK", "NECK"),
        *("EYELID", "STRETCH", "CAFFEINE", "DRINK", "TEA", "REMINDER", "MAGNESIUM", "MEDICINE"),
        "ALCOHOL",
    }
)
"""Concepts whose words are nouns and adjectives. Of others the form matters."""
WITHOUT = frozenset({"en"})
"""English has few forms, and they are other words as well: "backed", "armed"."""
VERBAL = frozenset({"CRAMP", "CRAMPS", "TWITCH", "STRETCH", "DRINK"})
"""Concepts whose verbs count, too. Of others a listed participle brings in no verb: Spanish
"bendito" has the lemma "bendecir"."""
INFINITIVES = {
    "de": ("en", "ern", "eln"),
    "es": ("ar", "er", "ir"),
    "fr": ("er", "ir", "re"),
    "it": ("are", "ere", "ire"),
    "pt": ("ar", "er", "ir"),
    "ru": ("ть", "ти", "ться"),
    "uk": ("ти", "тися"),
}
NOT_MEANT = frozenset(
    {
        *("contraer", "contrair", "dedo", "gelado", "lata", "quente", "tropfen", "kapseln"),
        *("spritzen", "zechen", "висок", "виски"),
    }
)
"""Lemmas of listed words that mean much else: "contraer", Portuguese "dedo" of "dedinho"."""
GRADES = {"HOW_BAD", "WORST"}
"""A positive and its superlative have one lemma; forms that are not listed are positives."""
SHARED_LETTERS = 3
"""Letters that a form shares with its word, so that no other word of the same spelling counts."""
SHORTEST = 4


def forms(language: str) -> dict[str, list[str]]:
    """The forms of a language's words that are not listed, by concept, sorted."""
    code = language.partition("_")[0]
    dictionary = DefaultDictionaryFactory().get_dictionary(code)
    meant: dict[str, set[str]] = defaultdict(set)
    listed: dict[str, set[str]] = defaultdict(set)
    for concept, word in _single_words(language):
        lemma = dictionary.get(word, word)
        meant[lemma].add(concept)
        listed[lemma].add(fold(word)[:SHARED_LETTERS])
    found: dict[str, set[str]] = defaultdict(set)
    for form, lemma in dictionary.items():
        concepts, plain = meant.get(lemma, set()), fold(form)
        concepts = concepts - {"WORST"} if concepts == GRADES else concepts
        is_verb = lemma.endswith(INFINITIVES[code]) and not is_listed(fold(lemma), language)
        is_clear = len(concepts) == 1 and concepts <= (VERBAL if is_verb else CONCEPTS)
        is_clear = is_clear and lemma not in NOT_MEANT
        is_alike = plain[:SHARED_LETTERS] in listed.get(lemma, set())
        is_word = form.islower() and plain.isalpha() and len(plain) >= SHORTEST
        if is_clear and is_alike and is_word and not is_listed(plain, language):
            found[min(concepts)].add(plain)
    twice = {
        form
        for one in found
        for other in found
        if one < other
        for form in found[one] & found[other]
    }
    return {concept: sorted(found[concept] - twice) for concept in sorted(found)}


def _single_words(language: str) -> Iterator[tuple[str, str]]:
    for concept, phrases in words(language).items():
        yield from ((concept, phrase) for phrase in phrases if phrase.isalpha())


def main() -> None:
    """Write the file anew."""
    written = {one: forms(one) for one in languages() if one not in WITHOUT}
    text = json.dumps(written, ensure_ascii=False, indent=1, sort_keys=True)
    FORMS.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
