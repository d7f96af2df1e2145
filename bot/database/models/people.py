"""People, what they entered about themselves, and their caregivers."""

from datetime import date, datetime, time

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from bot.database.cramp_values import YesNo
from bot.database.models.base import (
    RowId,
    enum_type,
    new_uid,
    owner_column,
    owner_key,
    partial_index,
)
from bot.database.stored_values import Fluids, SetupStep


class User(SQLModel, table=True):
    """A person in a private chat with the bot; the key is Telegram's user id (also the chat's)."""

    __tablename__ = "users"
    __table_args__ = (partial_index("ix_users_admin_menu", "id", where="admin_menu IS NOT NULL"),)

    id: int = Field(sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False))
    language: str = Field(default="en", max_length=16)
    """The language code that Telegram reported last."""
    chosen_language: str | None = Field(default=None, max_length=16)
    """The language that the person chose; None: the one of Telegram."""
    hour_cycle: int | None = Field(default=None, sa_type=sa.SmallInteger)
    """12 or 24: the clock that the person chose; None: the one of their country."""
    created_at: datetime
    setup_step: SetupStep = Field(default=SetupStep.TIME_ZONE, sa_type=enum_type(SetupStep))
    time_zone: str | None = Field(default=None, max_length=64)
    home_zone: str | None = Field(default=None, max_length=64)
    """During a journey: the zone that reminders follow before ``home_zone_until_on``."""
    home_zone_until_on: date | None = None
    bed_time: time | None = None
    wake_time: time | None = None
    earlier_nights: str | None = Field(default=None, max_length=1200)
    """How nights were bounded before the times of sleep changed; None: as they are now. The form is
    that of ``bot.local_time.nights``."""
    fluids: Fluids | None = Field(default=None, sa_type=enum_type(Fluids))
    shut_gates: str | None = Field(default=None, max_length=200)
    """Codes of what is switched off because of answers about health, joined by commas; computed
    from the health profile by ``bot.features.health_profile.gate_queries``. A code with a question
    mark is a gate whose question has not been answered. None: not computed yet, nothing is shut."""
    spread_seconds: int = 0
    """0 to 599: spreads this person's default times; see ``dispatch/spreading``."""
    paused: bool = False
    paused_until_at: datetime | None = None
    blocked_at: datetime | None = None
    awaiting: str | None = Field(default=None, max_length=64)
    """The question that typed text answers, in the form of callback data; None: no question."""
    on_screen: str | None = Field(default=None, max_length=64)
    """What the person has opened and typed text may be about, in the form of callback data with the
    minute in which it was opened; None: nothing. See ``Context.put_on_screen``."""
    open_question: str | None = Field(default=None, sa_type=sa.Text)
    """The question that the bot asked last and that waits for an answer, with what its buttons say,
    as JSON; None: none. See ``bot.telegram.open_question``."""
    open_question_message_id: int | None = None
    """The message with that question; None until it is sent."""
    keyboard_sent_at: datetime | None = None
    question_message_id: int | None = None
    """The message that shows the open question of the setup, or in its end the plan."""
    album_id: str | None = Field(default=None, max_length=64)
    """Telegram's id of the album that was answered last: its other messages are not answered."""
    album_answer_message_id: int | None = None
    """The message that answered that album without reading its caption, which may come later."""
    unread_told_at: datetime | None = None
    """When the person was last told that pictures, stickers and recordings are not read."""
    emergency_number: str | None = Field(default=None, max_length=20)
    """The emergency number that this person gave; None: messages say it in words."""
    light_pictures: bool | None = None
    """Whether pictures are light; None: the person has not chosen, so they are dark."""
    asks_more: bool | None = None
    """Whether the check-in asks a little more; None: the person has not said, so it does not."""
    wants_news: bool | None = None
    """Whether they want messages to everybody; None: they have not said, so they get them."""
    admin_menu: str | None = Field(default=None, max_length=64)
    """Which command menu an admin's chat has, as a hash; None: the usual one."""
    consent_version: int | None = Field(default=None, sa_type=sa.SmallInteger)
    """The version of the text that the person agreed to; None: they were never asked, as in a
    private bot, or have not answered. See ``bot/features/consent``."""
    consented_at: datetime | None = None
    consent_asked_version: int | None = Field(default=None, sa_type=sa.SmallInteger)
    """The version of the text that was shown last to somebody who was there before it."""
    consent_withdrawn_at: datetime | None = None
    """Since when nothing is stored any more and no reminder is sent; None: consent stands."""


class Caregiver(SQLModel, table=True):
    """Who may see a person's weeks and log cramps for them; an invitation until confirmed."""

    __tablename__ = "caregivers"

    user_id: int = Field(sa_column=owner_key())
    """The person who is helped."""
    code: str = Field(max_length=40, unique=True)
    """The secret in the link of the invitation; one person can use it."""
    expires_at: datetime
    caregiver_id: int | None = Field(
        default=None, sa_column=sa.Column(sa.BigInteger, nullable=True, index=True)
    )
    """The Telegram id of the person who helps; None until the one who is helped has confirmed."""
    since_at: datetime | None = None
    asked_id: int | None = Field(
        default=None, sa_column=sa.Column(sa.BigInteger, nullable=True, index=True)
    )
    """The Telegram id of who has opened the link and waits to be confirmed."""
    shown_from_on: date | None = None
    """The first night that the helper sees; None: all."""


class ProfileItem(SQLModel, table=True):
    """One answer that a person chose to give about their health."""

    __tablename__ = "profile_items"
    __table_args__ = (sa.UniqueConstraint("user_id", "item"),)

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=owner_column())
    item: str = Field(max_length=40)
    value: str = Field(max_length=40)
    told_at: datetime


class Medicine(SQLModel, table=True):
    """A medicine, as the person typed it."""

    __tablename__ = "medicines"
    __table_args__ = (sa.UniqueConstraint("user_id", "uid"),)

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=owner_column())
    uid: str = Field(default_factory=new_uid, max_length=32)
    words: str = Field(max_length=120)
    started_on: date | None = None
    stopped_on: date | None = None
    changed_on: date | None = None
    """When its dose or kind was changed last."""
    worse_after: YesNo | None = Field(
        default=None, sa_type=enum_type(YesNo, checked_as="worse_after")
    )
    """Whether the cramps started or got worse after it, by the person's own account."""
    worse_asked_at: datetime | None = None
    """When that was asked last."""
    told_at: datetime


class Stranger(SQLModel, table=True):
    """A person or group that a private bot has turned away; see ``identity/refusals``."""

    __tablename__ = "strangers"

    user_id: int = Field(sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False))
    answered_at: datetime = Field(index=True)


class LogAddress(SQLModel, table=True):
    """A person's secret web address that logs a cramp; see ``bot/features/log_address``."""

    __tablename__ = "log_addresses"

    user_id: int = Field(sa_column=owner_key())
    token_hash: str = Field(max_length=64, unique=True)
    """SHA-256 of the address's token, in hexadecimal digits. The token itself is not stored."""
    made_at: datetime
    used_at: datetime | None = None
    """When it last logged a cramp."""
