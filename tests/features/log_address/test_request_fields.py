"""What requests say about a cramp."""

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.cramps.values import SIDES, SITES
from bot.features.log_address.request_fields import (
    FIRST_ID,
    Asked,
    Problem,
    UnusableError,
    asked_of,
    message_id_of,
    number_of,
    parse_body,
)
from bot.features.mini_app.queries import KEYS
from tests.support.cases import check_each

NOW = datetime(2027, 1, 14, 2, 12, tzinfo=UTC)


def asked(fields: dict[str, Any], key: str | None = None) -> Asked:
    return asked_of(fields, NOW, SIDES, SITES, key)


def problem_of(fields: dict[str, Any], key: str | None = None) -> str:
    try:
        asked(fields, key)
    except UnusableError as error:
        return error.problem
    return "none"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"", {}),
        (b"  \r\n", {}),
        (b"{}", {}),
        (b'{"strength": 7, "side": "left"}', {"strength": 7, "side": "left"}),
        (b'\xef\xbb\xbf{"strength": 7}', {"strength": 7}),
        (b"strength=7&side=left", {"strength": "7", "side": "left"}),
        (b"key=a%20b", {"key": "a b"}),
    ],
)
def test_bodies_that_can_be_read(body: bytes, fields: dict[str, Any]) -> None:
    assert parse_body(body) == fields


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"7",
        b'"strength"',
        b"null",
        b"{",
        b"{]}",
        b"\xff\xfe",
        b"strength",
        b"strength=7&strength=8",
        b"&".join(b"a%d=1" % number for number in range(21)),
        b"<form>a=1</form>",
        b'--x\r\nContent-Disposition: form-data; name="strength"\r\n\r\n7\r\n--x--',
        b'{"a":' * 2000,
        b"{" + b'"strength": ' + b"9" * 5000 + b"}",
    ],
)
def test_bodies_that_cannot_be_read(body: bytes) -> None:
    with pytest.raises(UnusableError, match="unreadable"):
        parse_body(body)


def differs(case: object, found: object, wanted: object) -> str | None:
    return None if found == wanted else f"{case}: {found}"


CODES: tuple[tuple[dict[str, Any], tuple[tuple[str, str], ...]], ...] = (
    ({}, ()),
    ({"strength": 0}, (("strength", "0"),)),
    ({"strength": 10.0}, (("strength", "10"),)),
    ({"strength": " 7 "}, (("strength", "7"),)),
    ({"strength": None, "side": "", "site": None}, ()),
    ({"side": "Left", "site": "Foot sole"}, (("side", "left"), ("site", "foot_sole"))),
    ({"site": "thigh-back"}, (("site", "thigh_back"),)),
)


def test_fields_of_an_entry() -> None:
    check_each(CODES, lambda case: differs(case, asked(case[0]).codes, case[1]))


MOMENTS: tuple[tuple[dict[str, Any], timedelta], ...] = (
    ({}, timedelta()),
    ({"minutes_ago": 0}, timedelta()),
    ({"minutes_ago": "12.5"}, timedelta(minutes=12.5)),
    ({"minutes_ago": 1440}, timedelta(days=1)),
    ({"at": "2027-01-14T03:02:00+01:00"}, timedelta(minutes=10)),
    ({"at": "2027-01-14T02:02:00Z"}, timedelta(minutes=10)),
    ({"at": "2027-01-14 02:11:30.5+00:00"}, timedelta(seconds=29.5)),
    ({"at": NOW.timestamp() - 60}, timedelta(minutes=1)),
    ({"at": str(int(NOW.timestamp()) - 60)}, timedelta(minutes=1)),
    ({"at": "2027-01-14T02:13:59Z"}, timedelta()),  # a clock that is ahead
    ({"at": "2027-01-13T02:12:00Z"}, timedelta(days=1)),
)


def test_moments() -> None:
    check_each(MOMENTS, lambda case: differs(case, NOW - asked(case[0]).happened_at, case[1]))


PROBLEMS: tuple[tuple[dict[str, Any], Problem], ...] = (
    ({"stength": 7}, Problem.UNKNOWN),
    ({"strength": 11}, Problem.STRENGTH),
    ({"strength": -1}, Problem.STRENGTH),
    ({"strength": 7.5}, Problem.STRENGTH),
    ({"strength": True}, Problem.STRENGTH),
    ({"strength": "seven"}, Problem.STRENGTH),
    ({"strength": [7]}, Problem.STRENGTH),
    ({"strength": {}}, Problem.STRENGTH),
    ({"strength": float("nan")}, Problem.STRENGTH),
    ({"strength": float("inf")}, Problem.STRENGTH),
    ({"strength": 10**400}, Problem.STRENGTH),
    ({"side": "middle"}, Problem.SIDE),
    ({"side": 1}, Problem.SIDE),
    ({"side": ["left"]}, Problem.SIDE),
    ({"site": "chest"}, Problem.SITE),
    ({"site": "\x00"}, Problem.SITE),
    ({"minutes_ago": -1}, Problem.MINUTES),
    ({"minutes_ago": 1440.1}, Problem.MINUTES),
    ({"minutes_ago": "1e3"}, Problem.MINUTES),
    ({"minutes_ago": "٣"}, Problem.MINUTES),
    ({"at": "03:12"}, Problem.AT),
    ({"at": "2027-01-14T03:12:00"}, Problem.AT),
    ({"at": "2027-01-14T02:14:01Z"}, Problem.AT),
    ({"at": "2027-01-13T02:11:59Z"}, Problem.AT),
    ({"at": 0}, Problem.AT),
    ({"at": 10**30}, Problem.AT),
    ({"at": True}, Problem.AT),
    ({"at": "9999-12-31T23:59:59-23:59"}, Problem.AT),
    ({"at": {}}, Problem.AT),
    ({"at": "2027-01-14T02:12:00Z", "minutes_ago": 0}, Problem.TWO_TIMES),
    ({"key": "x" * 201}, Problem.KEY),
    ({"key": "  "}, Problem.KEY),
    ({"key": 1.5}, Problem.KEY),
    ({"key": True}, Problem.KEY),
    ({"key": []}, Problem.KEY),
    ({"key": '""'}, Problem.KEY),
)


def test_what_cannot_be_used() -> None:
    check_each(PROBLEMS, lambda case: differs(case, problem_of(case[0]), case[1]))


def test_keys() -> None:
    assert asked({}).key is None
    assert asked({}).page_key is None
    assert asked({"key": "a"}).key == asked({}, '"a"').key == "a"
    assert asked({"key": "a"}, "b").key == "b", "the header goes before the field"
    assert asked({"key": 17}).key == "17"
    page_key = asked({"key": "a"}).page_key
    assert page_key is not None
    assert 0 <= page_key < 2**44


@given(st.text(min_size=1, max_size=200))
def test_numbers_of_keys_are_those_of_no_message_and_no_page(key: str) -> None:
    number = message_id_of(number_of(key))
    assert -(2**63) <= number <= -FIRST_ID < -KEYS.stop + 1
    assert number == message_id_of(number_of(key))


@given(st.binary(max_size=200))
def test_any_body_is_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(UnusableError):
        asked(parse_body(body))


ANY = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers())


@given(st.dictionaries(st.sampled_from(("strength", "side", "site", "at", "key", "x")), ANY))
def test_any_value_is_taken_or_refused(fields: dict[str, Any]) -> None:
    try:
        found = asked(fields)
    except UnusableError:
        return
    assert NOW - timedelta(days=1) <= found.happened_at <= NOW
