"""Numbers and times of day as people say them, in every language."""

from datetime import time

import pytest

from bot.i18n.vocabulary.lexer import lex
from bot.local_time.typed_times import parse_clock
from tests.support.cases import check_each

SAID: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (
        ("half past ten", "10:30"),
        ("half ten", "10:30"),
        ("quarter to four", "3:45"),
        ("a quarter past three", "3:15"),
        ("10 to 4", "3:50"),
        ("ten past three", "3:10"),
        ("at three oh five", "3:05"),
        ("at 3 10", "3:10"),
        ("three forty five", "3:45"),
        ("twenty to six", "5:40"),
        ("at two thirty am", "2:30"),
        ("ten thirty at night", "22:30"),
        ("twenty two fifteen", "22:15"),
        ("ten to midnight", "23:50"),
        ("half past midnight", "0:30"),
        ("5 minutes to 1", "12:55"),
    ),
    "de": (
        ("halb elf", "10:30"),
        ("viertel vor drei", "2:45"),
        ("dreiviertel drei", "2:45"),
        ("viertel drei", "2:15"),
        ("viertel nach drei", "3:15"),
        ("fünf vor halb drei", "2:25"),
        ("fuenf nach halb drei", "2:35"),
        ("zehn nach drei", "3:10"),
        ("um drei Uhr fünf", "3:05"),
        ("um halb vier in der Nacht", "3:30"),
        ("dreiundzwanzig Uhr", "23:00"),
        ("fünf vor 12", "11:55"),
        ("10 vor 4", "3:50"),
        ("halb eins", "12:30"),
        ("halb elf abends", "22:30"),
    ),
    "es": (
        ("diez y media", "10:30"),
        ("a las tres y diez", "3:10"),
        ("a las diez menos cuarto", "9:45"),
        ("a las cuatro menos diez", "3:50"),
        ("diez para las cuatro", "3:50"),
        ("a las diez para las cuatro", "3:50"),
        ("cuarto para las tres", "2:45"),
        ("a las 3 y media", "3:30"),
        ("a las veintitres y diez", "23:10"),
        ("a la una y cuarto", "1:15"),
        ("diez y media de la noche", "22:30"),
    ),
    "fr": (
        ("sept heures", "7:00"),
        ("sept heures et quart", "7:15"),
        ("à trois heures dix", "3:10"),
        ("trois heures moins le quart", "2:45"),
        ("dix heures et demie", "10:30"),
        ("quatre heures moins dix", "3:50"),
        ("vingt-deux heures trente", "22:30"),
        ("dix heures et demie du soir", "22:30"),
    ),
    "pt_BR": (
        ("dez e meia", "10:30"),
        ("às três e dez", "3:10"),
        ("quinze para as três", "2:45"),
        ("dez pras quatro", "3:50"),
        ("às vinte e duas e trinta", "22:30"),
        ("às dez", "10:00"),
        ("três e meia da manhã", "3:30"),
        ("meia-noite e meia", "0:30"),
    ),
    "ru": (
        ("половина одиннадцатого", "10:30"),
        ("в пол одиннадцатого", "10:30"),
        ("полчетвёртого", "3:30"),
        ("без четверти три", "2:45"),
        ("без десяти четыре", "3:50"),
        ("в три десять", "3:10"),
        ("три часа десять минут", "3:10"),
        ("десять минут четвёртого", "3:10"),
        ("четверть четвёртого", "3:15"),
        ("в час ночи", "1:00"),
        ("двадцать два тридцать", "22:30"),
        ("половина одиннадцатого вечера", "22:30"),
        ("в 2-15 ночи", "2:15"),
        ("под утро в 5", "5:00"),
    ),
    "uk": (
        ("п'ята ранку", "5:00"),
        ("о третій ночі", "3:00"),
        ("о 2-15", "2:15"),
    ),
}
NO_TIME: tuple[tuple[str, str], ...] = (
    ("en", "7 out of 10"),
    ("en", "at 3 10 min"),
    ("en", "between 3 and 4"),
    ("en", "3 5"),
    ("es", "a las ocho y a las doce"),
    ("de", "halb"),
    ("de", "vor zehn Minuten"),
    ("ru", "без"),
)


@pytest.mark.parametrize("language", SAID)
def test_times_as_they_are_said(language: str) -> None:
    def check(row: tuple[str, str]) -> str | None:
        said, clock = row
        hour, minute = (int(part) for part in clock.split(":"))
        found = parse_clock(said, language)
        is_right = found == time(hour, minute)
        return None if is_right else f"{said!r} is {found}, expected {clock}"

    check_each(SAID[language], check)


@pytest.mark.parametrize(("language", "text"), NO_TIME)
def test_other_numbers_are_no_times(language: str, text: str) -> None:
    assert parse_clock(text, language) is None


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("dez", "pt_BR", "10"),
        ("12 dez", "pt_BR", "12 MONTH12"),
        ("sept", "fr", "7"),
        ("1. sept. 2026", "fr", "1 . MONTH9 2026"),
        ("3ish", "en", "ABOUT 3"),
        ("threeish", "en", "ABOUT 3"),
        ("funfundzwanzig", "de", "25"),
        ("двадцать третьего января", "ru", "23 ORDINAL MONTH1"),
        ("quatre-vingt-dix", "fr", "90"),
    ],
)
def test_numbers(text: str, language: str, expected: str) -> None:
    assert " ".join(token.kind for token in lex(text, language)) == expected


LENGTHS: tuple[tuple[str, str, str], ...] = (
    ("en", "2-3 min", "3 MIN"),
    ("de", "20 - 30 sek", "30 SEC"),
    ("ru", "минуты две-три", "3 MIN"),
    ("ru", "минуты 2-3", "3 MIN"),
    ("uk", "хвилини дві-три", "3 MIN"),
    ("ru", "судорога, минута", "CRAMP , 1 MIN"),
    # In two of the ranges that the diary keeps, or no length at all.
    ("en", "5-10 min", "5 - 10 MIN"),
    ("en", "in 2-3 min", "IN 2 - 3 MIN"),
    ("en", "2-3 min ago", "2 - 3 MIN AGO"),
)


def test_a_range_of_a_length_is_its_longer_end() -> None:
    def check(row: tuple[str, str, str]) -> str | None:
        language, text, expected = row
        found = " ".join(token.kind for token in lex(text, language))
        return None if found == expected else f"{text!r} is {found!r}, expected {expected!r}"

    check_each(LENGTHS, check)
