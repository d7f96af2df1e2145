"""Dates, weeks and clock times in the formats of countries."""

import pickle
from datetime import date, time

import pytest

from bot.i18n import formats
from bot.i18n.translator import translator
from bot.local_time.tz_database import territory_of

DAY = date(2027, 1, 12)


@pytest.mark.parametrize(
    ("code", "country", "locale", "day", "clock", "first_weekday"),
    [
        ("en", None, "en_GB", "Tue 12 Jan", "22:05", 0),
        ("en", "US", "en_US", "Tue, Jan 12", "10:05 PM", 6),
        ("en", "GB", "en_GB", "Tue 12 Jan", "22:05", 0),
        ("en", "DE", "en_GB", "Tue 12 Jan", "22:05", 0),
        ("en", "AU", "en_AU", "Tue, 12 Jan", "10:05 pm", 0),
        ("de", "DE", "de_DE", "Di., 12. Jan.", "22:05", 0),
        ("de", "US", "de", "Di., 12. Jan.", "22:05", 6),
        ("es", "ES", "es_ES", "mar, 12 ene", "22:05", 0),
        ("es", "MX", "es_MX", "mar 12 de ene", "10:05 pm", 6),
        ("pt-br", "BR", "pt_BR", "ter., 12 de jan.", "22:05", 6),
        ("pt", None, "pt_BR", "ter., 12 de jan.", "22:05", 0),
        ("fr", "FR", "fr_FR", "mar. 12 janv.", "22:05", 0),
        ("fr", "CA", "fr_CA", "mar. 12 janv.", "22:05", 6),
        ("ru", "RU", "ru_RU", "вт, 12 янв.", "22:05", 0),
        ("it", "IT", "it_IT", "mar 12 gen", "22:05", 0),
        ("it", "CH", "it_CH", "mar 12 gen", "22:05", 0),
        ("uk", "UA", "uk_UA", "вт, 12 січ.", "22:05", 0),
        ("xx", "FR", "en_GB", "Tue 12 Jan", "22:05", 0),
    ],
)
def test_formats_follow_the_country(
    code: str, country: str | None, locale: str, day: str, clock: str, first_weekday: int
) -> None:
    tr = translator(code, country)
    assert tr.locale == locale
    assert formats.day(tr, DAY) == day
    shown = formats.clock(tr, time(22, 5))
    assert shown.replace("\N{NO-BREAK SPACE}", " ") == clock
    assert formats.first_weekday(country) == first_weekday


@pytest.mark.parametrize(
    ("territory", "weekday"),
    [
        ("EG", 5),
        ("MV", 4),
        ("IL", 6),
        ("PT", 6),
        ("FR", 0),
        ("AQ", 0),
        ("XX", 0),
        ("", 0),
        (None, 0),
    ],
)
def test_weeks_begin_as_in_the_country(territory: str | None, weekday: int) -> None:
    assert formats.first_weekday(territory) == weekday


@pytest.mark.parametrize(
    ("locale", "country", "hour", "shown"),
    [("en", "US", 22, "10 PM"), ("en", "US", 0, "12 AM"), ("de", "DE", 8, "08:00")],
)
def test_whole_hours_are_short(locale: str, country: str, hour: int, shown: str) -> None:
    found = formats.hour(translator(locale, country), time(hour))
    assert found.replace("\N{NO-BREAK SPACE}", " ").replace("\u202f", " ") == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(time(0, 0), "12:00 AM"), (time(12, 0), "12:00 PM"), (time(3, 12), "3:12 AM")],
)
def test_twelve_hours_can_be_chosen_anywhere(value: time, shown: str) -> None:
    tr = translator("en", "GB", 12)
    assert formats.clock(tr, value).replace("\N{NO-BREAK SPACE}", " ").upper() == shown


def test_twenty_four_hours_can_be_chosen_anywhere() -> None:
    assert formats.clock(translator("en", "US", 24), time(22, 5)) == "22:05"


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("Europe/Berlin", "DE"),
        ("America/New_York", "US"),
        ("US/Eastern", "US"),
        ("Asia/Calcutta", "IN"),
        ("Etc/GMT-3", None),
        ("UTC", None),
        (None, None),
    ],
)
def test_country_of_a_zone(zone: str | None, country: str | None) -> None:
    assert territory_of(zone) == country


def test_nouns_keep_their_capital_in_german_only() -> None:
    assert formats.in_sentence(translator("de"), "Wade") == "Wade"
    assert formats.in_sentence(translator("en"), "Left calf") == "left calf"
    assert formats.in_sentence(translator("en"), "I was awake") == "I was awake"


def test_a_translator_can_be_sent_to_another_process() -> None:
    tr = translator("pt-br", "BR", 12)
    copy = pickle.loads(pickle.dumps(tr))  # noqa: S301
    assert (copy.language, copy.locale, copy.hour_cycle) == ("pt_BR", "pt_BR", 12)
    assert copy.gettext("Reminders") == tr.gettext("Reminders")
