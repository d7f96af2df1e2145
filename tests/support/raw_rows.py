"""Every row of a database of any revision, as the driver gives it."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

RawRows = dict[str, tuple[tuple[str, ...], list[tuple[object, ...]]]]
"""Table → its columns, and its rows as the database's driver gives them."""


async def raw_rows(url: str) -> RawRows:
    """All rows of all tables but Alembic's own."""
    engine = create_async_engine(url, poolclass=NullPool)
    found: RawRows = {}
    async with engine.connect() as connection:
        names = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
        for name in set(names) - {"alembic_version"}:
            rows = await connection.execute(sa.text(f'SELECT * FROM "{name}"'))  # noqa: S608
            found[name] = tuple(rows.keys()), [tuple(row) for row in rows]
    await engine.dispose()
    return found


def common(rows: RawRows, other: RawRows) -> dict[str, list[str]]:
    """The rows of the tables that both have, with the columns that both have."""
    found = {}
    for name in rows.keys() & other.keys():
        columns, values = rows[name]
        places = [(one, columns.index(one)) for one in sorted({*columns} & {*other[name][0]})]
        found[name] = sorted(repr([(one, row[place]) for one, place in places]) for row in values)
    return found
