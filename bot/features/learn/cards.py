"""The cards to read, as plain data: texts as message ids, sources as numbers of ``sources.py``.

The rules that they keep: "may" and "some people"; no cause, no promise, no amount to take; what is
not known is said; whoever is better off asking first is told so. Figures of studies are told with
their year and with what speaks against them.
"""

from dataclasses import dataclass

from bot.i18n.translator import N_

RELIEF = "relief"
"""The card of what may help right now; its text stands with the cramps."""


@dataclass(frozen=True)
class Table:
    """Aligned columns below the lines; all cells are message ids, and the first row is the head."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Card:
    """One card. A line is a text, or a lead in bold and the text that goes on from it."""

    title: str
    label: str
    """What its button says."""
    lines: tuple[str | tuple[str, str], ...]
    sources: tuple[int, ...]
    table: Table | None = None
    caution: str | None = None
    """Who is to ask first, below everything else."""
    is_numbered: bool = False
    has_drawing: bool = False
    names_tiers: bool = False
    """Leads to each of the cards of warning signs."""


ASK_FIRST = N_(
    "With kidney disease or medicines, pregnant, breastfeeding or under 18, ask a doctor, nurse or "
    "pharmacist first. Too much from pills can harm; some laxatives and antacids count too."
)
HOLDS = N_("Hold 10 seconds, rest 10, three times. Then the other leg.")
NEVER_PAIN = N_("A moderate pull, never pain. Stop if it brings on a cramp.")

CARDS: dict[str, Card] = {
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
    "magnesium": Card(
        title=N_("Magnesium"),
        label=N_("Magnesium"),
        lines=(
            N_("A mineral in many foods: seeds, nuts, greens, beans and whole grains lead."),
            N_(
                "Pills: in older adults, trials together found little or no difference to night "
                "cramps."
            ),
            N_("Food, official daily amounts, trials, myths and cautions: a card each."),
        ),
        sources=(48, 49),
        caution=ASK_FIRST,
    ),
    "foods": Card(
        title=N_("Foods with magnesium, most first"),
        label=N_("Foods"),
        lines=(N_("Milligrams a serving. Tables differ."),),
        table=Table(
            (
                (N_("Pumpkin seeds"), N_("28 g"), "156"),
                (N_("Chia seeds"), N_("28 g"), "111"),
                (N_("Almonds"), N_("28 g"), "80"),
                (N_("Spinach, boiled"), N_("½ cup"), "78"),
                (N_("Cashews"), N_("28 g"), "74"),
                (N_("Peanuts"), N_("¼ cup"), "63"),
                (N_("Shredded wheat"), N_("2 large"), "61"),
                (N_("Soy milk"), N_("1 cup"), "61"),
                (N_("Black beans"), N_("½ cup"), "60"),
                (N_("Edamame"), N_("½ cup"), "50"),
                (N_("Peanut butter"), N_("2 tbsp"), "49"),
            )
        ),
        sources=(48,),
        caution=ASK_FIRST,
    ),
    "more_foods": Card(
        title=N_("More foods with magnesium"),
        label=N_("More foods"),
        lines=(N_("Milligrams a serving. Tables differ."),),
        table=Table(
            (
                (N_("Potato with skin"), N_("100 g"), "43"),
                (N_("Brown rice"), N_("½ cup"), "42"),
                (N_("Yogurt, plain"), N_("225 g"), "42"),
                (N_("Oatmeal, instant"), N_("1 pack"), "36"),
                (N_("Kidney beans"), N_("½ cup"), "35"),
                (N_("Banana"), N_("1"), "32"),
                (N_("Salmon"), N_("85 g"), "26"),
                (N_("Milk"), N_("1 cup"), "24"),
                (N_("Raisins"), N_("½ cup"), "23"),
                (N_("Wholewheat bread"), N_("1 slice"), "23"),
                (N_("Avocado"), N_("½ cup"), "22"),
                (N_("Broccoli"), N_("½ cup"), "12"),
            )
        ),
        sources=(48,),
        caution=ASK_FIRST,
    ),
    "needs": Card(
        title=N_("Magnesium: official daily amounts"),
        label=N_("Daily amounts"),
        lines=(
            N_("Milligrams a day from all sources, food included."),
            N_("For whole groups, not advice for one person. UK: 19 to 64 years."),
        ),
        table=Table(
            (
                ("", N_("USA"), N_("EU"), N_("UK")),
                (N_("Women 19–30"), "310", "300", "270"),
                (N_("Women 31+"), "320", "300", "270"),
                (N_("Men 19–30"), "400", "350", "300"),
                (N_("Men 31+"), "420", "350", "300"),
            )
        ),
        sources=(43, 44, 45),
        caution=ASK_FIRST,
    ),
    "more_needs": Card(
        title=N_("Daily amounts: young, pregnant, breastfeeding"),
        label=N_("More amounts"),
        lines=(
            N_("Milligrams of magnesium a day from all sources, food included."),
            N_("For whole groups, not advice for one person. The last two: from 19 years."),
        ),
        table=Table(
            (
                ("", N_("USA"), N_("EU")),
                (N_("Girls 14–17"), "360", "250"),
                (N_("Boys 14–17"), "410", "300"),
                (N_("Pregnant"), "350–360", "300"),
                (N_("Breastfeeding"), "310–320", "300"),
            )
        ),
        sources=(43, 44),
        caution=ASK_FIRST,
    ),
    "evidence": Card(
        title=N_("Do magnesium pills help cramps?"),
        label=N_("Pills: the trials"),
        lines=(
            (
                N_("Older adults:"),
                N_(
                    "a review of 11 trials says pills are unlikely to make a difference that "
                    "matters (2020). Two single trials found none (2017, 1999)."
                ),
            ),
            (
                N_("One trial disagrees:"),
                N_(
                    "175 people, somewhat fewer cramps than on a dummy pill (2021). A company paid "
                    "for it; it was registered after it ended."
                ),
            ),
            (N_("Pregnancy:"), N_("small trials conflict, with low certainty (2020).")),
        ),
        sources=(49, 4, 5, 50, 51),
        caution=ASK_FIRST,
    ),
    "dummy": Card(
        title=N_("What trials of pills also showed"),
        label=N_("Dummy pills"),
        lines=(
            N_(
                "On dummy pills, too, cramps grew fewer: by about a third within four weeks "
                "(2017). In another trial everyone had fewer with time, whatever they took (1999)."
            ),
            N_("So a good month after starting something says little about it."),
            N_(
                "Low magnesium in the blood is another matter: a doctor finds it with a blood test."
            ),
        ),
        sources=(4, 5, 52),
        caution=ASK_FIRST,
    ),
    "myths": Card(
        title=N_("Heard about magnesium"),
        label=N_("Myths"),
        lines=(
            (
                N_("“Through the skin”,"),
                N_(
                    "by sprays, oils, Epsom salts: a review finds the claims unsupported (2017). A "
                    "warm bath may still feel good."
                ),
            ),
            (
                N_("“Levels dip at night”:"),
                N_(
                    "a small study found a daily rhythm, highest by day (1978). Nothing we found "
                    "links it to cramps."
                ),
            ),
            (
                N_("“It must be the right form”:"),
                N_("some are better absorbed in small studies. Absorption is not effect."),
            ),
        ),
        sources=(53, 20, 54, 48),
        caution=ASK_FIRST,
    ),
    "cautions": Card(
        title=N_("Magnesium: who asks first"),
        label=N_("Cautions"),
        lines=(
            (N_("Kidney disease:"), N_("magnesium can build up. Ask first.")),
            (
                N_("Too much"),
                N_(
                    "from pills: diarrhoea, nausea, stomach cramps. Very much can be dangerous for "
                    "breathing and heartbeat."
                ),
            ),
            (
                N_("Medicines:"),
                N_(
                    "some bone tablets and antibiotics are taken up less well; water tablets and "
                    "acid blockers change its level. A pharmacist can look at yours."
                ),
            ),
            (N_("Some laxatives and antacids"), N_("contain it, and count.")),
            (N_("Pregnant, breastfeeding, under 18:"), N_("ask first.")),
            N_("Official limits for pills differ by country. They suggest nothing."),
        ),
        sources=(48, 46),
        caution=N_("Ask a doctor, nurse or pharmacist."),
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
            (N_("Get help now:"), N_("signs for which you call the emergency number.")),
            (N_("Be checked today:"), N_("by a doctor or an urgent-care line.")),
            (N_("Be checked soon:"), N_("worth asking a doctor within two weeks.")),
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
"""What the index lists, in its order: the first card of a topic leads to the others."""
NAMES = tuple(name for topic in TOPICS for name in topic)


def topic_of(name: str) -> tuple[str, ...]:
    """All cards of the topic that a card belongs to."""
    return next(topic for topic in TOPICS if name in topic)
