"""What is typed while a relief goes on means its buttons."""

import pytest

from bot.features.relief.moves import LYING, SEATED
from bot.features.relief.typed_words import LET_GO, NEXT, button_typed
from bot.i18n.translator import translator


@pytest.mark.parametrize(
    ("language", "text", "meant"),
    [
        ("en", "Not yet", NEXT),
        ("en", "next tip", NEXT),
        ("en", "nope still there.", NEXT),
        ("en", "lying down", LYING),
        ("en", "It let go!", LET_GO),
        ("en", "cramp left calf", None),
        ("en", "no", None),
        ("de", "noch nicht", NEXT),
        ("de", "nächster Tipp", NEXT),
        ("de", "immer noch da", NEXT),
        ("de", "im Liegen", LYING),
        ("de", "ist vorbei", LET_GO),
        ("es", "todavía no", NEXT),
        ("es", "sentada", SEATED),
        ("fr", "pas encore", NEXT),
        ("fr", "allongée", LYING),
        ("it", "non ancora", NEXT),
        ("it", "da sdraiati", LYING),
        ("pt_BR", "ainda não", NEXT),
        ("pt_BR", "sentado", SEATED),
        ("ru", "ещё нет", NEXT),
        ("ru", "лёжа", LYING),
        ("uk", "ще ні", NEXT),
        ("uk", "сидячи", SEATED),
    ],
)
def test_words_of_buttons(language: str, text: str, meant: str | None) -> None:
    assert button_typed(text, translator(language), is_asked=False) == meant


@pytest.mark.parametrize(
    ("language", "text", "meant"),
    [("en", "no", NEXT), ("en", "yes", LET_GO), ("de", "nee", NEXT), ("fr", "oui", LET_GO)],
)
def test_yes_and_no_answer_has_it_let_go(language: str, text: str, meant: str) -> None:
    assert button_typed(text, translator(language), is_asked=True) == meant
