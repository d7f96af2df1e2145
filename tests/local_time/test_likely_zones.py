"""The zones that are offered before anything is typed."""

import zoneinfo
from datetime import UTC, datetime

import pytest

from bot.local_time.data_files import zones_by_language
from bot.local_time.likely_zones import likely_zones

WINTER = datetime(2026, 1, 15, 12, tzinfo=UTC)
SUMMER = datetime(2026, 7, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "first"),
    [
        ("de", ["Europe/Berlin", "Europe/Vienna", "Europe/Zurich"]),
        ("pt-br", ["America/Sao_Paulo"]),
        ("en-GB", ["Europe/London", "America/New_York"]),
        ("zh-hans", ["Asia/Shanghai", "Asia/Taipei"]),
        ("PL", ["Europe/Warsaw"]),
    ],
)
def test_likely_zones_start_with_the_likeliest(code: str, first: list[str]) -> None:
    assert likely_zones(code, WINTER)[: len(first)] == first


def test_english_offers_both_sides_of_the_sea() -> None:
    wanted = {"Europe/London", "America/New_York", "America/Los_Angeles", "Australia/Sydney"}
    assert wanted <= set(likely_zones("en", WINTER))


@pytest.mark.parametrize(
    "code", [*zones_by_language(), None, "", "xx", "-", "\x00", "en-zz", "a" * 99]
)
def test_likely_zones_are_few_distinct_and_loadable(code: str | None) -> None:
    zones = likely_zones(code, SUMMER)
    assert 4 <= len(zones) <= 6
    assert len(set(zones)) == len(zones)
    assert set(zones) <= zoneinfo.available_timezones()
