"""Zones of shared positions."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.local_time.zone_from_position import zone_at
from tests.support.lengths import example_count


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (52.52, 13.4, "Europe/Berlin"),
        (-33.87, 151.2, "Australia/Sydney"),
        (40.71, -74.0, "America/New_York"),
        (0.0, -30.0, "Etc/GMT+2"),
        (0.0, 0.0, "Etc/UTC"),
        (91.0, 0.0, None),
        (0.0, 181.0, None),
        (float("nan"), 0.0, None),
        (0.0, float("inf"), None),
    ],
)
def test_zone_of_a_position(latitude: float, longitude: float, zone: str | None) -> None:
    assert zone_at(latitude, longitude) == zone


@settings(max_examples=example_count(200), deadline=None)
@given(st.floats(-90, 90), st.floats(-180, 180))
def test_every_position_has_a_loadable_zone(latitude: float, longitude: float) -> None:
    zone = zone_at(latitude, longitude)
    assert zone is not None
    assert ZoneInfo(zone).key == zone
