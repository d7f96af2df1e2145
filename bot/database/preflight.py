"""Why a PostgreSQL database cannot be used, found before anything is done with it.

What passes by itself, such as a server that starts up, is none of these: the bot waits or is
started again. What the operator has to change ends in one line that names the setting.
"""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.config import ConfigError
from bot.database.engine import CONNECT_SECONDS

STATE = sa.text("""
SELECT current_setting('server_encoding'), pg_is_in_recovery(), current_user, current_schema(),
    has_schema_privilege(current_schema(), 'CREATE')
""")
REFUSALS = {
    "28P01": "PostgreSQL does not accept the user name or the password",
    "28000": "PostgreSQL does not let this user in; see its pg_hba.conf, and sslmode",
    "3D000": "there is no such database on this server; create it first",
    "42501": "this user may not connect to this database",
}
"""Error codes (SQLSTATE) of a connection → what the operator is told."""


async def refuse_unusable(url: str, *, creates: bool) -> None:
    """Connect once, and look at what the server says about itself. SQLite is never refused.

    Args:
        url: the address of the database.
        creates: whether tables will be created or changed.

    Raises:
        ConfigError: the operator has to change something.
        Exception: the server cannot be reached now.
    """
    if sa.make_url(url).get_backend_name() == "sqlite":
        return
    engine = create_async_engine(
        url, poolclass=NullPool, hide_parameters=True, connect_args={"timeout": CONNECT_SECONDS}
    )
    try:
        async with engine.connect() as connection:
            state = (await connection.execute(STATE)).one()
    except Exception as error:
        reason = _refusal(error)
        if reason is None:
            raise
        raise ConfigError(f"DATABASE_URL: {reason}") from None
    finally:
        await engine.dispose()
    encoding, is_copy, user, schema, may_create = state
    if encoding != "UTF8":
        raise ConfigError(
            f"DATABASE_URL: the database is encoded in {encoding}, which has no emoji; "
            "make one with ENCODING 'UTF8' TEMPLATE template0"
        )
    if is_copy:
        raise ConfigError(
            "DATABASE_URL: this server is a read-only copy; name the primary one, or several "
            "hosts with target_session_attrs=read-write"
        )
    if creates and (schema is None or not may_create):
        where = "its search_path" if schema is None else f"the schema {schema}"
        raise ConfigError(
            f"DATABASE_URL: the user {user} may not create tables in {where}; "
            f"GRANT CREATE ON SCHEMA {schema or 'public'} TO {user}"
        )


def _refusal(error: BaseException | None) -> str | None:
    """What is to be told about an error of a connection; None if it may pass by itself."""
    while error is not None:
        reason = REFUSALS.get(getattr(error, "sqlstate", None) or "")
        if reason is not None:
            return reason
        if "rejected SSL upgrade" in str(error):
            return "the server speaks no TLS, which sslmode asks for"
        if type(error).__name__ == "ClientConfigurationError":
            return f"its parameters cannot be used ({error})"
        error = error.__cause__ or error.__context__
    return None
