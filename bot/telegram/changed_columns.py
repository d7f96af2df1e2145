"""Records which columns a handler changes, at whichever flush they are written."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session as SyncSession

from bot.database.engine import Session


@contextmanager
def changed_columns(session: Session) -> Iterator[set[str]]:
    """The columns that change in the ``with`` block, as "table.column"; all those of a new row."""
    found: set[str] = set()
    plain = session.sync_session

    def note(written: SyncSession, *_flush: object) -> None:
        for row in (*written.new, *written.dirty):
            state = sa.inspect(row)
            found.update(
                f"{row.__tablename__}.{one.key}" for one in state.attrs if one.history.has_changes()
            )

    event.listen(plain, "before_flush", note)
    try:
        yield found
        note(plain)
    finally:
        event.remove(plain, "before_flush", note)
