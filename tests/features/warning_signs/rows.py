"""Facts stored as rows of a diary."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from bot.database.engine import Session
from bot.database.models import Cramp, Habit, HabitDay, NightCheck, NightStatus
from bot.features.cramps.values import format_codes
from bot.features.diary.facts import Facts

_numbers = count(1)


def _noon_after(night_on: date) -> datetime:
    return datetime.combine(night_on + timedelta(days=1), time(12), UTC)


def keep(session: Session, user_id: int, told: Facts, zone: str = "Europe/Berlin") -> None:
    """Store facts; local times are in the time zone."""
    for fact in told.cramps:
        at = fact.local_at.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        session.add(
            Cramp.model_validate(
                {
                    "user_id": user_id,
                    "message_id": -next(_numbers),
                    "tapped_at": at,
                    "occurred_at": at,
                    "time_zone": zone,
                    "night_on": fact.night_on,
                    "event_type": fact.event_type,
                    "intensity": fact.intensity,
                    "duration": fact.duration,
                    "woke_me": fact.woke_me,
                    "site": fact.site,
                    "side": fact.side,
                    "count_tonight": fact.count,
                    "context": fact.context,
                    "after_effects": format_codes("effect", fact.after_effects),
                    "possible_triggers": format_codes("trigger", fact.possible_triggers),
                    "twitch_days": fact.twitch_days,
                }
            )
        )
    for check in told.checks:
        session.add(
            NightCheck(
                user_id=user_id,
                night_on=check.night_on,
                status=NightStatus(check.status),
                answered_at=_noon_after(check.night_on),
            )
        )
    for habit in told.habits:
        session.add(
            HabitDay(
                user_id=user_id,
                night_on=habit.night_on,
                habit=Habit(habit.habit),
                done=habit.done,
                answered_at=_noon_after(habit.night_on),
            )
        )
