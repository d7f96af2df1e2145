"""Verification of Telegram's signed ``initData``."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.mini_app.init_data import MAX_CLOCK_SKEW, VALID_FOR, Opener, opener_of
from tests.features.mini_app.signing import TOKEN, signed

NOW = datetime(2027, 1, 13, 2, 12, tzinfo=UTC)
ANN = {"id": 5, "first_name": "Ann & Co", "language_code": "de"}


def test_valid_init_data_names_the_person() -> None:
    assert opener_of(signed(ANN, NOW), TOKEN, NOW) == Opener(5, "de", NOW)
    assert opener_of(signed({"id": 7}, NOW), TOKEN, NOW) == Opener(7, None, NOW)
    assert opener_of(signed(ANN, NOW, signature="ed25519", start_param="x"), TOKEN, NOW)


def test_a_case_computed_with_openssl() -> None:
    """Computed by hand, following the steps in Telegram's manual."""
    data = (
        "auth_date=1700000000&user=%7B%22id%22%3A5%7D"
        "&hash=c010c76a6c696a5de5246d7a97b811dd6d71de79a42b2959ab8c04064ce10c25"
    )
    at = datetime.fromtimestamp(1_700_000_000, UTC)
    assert opener_of(data, TOKEN, at) == Opener(5, None, at)


@pytest.mark.parametrize(
    ("age", "is_valid"),
    [
        (timedelta(0), True),
        (VALID_FOR, True),
        (VALID_FOR + timedelta(seconds=1), False),
        (-MAX_CLOCK_SKEW, True),
        (-MAX_CLOCK_SKEW - timedelta(seconds=1), False),
    ],
)
def test_how_long_it_is_valid(age: timedelta, is_valid: bool) -> None:
    found = opener_of(signed(ANN, NOW - age), TOKEN, NOW)
    assert (found is not None) is is_valid


@pytest.mark.parametrize(
    "data",
    [
        "",
        "hash=",
        "hash=00",
        "user=%7B%22id%22%3A5%7D",
        signed(ANN, NOW, token="2:another-token"),
        signed(ANN, NOW) + "&user=%7B%22id%22%3A6%7D",
        signed(ANN, NOW) + "&more=1",
        signed(ANN, NOW).replace("Ann", "Bob"),
        signed("[]", NOW),
        signed("{}", NOW),
        signed("null", NOW),
        signed("[" * 2000, NOW),
        signed({"id": "5"}, NOW),
        signed({"id": -5}, NOW),
        signed({"id": True}, NOW),
        signed({"id": 2**52}, NOW),
        signed({"id": 2**63}, NOW),
        signed({"id": 10**40}, NOW),
        signed({"id": 5.0}, NOW),
        signed({"id": 5, "is_bot": True}, NOW),
        signed(ANN, NOW, auth_date="soon"),
        signed(ANN, NOW, auth_date="9" * 400),
        signed(ANN, NOW, start_param="x" * 4096),
        "hash=\ud800",
    ],
)
def test_what_nobody_is_valid(data: str) -> None:
    assert opener_of(data, TOKEN, NOW) is None


@given(st.data())
def test_no_change_of_what_was_signed_is_valid(data: st.DataObject) -> None:
    pairs = parse_qsl(signed(ANN, NOW))
    place = data.draw(st.integers(0, len(pairs) - 1))
    name, value = pairs[place]
    other = data.draw(st.text(max_size=80).filter(lambda text: text != value))
    pairs[place] = (name, other)
    assert opener_of(urlencode(pairs, errors="replace"), TOKEN, NOW) is None


@given(st.text(max_size=300))
def test_anything_can_be_asked(data: str) -> None:
    assert opener_of(data, TOKEN, NOW) is None
