"""Draws the picture of a fair test: a row for each week, a lane for each arm, a cell per night."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import partial

from bot.drawing.canvas import MARGIN, WIDTH, Card, LegendItem
from bot.drawing.shapes import block, disc, tick
from bot.drawing.themes import DARK, Theme
from bot.features.experiments.design import WITH, WITHOUT, Arm, Course

WEEK = 7
LEFT = 190
LANE_GAP = 34
LANE = (WIDTH - MARGIN - LEFT - LANE_GAP) / 2
CELL = LANE / WEEK
TOP = 404
"""Where the weeks begin when the title and the headline take one line each."""
ROW = 58
BLOCK_GAP = 10
BAR_HEIGHT = 26
BAR = 134
"""From the heading of a lane, which has a name and up to two lines, to its bar."""
LANES = {WITH: LEFT, WITHOUT: LEFT + LANE + LANE_GAP}


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


def row_y(course: Course, week: int, top: float = TOP) -> float:
    """The vertical center of a week's row."""
    blocks_before = sum(_is_block_start(course, one) for one in range(1, week + 1))
    return top + ROW * (week + 0.5) + BLOCK_GAP * blocks_before


def cell_x(arm: str, day: int) -> float:
    """The horizontal center of a night's cell; ``day`` is 0 to 6."""
    return LANES[arm] + CELL * (day + 0.5)


def weeks_drawn(course: Course, last_on: date) -> int:
    """The number of weeks that are drawn: those that have begun by ``last_on``."""
    days = (min(last_on, course.last_on) - course.starts_on).days
    return max(days // WEEK + 1, 1)


def trial_card(
    course: Course,
    cramp_nights: frozenset[date],
    covered_nights: frozenset[date],
    last_on: date,
    arms: dict[str, Arm],
    labels: TrialLabels,
    theme: Theme = DARK,
) -> Card:
    """The card with a test on it."""
    weeks = weeks_drawn(course, last_on)
    card = Card(theme)
    top = max(card.head(labels.title, labels.headline) + BAR + 102, TOP)
    for kind, left in LANES.items():
        _draw_head(card, (left + 4, top - BAR - 70), labels.lanes[kind], arms[kind])
    drawn = set()
    for week in range(weeks):
        first = course.starts_on + timedelta(days=week * WEEK)
        arm, y = course.order[week * WEEK // course.block_days], row_y(course, week, top)
        room = LEFT - MARGIN - 10
        card.text((MARGIN, y), labels.weeks[week], 34, width=room, colour=theme.muted)
        for day in range(WEEK):
            night_on = first + timedelta(days=day)
            state = state_of(night_on, cramp_nights, covered_nights, last_on)
            drawn.add(state)
            _draw_cell(card, (cell_x(arm, day), y), state)
    below = row_y(course, weeks - 1, top) + ROW / 2 + 20
    card.rule(below)
    card.legend(_legend(card, labels, drawn), below + 20)
    return card


def draw_test(
    course: Course,
    cramp_nights: frozenset[date],
    covered_nights: frozenset[date],
    last_on: date,
    arms: dict[str, Arm],
    labels: TrialLabels,
    theme: Theme = DARK,
) -> bytes:
    """Draw a test as a PNG, 1080 pixels wide. Deterministic and thread-safe."""
    return trial_card(course, cramp_nights, covered_nights, last_on, arms, labels, theme).png()


def _draw_head(card: Card, at: tuple[float, float], lane: Lane, arm: Arm) -> None:
    """Draw an arm's name, its count, and a bar for the share of logged nights with cramps."""
    (left, top), room = at, LANE - 8
    card.text((left, top), lane.name, 38, width=room, weight=600)
    card.paragraph((left, top + 50), lane.count, 34, width=room, colour=card.theme.muted)
    bar = top + BAR
    box = (left, bar, left + room, bar + BAR_HEIGHT)
    card.draw.rounded_rectangle(box, BAR_HEIGHT / 2, outline=card.theme.faint, width=2)
    if arm.cramp_nights and arm.covered:
        width = max(room * arm.cramp_nights / arm.covered, BAR_HEIGHT)
        filled = (left, bar, left + width, bar + BAR_HEIGHT)
        card.draw.rounded_rectangle(filled, BAR_HEIGHT / 2, fill=card.theme.cramp)


def _draw_cell(card: Card, centre: tuple[float, float], state: NightState) -> None:
    theme = card.theme
    if state is NightState.CRAMP:
        card.paste(disc(44, theme.cramp), centre)
    elif state is NightState.NONE:
        card.paste(block(48, 48, theme.panel), centre)
        card.paste(tick(34, theme.free), centre)
    elif state is NightState.NO_ENTRY:
        card.paste(block(48, 48, None, theme.faint, 5), centre)


def _legend(card: Card, labels: TrialLabels, drawn: set[NightState]) -> list[LegendItem]:
    """The marks that are in this picture, and only those."""
    entries = (
        (NightState.CRAMP, labels.cramp),
        (NightState.NONE, labels.none),
        (NightState.NO_ENTRY, labels.no_entry),
    )
    return [
        LegendItem(partial(_draw_cell, card, state=state), words)
        for state, words in entries
        if state in drawn
    ]
