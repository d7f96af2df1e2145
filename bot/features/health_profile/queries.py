"""Rows of the health profile and of medicines. No Telegram, no commit."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import col, select

from bot.database.engine import Session, insert_for
from bot.database.installation_secret import key_for
from bot.database.models import Medicine, ProfileItem
from bot.features.diary.limits import MEDICINES
from bot.features.diary.uids import PURPOSE, private_uid, uid_of
from bot.features.health_profile.raised_signs import raised_signs
from bot.features.health_profile.values import ITEMS, STALE_AFTER


async def profile_of(session: Session, user_id: int) -> dict[str, str]:
    """Item → stored value, in the order of ``ITEMS``."""
    found = await session.exec(select(ProfileItem).where(ProfileItem.user_id == user_id))
    values = {row.item: row.value for row in found}
    return {item: values[item] for item in ITEMS if item in values}


async def raised_signs_of(session: Session, user_id: int) -> frozenset[str]:
    """The warning signs that matter more because of what a person told of themselves."""
    return raised_signs(await profile_of(session, user_id))


async def set_item(session: Session, user_id: int, item: str, value: str, now: datetime) -> None:
    """Store the value of an item. Idempotent."""
    insert = insert_for(session)(ProfileItem).values(
        user_id=user_id, item=item, value=value, told_at=now
    )
    await session.exec(
        insert.on_conflict_do_update(
            index_elements=["user_id", "item"], set_={"value": value, "told_at": now}
        )
    )


async def has_stale_item(session: Session, user_id: int, now: datetime) -> bool:
    """Whether an answer is so old that it should be asked once more."""
    old = sa.exists().where(
        col(ProfileItem.user_id) == user_id, col(ProfileItem.told_at) < now - STALE_AFTER
    )
    return bool((await session.exec(select(old))).one())


async def confirm_all(session: Session, user_id: int, now: datetime) -> None:
    """Store that all answers of a person are still so."""
    await session.exec(
        sa.update(ProfileItem).where(col(ProfileItem.user_id) == user_id).values(told_at=now)
    )


async def erase_item(session: Session, user_id: int, item: str) -> None:
    """Delete the value of an item."""
    await session.exec(
        sa.delete(ProfileItem).where(
            col(ProfileItem.user_id) == user_id, col(ProfileItem.item) == item
        )
    )


async def erase_all(session: Session, user_id: int) -> None:
    """Delete all values and all medicines of a person."""
    await session.exec(sa.delete(ProfileItem).where(col(ProfileItem.user_id) == user_id))
    await session.exec(sa.delete(Medicine).where(col(Medicine.user_id) == user_id))


async def medicines_of(session: Session, user_id: int) -> list[Medicine]:
    """A person's medicines, in the order in which they were entered."""
    found = await session.exec(
        select(Medicine).where(Medicine.user_id == user_id).order_by(col(Medicine.id))
    )
    return list(found)


async def medicine_uid(session: Session, user_id: int, message_id: int) -> str:
    """The unique id of the medicine that was entered with a message."""
    key = await key_for(session, PURPOSE)
    return private_uid(key, uid_of(user_id, "medicine", message_id))


async def add_medicine(
    session: Session, user_id: int, message_id: int, words: str, now: datetime
) -> Medicine | None:
    """Store a medicine. Idempotent: the message that names it is its key.

    Returns:
        The medicine, or None when the list is full.
    """
    uid = await medicine_uid(session, user_id, message_id)
    found = await session.exec(
        select(Medicine).where(Medicine.user_id == user_id, Medicine.uid == uid)
    )
    medicine = found.one_or_none()
    if medicine is None:
        if len(await medicines_of(session, user_id)) >= MEDICINES:
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
    """Store since when a medicine has been taken; None: not known."""
    medicine.started_on = started_on
    session.add(medicine)
