"""Rows about the installation."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class FailedUpdate(SQLModel, table=True):
    """An update whose handler failed because of a bug; kept for a few days, to be replayed."""

    __tablename__ = "failed_updates"

    update_id: int = Field(
        sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False)
    )
    user_id: int | None = Field(
        default=None, sa_column=sa.Column(sa.BigInteger, nullable=True, index=True)
    )
    raw: dict[str, Any] = Field(sa_type=sa.JSON)
    error: str = Field(max_length=200)
    failed_at: datetime


class Fact(SQLModel, table=True):
    """A named fact about the installation, such as the version of the time-zone rules in use."""

    __tablename__ = "facts"

    name: str = Field(primary_key=True, max_length=40)
    value: str = Field(max_length=200)
