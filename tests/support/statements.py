"""Which statements the bot executes, and how the database would run them."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from bot.database.engine import Database
from bot.database.read_only import READER
from bot.telegram.current_update import current_update

BESIDE = ("inbox", " jobs", "stretch_counts")
"""What marks statements of the inbox, of the table of jobs and of counted stretches."""
READS_ROWS = ("SELECT", "UPDATE", "DELETE", "WITH")


_PARTIAL: set[str] = {
    str(index.name)
    for table in SQLModel.metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["postgresql"]["where"] is not None
}
"""Indexes that hold only the rows that their statements are about, such as what is open."""


class Statements:
    """The statements of all engines of this process while it is open, without those of readers,
    which may read whole tables: nobody waits for them."""

    def __init__(self) -> None:
        self.count = 0
        """Those of updates and jobs, without their bookkeeping."""
        self.parameters: dict[str, Any] = {}
        """Statement → its parameters the first time."""

    @classmethod
    @contextmanager
    def recorded(cls) -> Iterator["Statements"]:
        """Record what is executed."""
        found = cls()

        def note(
            connection: sa.Connection,
            _cursor: object,
            statement: str,
            parameters: Any,
            _context: object,
            is_many: bool,
        ) -> None:
            if connection.get_execution_options().get(READER):
                return
            is_beside = any(words in statement for words in BESIDE)
            found.count += _is_of_a_person() and not is_beside
            if statement.lstrip().startswith(READS_ROWS):
                found.parameters.setdefault(statement, parameters[0] if is_many else parameters)

        with _told_of_statements(note):
            yield found


@contextmanager
def _told_of_statements(note: Callable[..., None]) -> Iterator[None]:
    """Call a listener before each statement of any engine of this process while it is open."""
    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def _is_of_a_person() -> bool:
    """Whether an update or a job is being handled, rather than a task of the bot's own."""
    task = asyncio.current_task()
    is_job = task is not None and task.get_name().startswith("job ")
    return is_job or current_update.get() is not None


async def full_scans(database: Database, statements: Statements) -> list[tuple[str, str]]:
    """(table, statement) for each statement that has to read a whole table or a whole index."""
    found = []
    tables = set(SQLModel.metadata.tables)
    async with database.engine.connect() as connection:
        if not database.is_sqlite:
            # Else PostgreSQL reads a small table whole, whether there is an index or not.
            await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for statement, parameters in statements.parameters.items():
            if not any(table in statement for table in tables):
                continue
            explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN (FORMAT JSON)"
            plan = await connection.exec_driver_sql(f"{explain} {statement}", parameters)
            scanned = _of_sqlite(plan.all()) if database.is_sqlite else _of_postgres(plan.scalar())
            found += [(table, statement) for table in scanned if table in tables]
    return found


def _of_sqlite(steps: Sequence[Any]) -> Iterator[str]:
    for step in steps:
        words = str(step[-1]).split()
        if words[0] == "SCAN" and not _PARTIAL & set(words):
            yield words[1]


def _of_postgres(plan: Any) -> Iterator[str]:
    stack = [one["Plan"] for one in plan]
    while stack:
        node = stack.pop()
        stack += node.get("Plans", [])
        index = node.get("Index Name")
        is_whole_index = index and "Index Cond" not in node and index not in _PARTIAL
        if node["Node Type"] == "Seq Scan" or is_whole_index:
            yield node.get("Relation Name") or index


@contextmanager
def executed(words: str) -> Iterator[list[str]]:
    """The statements with these words that are executed while it is open."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if words in statement:
            found.append(statement)

    with _told_of_statements(note):
        yield found
