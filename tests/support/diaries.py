"""A year in the diaries of several people, made up by lot but the same every time.

Rows are made directly, as a year of taps would take too long; other tests show that taps make such
rows. ``Diary.truth`` keeps beside them what was meant, so that figures can be reckoned anew from it
without any code of the bot.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import SQLModel

from bot.database.engine import Database
from bot.database.models import (
    Answer,
    Cramp,
    Delivery,
    DeliveryStatus,
    Fluids,
    Habit,
    HabitDay,
    Kind,
    Medicine,
    NightCheck,
    NightStatus,
    ProfileItem,
    Reminder,
    SetupStep,
    User,
)
from bot.features.reminders.queries import ensure_reminders, reminder_of

FIRST_ON = date(2026, 1, 5)
"""A Monday; the year holds both clock changes of Europe and of America."""
NIGHTS = 364
STRENGTHS = range(11)
DURATIONS = ("lt_1min", "1_5min", "5_10min", "gt_10min", "unsure")
SIDES = ("left", "right", "both", "unsure")
EFFECTS = ("sore_next_day", "numb_or_tingling", "weak", "swollen", "warm_or_red")
TRIGGERS = ("hard_exercise", "long_sitting_or_driving", "hot_day", "little_fluid", "stress")
RELIEFS = ("stretched", "walked", "massaged", "heat", "waited")


@dataclass(frozen=True)
class Habits:
    """How a person lives and logs."""

    name: str
    zone: str
    cramp_chance: float
    """Of a night."""
    coverage: float
    """The share of nights of which anything is said."""
    sites: tuple[str, ...]
    contexts: tuple[str, ...]
    bed: time = time(22, 30)
    wake: time = time(7, 0)
    fluids: Fluids = Fluids.FREE
    event_type: str = "cramp"
    weekends_only: bool = False
    stretch_chance: float = 0.6
    profile: tuple[tuple[str, str], ...] = ()
    medicines: tuple[tuple[str, date | None], ...] = ()


PEOPLE = (
    Habits(
        "runner of 34",
        "America/New_York",
        0.3,
        0.9,
        ("calf", "calf", "foot_sole"),
        ("after_exercise_same_day", "during_exercise", "asleep"),
        bed=time(0, 15),
        profile=(("age_band", "18_39"),),
    ),
    Habits(
        "pregnant woman",
        "Europe/Berlin",
        0.35,
        0.85,
        ("calf", "toes"),
        ("asleep", "lying_awake"),
        profile=(("pregnant", "yes"),),
    ),
    Habits(
        "man of 78",
        "Europe/London",
        0.5,
        0.95,
        ("foot_sole", "calf", "thigh_back"),
        ("asleep", "walking", "after_long_sitting"),
        fluids=Fluids.LIMITED,
        profile=(("age_band", "75_plus"), ("limit_fluids", "yes"), ("heart_failure", "yes")),
        medicines=(("a water tablet in the morning", date(2025, 11, 3)), ("something else", None)),
    ),
    Habits(
        "twitching eyelid",
        "Australia/Sydney",
        0.2,
        0.6,
        ("eyelid_face",),
        ("sitting",),
        event_type="twitch",
    ),
    Habits(
        "logs on weekends",
        "America/St_Johns",
        0.4,
        0.9,
        ("calf", "shin", "hip_buttock"),
        ("asleep", "after_meal"),
        weekends_only=True,
        stretch_chance=0.2,
    ),
)


@dataclass(frozen=True)
class Event:
    """An entry as it was meant."""

    night_on: date
    local_at: datetime
    event_type: str
    count: int
    intensity: int | None
    duration: str | None
    woke: str | None
    site: str | None
    side: str | None
    context: str | None
    effects: tuple[str, ...]
    triggers: tuple[str, ...]
    reliefs: tuple[str, ...]
    helped: str | None
    disturbance: int | None
    is_timed: bool
    minutes_late: int


@dataclass
class Truth:
    """What was meant, in the plainest form."""

    events: list[Event] = field(default_factory=list)
    none: list[date] = field(default_factory=list)
    stretch: dict[date, bool] = field(default_factory=dict)
    late_caffeine: dict[date, bool] = field(default_factory=dict)
    answers: list[tuple[date, str, str]] = field(default_factory=list)
    """Night, kind, and done, skipped or no_answer, of every delivery that arrived."""


@dataclass
class Diary:
    """A person's rows and what they mean."""

    habits: Habits
    user_id: int
    rows: list[SQLModel]
    truth: Truth
    last_on: date

    @property
    def user(self) -> User:
        """The person's row."""
        return next(row for row in self.rows if isinstance(row, User))


def _maybe(chance: random.Random, options: Sequence[str], probability: float = 0.7) -> str | None:
    return chance.choice(options) if chance.random() < probability else None


def _some(chance: random.Random, options: Sequence[str]) -> tuple[str, ...]:
    return tuple(one for one in options if chance.random() < 0.2)


def _event(chance: random.Random, habits: Habits, night_on: date) -> Event:
    noon = datetime.combine(night_on, time(12))
    # Minutes 0 to 90 are the hour that a clock change skips or repeats in some zones: left out.
    minute = chance.choice([*range(8 * 60, 12 * 60), *range(16 * 60, 20 * 60)])
    event_type = habits.event_type if chance.random() < 0.9 else "cramp"
    is_cramp = event_type == "cramp"
    return Event(
        night_on,
        noon + timedelta(minutes=minute),
        event_type,
        count=chance.choice((1, 1, 1, 2, 4)) if is_cramp else 1,
        intensity=chance.choice(STRENGTHS) if chance.random() < 0.8 else None,
        duration=_maybe(chance, DURATIONS) if is_cramp else None,
        woke=_maybe(chance, ("yes", "yes", "no_was_awake", "unsure")) if is_cramp else None,
        site=_maybe(chance, habits.sites, 0.8),
        side=_maybe(chance, SIDES),
        context=_maybe(chance, habits.contexts) if is_cramp else None,
        effects=_some(chance, EFFECTS) if is_cramp else (),
        triggers=_some(chance, TRIGGERS) if is_cramp else (),
        reliefs=_some(chance, RELIEFS) if is_cramp else (),
        helped=_maybe(chance, ("not_at_all", "a_bit", "a_lot"), 0.3) if is_cramp else None,
        disturbance=chance.choice(STRENGTHS) if chance.random() < 0.3 else None,
        is_timed=chance.random() < 0.85,
        minutes_late=chance.choice((0, 0, 0, 5, 15, 16, 300)),
    )


def _row(event: Event, user_id: int, message_id: int, zone: str) -> Cramp:
    occurred_at = event.local_at.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return Cramp.model_validate(
        {
            "user_id": user_id,
            "message_id": message_id,
            "tapped_at": occurred_at + timedelta(minutes=event.minutes_late),
            "occurred_at": occurred_at,
            "time_precision": "exact" if event.is_timed else "night_only",
            "time_zone": zone,
            "night_on": event.night_on,
            "event_type": event.event_type,
            "count_tonight": event.count,
            "intensity": event.intensity,
            "duration": event.duration,
            "woke_me": event.woke,
            "site": event.site,
            "side": event.side,
            "context": event.context,
            "after_effects": ",".join(event.effects),
            "possible_triggers": ",".join(event.triggers),
            "relief_tried": ",".join(event.reliefs),
            "relief_helped": event.helped,
            "sleep_disturbance": event.disturbance,
        }
    )


def make_diary(habits: Habits, user_id: int, seed: int, nights: int = NIGHTS) -> Diary:
    """A diary of this many nights from ``FIRST_ON``; equal arguments make equal diaries."""
    chance = random.Random(f"{habits.name} {seed}")
    zone = ZoneInfo(habits.zone)
    met = datetime.combine(FIRST_ON, time(19), zone).astimezone(UTC)
    user = User(
        id=user_id,
        created_at=met,
        setup_step=SetupStep.DONE,
        time_zone=habits.zone,
        bed_time=habits.bed,
        wake_time=habits.wake,
        fluids=habits.fluids,
        keyboard_sent_at=met,
    )
    rows: list[SQLModel] = [user]
    rows += [
        ProfileItem(user_id=user_id, item=item, value=value, told_at=met)
        for item, value in habits.profile
    ]
    rows += [
        Medicine(user_id=user_id, words=words, started_on=started, told_at=met)
        for words, started in habits.medicines
    ]
    truth, numbers = Truth(), iter(range(1000, 1_000_000))
    for number in range(nights):
        night_on = FIRST_ON + timedelta(days=number)
        if habits.weekends_only and night_on.weekday() not in (4, 5):
            continue
        rows += _evening(chance, habits, user_id, night_on, truth)
        if chance.random() > habits.coverage:
            continue
        morning = datetime.combine(night_on + timedelta(days=1), time(9), zone).astimezone(UTC)
        if chance.random() < habits.cramp_chance:
            for _ in range(chance.choice((1, 1, 1, 2))):
                event = _event(chance, habits, night_on)
                truth.events.append(event)
                rows.append(_row(event, user_id, next(numbers), habits.zone))
            if chance.random() < 0.1:  # an entry that was taken back counts nowhere
                removed = _row(
                    _event(chance, habits, night_on), user_id, next(numbers), habits.zone
                )
                removed.deleted_at = morning
                rows.append(removed)
        else:
            truth.none.append(night_on)
            rows.append(
                NightCheck(
                    user_id=user_id,
                    night_on=night_on,
                    status=NightStatus.NONE_LAST_NIGHT,
                    answered_at=morning,
                )
            )
    return Diary(habits, user_id, rows, truth, FIRST_ON + timedelta(days=nights - 1))


def _evening(
    chance: random.Random, habits: Habits, user_id: int, night_on: date, truth: Truth
) -> list[SQLModel]:
    """What is known of an evening: a stretch reminder and, on some, what was said of the day."""
    rows: list[SQLModel] = []
    due_at = datetime.combine(night_on, time(20, 10), ZoneInfo(habits.zone)).astimezone(UTC)
    stretched = chance.random() < habits.stretch_chance
    answer = chance.choice((Answer.DONE if stretched else Answer.SKIPPED, Answer.NO_ANSWER))
    status = DeliveryStatus.SENT if chance.random() < 0.97 else DeliveryStatus.MISSED
    rows.append(
        Delivery(
            reminder_id=0,  # set when the reminders are there
            user_id=user_id,
            kind=Kind.STRETCH,
            due_at=due_at,
            night_on=night_on,
            status=status,
            send_at=due_at,
            sent_at=due_at if status is DeliveryStatus.SENT else None,
            answer=answer if status is DeliveryStatus.SENT else None,
            answered_at=due_at if status is DeliveryStatus.SENT else None,
        )
    )
    if status is DeliveryStatus.SENT:
        truth.answers.append((night_on, "stretch", str(answer)))
        if answer is not Answer.NO_ANSWER:
            truth.stretch[night_on] = stretched
    if chance.random() < 0.5:
        late = chance.random() < 0.5
        truth.late_caffeine[night_on] = late
        rows.append(
            HabitDay(
                user_id=user_id,
                night_on=night_on,
                habit=Habit.CAFFEINE_AFTER_CUTOFF,
                done=late,
                answered_at=due_at + timedelta(hours=12),
            )
        )
    return rows


async def store(database: Database, diary: Diary) -> None:
    """Write a diary down."""
    async with database.transaction() as session:
        user = diary.user
        session.add(user)
        await session.flush()
        await ensure_reminders(session, user)
        stretch: Reminder | None = await reminder_of(session, user.id, Kind.STRETCH)
        for row in diary.rows:
            if isinstance(row, Delivery) and stretch is not None:
                row.reminder_id = stretch.id or 0
            session.add(row)
