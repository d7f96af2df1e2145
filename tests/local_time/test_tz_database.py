"""The tzdata package as the only source of rules."""

import zoneinfo
from zoneinfo import ZoneInfo

from bot.local_time.tz_database import rules_version, use_pinned_rules


def test_pinned_rules_are_the_only_rules() -> None:
    use_pinned_rules()
    assert zoneinfo.TZPATH == ()
    assert rules_version().count(".") == 1
    assert ZoneInfo("Europe/Berlin").key == "Europe/Berlin"
