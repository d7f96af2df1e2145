"""Facts: single values that all replicas share."""

from bot.database.engine import Session, insert_for
from bot.database.models import Fact


async def set_fact(session: Session, name: str, value: str) -> None:
    """Store a fact in place of the one before, also while another replica stores it too.

    Args:
        session: an open transaction, which has not read this fact.
        name: its name.
        value: what it is from now on.
    """
    new = insert_for(session)(Fact).values(name=name, value=value)
    await session.exec(new.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
