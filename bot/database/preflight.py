"""Why a database cannot be used, found before anything is done with it.

What passes by itself, such as a server that starts up, is none of these: the bot waits or is
started again. What the operator has to change ends in one line that names the setting.
"""

import re
import ssl
from typing import Any

import sqlalchemy as sa

from bot.config import ConfigError
from bot.database.errors import DatabaseUnreachableError, is_database_unreachable
from bot.database.poolers import create_short_lived_engine
from bot.database.sqlite_preflight import refuse_unusable_file
from bot.trouble_log import name_of

STATE = sa.text("""
SELECT current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS is_copy,
    current_setting('transaction_read_only') = 'on' AS is_read_only, current_user AS me,
    current_schema() AS schema, has_schema_privilege(current_schema(), 'CREATE') AS may_create,
    coalesce(has_table_privilege(to_regclass('alembic_version'), 'UPDATE'), true) AS may_write,
    (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = to_regclass('alembic_version'))
        AS owner
""")
NOT_LET_IN = (
    "PostgreSQL does not accept the user name or the password; "
    "in a password write @ : / % as %40 %3A %2F %25"
)
NO_DATABASE = "there is no such database on this server; create it first"
REFUSALS = {
    "28P01": NOT_LET_IN,
    "28000": "PostgreSQL does not let this user in; see its pg_hba.conf, and sslmode",
    "3D000": NO_DATABASE,
    "42501": "this user may not connect to this database",
}
"""Error codes (SQLSTATE) of a connection → what the operator is told."""
OF_POOLERS = {
    r"unsupported startup parameter: (\w+)": "the pooler does not take the parameter {0}: name it "
    "in the pooler's ignore_startup_parameters, or use ALTER ROLE … SET instead",
    r"no such database": NO_DATABASE,
    r"no such user|auth failed|authentication failed": NOT_LET_IN,
    r"not allowed in statement pooling mode": "the pooler lends sessions for one statement; it has "
    "to be in the mode session or transaction",
}
"""What PgBouncer says, always with the same error code → what the operator is told."""


async def refuse_unusable(
    url: str, *, creates: bool, name: str = "DATABASE_URL", reads_only: bool = False
) -> None:
    """Connect once, and look at what the database says about itself.

    Args:
        url: the address of the database.
        creates: whether tables will be created or changed.
        name: what the operator calls this database.
        reads_only: whether nothing will be written, so that a standby or another encoding than
            UTF-8 is good enough.

    Raises:
        ConfigError: the operator has to change something.
        Exception: the server cannot be reached now.
    """
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        await refuse_unusable_file(address.database, name)
        return
    engine = create_short_lived_engine(url)
    try:
        async with engine.connect() as connection:
            state = (await connection.execute(STATE)).one()
    except Exception as error:
        reason = _refusal(error)
        if reason is not None:
            raise ConfigError(f"{name}: {reason}") from None
        if isinstance(error, OSError) and not is_database_unreachable(error):  # an unknown host
            raise DatabaseUnreachableError(name_of(error)) from error
        raise
    finally:
        await engine.dispose()
    fault = None if reads_only else _fault(state, creates=creates)
    if fault is not None:
        raise ConfigError(f"{name}: {fault}")


def _fault(state: sa.Row[Any], *, creates: bool) -> str | None:
    """What the operator has to change at a database that answers; None if it is good."""
    if state.encoding != "UTF8":
        return (
            f"the database is encoded in {state.encoding}, which has no emoji; "
            "make one with ENCODING 'UTF8' TEMPLATE template0"
        )
    if state.is_copy:
        return (
            "this server is a read-only copy; name the primary one, or several "
            "hosts with target_session_attrs=read-write"
        )
    if state.is_read_only:
        return "nothing may be written there; see default_transaction_read_only"
    if creates and (state.schema is None or not state.may_create):
        where = "its search_path" if state.schema is None else f"the schema {state.schema}"
        return (
            f"the user {state.me} may not create tables in {where}; "
            f"GRANT CREATE ON SCHEMA {state.schema or 'public'} TO {state.me}"
        )
    if not state.may_write:
        return f"the tables there belong to the user {state.owner}, and {state.me} may not use them"
    return None


def _refusal(error: BaseException | None) -> str | None:
    """What is to be told about an error of a connection; None if it may pass by itself."""
    while error is not None:
        reason = REFUSALS.get(getattr(error, "sqlstate", None) or "") or _of_pooler(str(error))
        if reason is not None:
            return reason
        if "rejected SSL upgrade" in str(error):
            return "the server speaks no TLS, which sslmode asks for"
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"the certificate of the server is not trusted ({error.verify_message})"
        if isinstance(error, FileNotFoundError | PermissionError | ssl.SSLError):
            return f"a certificate, a key or the socket cannot be used ({_in_short(error)})"
        if type(error).__name__ == "ClientConfigurationError":
            return f"its parameters cannot be used ({str(error).splitlines()[0]})"
        error = error.__cause__ or error.__context__
    return None


def _of_pooler(said: str) -> str | None:
    for pattern, reason in OF_POOLERS.items():
        if found := re.search(pattern, said):
            return reason.format(*found.groups())
    return None


def _in_short(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
