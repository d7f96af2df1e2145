"""All cards to read, and the topics that the index lists.

Rules for their texts: say "may" and "some people"; give no cause, no promise and no amount to take;
say what is not known; tell people who should ask a professional first to do so. Results of studies
come with their year and with what speaks against them.
"""

from bot.features.learn.card_type import Card, Table
from bot.features.learn.magnesium_cards import MAGNESIUM_CARDS
from bot.features.learn.stretching_cards import STRETCHING_CARDS
from bot.i18n.translator import N_

RELIEF = "relief"
"""Name of the card of what may help right now; ``cramps/cards.py`` has its text."""

CARDS: dict[str, Card] = {
    **STRETCHING_CARDS,
    **MAGNESIUM_CARDS,
    "compare": Card(
        title=N_("Cramp, twitch or restless legs?"),
        label=N_("Cramp, twitch or restless legs?"),
        lines=(
            (
                N_("A cramp:"),
                N_(
                    "sudden, painful, a hard knot, mostly calf or foot. Seconds to 10 minutes. "
                    "Stretching may ease it. Often sore after."
                ),
            ),
            (
                N_("A twitch:"),
                N_(
                    "a flutter or flicker, a split second, maybe again for days or weeks. Rest, "
                    "less caffeine and time may help."
                ),
            ),
            (
                N_("Restless legs:"),
                N_(
                    "an urge to move, crawling or creeping, evenings and nights. No hard knot. "
                    "Moving or rubbing eases it; at rest it returns."
                ),
            ),
            N_("They can come together."),
            N_(
                "A twitch over 2 weeks, in several places or with a thinner muscle: worth telling "
                "a doctor soon. With weakness: the same day."
            ),
        ),
        sources=(15, 35, 38, 39),
    ),
    "caffeine": Card(
        title=N_("Caffeine and sleep"),
        label=N_("Caffeine"),
        lines=(
            N_("How long before bed? Sources disagree; they looked at different amounts."),
            (N_("6 hours or more"), N_("after a large amount (2013).")),
            (
                N_("About 9 hours"),
                N_("after a cup of coffee, 13 after a strong workout drink (2023)."),
            ),
            (N_("4 hours"), N_("after a small amount, 12 after a large one (2024).")),
            (N_("Close to bed"), N_("even a cup may cost some adults sleep (2015).")),
            N_("The reminder starts with 8 hours; /reminders changes it."),
            N_("All about sleep: we found no trial of caffeine and night cramps."),
        ),
        sources=(16, 17, 18, 19),
        caution=N_("Pregnant, breastfeeding, under 18: ask your own team first."),
    ),
    "cups": Card(
        title=N_("Caffeine: what is in it"),
        label=N_("Cups and bars"),
        lines=(
            N_("Typical milligrams:"),
            N_(
                "Real cups differ widely. A UK survey found from 1 to 90 in tea, 21 to 120 in "
                "instant and 15 to 254 in ground coffee (2004)."
            ),
            N_("Decaf is not zero."),
        ),
        table=Table(
            (
                (N_("Filter coffee"), N_("200 ml"), "90"),
                (N_("Espresso"), N_("60 ml"), "80"),
                (N_("Energy drink"), N_("250 ml"), "80"),
                (N_("Black tea"), N_("220 ml"), "50"),
                (N_("Cola"), N_("355 ml"), "40"),
                (N_("Dark chocolate"), N_("50 g"), "25"),
                (N_("Milk chocolate"), N_("50 g"), "10"),
            )
        ),
        sources=(22, 23),
        caution=N_("Pregnant, breastfeeding, under 18: ask your own team first."),
    ),
    "drinks": Card(
        title=N_("Drinks"),
        label=N_("Drinks"),
        lines=(
            N_("Water, tea and coffee all count. Food brings about a fifth of the day's water."),
            N_(
                "How much suits you is individual. Heat, activity, pregnancy, breastfeeding and "
                "illness change it."
            ),
            N_("Pale, clear yellow urine is the sign the NHS looks for."),
            N_("Too much is harmful: never force it."),
            N_("Early in the day may spare you toilet trips at night."),
            N_("Sources disagree whether drinks matter for night cramps."),
        ),
        sources=(26, 28, 30, 31, 24, 15, 29),
        caution=N_(
            "Ask your own team first if told to limit drinks or salt, or with heart, kidney or "
            "liver disease, dialysis, low blood sodium or water tablets."
        ),
    ),
    "when": Card(
        title=N_("When to be seen"),
        label=N_("When to be seen"),
        lines=(
            (N_("Emergency now:"), N_("signs for which you call the emergency number.")),
            (N_("Get checked today:"), N_("a doctor, an urgent-care line or a hospital.")),
            (N_("See a doctor soon:"), N_("in a day or two, or within two weeks.")),
            N_("Each has a card, below."),
            N_(
                "Without any of these signs, too: when cramps keep waking you or bother you, a "
                "doctor, nurse or pharmacist can help you look for reasons."
            ),
        ),
        sources=(15, 20, 38, 42),
        names_tiers=True,
    ),
}

TOPICS: tuple[tuple[str, ...], ...] = (
    (RELIEF,),
    (
        "stretch",
        "calf_standing",
        "calf_seated",
        "thigh_standing",
        "thigh_seated",
        "stretch_trials",
    ),
    ("compare",),
    (
        "magnesium",
        "foods",
        "more_foods",
        "needs",
        "more_needs",
        "evidence",
        "dummy",
        "myths",
        "cautions",
    ),
    ("caffeine", "cups"),
    ("drinks",),
    ("when",),
)
"""Topics in the order of the index. The first card of a topic leads to the others."""
NAMES = tuple(name for topic in TOPICS for name in topic)
"""The names of all cards."""


def topic_of(name: str) -> tuple[str, ...]:
    """The names of all cards in the topic of a card."""
    return next(topic for topic in TOPICS if name in topic)
