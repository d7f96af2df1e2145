"""What zones are called when they are shown."""

import pytest

from bot.local_time.zone_names import city_name


@pytest.mark.parametrize(
    ("zone", "locale", "name"),
    [
        ("Europe/Berlin", "en", "Berlin"),
        ("Europe/Berlin", "pt-br", "Berlim"),
        ("America/New_York", "en", "New York"),
        ("Europe/Kyiv", "en", "Kyiv"),
        ("Asia/Ho_Chi_Minh", "en", "Ho Chi Minh City"),
        ("America/Argentina/Buenos_Aires", "en", "Buenos Aires"),
        ("Asia/Kolkata", "de", "Kalkutta"),
        ("Europe/Berlin", "no such language", "Berlin"),
        ("Etc/GMT-3", "en", "UTC+3"),
        ("Etc/GMT+5", "en", "UTC−5"),
        ("Etc/UTC", "en", "UTC"),
    ],
)
def test_city_name(zone: str, locale: str, name: str) -> None:
    assert city_name(zone, locale) == name
