"""Draws the picture of a fair test: a row for each week, a lane for each arm, a cell per night."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.drawing.canvas import (
    CREAM,
    MARGIN,
    MINT,
    MUTED,
    PANEL,
    RAMP,
    WIDTH,
    Card,
    block,
    disc,
    tick,
)
from bot.features.experiments.design import WITH, WITHOUT, Arm, Course

WEEK = 7
LEFT = 176
LANE_GAP = 34
LANE = (WIDTH - MARGIN - LEFT - LANE_GAP) / 2
CELL = LANE / WEEK
TOP = 344
ROW = 58
BLOCK_GAP = 10
LEGEND = 112
BAR_HEIGHT = 26
LANES = {WITH: LEFT, WITHOUT: LEFT + LANE + LANE_GAP}
CRAMP = RAMP[6]


class NightState(StrEnum):
    """What the diary says about a night."""

    CRAMP = "cramp"
    NONE = "none"
    NO_ENTRY = "no_entry"
    NOT_COUNTED = "not_counted"
    """In the future, or after the test was stopped."""


@dataclass(frozen=True)
class Lane:
    """The heading of an arm's lane."""

    name: str
    count: str


@dataclass(frozen=True)
class TrialLabels:
    """Every word of the picture, translated."""

    title: str
    headline: str
    lanes: dict[str, Lane]
    """Arm → its heading."""
    weeks: tuple[str, ...]
    """The first night of every week."""
    cramp: str
    none: str
    no_entry: str


def state_of(
    night_on: date,
    cramp_nights: frozenset[date],
    covered_nights: frozenset[date],
    last_on: date,
) -> NightState:
    """How a night is drawn; ``last_on`` is the last night that counts."""
    if night_on in cramp_nights:
        return NightState.CRAMP
    if night_on in covered_nights:
        return NightState.NONE
    return NightState.NO_ENTRY if night_on <= last_on else NightState.NOT_COUNTED


def _is_block_start(course: Course, week: int) -> bool:
    return week * WEEK % course.block_days == 0


def row_y(course: Course, week: int) -> float:
    """The vertical center of a week's row."""
    blocks_before = sum(_is_block_start(course, one) for one in range(1, week + 1))
    return TOP + ROW * (week + 0.5) + BLOCK_GAP * blocks_before


def cell_x(arm: str, day: int) -> float:
    """The horizontal center of a night's cell; ``day`` is 0 to 6."""
    return LANES[arm] + CELL * (day + 0.5)


def weeks_drawn(course: Course, last_on: date) -> int:
    """The number of weeks that are drawn: those that have begun by ``last_on``."""
    days = (min(last_on, course.last_on) - course.starts_on).days
    return max(days // WEEK + 1, 1)


def height_for(course: Course, weeks: int) -> int:
    """The height of the picture, in pixels."""
    return round(row_y(course, weeks - 1) + ROW / 2 + LEGEND)


def draw_test(
    course: Course,
    cramp_nights: frozenset[date],
    covered_nights: frozenset[date],
    last_on: date,
    arms: dict[str, Arm],
    labels: TrialLabels,
) -> bytes:
    """Draw a test as a PNG, 1080 pixels wide. Deterministic and thread-safe."""
    weeks = weeks_drawn(course, last_on)
    card = Card(height_for(course, weeks))
    card.text((MARGIN, 66), labels.title, 44, width=WIDTH - 2 * MARGIN, weight=650)
    card.text((MARGIN, 126), labels.headline, 36, width=WIDTH - 2 * MARGIN, colour=MUTED)
    for kind, left in LANES.items():
        _draw_head(card, left, labels.lanes[kind], arms[kind])
    for week in range(weeks):
        first = course.starts_on + timedelta(days=week * WEEK)
        arm, y = course.order[week * WEEK // course.block_days], row_y(course, week)
        card.text((MARGIN, y), labels.weeks[week], 28, width=LEFT - MARGIN - 12, colour=MUTED)
        for day in range(WEEK):
            night_on = first + timedelta(days=day)
            state = state_of(night_on, cramp_nights, covered_nights, last_on)
            _draw_cell(card, (cell_x(arm, day), y), state)
    _draw_legend(card, labels)
    return card.png()


def _draw_head(card: Card, left: float, lane: Lane, arm: Arm) -> None:
    """Draw an arm's name, its count, and a bar for the share of logged nights with cramps."""
    card.text((left + 4, 196), lane.name, 36, width=LANE - 8, weight=600)
    card.text((left + 4, 246), lane.count, 30, width=LANE - 8, colour=MUTED)
    box = (left + 4, 280, left + LANE - 4, 280 + BAR_HEIGHT)
    card.draw.rounded_rectangle(box, BAR_HEIGHT / 2, fill=PANEL)
    if arm.cramp_nights and arm.covered:
        width = max((LANE - 8) * arm.cramp_nights / arm.covered, BAR_HEIGHT)
        card.draw.rounded_rectangle(
            (left + 4, 280, left + 4 + width, 280 + BAR_HEIGHT), BAR_HEIGHT / 2, fill=CRAMP
        )


def _draw_cell(card: Card, centre: tuple[float, float], state: NightState) -> None:
    if state is NightState.CRAMP:
        card.paste(disc(42, CRAMP), centre)
    elif state is NightState.NONE:
        card.paste(block(46, 46, PANEL), centre)
        card.paste(tick(30, MINT), centre)
    elif state is NightState.NO_ENTRY:
        card.paste(block(46, 46, None), centre)


def _draw_legend(card: Card, labels: TrialLabels) -> None:
    y = card.image.height - 50
    width = (WIDTH - 2 * MARGIN) / 3
    entries = (
        (NightState.CRAMP, labels.cramp),
        (NightState.NONE, labels.none),
        (NightState.NO_ENTRY, labels.no_entry),
    )
    card.draw.line((MARGIN, y - 44, WIDTH - MARGIN, y - 44), fill=PANEL, width=2)
    for place, (state, text) in enumerate(entries):
        x = MARGIN + width * place + 24
        _draw_cell(card, (x, y), state)
        card.text((x + 38, y), text, 28, width=width - 70, colour=CREAM)
