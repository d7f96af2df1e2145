"""What is derived from the diary: warning signs, fair tests, reports, weekly summaries."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from bot.database.models.base import RowId, enum_type, new_uid, owner_column, owner_key
from bot.database.stored_values import Habit, HitAnswer, TrialStatus


class FlagHit(SQLModel, table=True):
    """A warning sign that the diary shows or that the person ticked, and how they answered."""

    __tablename__ = "flag_hits"
    __table_args__ = (sa.UniqueConstraint("user_id", "rule", "hit_on"),)

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=owner_column())
    rule: str = Field(max_length=40)
    """``P1`` to ``P14``, or the code of a sign of the warning cards."""
    level: str = Field(max_length=20)
    """info, soon, urgent or emergency."""
    hit_on: date
    """The local date on which it was found."""
    hit_at: datetime
    shown: bool = False
    """Whether the person has seen it, at once or in a summary. Others are in the report only."""
    answer: HitAnswer | None = Field(default=None, sa_type=enum_type(HitAnswer))
    answered_at: datetime | None = None
    withdrawn_at: datetime | None = None
    """When a change of the diary withdrew it, such as the removal of the entry that met the rule. A
    withdrawn sign is on no page, and does not keep later ones from being mentioned."""
    counted: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON)
    """What a rule about several nights counted, as JSON: its numbers, its nights, and the date
    before which these nights are."""


class Experiment(SQLModel, table=True):
    """A fair test of one habit by one person: blocks with and without it, in a random order."""

    __tablename__ = "experiments"
    __table_args__ = (sa.UniqueConstraint("user_id", "uid"),)

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=owner_column())
    uid: str = Field(default_factory=new_uid, max_length=32)
    habit: Habit = Field(sa_type=enum_type(Habit, 30))
    words: str | None = Field(default=None, max_length=120)
    block_days: int
    blocks: str = Field(max_length=40)
    """The random order, one letter per block: ``a`` with the habit, ``b`` without."""
    starts_on: date
    """The first night of the first block."""
    status: TrialStatus = Field(default=TrialStatus.RUNNING, sa_type=enum_type(TrialStatus))
    stopped_on: date | None = None
    stopped_why: str | None = Field(default=None, max_length=40)
    created_at: datetime
    told_at: datetime | None = None
    """When the result was sent to the person."""
    paused_at: datetime | None = None
    """Since when it is paused because of a warning sign; None: it is not paused."""
    paused_why: str | None = Field(default=None, max_length=40)
    """The sign because of which it is paused."""
    notice_read_at: datetime | None = None
    """When the person tapped that they have read the notice about that."""


class ReportDraft(SQLModel, table=True):
    """The report that a person prepares: its period, and the lines that they left out."""

    __tablename__ = "report_drafts"

    user_id: int = Field(sa_column=owner_key())
    weeks: int = 8
    last_on: date
    left_out: str = Field(default="", max_length=1000)
    """Codes of lines, separated by commas."""
    name: str | None = Field(default=None, max_length=80)
    """The name that the person wants on it; None: no name."""
    identifier: str | None = Field(default=None, max_length=40)
    """A date of birth or a number, as typed, that the person wants on it."""
    tried_before: str | None = Field(default=None, max_length=1000)
    """What the person tried before, and how it went: their own lines."""
    dialysis_days: str | None = Field(default=None, max_length=80)
    """Days of dialysis, as typed."""
    results: str | None = Field(default=None, max_length=1000)
    """Blood results, as typed: their own lines."""
    questions: str | None = Field(default=None, max_length=1000)
    """What the person wants to ask their doctor."""
    message_id: int | None = None
    updated_at: datetime


class WeeklySummary(SQLModel, table=True):
    """The figures of a week as they were last shown, and the message that shows them."""

    __tablename__ = "weekly_summaries"
    __table_args__ = (sa.UniqueConstraint("user_id", "week_on"),)

    id: int | None = Field(default=None, sa_column=sa.Column(RowId, primary_key=True))
    user_id: int = Field(sa_column=owner_column())
    week_on: date
    """The date of the first of its seven nights."""
    figures: dict[str, Any] = Field(sa_type=sa.JSON)
    caption: str
    limited: str | None = Field(default=None, max_length=20)
    """Whether cramps limited the person that week: no, a_bit, a_lot."""
    limited_at: datetime | None = None
    message_id: int | None = None
    is_view: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    """Whether these are not the seven nights of a summary, but what "This week" showed: a week as
    it begins in the person's country, or the last seven nights. Views are refreshed after a
    correction; they are not asked about and not compared."""
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None
