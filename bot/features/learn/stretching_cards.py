"""Cards about stretching. See ``cards.py`` for the rules that all cards keep."""

# TRANSLATORS, ALL: A card about stretches. A bold beginning goes on, in lower case, with the next
# text.

from bot.features.learn.card_type import Card, Gated
from bot.features.reminders.stretch_positions import ASK_FIRST, NEVER_SWOLLEN, POSITIONS
from bot.i18n.translator import N_

HOLDS = N_("Then rest 10 seconds. Three times, then the other leg.")
BREATHE = N_("Keep breathing. Stop if it hurts or brings on a cramp.")
HOLD_ON = N_("Unsteady? Sit or lie down, or hold on to something firm.")

_LABELS = {
    "calf_standing": N_("Calf, standing"),
    "calf_seated": N_("Calf, seated"),
    "calf_lying": N_("Calf, lying down"),
    "thigh_standing": N_("Thigh, standing"),
    "thigh_seated": N_("Thigh, seated"),
    "thigh_lying": N_("Thigh, lying down"),
}

STRETCHING_CARDS: dict[str, Card] = {
    "stretch": Card(
        title=N_("Stretching before bed"),
        label=N_("Stretching"),
        lines=(
            Gated(ASK_FIRST, only=("stretch", "standing", "seated")),
            Gated(
                N_("Calf and back of the thigh, both legs, right before sleep."), unless=("seated",)
            ),
            Gated(
                N_("Hold 10 seconds, rest 10, three times. About 3 minutes in all."),
                unless=("seated",),
            ),
            Gated(
                N_("Standing, seated or lying down. A moderate pull, never pain."),
                unless=("seated",),
            ),
        ),
        more=(
            HOLD_ON,
            N_("Keep breathing. Go as far as is easy, then a little more."),
            N_("In one trial it was judged after six weeks."),
            NEVER_SWOLLEN,
        ),
        sources=(7, 8, 67),
        cautions=(
            (N_("Ask first"), N_("after surgery or injury of leg, hip or back.")),
            (N_("Ask first, too,"), N_("with a plaster, a blood clot or a balance problem.")),
        ),
    ),
    "stretch_trials": Card(
        title=N_("Does stretching help night cramps?"),
        label=N_("The trials"),
        lines=(
            (N_("For it:"), N_("one trial of 80 people, fewer and milder cramps (2012).")),
            (N_("Against it:"), N_("one trial of the calf alone found no change (2005).")),
            N_("It may help some people. It is no promise."),
        ),
        more=(
            (N_("The 80 people"), N_("were over 55. They stretched for six weeks.")),
            (N_("The other trial"), N_("had 191 people, all on tablets for cramps.")),
            N_("A review of 2021 found three trials with 201 people, 50 or older."),
            N_("Its “may be milder” is the trial of 80 people again."),
            N_("How sure is that? Not very, the review says."),
            N_("Try it for six weeks. If it does not help, ask a doctor."),
        ),
        sources=(7, 13, 14, 15),
    ),
    **{
        name: Card(
            title=position.title,
            label=_LABELS[name],
            lines=position.lines,
            more=(HOLDS, BREATHE, HOLD_ON, NEVER_SWOLLEN),
            sources=position.sources,
            is_numbered=True,
            drawing=name,
        )
        for name, position in POSITIONS.items()
    },
}
