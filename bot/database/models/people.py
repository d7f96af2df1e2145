"""People, what they told about themselves, and who helps them."""

from datetime import date, datetime, time
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from bot.database.models.base import RowId, enum_type, new_uid, owner_column


class SetupStep(StrEnum):
    """The question at which meeting the bot stands."""

    TIME_ZONE = "time_zone"
    BED = "bed"
    WAKE = "wake"
    FLUIDS = "fluids"
    DONE = "done"


class Fluids(StrEnum):
    """The answer to the fluid question; only ``FREE`` allows drink reminders."""

    FREE = "free"
    LIMITED = "limited"
    UNSURE = "unsure"


class User(SQLModel, table=True):
    """A person in a private chat with the bot; the key is Telegram's user id (also the chat's)."""

    __tablename__ = "users"

    id: int = Field(sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False))
    language: str = Field(default="en", max_length=16)
    """As Telegram said it last."""
    chosen_language: str | None = Field(default=None, max_length=16)
    """As the person chose it; None follows Telegram."""
    hour_cycle: int | None = Field(default=None, sa_type=sa.SmallInteger)
    """12 or 24: how the person wants to read the clock; None: as their country does."""
    created_at: datetime
    setup_step: SetupStep = Field(default=SetupStep.TIME_ZONE, sa_type=enum_type(SetupStep))
    time_zone: str | None = Field(default=None, max_length=64)
    home_zone: str | None = Field(default=None, max_length=64)
    """While travelling: the zone that reminders keep, until ``home_zone_until_on``."""
    home_zone_until_on: date | None = None
    bed_time: time | None = None
    wake_time: time | None = None
    fluids: Fluids | None = Field(default=None, sa_type=enum_type(Fluids))
    spread_seconds: int = 0
    """This person's own offset, 0 to 599 s, of times that they did not choose."""
    paused: bool = False
    paused_until_at: datetime | None = None
    blocked_at: datetime | None = None
    awaiting: str | None = Field(default=None, max_length=64)
    """What typed text would answer, in the form of callback data; None when nothing was asked."""
    keyboard_sent_at: datetime | None = None
    emergency_number: str | None = Field(default=None, max_length=20)
    """The number that this person would call; None: said in words."""


class Caregiver(SQLModel, table=True):
    """Who may see a person's weeks and log a cramp for them; an invitation until accepted."""

    __tablename__ = "caregivers"

    user_id: int = Field(
        sa_column=sa.Column(
            sa.BigInteger,
            sa.ForeignKey("users.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        )
    )
    """The one who is helped."""
    code: str = Field(max_length=40, unique=True)
    """What the link of the invitation says; good for one person."""
    expires_at: datetime
    caregiver_id: int | None = Field(
        default=None, sa_column=sa.Column(sa.BigInteger, nullable=True, index=True)
    )
    """Telegram's id of the one who helps; None until they accepted."""
    since_at: datetime | None = None


class ProfileItem(SQLModel, table=True):
    """One thing that a person chose to tell about their health (``health_profile``)."""

    __tablename__ = "profile_items"
    __table_args__ = (sa.UniqueConstraint("user_id", "item"),)

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=owner_column())
    item: str = Field(max_length=40)
    value: str = Field(max_length=40)
    told_at: datetime


class Medicine(SQLModel, table=True):
    """A medicine as its taker typed it."""

    __tablename__ = "medicines"
    __table_args__ = (sa.UniqueConstraint("user_id", "uid"),)

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=owner_column())
    uid: str = Field(default_factory=new_uid, max_length=32)
    words: str = Field(max_length=120)
    started_on: date | None = None
    told_at: datetime


class Stranger(SQLModel, table=True):
    """Somebody whom a private bot has told that it is private; kept so that it says so once."""

    __tablename__ = "strangers"

    user_id: int = Field(sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False))
    answered_at: datetime
