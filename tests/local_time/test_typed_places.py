"""Typed places: clear ones, unclear ones, and any text at all."""

import zoneinfo
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.local_time.data_files import place_names, population_rank
from bot.local_time.typed_places import ZoneMatch, find_zones
from tests.support.lengths import example_count

WINTER = datetime(2026, 1, 15, 12, tzinfo=UTC)
SUMMER = datetime(2026, 7, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        ("  bErLiN\n", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("new_york", "America/New_York"),
        ("New-York", "America/New_York"),
        ("NYC", "America/New_York"),
        ("Munich", "Europe/Berlin"),
        ("MÜNCHEN", "Europe/Berlin"),
        ("Muenchen", "Europe/Berlin"),
        ("São Paulo", "America/Sao_Paulo"),
        ("sao paulo", "America/Sao_Paulo"),
        ("Germany", "Europe/Berlin"),
        ("Deutschland", "Europe/Berlin"),
        ("日本", "Asia/Tokyo"),
        ("Киев", "Europe/Kyiv"),
        ("Łódź", "Europe/Warsaw"),
        ("Norway", "Europe/Oslo"),
        ("Turkey", "Europe/Istanbul"),
        ("Türkiye", "Europe/Istanbul"),
        ("Viet Nam", "Asia/Ho_Chi_Minh"),
        ("Hong Kong", "Asia/Hong_Kong"),
        ("UK", "Europe/London"),
        ("europe/berlin", "Europe/Berlin"),
        ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Mumbai", "Asia/Kolkata"),
        ("St. John's", "America/St_Johns"),
        ("N’Djamena", "Africa/Ndjamena"),
        ("Berlin, Germany", "Europe/Berlin"),
        ("berlin germany", "Europe/Berlin"),
        ("San Jose, Costa Rica", "America/Costa_Rica"),
        ("Ｂｅｒｌｉｎ", "Europe/Berlin"),
        ("\u202eBerlin", "Europe/Berlin"),
        ("utc", "Etc/UTC"),
        ("UTC+5:45", "Asia/Kathmandu"),
        ("+0545", "Asia/Kathmandu"),
        # Russian and Ukrainian, in the cases of a sentence:
        ("Екатеринбурге", "Asia/Yekaterinburg"),
        ("Алматы", "Asia/Almaty"),
        ("Нижнем Новгороде", "Europe/Moscow"),
        ("Ростове-на-Дону", "Europe/Moscow"),
        ("Казани", "Europe/Moscow"),
        ("Риге", "Europe/Riga"),
        ("Италии", "Europe/Rome"),
        ("Варшаві", "Europe/Warsaw"),
        ("Львова", "Europe/Kyiv"),
        ("Чернівцях", "Europe/Kyiv"),
        ("Празі", "Europe/Prague"),
        ("Нью-Йорку", "America/New_York"),
    ],
)
def test_clear_text_gives_one_zone(text: str, zone: str) -> None:
    assert find_zones(text, WINTER) == ZoneMatch(zone)


@pytest.mark.parametrize(
    ("text", "among"),
    [
        ("USA", ["America/New_York", "America/Chicago", "America/Los_Angeles", "America/Denver"]),
        ("Spain", ["Europe/Madrid", "Atlantic/Canary"]),
        ("Ukraine", ["Europe/Kyiv"]),
        ("San Jose", ["America/Los_Angeles", "America/Costa_Rica"]),
        ("Georgia", ["America/New_York", "Asia/Tbilisi"]),
        ("London, Ontario", ["Europe/London", "America/Toronto"]),
        ("Birmingham Alabama", ["America/Chicago", "Europe/London"]),
        ("I live in Berlin", ["Europe/Berlin"]),
        ("EST", ["America/New_York", "America/Panama"]),
        ("IST", ["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"]),
        ("CET", ["Europe/Berlin", "Africa/Algiers"]),
        ("GMT", ["Europe/London", "Africa/Accra"]),
        ("Berln", ["Europe/Berlin"]),
        ("Los Angles", ["America/Los_Angeles"]),
        ("Frankf", ["Europe/Berlin"]),
        ("UTC+5:30", ["Asia/Kolkata", "Asia/Colombo"]),
        ("+5:30", ["Asia/Kolkata"]),
        ("+0530", ["Asia/Kolkata"]),
        ("+5.5", ["Asia/Kolkata"]),
        ("GMT-3", ["America/Sao_Paulo", "Etc/GMT+3"]),
        ("−3", ["America/Sao_Paulo", "Etc/GMT+3"]),
        ("utc +3", ["Europe/Moscow", "Etc/GMT-3"]),
        ("+0", ["Europe/London", "Etc/UTC"]),
        ("Etc/GMT-3", ["Etc/GMT-3"]),
    ],
)
def test_unclear_text_gives_suggestions(text: str, among: list[str]) -> None:
    found = find_zones(text, WINTER)
    assert found.zone is None
    assert set(among) <= set(found.suggestions)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "xx", "localtime", "Factory", "posixrules", "EST5EDT", "SystemV/EST5", "+99"),
        *("+5:75", "-12:30", "😀" * 2048, "\x00", "٠٥٣٠", "../../etc/passwd", "%s{0}"),
        "qwertyuiop" * 400,
    ],
)
def test_text_that_names_no_place_gives_no_zone(text: str) -> None:
    assert find_zones(text, WINTER).zone is None


@pytest.mark.parametrize("now", [WINTER, SUMMER])
@pytest.mark.parametrize("hours", range(-12, 15))
def test_suggestions_for_an_offset_have_it_now(hours: int, now: datetime) -> None:
    found = find_zones(f"UTC{hours:+d}", now)
    assert found.zone is None
    assert found.suggestions
    for zone in found.suggestions:
        assert now.astimezone(ZoneInfo(zone)).utcoffset() == timedelta(hours=hours), zone


def test_offset_means_other_places_in_summer() -> None:
    assert "Europe/Berlin" in find_zones("+1", WINTER).suggestions
    assert "Europe/Berlin" not in find_zones("+1", SUMMER).suggestions
    assert "Europe/London" in find_zones("+1", SUMMER).suggestions


@settings(max_examples=example_count(150), deadline=None)
@given(st.text(max_size=90) | st.text("abcdeinorst ,/-+:0123456789", max_size=90))
def test_any_text_gives_loadable_zones(text: str) -> None:
    found = find_zones(text, SUMMER)
    assert not (found.zone and found.suggestions)
    assert len(found.suggestions) <= 8
    for zone in (*found.suggestions, *([found.zone] if found.zone else [])):
        assert zone in zoneinfo.available_timezones()
        assert zone not in {"Factory", "localtime", "posixrules", "EST", "MST", "HST"}


@pytest.mark.parametrize(
    "text", ["ab" * 2048, "a b " * 1024, "\u0301" * 4096, "ﷺ" * 4096, "," * 4096]
)
def test_only_the_first_64_characters_are_read(text: str) -> None:
    assert find_zones(text, WINTER) == find_zones(text[:64], WINTER)


def test_every_name_in_the_data_files_is_found() -> None:
    for zone in population_rank():
        assert find_zones(zone, WINTER).zone == zone
    for name, zone in place_names():
        assert zone in zoneinfo.available_timezones()
        found = find_zones(name, WINTER)
        assert found.zone or len(found.suggestions) > 1, name
