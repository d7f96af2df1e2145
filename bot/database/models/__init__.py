"""Every table. Instants end in ``_at`` and are aware UTC; local dates end in ``_on``."""

from bot.database.models.base import EVERY_DAY, RowId
from bot.database.models.diary import Cramp, Habit, HabitDay, NightCheck, NightStatus
from bot.database.models.findings import (
    Experiment,
    FlagHit,
    HitAnswer,
    ReportDraft,
    TrialStatus,
    WeeklySummary,
)
from bot.database.models.operations import (
    Fact,
    FailedUpdate,
    InboxRow,
    InboxState,
    Job,
    JobState,
    Lease,
)
from bot.database.models.people import (
    Caregiver,
    Fluids,
    Medicine,
    ProfileItem,
    SetupStep,
    Stranger,
    User,
)
from bot.database.models.reminders import (
    Answer,
    Delivery,
    DeliveryStatus,
    Kind,
    Pace,
    Reminder,
    ReminderNight,
)

__all__ = [
    "EVERY_DAY",
    "Answer",
    "Caregiver",
    "Cramp",
    "Delivery",
    "DeliveryStatus",
    "Experiment",
    "Fact",
    "FailedUpdate",
    "FlagHit",
    "Fluids",
    "Habit",
    "HabitDay",
    "HitAnswer",
    "InboxRow",
    "InboxState",
    "Job",
    "JobState",
    "Kind",
    "Lease",
    "Medicine",
    "NightCheck",
    "NightStatus",
    "Pace",
    "ProfileItem",
    "Reminder",
    "ReminderNight",
    "ReportDraft",
    "RowId",
    "SetupStep",
    "Stranger",
    "TrialStatus",
    "User",
    "WeeklySummary",
]
