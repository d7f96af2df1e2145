"""The guided stretch before bed: its steps, and what is counted when. Pure.

Three holds of ten seconds with ten seconds of rest, for each leg and muscle (health reference,
section (a)); between two steps there is time to change.
"""

# TRANSLATORS, ALL: Titles of the steps of a stretch.

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.features.reminders.stretch_positions import CALF, POSITIONS, THIGH, Position
from bot.i18n.translator import N_

HOLD_SECONDS = 10
REST_SECONDS = 10
HOLDS = 3
READY_SECONDS = 10
"""To get into the position."""
EDIT_SECONDS = 5
"""How often the count in a message changes: within Telegram's limits for one chat."""


@dataclass(frozen=True)
class Step:
    """One muscle of one leg. Texts are message ids."""

    title: str
    leg: str
    """Which leg it is, as a sentence."""
    muscle: str

    def position_name(self, way: str) -> str:
        """The name of its position, which is that of its drawing, too."""
        return f"{self.muscle}_{way}"

    def position(self, way: str) -> Position:
        """What to do."""
        return POSITIONS[self.position_name(way)]


# Whole sentences for each side: some languages inflect the words around "left" and "right".
LEFT, RIGHT = N_("Stretch the left leg."), N_("Stretch the right leg.")
ROUTINE: tuple[Step, ...] = (
    Step(N_("Left calf"), LEFT, CALF),
    Step(N_("Right calf"), RIGHT, CALF),
    Step(N_("Back of the left thigh"), LEFT, THIGH),
    Step(N_("Back of the right thigh"), RIGHT, THIGH),
)


class Phase(StrEnum):
    """What is counted."""

    READY = "ready"
    HOLD = "hold"
    REST = "rest"
    END = "end"


@dataclass(frozen=True)
class Moment:
    """What the message says from one change of the count to the next."""

    step: int
    phase: Phase
    hold: int = 0
    """Which hold it is, or which comes after the rest; from 1."""
    seconds: int = 0
    """Seconds that are left of the phase when the moment begins."""


def moments(first_step: int = 0) -> list[tuple[int, Moment]]:
    """Everything that is counted from a step on, each with the second at which it begins."""
    found: list[tuple[int, Moment]] = []
    at = 0
    for step in range(first_step, len(ROUTINE)):
        phases = [(Phase.READY, 1, READY_SECONDS)]
        for hold in range(1, HOLDS + 1):
            if hold > 1:
                phases.append((Phase.REST, hold, REST_SECONDS))
            phases.append((Phase.HOLD, hold, HOLD_SECONDS))
        for phase, hold, length in phases:
            every = EDIT_SECONDS if phase is Phase.HOLD else length
            found += [
                (at + passed, Moment(step, phase, hold, length - passed))
                for passed in range(0, length, every)
            ]
            at += length
    return [*found, (at, Moment(len(ROUTINE) - 1, Phase.END))]


def moment_at(first_step: int, passed: timedelta) -> Moment:
    """What is counted when so much time has passed since the count began with a step."""
    seconds = passed.total_seconds()
    plan = moments(first_step)
    return next((moment for at, moment in reversed(plan) if at <= seconds), plan[0][1])
