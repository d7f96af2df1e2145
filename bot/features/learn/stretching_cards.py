"""Cards about stretching. See ``cards.py`` for the rules that all cards keep."""

from bot.features.learn.card_type import Card
from bot.i18n.translator import N_

HOLDS = N_("Hold 10 seconds, rest 10, three times. Then the other leg.")
NEVER_PAIN = N_("A moderate pull, never pain. Stop if it brings on a cramp.")

STRETCHING_CARDS: dict[str, Card] = {
    "stretch": Card(
        title=N_("Stretching before bed"),
        label=N_("Stretches"),
        lines=(
            N_("Calf and back of the thigh, both legs, right before sleep: about 3 minutes."),
            N_("Each 10 seconds, three times, with 10 seconds' rest between."),
            N_("A moderate pull, never pain. Keep breathing."),
            N_("Unsteady on your feet? The seated ones are just as welcome."),
        ),
        sources=(7, 8),
        caution=N_(
            "After recent leg or hip surgery or an injury, or with balance problems, ask a doctor, "
            "nurse or pharmacist first. Pregnant, under 18, a long-term illness or several "
            "medicines: ask your own team first."
        ),
    ),
    "stretch_trials": Card(
        title=N_("Does stretching help night cramps?"),
        label=N_("The trials"),
        lines=(
            (
                N_("For it:"),
                N_(
                    "in 80 people over 55, six weeks of it came with fewer and milder cramps than "
                    "no stretching (2012)."
                ),
            ),
            (
                N_("Against it:"),
                N_(
                    "in 191 people on tablets for cramps, stretching the calf alone made no "
                    "difference after 12 weeks (2005)."
                ),
            ),
            (
                N_("All trials together:"),
                N_("cramps may become milder, with low certainty (2021)."),
            ),
            N_("So it is worth a try for some, and no promise. Six weeks make a fair one."),
        ),
        sources=(7, 13, 14),
    ),
    "calf_standing": Card(
        title=N_("Calf, standing"),
        label=N_("Calf, standing"),
        lines=(
            N_("Face a wall, arms straight, palms on it at chest height."),
            N_("One foot back, that knee straight. Front knee bent. Both heels down."),
            N_("Lean in until the back calf pulls. A moderate pull, never pain."),
            HOLDS,
        ),
        sources=(8, 9),
        is_numbered=True,
        has_drawing=True,
    ),
    "calf_seated": Card(
        title=N_("Calf, seated"),
        label=N_("Calf, seated"),
        lines=(
            N_("Sit on the bed, back against the wall, leg straight out."),
            N_("Put a towel or a band round the front of the foot."),
            N_("Pull it gently toward you, knee straight, until the calf pulls. Never pain."),
            HOLDS,
        ),
        sources=(67, 8),
        is_numbered=True,
        has_drawing=True,
    ),
    "thigh_standing": Card(
        title=N_("Back of the thigh, standing"),
        label=N_("Thigh, standing"),
        lines=(
            N_("Hold on to a railing or a wall. Put one heel on a low step, leg straight."),
            N_(
                "Bend the other knee a little. Lean forward from the hips, back straight, until "
                "the back of the thigh pulls."
            ),
            NEVER_PAIN,
            HOLDS,
        ),
        sources=(68, 8),
        is_numbered=True,
        has_drawing=True,
    ),
    "thigh_seated": Card(
        title=N_("Back of the thigh, seated"),
        label=N_("Thigh, seated"),
        lines=(
            N_("Sit on the edge of a firm chair. One leg straight out, heel down, toes up."),
            N_(
                "Hands on the other thigh. Lean forward from the hips, back straight, until the "
                "back of the thigh pulls."
            ),
            NEVER_PAIN,
            HOLDS,
        ),
        sources=(68, 8),
        is_numbered=True,
        has_drawing=True,
    ),
}
