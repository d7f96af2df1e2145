"""A week and its details as plain values, ready to be put into words and drawn."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from bot.features.diary.trend import Trend
from bot.features.summary.comparisons import SideBySide
from bot.features.summary.periods import PeriodFigures
from bot.features.summary.stats import NIGHTS, NightState, WeekFigures
from bot.features.summary.weeks import week_of
from bot.features.warning_signs.selection import Nudge
from bot.local_time.nights import SleepAcrossNoon


@dataclass(frozen=True)
class WeekReport:
    """The figures of a week, and what else its message needs."""

    figures: WeekFigures
    weekday: int
    """The weekday on which weeks begin in the person's country (0 = Monday). The week of a summary
    keeps its own: it is the seven nights before the summary's day."""
    first_week_on: date
    """The first night of the diary's first week."""
    current_week_on: date
    """The first night of the newest week that has something to show."""
    last_night_on: date | None
    """Last night, between 05:00 and noon, when it can already be marked as free of cramps."""
    bed_time: time | None
    wake_time: time | None
    sleep: SleepAcrossNoon | None = None
    """The sleep of somebody who sleeps by day."""
    nudge: Nudge | None = None
    """The warning sign that is mentioned in this week's summary."""
    trend: Trend | None = None
    """The trend of the 12 weeks that end with this one; None while it is not over."""
    limited: str | None = None
    """The person's answer to whether cramps limited them: no, a_bit or a_lot."""
    is_compared: bool = True
    """Whether these are the nights of a summary: such a week is asked about and looks for a trend.
    Other nights are only shown."""
    newest_on: date = date.max
    """The newest night with something to show; no later week is offered without a later night."""
    is_last_seven: bool = False
    """Whether these are the last seven nights, because the week has only just begun."""
    light: bool | None = None
    """Whether the person chose light pictures."""

    @property
    def week_on(self) -> date:
        """The week's first night."""
        return self.figures.week_on

    @property
    def is_over(self) -> bool:
        """Whether all seven nights are over."""
        return all(night.state is not NightState.TO_COME for night in self.figures.nights)

    @property
    def earlier_on(self) -> date | None:
        """The first night of the week before; None before the diary's first week."""
        earlier = week_of(self.week_on - timedelta(days=1), self.weekday)
        return earlier if earlier >= self.first_week_on else None

    @property
    def later_on(self) -> date | None:
        """The first night of the week after; None after the current week."""
        later = week_of(self.week_on + timedelta(days=NIGHTS), self.weekday)
        is_newer = self.newest_on >= self.week_on + timedelta(days=NIGHTS)
        return later if later <= self.current_week_on and is_newer else None


@dataclass(frozen=True)
class WeekDetails:
    """What was noted about a week's cramps, and habits side by side over the whole diary."""

    report: WeekReport
    figures: PeriodFigures
    pairs: tuple[SideBySide, ...]
    is_withheld: bool = False
    """Whether a habit is left out of the pairs, because a fair test of it is running."""
