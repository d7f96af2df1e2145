"""The wording rules of docs/translating.md over every text of the bot, not only over its cards."""

import re
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages.pofile import read_po

from tests.support.cases import check_each
from tools.update_translations import LOCALES, template

RULES: dict[str, str] = {
    "names a diagnosis": r"\byou have\b|\bthis is (?!not\b|no\b)|deficien|\bnormal",
    "says that all is well": r"nothing serious|nothing to worry|all is well|\bharmless",
    "says what chance does": r"chance is likely|likely chance",
    "gives an amount to drink": r"drink more|drink plenty|drink a lot|\blit(re|er)s?\b",
    "offers quinine": r"quinine|tonic water|\btonic\b",
    "offers salts or sprays": r"epsom|\bsprays?\b",
    "hard word": r"agitat|mottled|genital|\burine\b|\bstools?\b|faeces|dyspn",
    "promises": r"\bprevent|\bcures?\b|\bcured\b|guarantee|\bworks\b|\btreat(s|ed|ment)?\b",
    "gives a dose": r"\bdos(e|es|age)\b",
    "credits a habit": r"thanks to|better because|because of|helped by",
    "heads a list with causes": r"led up to|\bcauses?\b|\bcaused\b",
    "uses fear": r"\bfatal|\bdeadly|dangerous|\bdie\b|\bdeath",
    "names a team nobody knows": r"your own team",
    "watches at night only": r"watch(es)? messages|messages at night|bot does not watch",
    "tests for a clot": r"foot bends up|foot upwards? hurts",
    "names a disease": (
        r"thrombo|\bdvt\b|\bclots?\b|embol|cauda|rhabdo|stroke|tetanus|neurone|sclerosis|arterial"
        r"|cancer|cirrho|neuropath|parkinson"
    ),
}
"""What a rule is about → words that break it."""

ALLOWED: dict[str, tuple[str, ...]] = {
    "names a diagnosis": (
        "Call {number} now if you have any of these.",  # the head of the emergency card
        "You have {count} reminder",
        "This is a sandbox",
        "All of this is left out.",
        "None of this is needed.",
        "This is your own reminder.",
    ),
    "promises": ("On many mobile phones 112 works too.", "whoever treated you"),
    "hard word": ("Pale, clear yellow urine is the sign the NHS looks for.",),
    "says that all is well": (
        "mostly harmless",  # what surveys say of night cramps in general
        "a short list of harmless ones",
    ),
    "offers quinine": (  # what officials warn of
        "Quinine, tonic water:",
        "Officials have warned of quinine",
        "A doctor gave you quinine? Ask them.",
    ),
    "offers salts or sprays": ("Epsom salts",),  # that studies do not support them
    "uses fear": (
        "Bleeding, uneven heartbeat, deaths.",  # what officials warn of about quinine
        "Stopping suddenly can be dangerous.",
        "stopping suddenly can be dangerous",
    ),
    "gives a dose": (
        "Dose changed…",  # of a medicine, as the person tells it
        "When was the dose changed?",
        # of caffeine, as trials had it
        "In one study a large dose six hours before bed",
        "A small cup may need a shorter gap to bedtime, a large dose",
        "In one study a small dose four hours before bed",
    ),
    "heads a list with causes": (
        "does not look for a cause",
        "nobody finds a cause",
        "no proof of a cause",
    ),
    "names a disease": (
        "More likely after an operation or bed rest",  # who is more at risk of a clot
        "A blood clot now",  # answers of the health profile
        "A blood clot before",
        "Blood clots",
        "Cancer",
        "Parkinson's or a stroke",
        "a plaster, a blood clot",  # who should not stretch
        "a plaster cast, a blood clot",
        "some medicines for cancer",
    ),
}
"""Rule → beginnings or parts of the texts that may break it, each for a reason."""

ELSEWHERE: dict[str, str] = {
    "de": r"\bchinin|bittersalz|trink mehr|nichts ernst|alles normal|zufall ist wahrscheinlich",
    "es": r"quinina|bebe más|nada grave|todo normal|azar es probable|vigila los mensajes",
    "fr": r"quinine|buvez plus|rien de grave|tout est normal|hasard est probable|surveille pas",
    "it": r"chinino|bevi di più|niente di grave|tutto normale|il caso è probabile|sorveglia i mess",
    "pt_BR": r"quinin[ao]|beba mais|nada grave|tudo normal|acaso é provável|acompanha mensagens",
    "ru": r"хинин|пейте больше|ничего серь|всё нормально|случайность вероятна|следит за сообщ",
    "uk": r"хінін|пийте більше|нічого серйозн|усе нормально|випадковість імовірна|стежить за пов",
}
"""Language → words of the same rules that a translation may not have, if English has none."""


@cache
def english() -> tuple[str, ...]:
    """Every English text of the code."""
    ids = (message.id for message in template() if message.id)
    return tuple(text for one in ids for text in ((one,) if isinstance(one, str) else one))


def translations(language: str) -> Iterator[tuple[str, str]]:
    """Every English text with its translation."""
    with (LOCALES / language / "LC_MESSAGES" / "calmcalf.po").open("rb") as file:
        for message in read_po(file, locale=language):
            if message.id and isinstance(message.id, str) and isinstance(message.string, str):
                yield message.id, message.string


@pytest.mark.parametrize("rule", RULES)
def test_no_text_breaks_a_wording_rule(rule: str) -> None:
    words = re.compile(RULES[rule], re.IGNORECASE)

    def check(text: str) -> str | None:
        found = words.search(text)
        if found is None or any(part in text for part in ALLOWED.get(rule, ())):
            return None
        return f"{found.group()!r} in: {text}"

    check_each(english(), check)


@pytest.mark.parametrize("language", ELSEWHERE)
def test_no_translation_says_what_english_does_not(language: str) -> None:
    words = re.compile(ELSEWHERE[language], re.IGNORECASE)
    patterns = [re.compile(RULES[rule], re.IGNORECASE) for rule in RULES]

    def check(case: tuple[str, str]) -> str | None:
        text, translated = case
        found = words.search(translated)
        if found is None or any(pattern.search(text) for pattern in patterns):
            return None
        return f"{found.group()!r} in: {translated}"

    check_each(translations(language), check)


@pytest.mark.parametrize(
    "sentence",
    [
        "You have a deficiency of magnesium.",
        "This is normal, nothing serious.",
        "Chance is likely.",
        "Drink more water, 3 litres a day.",
        "Quinine helps some people.",
        "Epsom salts in the bath feed the muscles.",
        "Mottled skin and agitation.",
        "Stretching prevents cramps.",
        "A dose of 300 mg.",
        "Fewer cramps thanks to the stretch.",
        "What led up to it",
        "Ask your own team first.",
        "The bot does not watch messages at night.",
        "More pain when the foot bends up",
        "It may be a thrombosis.",
    ],
)
def test_the_rules_find_what_they_are_for(sentence: str) -> None:
    assert any(re.search(words, sentence, re.IGNORECASE) for words in RULES.values())
