"""Dumps of a PostgreSQL database with its own tools, pg_dump, pg_restore and psql.

The address and the password reach the tools in their environment, never as arguments, which
other users of the machine could read.
"""

import asyncio
import logging
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

import bot.database.models  # noqa: F401  (fills the metadata)
from bot.config import ConfigError
from bot.database.poolers import create_short_lived_engine
from bot.database_address import environment_of

log = logging.getLogger(__name__)

ENVIRONMENT_NAMES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "database": "PGDATABASE",
    "ssl": "PGSSLMODE",
}
IGNORED_VARIABLES = frozenset({"PGSERVICE", "PGSERVICEFILE", "PGHOSTADDR", "PGOPTIONS"})
"""Environment variables that would lead the tools to another server; asyncpg ignores them."""
REVISION_ROW = re.compile(
    r"^COPY \S*alembic_version \(version_num\) FROM stdin;\n(\S+)$", re.MULTILINE
)
SCHEMA_OF_TABLES = re.compile(r'^CREATE TABLE ("(?:[^"]|"")+"|\w+)\.alembic_version ', re.MULTILINE)
ABOUT_NAMES = re.compile(
    r"ERROR:\s+((?:permission denied for|must be owner of|no schema has been selected"
    r"|(?:schema|relation|role|database) \".*\" (?:does not exist|already exists)).*)"
)
"""Errors of PostgreSQL that name tables and roles. Others may quote rows: diary content."""
ACTIVE = "one of its tables does something by itself"
FORMER_TABLES = ("erasures",)
"""Tables of earlier revisions, which the present database and the dump may have."""
HEAD_BYTES = 1_000_000
"""The tables are made at the beginning of a script, before the rows."""
_FOREIGN = re.compile(
    r"\d+; \d+ \d+ (?!TABLE |TABLE DATA |SEQUENCE |SEQUENCE OWNED BY |SEQUENCE SET |DEFAULT "
    r"|CONSTRAINT |FK CONSTRAINT |CHECK CONSTRAINT |INDEX )(.+)"
)
"""A line of ``pg_restore --list`` about something else than tables and what belongs to them."""
NO_PASSWORD_PROMPT = "--no-password"  # noqa: S105


class DumpError(Exception):
    """A tool failed; the message is one line without diary content."""


def require_tools(*tools: str) -> None:
    """Check that programs are installed.

    Raises:
        ConfigError: naming the first that is missing.
    """
    for tool in tools:
        if shutil.which(tool) is None:
            raise ConfigError(
                f"DATABASE_URL: is PostgreSQL, and {tool} is not installed here; "
                "use pg_dump and pg_restore on the database's own machine"
            )


async def dump(url: str, file: Path) -> None:
    """Write one snapshot of the bot's tables into an existing file.

    Raises:
        DumpError: with the first error of pg_dump.
    """
    options = ["--no-owner", "--no-privileges", *(f"--table={name}" for name in _tables())]
    code, _, errors = await _run(url, "pg_dump", "--format=custom", *options, f"--file={file}")
    if code:
        raise DumpError(_first_error(errors))


async def revision_of(file: Path) -> str | None:
    """Read all of a dump and return its schema revision; None when it is not of CalmCalf.

    Raises:
        DumpError: the file is damaged or not a dump.
    """
    read_code, _, _ = await _run(None, "pg_restore", f"--file={os.devnull}", str(file))
    code, text, _ = await _run(
        None, "pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(file)
    )
    if read_code or code:
        raise DumpError("is damaged, or was not made by pg_dump --format=custom")
    match = REVISION_ROW.search(text)
    return match[1] if match else None


async def foreign_part(file: Path) -> str | None:
    """The first thing in a dump that the bot never makes, such as a trigger; None: there is none.

    Raises:
        DumpError: the file is damaged or not a dump.
    """
    code, text, _ = await _run(None, "pg_restore", "--list", str(file))
    if code:
        raise DumpError("is damaged, or was not made by pg_dump --format=custom")
    lines = [line for line in text.splitlines() if line and not line.startswith(";")]
    return next((found[1] for line in lines if (found := _FOREIGN.match(line))), None)


async def load(url: str, file: Path, *, mark: str) -> None:
    """Replace the bot's tables by those of a dump, in one transaction.

    Args:
        url: the database.
        file: the dump.
        mark: the name of a fact that is added, which says that the restore is not finished.

    Raises:
        DumpError: the database is unchanged.
    """
    # Beside the dump, not in /tmp, which is small in a container.
    with tempfile.TemporaryDirectory(prefix=".calmcalf-restore-", dir=file.parent) as folder:
        # Not a pipe from pg_restore to psql: when pg_restore fails, psql would see the end of the
        # script and commit half of it.
        script = Path(folder, "restore.sql")
        code, _, _ = await _run(
            None, "pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(file)
        )
        if code:
            raise DumpError("could not be unpacked beside it")
        schema = _schema_of(script)
        _warn_of_old_tools(script)
        code, _, errors = await _run(
            url,
            "psql",
            "--no-psqlrc",
            "--quiet",
            "--single-transaction",
            "--set=ON_ERROR_STOP=1",
            f"--command=DROP TABLE IF EXISTS {', '.join((*_tables(), *FORMER_TABLES))}",
            f"--command={_ensure(schema)}",
            f"--file={script}",
            f"--command={FIND_TABLES}",
            f"--command={_refuse_active()}",
            f"--command=INSERT INTO facts VALUES ('{mark}', '') ON CONFLICT DO NOTHING",  # noqa: S608
        )
        if code:
            raise DumpError(_why_not(errors, schema))


FIND_TABLES = "SET search_path TO DEFAULT; SELECT 'alembic_version'::regclass"
"""SQL that fails, so that nothing is committed, if the bot would not find the loaded tables."""


def _warn_of_old_tools(script: Path) -> None:
    """pg_restore has written ``\\restrict`` since August 2025; with it psql runs no command that
    somebody has hidden in a dump, such as ``\\!`` for the shell."""
    with script.open("rb") as file:
        if b"\n\\restrict " not in file.read(1000):
            log.warning(
                "pg_restore is older than August 2025 (CVE-2025-8714): restore only a dump that "
                "nobody else can have changed, and update the tools"
            )


def _refuse_active() -> str:
    """SQL that fails if one of the tables that were loaded does something by itself.

    Whoever changes a dump can hide a trigger or a rule in the definition of a table.
    """
    names = ", ".join(f"to_regclass('{name}')" for name in _tables())
    return (
        f"DO $do$ BEGIN IF EXISTS (SELECT FROM pg_class c WHERE c.oid IN ({names}) "  # noqa: S608
        "AND (c.relhasrules OR c.relrowsecurity OR EXISTS (SELECT FROM pg_trigger t "
        "WHERE t.tgrelid = c.oid AND NOT t.tgisinternal) OR EXISTS (SELECT FROM pg_attribute a "
        f"WHERE a.attrelid = c.oid AND a.attgenerated <> ''))) THEN RAISE EXCEPTION '{ACTIVE}'; "
        "END IF; END $do$"
    )


def _schema_of(script: Path) -> str:
    """The schema in which a script makes the tables, quoted as in SQL."""
    with script.open(encoding="utf-8", errors="replace") as file:
        found = SCHEMA_OF_TABLES.search(file.read(HEAD_BYTES))
    return found[1] if found else "public"


def _ensure(schema: str) -> str:
    """SQL that creates a schema if it is missing; no right to do so is needed if it exists."""
    name = schema.replace("'", "''")
    return (
        f"DO $do$ BEGIN IF to_regnamespace('{name}') IS NULL THEN CREATE SCHEMA {schema}; "
        "END IF; END $do$"
    )


def _why_not(errors: str, schema: str) -> str:
    if ACTIVE in errors:
        return f"{ACTIVE}, such as by a trigger, which the bot never makes; nothing was changed"
    found = ABOUT_NAMES.search(errors)
    if found and 'relation "alembic_version" does not exist' in found[1]:
        return (
            f"its tables are in the schema {schema}, which DATABASE_URL does not name; add "
            f"?options=-csearch_path%3D{schema.strip(chr(34))} to it. Nothing was changed"
        )
    reason = f" ({found[1]})" if found else ""
    return f"PostgreSQL did not take it{reason}; nothing was changed"


async def is_empty(url: str) -> bool:
    """Whether the database holds none of the bot's tables."""
    async with _connected(url) as connection:
        names = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
    return not set(names) & set(_tables())


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[AsyncConnection]:
    engine = create_short_lived_engine(url)
    try:
        async with engine.connect() as connection:
            yield connection
    except (SQLAlchemyError, OSError) as error:
        raise DumpError(f"cannot be reached ({type(error).__name__})") from None
    finally:
        await engine.dispose()


def _tables() -> list[str]:
    return ["alembic_version", *SQLModel.metadata.tables]


def _first_error(errors: str) -> str:
    lines = [line for line in errors.splitlines() if line]
    return next((line for line in lines if "error:" in line), "pg_dump failed")


def _environment(url: str | None) -> dict[str, str]:
    """The environment for a tool, with the address and the password of the database, if any."""
    inherited = {name: value for name, value in os.environ.items() if name not in IGNORED_VARIABLES}
    if url is None:
        return inherited
    address = sa.make_url(url)
    _, given = address.get_dialect()().create_connect_args(address)
    for key, variable in ENVIRONMENT_NAMES.items():
        if key in given:
            value = given[key]
            inherited[variable] = ",".join(map(str, value if isinstance(value, list) else [value]))
    return {**inherited, **environment_of(given.get("dsn"))}


async def _run(url: str | None, tool: str, *arguments: str) -> tuple[int, str, str]:
    program = shutil.which(tool)
    if program is None:
        raise DumpError(f"{tool} is not installed here")
    if url is not None:
        arguments = (NO_PASSWORD_PROMPT, *arguments)
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        env=_environment(url),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, errors = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    return process.returncode or 0, out.decode(errors="replace"), errors.decode(errors="replace")
