"""Cards about cramps, twitches and what looks like them. See ``cards.py`` for their rules."""

# TRANSLATORS, ALL: A card about health. A line that ends with a colon is bold and goes on, in lower
# case, with the next text.

from bot.features.learn.card_type import Card, Gated
from bot.i18n.translator import N_

SOON = N_("Ask a doctor or pharmacist when cramps bother you.")

CRAMP_CARDS: dict[str, Card] = {
    "why_cramps": Card(
        title=N_("Why do legs cramp?"),
        label=N_("Why legs cramp"),
        lines=(
            N_("Mostly, nobody finds a cause."),
            N_("Tired muscles and jumpy nerves are more likely than a lack of salts."),
            N_("Night cramps are common, and mostly harmless."),
        ),
        more=(
            (
                N_("Seen together with:"),
                N_("age, late pregnancy, hard or new exercise, tight muscles, long sitting, heat."),
            ),
            (
                N_("Also:"),
                N_("much alcohol, dialysis, illness of liver, thyroid, nerves, spine, arteries."),
            ),
            N_("Flat feet, or knees that bend back, may add to it."),
            N_("More in summer than in winter."),
            N_("Some medicines go along with cramps: see the card “Medicines”."),
            N_("Tests of muscles point to the nerve that drives them."),
            N_("Too little drink or salt? Sources disagree; no trial shows it."),
            N_("Seen together is no proof of a cause."),
            N_("In France, 46 of 100 patients over 60 had leg cramps (2018)."),
            SOON,
        ),
        sources=(1, 3, 6, 15, 20, 29, 42, 120, 126),
    ),
    "compare": Card(
        title=N_("Cramp, twitch or restless legs?"),
        label=N_("Cramp, twitch, restless?"),
        lines=(
            (N_("A cramp:"), N_("sudden pain, a hard knot in calf or foot, up to 10 minutes.")),
            (N_("A twitch:"), N_("a flicker in one spot, mostly without pain.")),
            (N_("Restless legs:"), N_("an urge to move, worse at rest, better while moving.")),
        ),
        more=(
            (N_("A spasm:"), N_("the wider word for any pull of a muscle.")),
            (N_("Jerks in sleep:"), N_("a foot or leg flicks. Often nobody notices.")),
            (N_("What helps:"), N_("a stretch for a cramp; rest and time for a twitch.")),
            (N_("After it:"), N_("a cramp may leave the muscle sore for a day.")),
            N_("A twitch may come with tingling or a cramp in the same place."),
            (
                N_("Not a cramp:"),
                N_("a muscle that stays hard for hours. Log it as other pain."),
            ),
            (
                N_("Not a cramp:"),
                N_("pain on walking that stops at rest. Ask a doctor soon."),
            ),
            (
                N_("Not a cramp:"),
                N_("foot pain that eases with the leg hanging down. Ask a doctor."),
            ),
            N_("Restless most evenings? Tell a doctor. Iron is one thing they may check."),
            N_("A twitch over 2 weeks, in several places or stiff: ask a doctor."),
            N_("A twitch where the muscle is weak: get checked today."),
        ),
        sources=(11, 15, 35, 38, 39, 41, 42, 97, 101),
    ),
    "twitches": Card(
        title=N_("Twitches"),
        label=N_("Twitches"),
        lines=(
            N_("A few muscle fibres flicker in one spot, mostly without pain."),
            (
                N_("Often set off by:"),
                N_("stress, worry, tiredness, caffeine, alcohol, some medicines, hard exercise."),
            ),
            N_("Most stop on their own within days or weeks."),
        ),
        more=(
            Gated(
                (N_("May help:"), N_("rest, less caffeine, less alcohol, ways to relax.")),
                unless=("alcohol",),
            ),
            Gated((N_("May help:"), N_("rest, less caffeine, ways to relax.")), only=("alcohol",)),
            N_("Legs are a common place."),
            N_("People with night cramps often have twitches, too."),
            N_("A twitch does not show a lack of magnesium."),
            N_("It came with a medicine? Ask. Do not stop it yourself."),
            N_("Over 2 weeks, in several places, or stiff: ask a doctor."),
            N_("Where the muscle is weak: get checked today."),
        ),
        sources=(38, 40, 42, 125),
    ),
    "season": Card(
        title=N_("Better and worse months"),
        label=N_("Better, worse months"),
        lines=(
            N_("Night cramps double from mid-winter to mid-summer, one study found."),
            N_("On dummy pills, too, they fall by a third in four weeks."),
            N_("So a good month proves nothing about a habit."),
        ),
        more=(
            N_("A slow rise in spring may be the season."),
            N_("A slow fall in autumn may be, too."),
            N_("South of the equator it is the other way round."),
            N_("In one trial all got better with time, whatever they took (1999)."),
            N_("That is why this bot gives counts, and seldom says “fewer”."),
        ),
        sources=(4, 5, 6),
    ),
    "pregnancy": Card(
        title=N_("Pregnant, or just gave birth"),
        label=N_("Pregnancy"),
        lines=(
            N_("Cramps go along with pregnancy, mostly late."),
            N_("Tell your midwife or doctor at your next visit."),
            N_("Ask them first before you take any pills."),
        ),
        more=(
            N_("Trials of pills against these cramps disagree (2020)."),
            Gated(N_("A warm bath may feel good: warm, not hot."), unless=("warmth",)),
            N_("Caffeine: the EU food agency says up to 200 mg a day."),
            (
                N_("At once"),
                N_("call your midwife or maternity unit: one leg is painful or swollen."),
            ),
            (
                N_("Also at once:"),
                N_("bad headache, seeing spots, sudden swelling of face or hands."),
            ),
            N_("All this holds for six weeks after the birth, too."),
        ),
        sources=(15, 19, 51, 83, 92, 93),
    ),
    "when": Card(
        title=N_("When to get help"),
        label=N_("When to get help"),
        lines=(
            (N_("Emergency now:"), N_("signs for which you call the emergency number.")),
            (N_("Get checked today:"), N_("a doctor, an urgent-care line or a hospital.")),
            (N_("See a doctor soon:"), N_("in a day or two, or within two weeks.")),
        ),
        more=(
            N_("Each has a card, below."),
            N_("No sign, but cramps keep waking you? A doctor or pharmacist can help."),
            N_("Nobody reads what you write here, day or night."),
        ),
        sources=(15, 20, 38, 42),
        names_tiers=True,
    ),
}
