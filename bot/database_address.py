"""Converts database addresses, as hosting providers give them, to the form that the drivers take.

SQLAlchemy passes the parameters of an address to asyncpg as they are, and asyncpg knows those of
libpq (``sslmode`` and so on) only inside of an address of its own. So they are moved into the
parameter ``dsn``, which asyncpg reads.
"""

import re
import ssl
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

SQLITE, POSTGRES = "sqlite+aiosqlite", "postgresql+asyncpg"
DRIVERS = (SQLITE, POSTGRES)
SCHEMES = {"postgres": POSTGRES, "postgresql": POSTGRES, "sqlite": SQLITE}
"""Schemes without a driver, and what they become."""
OWN = frozenset({"host", "port", "ssl", "dsn", "prepared_statement_cache_size"})
"""Parameters that SQLAlchemy and asyncpg take as they are."""
OF_LIBPQ = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslcrl": "PGSSLCRL",
    "sslpassword": "",
    "sslnegotiation": "PGSSLNEGOTIATION",
    "ssl_min_protocol_version": "PGSSLMINPROTOCOLVERSION",
    "ssl_max_protocol_version": "PGSSLMAXPROTOCOLVERSION",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
    "application_name": "PGAPPNAME",
    "options": "PGOPTIONS",
    "krbsrvname": "PGKRBSRVNAME",
    "gsslib": "PGGSSLIB",
    "passfile": "PGPASSFILE",
}
"""Parameters that asyncpg reads in an address → the environment variable of PostgreSQL's tools."""
WITHOUT_EFFECT = frozenset(
    {
        "channel_binding",
        "client_encoding",
        "connect_timeout",
        "connection_limit",
        "fallback_application_name",
        "gssencmode",
        "keepalives",
        "keepalives_count",
        "keepalives_idle",
        "keepalives_interval",
        "load_balance_hosts",
        "pgbouncer",
        "pool_timeout",
        "prepareThreshold",
        "prepared_statements",
        "require_auth",
        "sslaccept",
        "sslcertmode",
        "sslcompression",
        "sslsni",
        "statement_cache_size",
        "supa",
        "tcp_user_timeout",
        "uselibpqcompat",
        "workaround",
    }
)
"""Parameters of libpq and of other drivers that are left out. The bot has limits of its own and
detects a connection pooler by itself; asyncpg always uses UTF-8 and does no channel binding."""
SSL_MODES = {"true": "require", "1": "require", "false": "disable", "0": "disable"}
"""What other drivers call ``ssl`` → the ``sslmode`` of libpq."""
NOT_VERIFIED, VERIFIED = "no-verify", "verify-full"
OF_THE_SYSTEM = "system"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"


PORT, HIGHEST_PORT = "5432", 65_535
_SEVERAL_HOSTS = re.compile(
    r"(?P<before>postgres[^/]*://(?:[^/@?]*@)?)(?P<hosts>[^/@?]+,[^/@?]+)(?=[/?]|$)"
)
"""The beginning of an address with several hosts, as libpq writes it: ``one:5432,two:5433``."""


class AddressError(ValueError):
    """An address cannot be used. The message continues the name of the setting."""


def normalized(address: str) -> str:
    """The address in the form that SQLAlchemy takes.

    Raises:
        AddressError: it is not a database address, or of a database that the bot does not know.
    """
    try:
        url = make_url(_with_hosts_as_parameters(address))
    except (ArgumentError, ValueError):  # a ValueError may quote part of the password
        raise AddressError(
            "is not a database address; in a password write @ : / as %40 %3A %2F"
        ) from None
    driver = SCHEMES.get(url.drivername, url.drivername)
    if driver not in DRIVERS:
        raise AddressError(f"must begin with postgresql:// or {SQLITE}://")
    url = url.set(drivername=driver)
    if driver == SQLITE:
        if url.database in (None, "", ":memory:"):
            raise AddressError(f"names no file; write {SQLITE}:///data/calmcalf.db, for example")
        return url.render_as_string(hide_password=False)
    if "@" in (url.database or "") or "@" in (url.host or ""):
        raise AddressError("has a second @; in a password write @ as %40")
    if (url.port or 1) > HIGHEST_PORT:
        raise AddressError(f"has the port {url.port}, and the highest is {HIGHEST_PORT}")
    return _with_dsn(url).render_as_string(hide_password=False)


def _with_hosts_as_parameters(address: str) -> str:
    """Bring several hosts in the form of libpq into that of SQLAlchemy: ``?host=one&host=two``."""
    found = _SEVERAL_HOSTS.match(address)
    if found is None:
        return address
    rest = address[found.end() :] or "/"
    joint = "&" if "?" in rest else "?"
    hosts = urlencode([("host", one) for one in found["hosts"].split(",")])
    return f"{found['before']}{rest}{joint}{hosts}"


def _with_dsn(url: URL) -> URL:
    url = _translated(url)
    unknown = set(url.query) - OWN - set(OF_LIBPQ) - WITHOUT_EFFECT
    if unknown:
        raise AddressError(f"has the parameter {min(unknown)}, which means nothing to the bot")
    of_libpq = {name: str(value) for name, value in url.query.items() if name in OF_LIBPQ}
    kept = {name: value for name, value in url.query.items() if name in OWN}
    if isinstance(hosts := kept.get("host"), tuple):  # SQLAlchemy wants a port for each
        kept["host"] = tuple(one if ":" in one else f"{one}:{PORT}" for one in hosts)
    else:
        # With a single host there is nothing to choose from, and asyncpg's query for the role of
        # the server is not safe through a pooler: see engine.py.
        of_libpq.pop("target_session_attrs", None)
    if of_libpq:
        kept["dsn"] = f"postgresql://?{urlencode(libpq_parameters(kept.get('dsn')) | of_libpq)}"
    return url.set(query=kept)


def _translated(url: URL) -> URL:
    """Translate parameters of other drivers and of newer versions of libpq to those of asyncpg."""
    query = dict(url.query)
    for name in ("user", "password", "dbname"):
        value = query.pop(name, None)
        if isinstance(value, str):
            field = {"user": "username", "dbname": "database"}.get(name, name)
            url = url.set(**{field: getattr(url, field) or value})  # type: ignore[arg-type]
    if (schema := query.pop("schema", "public")) != "public":
        query.setdefault("options", f"-csearch_path={schema}")
    if query.get("ssl") in SSL_MODES:
        query.setdefault("sslmode", SSL_MODES[str(query.pop("ssl"))])
    if query.get("sslmode") == NOT_VERIFIED:
        query["sslmode"] = "require"
    if query.get("sslrootcert") == OF_THE_SYSTEM:
        query["sslrootcert"] = _certificates_of_the_system()
        query.setdefault("sslmode", VERIFIED)
    return url.set(query=query)


def _certificates_of_the_system() -> str:
    found = ssl.get_default_verify_paths().cafile
    return found if found and Path(found).exists() else CERTIFICATES


def libpq_parameters(dsn: object) -> dict[str, str]:
    """The parameters in the parameter ``dsn`` of a normalized address."""
    return dict(parse_qsl(urlsplit(str(dsn)).query)) if dsn else {}


def environment_of(dsn: object) -> Mapping[str, str]:
    """The same parameters as environment variables of PostgreSQL's tools."""
    found = libpq_parameters(dsn)
    return {OF_LIBPQ[name]: value for name, value in found.items() if OF_LIBPQ.get(name)}
