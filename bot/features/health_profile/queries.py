"""Rows of what a person told about their health. No Telegram, no commit."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session, insert_for
from bot.database.models import Medicine, ProfileItem
from bot.features.diary.names import uid_of
from bot.features.health_profile.values import ITEMS, MOST_MEDICINES


async def profile_of(session: Session, user_id: int) -> dict[str, str]:
    """Item → value of everything that was told, in the order of the items."""
    found = await session.exec(select(ProfileItem).where(ProfileItem.user_id == user_id))
    told = {row.item: row.value for row in found}
    return {item: told[item] for item in ITEMS if item in told}


async def set_item(session: Session, user_id: int, item: str, value: str, now: datetime) -> None:
    """Tell an item. Set, so twice is once."""
    insert = insert_for(session)(ProfileItem).values(
        user_id=user_id, item=item, value=value, told_at=now
    )
    await session.exec(
        insert.on_conflict_do_update(
            index_elements=["user_id", "item"], set_={"value": value, "told_at": now}
        )
    )


async def erase_item(session: Session, user_id: int, item: str) -> None:
    """Take an item back."""
    await session.exec(
        sa.delete(ProfileItem).where(
            col(ProfileItem.user_id) == user_id, col(ProfileItem.item) == item
        )
    )


async def erase_all(session: Session, user_id: int) -> None:
    """Take everything back, medicines too."""
    await session.exec(sa.delete(ProfileItem).where(col(ProfileItem.user_id) == user_id))
    await session.exec(sa.delete(Medicine).where(col(Medicine.user_id) == user_id))


async def medicines_of(session: Session, user_id: int) -> list[Medicine]:
    """A person's medicines as they typed them, in the order of typing."""
    found = await session.exec(
        select(Medicine).where(Medicine.user_id == user_id).order_by(col(Medicine.id))
    )
    return list(found)


def name_of(user_id: int, message_id: int) -> str:
    """The lasting name of the medicine that a message says."""
    return uid_of(user_id, "medicine", message_id)


async def add_medicine(
    session: Session, user_id: int, message_id: int, words: str, now: datetime
) -> Medicine | None:
    """Keep a medicine. The message that says it is its key; None when there are too many."""
    uid = name_of(user_id, message_id)
    found = await session.exec(
        select(Medicine).where(Medicine.user_id == user_id, Medicine.uid == uid)
    )
    medicine = found.one_or_none()
    if medicine is None:
        if len(await medicines_of(session, user_id)) >= MOST_MEDICINES:
            return None
        medicine = Medicine(user_id=user_id, uid=uid, words=words, told_at=now)
        session.add(medicine)
        await session.flush()
    return medicine


async def owned_medicine(
    session: Session, medicine_id: int | None, user_id: int
) -> Medicine | None:
    """A medicine, only if it is this person's."""
    if medicine_id is None:
        return None
    found = await session.exec(
        select(Medicine).where(Medicine.id == medicine_id, Medicine.user_id == user_id)
    )
    return found.one_or_none()


def set_start(session: Session, medicine: Medicine, started_on: date | None) -> None:
    """Note since when it has been taken; None: not known."""
    medicine.started_on = started_on
    session.add(medicine)
