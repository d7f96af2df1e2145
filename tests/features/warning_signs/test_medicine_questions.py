"""When a new medicine is asked about for the second time."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.database.cramp_values import YesNo
from bot.database.models import Medicine
from bot.features.warning_signs.medicine_questions import is_asked

TOLD = date(2027, 3, 20)
"""The clocks change eight days later in most of Europe."""


def after(days: int) -> date:
    return TOLD + timedelta(days=days)


@pytest.mark.parametrize(
    ("about", "asked_on", "days", "due"),
    [
        ({}, None, 13, False),
        ({}, None, 14, True),
        ({}, None, 56, True),
        ({}, None, 57, False),
        ({}, TOLD, 14, True),
        ({}, after(14), 14, False),
        ({}, after(13), 20, True),
        ({"worse_after": YesNo.NO}, TOLD, 14, True),
        ({"worse_after": YesNo.UNSURE}, TOLD, 14, True),
        ({"worse_after": YesNo.YES}, TOLD, 14, False),
        ({"stopped_on": after(3)}, TOLD, 14, False),
        ({"started_on": after(-90)}, None, 14, True),
        ({"started_on": after(-91)}, None, 14, False),
        ({"started_on": after(-4000), "changed_on": after(30)}, TOLD, 43, False),
        ({"started_on": after(-4000), "changed_on": after(30)}, TOLD, 44, True),
        ({"started_on": after(-4000), "changed_on": after(30)}, after(44), 45, False),
        ({"changed_on": after(30)}, after(14), 44, True),
    ],
)
def test_two_weeks_after_it_was_entered_or_changed(
    about: dict[str, Any], asked_on: date | None, days: int, due: bool
) -> None:
    told_at = datetime(2027, 3, 20, 9, 0, tzinfo=UTC)
    medicine = Medicine(user_id=1, words="x", told_at=told_at, **about)
    assert is_asked(medicine, TOLD, asked_on, after(days)) is due
