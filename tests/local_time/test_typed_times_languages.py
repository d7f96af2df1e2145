"""Typed times and days in every language; English is understood in all of them."""

from datetime import date, datetime, time, timedelta

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from bot.local_time.typed_about import split_about
from bot.local_time.typed_days import parse_ago, parse_day, parse_night, parse_past_day, parse_when
from bot.local_time.typed_times import parse_clock, parse_times

NOW = datetime(2026, 3, 11, 7, 30)  # a Wednesday
TODAY = NOW.date()
LANGUAGES = ("en", "de", "es", "pt_BR", "fr", "ru", "it", "uk")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "22 Uhr", time(22)),
        ("de", "um 22 Uhr 15", time(22, 15)),
        ("de", "22:15 Uhr", time(22, 15)),
        ("de", "drei Uhr nachts", time(3)),
        ("de", "9 Uhr abends", time(21)),
        ("de", "10pm", time(22)),
        ("de", "Mitternacht", time(0)),
        ("es", "a las 10 de la noche", time(22)),
        ("es", "22 h", time(22)),
        ("es", "las 22:15 de la mañana", None),
        ("es", "mediodía", time(12)),
        ("pt_BR", "às 22h15", time(22, 15)),
        ("pt_BR", "3 da madrugada", time(3)),
        ("pt_BR", "meia-noite", time(0)),
        ("fr", "22h15", time(22, 15)),
        ("fr", "à 10 heures du soir", time(22)),
        ("fr", "midi", time(12)),
        ("ru", "в 22:15", time(22, 15)),
        ("ru", "10 вечера", time(22)),
        ("ru", "час ночи", time(1)),
        ("ru", "3 часа дня", time(15)),
        ("ru", "12 ночи", time(0)),
        ("ru", "полдень", time(12)),
        ("ru", "noon", time(12)),
        ("de", "halb vier", time(3, 30)),
        ("fr", "trois heures et demie", time(3, 30)),
        ("de", "12 Uhr morgens", None),
        ("it", "alle 10 di sera", time(22)),
        ("it", "alle 22 e un quarto", time(22, 15)),
        ("it", "mezzanotte", time(0)),
        ("it", "le tre e mezza di notte", time(3, 30)),
        ("it", "quattro meno dieci di notte", time(3, 50)),
        ("uk", "о 22:15", time(22, 15)),
        ("uk", "о десятій вечора", time(22)),
        ("uk", "о пів на четверту ночі", time(3, 30)),
        ("uk", "за десять четверта ночі", time(3, 50)),
        ("uk", "опівночі", time(0)),
    ],
)
def test_clock(language: str, text: str, expected: time | None) -> None:
    assert parse_clock(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "8:00, 12.30 und 15 Uhr"),
        ("es", "8:00, 12:30 y 3 de la tarde"),
        ("pt_BR", "8h, 12h30 e 15h"),
        ("fr", "8h, 12h30 et 15h"),
        ("ru", "8:00, 12:30 и 3 часа дня"),
        ("ru", "8:00 12:30 15:00"),
    ],
)
def test_lists_of_times(language: str, text: str) -> None:
    assert parse_times(text, language) == [time(8), time(12, 30), time(15)]


@pytest.mark.parametrize(
    ("language", "text", "minutes"),
    [
        ("de", "vor 15 Minuten", 15),
        ("de", "vor einer Stunde", 60),
        ("es", "hace media hora", 30),
        ("pt_BR", "há 2 horas", 120),
        ("pt_BR", "15 min atrás", 15),
        ("fr", "il y a une heure", 60),
        ("fr", "il y a environ 20 min", 20),
        ("ru", "15 минут назад", 15),
        ("ru", "час назад", 60),
        ("ru", "два часа назад", 120),
        ("ru", "an hour ago", 60),
    ],
)
def test_how_long_ago(language: str, text: str, minutes: int) -> None:
    assert parse_ago(text, language) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "gestern 3 Uhr", datetime(2026, 3, 10, 3)),
        ("de", "gestern Abend um 11", datetime(2026, 3, 10, 23)),
        ("de", "letzte Nacht 23:30", datetime(2026, 3, 10, 23, 30)),
        ("de", "heute Nacht um 3", datetime(2026, 3, 11, 3)),
        ("de", "Di 02:40", datetime(2026, 3, 10, 2, 40)),
        ("de", "12. Jan 3 Uhr", datetime(2026, 1, 12, 3)),
        ("es", "ayer a las 3 de la mañana", datetime(2026, 3, 10, 3)),
        ("es", "anoche a las 2", datetime(2026, 3, 11, 2)),
        ("es", "el martes por la noche a las 2", datetime(2026, 3, 11, 2)),
        ("pt_BR", "ontem às 3h", datetime(2026, 3, 10, 3)),
        ("pt_BR", "terça às 02h40", datetime(2026, 3, 10, 2, 40)),
        ("fr", "hier à 3h", datetime(2026, 3, 10, 3)),
        ("fr", "mardi à 2h40", datetime(2026, 3, 10, 2, 40)),
        ("fr", "cette nuit à 3h", datetime(2026, 3, 11, 3)),
        ("ru", "вчера в 3 часа ночи", datetime(2026, 3, 10, 3)),
        ("ru", "во вторник в 02:40", datetime(2026, 3, 10, 2, 40)),
        ("ru", "12 января в 3:10", datetime(2026, 1, 12, 3, 10)),
        ("ru", "yesterday 3am", datetime(2026, 3, 10, 3)),
        ("fr", "hier", None),
        ("ru", "завтра в 3", None),
    ],
)
def test_past_moment(language: str, text: str, expected: datetime | None) -> None:
    assert parse_when(text, NOW, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("de", "letzte Nacht"), ("de", "heute Nacht"), ("de", "Dienstagnacht")),
        *(("es", "anoche"), ("es", "el martes por la noche")),
        *(("pt_BR", "noite passada"), ("pt_BR", "terça à noite")),
        *(("fr", "cette nuit"), ("fr", "la nuit dernière")),
        *(("ru", "прошлой ночью"), ("ru", "во вторник ночью"), ("ru", "last night")),
    ],
)
def test_night(language: str, text: str) -> None:
    assert parse_night(text, NOW, language) == date(2026, 3, 10)


def test_a_word_for_last_night_and_tonight_is_unclear_in_the_evening() -> None:
    assert parse_night("heute Nacht", NOW.replace(hour=21), "de") is None


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "bis Montag", date(2026, 3, 16)),
        ("de", "übermorgen", date(2026, 3, 13)),
        ("de", "24. Januar", date(2027, 1, 24)),
        ("es", "hasta el lunes", date(2026, 3, 16)),
        ("es", "el 24 de enero", date(2027, 1, 24)),
        ("pt_BR", "até segunda-feira", date(2026, 3, 16)),
        ("pt_BR", "24 de jan", date(2027, 1, 24)),
        ("fr", "jusqu'au 24 janvier", date(2027, 1, 24)),
        ("fr", "1er avril", date(2026, 4, 1)),
        ("ru", "до понедельника", date(2026, 3, 16)),
        ("ru", "24 января 2028", date(2028, 1, 24)),
        ("ru", "monday", date(2026, 3, 16)),
        ("it", "fino a lunedì", date(2026, 3, 16)),
        ("it", "24 gen", date(2027, 1, 24)),
        ("uk", "до понеділка", date(2026, 3, 16)),
        ("uk", "24 січ", date(2027, 1, 24)),
        ("uk", "24 січня 2028", date(2028, 1, 24)),
        ("de", "heute", None),
        ("fr", "5/1", None),
    ],
)
def test_day_to_come(language: str, text: str, expected: date | None) -> None:
    assert parse_day(text, TODAY, language) == expected


@pytest.mark.parametrize("language", LANGUAGES)
@given(ahead=st.integers(1, 300))
def test_days_in_cldr_formats_round_trip(language: str, ahead: int) -> None:
    wanted = TODAY + timedelta(days=ahead)
    for form in ("d MMMM", "d MMMM y", "d. MMM y", "yyyy-MM-dd"):
        assert parse_day(format_date(wanted, form, locale=language), TODAY, language) == wanted
    past = TODAY - timedelta(days=ahead)
    written = format_date(past, "d MMMM y", locale=language)
    assert parse_past_day(written, TODAY, language) == past
    weekday = format_date(wanted, "EEEE", locale=language)
    found = parse_day(weekday, TODAY, language)
    assert found is not None
    assert found.weekday() == wanted.weekday()
    assert 0 < (found - TODAY).days <= 7


@pytest.mark.parametrize(
    ("language", "text", "rest"),
    [
        ("de", "gegen 3 Uhr", "3 uhr"),
        ("fr", "vers 3h", "3 h"),
        ("ru", "примерно в 3", "3"),
        ("es", "sobre las 3", "3"),
        ("it", "verso le 3", "3"),
        ("uk", "близько 3", "3"),
        ("de", "~ 3:10", "3 : 10"),
        ("ru", "этой ночью около часу", "этои ночью 1:00"),
        ("ru", "этой ночью в третьем часу", "этои ночью 2:30"),
        ("ru", "в третьем часу", "в третьем часу"),
        ("it", "stanotte verso l'una", "stanotte 1:00"),
    ],
)
def test_about(language: str, text: str, rest: str) -> None:
    assert split_about(text, language) == (rest, True)


def test_text_with_two_meanings_in_two_languages_is_unclear() -> None:
    # "morgen" is German only. "am" is "on" in German and "a.m." in English.
    assert parse_day("morgen", TODAY, "de") == date(2026, 3, 12)
    assert parse_day("morgen", TODAY, "en") is None
    assert parse_clock("3 am", "de") == time(3)
    # September or seven; Tuesday or March.
    assert parse_day("3 sept", TODAY, "fr") == date(2026, 9, 3)
    assert parse_when("mar 02:40", NOW, "fr") == datetime(2026, 3, 10, 2, 40)


@given(st.text(max_size=80), st.sampled_from(LANGUAGES), st.datetimes())
def test_nothing_raises(text: str, language: str, now: datetime) -> None:
    parse_clock(text, language)
    parse_times(text, language)
    parse_night(text, now, language)
    found = parse_when(text, now, language)
    assert found is None or found <= now
    day = parse_day(text, now.date(), language)
    assert day is None or day > now.date()
