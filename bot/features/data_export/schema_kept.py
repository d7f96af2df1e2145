"""Parts of a diary file that say what else is kept of the person. They are not imported."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, model_validator

from bot.features.data_export.schema_types import Day, Instant, Row, Uid, codes
from bot.features.report.model import REPORT_ITEMS

Value = Annotated[str, Field(max_length=1000)] | int | None


class AccountRow(Row):
    """What the bot keeps of the person beside the settings."""

    created_at: AwareDatetime
    chosen_language: str | None = Field(default=None, max_length=16)
    hour_cycle: int | None = None
    home_zone: str | None = Field(default=None, max_length=64)
    home_zone_until_on: date | None = None
    shut_gates: str | None = Field(
        default=None, max_length=200, description="What is switched off by answers about health."
    )
    paused: bool = False
    paused_until_at: AwareDatetime | None = None
    unread_told_at: AwareDatetime | None = None
    consent_version: int | None = None
    consented_at: AwareDatetime | None = None
    consent_asked_version: int | None = None
    consent_withdrawn_at: AwareDatetime | None = None


class HelperRow(Row):
    """Since when somebody helps with the diary, or until when an invitation is good.

    Who it is is not in the file: that is another person.
    """

    expires_at: AwareDatetime
    since_at: AwareDatetime | None = None
    shown_from_on: date | None = None


class EarlierVersionRow(Row):
    """What an entry was before a change and after it, as long as the change can be undone.

    Codes of a list are joined by commas.
    """

    uid: Uid
    made_at: AwareDatetime
    before: Annotated[dict[str, Value], Field(max_length=40)]
    after: Annotated[dict[str, Value], Field(max_length=40)]
    words: str | None = Field(
        default=None, max_length=1000, description="What was added to the note."
    )
    undone: bool


class ReliefRow(Row):
    """The minutes of a cramp that were counted in the last days."""

    started_at: AwareDatetime
    move: str = Field(max_length=20)
    way: str = Field(max_length=20)
    warned_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None


class ReportItemRow(Row):
    """Whether something was told on the clinician's pages. It is computed, and not imported."""

    item: str = Field(json_schema_extra=codes(REPORT_ITEMS))
    told: Literal["yes", "no", "not_told"]

    @model_validator(mode="after")
    def _known(self) -> "ReportItemRow":
        if self.item not in REPORT_ITEMS:
            raise ValueError("item: an unknown code")
        return self


class LogAddressRow(Row):
    """When the address was made that logs cramps, and last used. It is not imported.

    The address itself is not in the file: only its owner knows it.
    """

    made_at: Instant
    used_at: Instant | None = None


class SummaryRow(Row):
    """The words of a stored week. They are computed, and not imported."""

    week_on: Day
    caption: str = Field(max_length=10_000, description="HTML, as it was sent to Telegram.")


class ReportDraftRow(Row):
    """The clinician's pages that are being prepared, with what was typed. They are not imported."""

    weeks: int = Field(ge=0, le=1000, strict=True)
    last_on: Day
    left_out: str = Field(default="", max_length=1000)
    name: str | None = Field(default=None, max_length=80)
    identifier: str | None = Field(default=None, max_length=40)
    tried_before: str | None = Field(default=None, max_length=1000)
    dialysis_days: str | None = Field(default=None, max_length=80)
    results: str | None = Field(default=None, max_length=1000)
    questions: str | None = Field(default=None, max_length=1000)
    updated_at: Instant
