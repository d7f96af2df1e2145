"""Names of medicines, doses and amounts in eight languages."""

import tomllib

import pytest

from bot.features.experiments.rules import Subject
from bot.features.free_text.meanings.act_values import RemindDaily, RemindOnce
from bot.features.free_text.meanings.further_values import OpenCard, Said
from bot.features.free_text.meanings.values import Unclear
from bot.features.free_text.understanding.every_language import exactly
from bot.features.health_profile.medicine_words import speaks_of_drinking, speaks_of_medicine
from tests.support.cases import check_each
from tests.support.harness import START
from tests.support.paths import ROOT

MEDICINES: dict[str, list[str]] = tomllib.loads(
    (ROOT / "tests" / "support" / "medicines.toml").read_text(encoding="utf-8")
)
LANGUAGES = {"en": "en", "de": "de", "es": "es", "fr": "fr", "pt": "pt_BR", "ru": "ru"}
LANGUAGES |= {"it": "it", "uk": "uk"}
SENTENCES = {
    "en": ("remind me to take {} at 9pm", "{} off", "no {} tonight", "take half of {} at 8"),
    "de": ("erinnere mich um 21 Uhr an {}", "{} aus", "heute kein {}"),
    "es": ("recuérdame tomar {} a las 21:00", "sin {}", "{} no"),
    "fr": ("rappelle-moi {} à 21 h", "sans {}", "pas de {} ce soir"),
    "pt": ("lembre-me de tomar {} às 21:00", "sem {}", "{} não"),
    "ru": ("напомни принять {} в 21:00", "без {}", "{} выключить"),
    "it": ("ricordami di prendere {} alle 21:00", "senza {}", "{} no"),
    "uk": ("нагадуй прийняти {} о 21:00", "без {}", "{} вимкнути"),
}
EVERY = [(language, name) for language, found in MEDICINES.items() for name in found]
AMOUNTS = (
    "5 mg",
    "0,5 ml",
    "10mg",
    "two glasses of water",
    "½ l",
    "3 litres",
    "ein Glas Wasser",
    "zwei Gläser",
    "20 Tropfen",
    "un vaso de agua",
    "dos litros",
    "un verre d'eau",
    "1,5 L",
    "um copo de água",
    "dois copos",
    "стакан воды: один стакан",
    "два литра",
    "10 мг",
    "2 таблетки",
    "1 pastilla",
    "une gélule",
    "my tablet",
    "Spritze",
    "un bicchiere d'acqua",
    "due bicchieri",
    "склянка води: одна склянка",
    "дві склянки",
    "5 крапель",
)
HARMLESS = (
    "Call Mum",
    "water the plants",
    "pillow under my feet",
    "stretch at ten",
    "10 minutes of yoga",
    "Ask Dr Ng",
    "Mutter anrufen",
    "Füße hoch",
    "pasear al perro",
    "sacar la basura",
    "jambes en l'air",
    "passear com o cachorro",
    "позвонить маме",
    "выгулять собаку",
    "chiamare la mamma",
    "portare fuori il cane",
    "подзвонити мамі",
    "вигуляти собаку",
)


def test_there_are_300_names_in_eight_languages() -> None:
    assert set(MEDICINES) == set(LANGUAGES) == set(SENTENCES)
    assert len(EVERY) >= 300
    assert all(len(found) == len(set(found)) >= 50 for found in MEDICINES.values())


def test_every_name_is_found_whatever_stands_around_it() -> None:
    def check(case: tuple[str, str]) -> str | None:
        language, name = case
        forms = [name, name.upper(), name.lower(), f"« {name} », 21:00"]
        forms += [sentence.format(name) for sentence in SENTENCES[language]]
        missed = [text for text in forms if not speaks_of_medicine(text)]
        return f"{language}: {missed}" if missed else None

    check_each(EVERY, check)


def test_no_sentence_with_a_name_is_more_than_a_question() -> None:
    def check(case: tuple[str, str]) -> str | None:
        language, name = case
        for sentence in ("{}", *SENTENCES[language]):
            text = sentence.format(name)
            found = exactly(text, LANGUAGES[language], START, "Europe/Berlin")
            if found is None or isinstance(found, Said):  # "Oki" is a medicine, and a yes
                continue
            if isinstance(found, Unclear):  # a question
                continue
            if not isinstance(found, RemindDaily | RemindOnce | OpenCard):
                return f"{text!r} is read as {found}"
        return None

    check_each(EVERY, check)


def test_no_name_is_the_subject_of_a_fair_test() -> None:
    codes = {subject.value for subject in Subject}
    assert not [name for _language, name in EVERY if name.casefold() in codes]


@pytest.mark.parametrize("text", AMOUNTS)
def test_doses_and_amounts_are_found(text: str) -> None:
    assert speaks_of_medicine(text)


def test_other_words_are_left_alone() -> None:
    assert not [text for text in HARMLESS if speaks_of_medicine(text) or speaks_of_drinking(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Drink water",
        "a glass of WATER",
        "Trinken!",
        "Trinkpause",
        "Wasser",
        "beber agua",
        "toma agua",
        "bebe algo",
        "boire de l'eau",
        "un verre d'eau",
        "beber água",
        "пить воду",
        "попей воды",
        "выпить стакан воды",
        "bere acqua",
        "bevi qualcosa",
        "пити воду",
        "випий води",
    ],
)
def test_words_of_drinking_are_found(text: str) -> None:
    assert speaks_of_drinking(text)
