"""The guided stretch before bed: its steps, their texts and their sources.

``learn/sources.py`` has the numbered sources.
"""

from dataclasses import dataclass

from bot.i18n.translator import N_, Translator


@dataclass(frozen=True)
class Step:
    """One muscle of one leg; the texts are message ids.

    ``standing`` and ``seated`` describe the two positions of the same stretch.
    """

    title: str
    muscle: str
    side: str
    standing: str
    seated: str
    sources: tuple[int, ...]
    hold_seconds: int = 10
    rest_seconds: int = 10
    repeats: int = 3

    @property
    def seconds(self) -> int:
        """The duration of all holds and of the rests between them."""
        return self.repeats * self.hold_seconds + (self.repeats - 1) * self.rest_seconds


# Whole sentences for each side: some languages inflect the words around "left" and "right".
ROUTINE: tuple[Step, ...] = (
    Step(
        title=N_("Left calf"),
        muscle="calf",
        side="left",
        standing=N_(
            "Face a wall, arms straight, palms on it at chest height. Left foot back with the "
            "knee straight, right knee bent, both heels down: lean in until the left calf pulls."
        ),
        seated=N_("Sit down and pull your left foot up toward the shin by hand."),
        sources=(8, 9),
    ),
    Step(
        title=N_("Right calf"),
        muscle="calf",
        side="right",
        standing=N_(
            "Face a wall, arms straight, palms on it at chest height. Right foot back with the "
            "knee straight, left knee bent, both heels down: lean in until the right calf pulls."
        ),
        seated=N_("Sit down and pull your right foot up toward the shin by hand."),
        sources=(8, 9),
    ),
    Step(
        title=N_("Back of the left thigh"),
        muscle="hamstring",
        side="left",
        standing=N_("Standing, stretch the back of your left thigh."),
        seated=N_("Sitting, stretch your left calf and the back of the thigh together."),
        sources=(8, 12),
    ),
    Step(
        title=N_("Back of the right thigh"),
        muscle="hamstring",
        side="right",
        standing=N_("Standing, stretch the back of your right thigh."),
        seated=N_("Sitting, stretch your right calf and the back of the thigh together."),
        sources=(8, 12),
    ),
)


def routine_introduction(tr: Translator) -> str:
    """The text before the first step: how hard, how long, and who should ask a doctor first."""
    _ = tr.gettext
    return _(
        "About 3 minutes, both legs. Go to a moderate pull, never pain, and keep breathing. "
        "Every step has a seated version.\n"
        "After recent leg or hip surgery or an injury, or with balance problems, ask a doctor, "
        "nurse or pharmacist first. Pregnant, under 18, a long-term illness or several medicines: "
        "ask your own team first."
    )


def step_title(tr: Translator, step: Step) -> str:
    """The muscle and the leg of a step."""
    _ = tr.gettext
    return _(step.title)


def step_text(tr: Translator, step: Step, *, is_seated: bool = False) -> str:
    """What to do in one step, and how long to hold and to rest."""
    _ = tr.gettext
    position = _(step.seated) if is_seated else _(step.standing)
    dose = _("Hold {hold} seconds, rest {rest}, {repeats} times: a moderate pull, never pain.")
    holds = dose.format(hold=step.hold_seconds, rest=step.rest_seconds, repeats=step.repeats)
    return f"{position}\n{holds}"
