"""How codes of a field with several values combine, and how they are stored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.cramps import values
from bot.features.cramps.values import with_code


@pytest.mark.parametrize(
    ("effects", "effect", "present", "expected"),
    [
        (set(), "weak", True, {"weak"}),
        ({"weak"}, "weak", True, {"weak"}),
        ({"weak"}, "weak", False, set()),
        (set(), "weak", False, set()),
        ({"weak"}, "swollen", True, {"weak", "swollen"}),
        ({"weak", "swollen"}, "none", True, {"none"}),
        ({"none"}, "weak", True, {"weak"}),
    ],
)
def test_effects(effects: set[str], effect: str, present: bool, expected: set[str]) -> None:
    assert with_code("effect", frozenset(effects), effect, present=present) == expected


@given(st.sets(st.sampled_from(values.AFTER_EFFECTS)))
def test_effects_are_stored_and_read_back(effects: set[str]) -> None:
    assert values.parse_codes(values.format_codes("effect", frozenset(effects))) == effects
