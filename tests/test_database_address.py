"""Addresses as hosters hand them out, and what asyncpg makes of them."""

import ssl
from collections.abc import Mapping
from inspect import signature
from typing import Any

import pytest
import sqlalchemy as sa
from asyncpg.connect_utils import _parse_connect_dsn_and_args  # type: ignore[import-untyped]

from bot.database_address import (
    CERTIFICATES,
    AddressError,
    environment_of,
    libpq_parameters,
    normalized,
)

PASSED_ON = [
    ("postgres://u:p@db.example.org/x", {}),
    ("postgresql://u:p@db.example.org:6543/x?sslmode=require", {"sslmode": "require"}),
    (
        (
            "postgresql+asyncpg://u:p@db.example.org/x?sslmode=verify-full&sslrootcert=/etc/ca.pem"
            "&channel_binding=require&connect_timeout=10"
        ),
        {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"},
    ),
    (
        "postgresql://u:p@db.example.org/x?options=-c%20search_path%3Dcramps&application_name=a",
        {"options": "-c search_path=cramps", "application_name": "a"},
    ),
    (
        "postgresql://u:p@/x?host=one:5432&host=two:5432&target_session_attrs=read-write",
        {"target_session_attrs": "read-write"},
    ),
]


@pytest.mark.parametrize(("address", "parameters"), PASSED_ON)
def test_parameters_reach_the_driver_and_the_tools(
    address: str, parameters: dict[str, str]
) -> None:
    found = normalized(address)
    url = sa.make_url(found)
    assert url.drivername == "postgresql+asyncpg"
    assert (url.username, url.password, url.database) == ("u", "p", "x")
    assert set(url.query) <= {"dsn", "host"}
    assert url.query.get("host") == sa.make_url(address).query.get("host")
    assert len(environment_of(url.query.get("dsn"))) == len(parameters)
    assert normalized(found) == found
    _, given = url.get_dialect()().create_connect_args(url)
    if "sslrootcert" not in parameters:  # the file would be read
        shown = _of_asyncpg(given)
        for name in ("application_name", "options"):
            assert (shown.server_settings or {}).get(name) == parameters.get(name)
        assert shown.sslmode.name == parameters.get("sslmode", "prefer").replace("-", "_")
        assert shown.target_session_attrs.value == parameters.get("target_session_attrs", "any")


def _of_asyncpg(given: Mapping[str, Any]) -> Any:
    """What asyncpg understands."""
    names = ("dsn", "host", "port", "user", "password", "database")
    others = set(signature(_parse_connect_dsn_and_args).parameters) - set(names)
    _, parameters = _parse_connect_dsn_and_args(
        **{name: given.get(name) for name in names}, **dict.fromkeys(others)
    )
    return parameters


OF_HOSTERS = {
    "u:p@h/x?pgbouncer=true&connection_limit=1&pool_timeout=0": {},
    "u:p@h/x?sslmode=no-verify&supa=base-pooler.x": {"sslmode": "require"},
    "u:p@h/x?ssl=true&connect_timeout=10": {"sslmode": "require"},
    "u:p@h/x?ssl=0&uselibpqcompat=true": {"sslmode": "disable"},
    "u:p@h/x?schema=public&sslaccept=strict": {},
    "u:p@h/x?schema=cramps": {"options": "-csearch_path=cramps"},
    "u:p@h/x?target_session_attrs=read-write": {},
    "h/x?user=u&password=p": {},
    "u@h?password=p&dbname=x&sslrootcert=system": {
        "sslmode": "verify-full",
        "sslrootcert": ssl.get_default_verify_paths().cafile or CERTIFICATES,
    },
}


@pytest.mark.parametrize("address", OF_HOSTERS)
def test_addresses_of_hosters(address: str) -> None:
    url = sa.make_url(normalized(f"postgres://{address}"))
    assert (url.username, url.password, url.host, url.database) == ("u", "p", "h", "x")
    assert libpq_parameters(url.query.get("dsn")) == OF_HOSTERS[address]


@pytest.mark.parametrize("password", ["p,w", "p#w", "p/w", "p?w", "p:w", "p[w", "p w", "pü", "5%"])
def test_a_password_may_have_most_characters_as_they_are(password: str) -> None:
    url = sa.make_url(normalized(f"postgres://u:{password}@h/x"))
    assert (url.username, url.password, url.host, url.database) == ("u", password, "h", "x")


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u:p@one,two:6543/x?target_session_attrs=read-write",
        "postgres://u:p@one:5432,two:6543/x?target_session_attrs=read-write",
        "postgresql://u:p@/x?host=one&host=two:6543&target_session_attrs=read-write",
    ],
)
def test_several_hosts_in_every_form(address: str) -> None:
    url = sa.make_url(normalized(address))
    assert (url.username, url.password, url.database) == ("u", "p", "x")
    assert url.query["host"] == ("one:5432", "two:6543")
    _, given = url.get_dialect()().create_connect_args(url)
    assert (given["host"], given["port"]) == (["one", "two"], [5432, 6543])


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("what", "is not a database address"),
        ("mysql://x/y", "must begin with"),
        ("postgresql://u:se@cret@host/x", "write @ as %40"),
        ("postgresql://u:se@cr/et@host/x", "write @ as %40"),
        ("postgresql://u@host/x?hostaddr=10.0.0.1", "parameter hostaddr"),
        ("postgresql://u:p@host:99999/x", "the port 99999"),
        ("sqlite+aiosqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
def test_what_cannot_be_used_is_named_without_the_password(address: str, says: str) -> None:
    with pytest.raises(AddressError, match=says) as caught:
        normalized(address)
    assert "se@cr" not in str(caught.value)


def test_an_sqlite_file_stays_as_it_is() -> None:
    for address in ("sqlite+aiosqlite:///data/calmcalf.db", "sqlite+aiosqlite:////var/x.db"):
        assert normalized(address) == address
    assert normalized("sqlite:///a.db") == "sqlite+aiosqlite:///a.db"
