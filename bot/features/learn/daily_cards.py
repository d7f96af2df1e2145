"""Cards about daily life: sleep, caffeine, drinks, alcohol, moving. See ``cards.py``."""

# TRANSLATORS, ALL: A card about health. A bold beginning goes on, in lower case, with the next
# text. Names and amounts are cells of a narrow table of 30 characters.

from bot.features.learn.card_type import Card, Gated, Table
from bot.features.reminders.stretch_positions import QUESTIONS_FIRST
from bot.i18n.translator import N_

NOT_SUDDENLY = N_("Stopping suddenly can be dangerous. Speak to a doctor first.")

DAILY_CARDS: dict[str, Card] = {
    "sleep": Card(
        title=N_("Sleep and stress"),
        label=N_("Sleep and stress"),
        lines=(
            N_("Stress, worry and tiredness are usual triggers of twitches."),
            N_("For cramps, little is known. We found no trial."),
            N_("A calm hour before bed may feel good. It is no promise."),
        ),
        more=(
            N_("Finding ways to relax is what the NHS advises for twitches."),
            N_("Late caffeine can make sleep lighter."),
            N_("Cramps keep waking you? Ask a doctor within two weeks."),
            N_("A reminder of your own can start your calm hour: /reminders"),
        ),
        sources=(15, 17, 38),
    ),
    "caffeine": Card(
        title=N_("Caffeine and sleep"),
        label=N_("Caffeine"),
        lines=(
            N_("Late caffeine can make sleep lighter."),
            N_("How long before bed? Studies say from 4 to 13 hours."),
            N_("Your reminder starts with 8 hours; /reminders changes it."),
        ),
        more=(
            (N_("6 hours or more"), N_("after a large amount (2013).")),
            (N_("About 9 hours"), N_("after a cup of coffee (2023).")),
            (N_("About 13 hours"), N_("after a strong workout drink (2023).")),
            (N_("4 hours"), N_("after a small amount, 12 after a large one (2024).")),
            N_("They disagree: a small cup needs less time than a large one."),
            N_("Mayo Clinic says less caffeine for night cramps. We found no trial."),
            (N_("Used to a lot?"), N_("Cut down over some days: a sudden stop brings headaches.")),
            (N_("Pregnant or breastfeeding:"), N_("the EU food agency says up to 200 mg a day.")),
        ),
        sources=(16, 17, 18, 19, 20, 133),
    ),
    "cups": Card(
        title=N_("Caffeine: what is in it"),
        label=N_("Caffeine in a cup"),
        lines=(
            N_("Coffee and energy drinks lead, then tea and cola."),
            N_("Decaf is not zero. Chocolate has some, too."),
            N_("Real cups differ widely."),
        ),
        more=(
            N_("Typical milligrams."),
            N_("A UK survey found 1 to 90 in a cup of tea (2004)."),
            N_("Instant coffee: 21 to 120. Ground coffee: 15 to 254."),
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
    ),
    "drinks": Card(
        title=N_("Drinks"),
        label=N_("Drinks"),
        lines=(
            Gated(N_("Water, tea and coffee all count."), unless=("drinks",)),
            Gated(N_("How much suits you is up to you."), unless=("drinks",)),
            Gated(N_("Drink as your care team told you."), only=("drinks",)),
            Gated(
                N_("There are no tips about drinks here while your answers stay as they are."),
                only=("drinks",),
            ),
            Gated(QUESTIONS_FIRST, only=("drinks?",)),
            N_("Does drinking matter for night cramps? Sources disagree."),
        ),
        more=(
            Gated(N_("About a fifth of the day's water comes with food."), unless=("drinks",)),
            Gated(
                N_("Heat, long activity, pregnancy, breastfeeding and illness change the need."),
                unless=("drinks",),
            ),
            Gated(N_("The NHS looks for pale, clear yellow pee."), unless=("drinks",)),
            Gated(
                N_("Drinking early in the day may spare you toilet trips at night."),
                unless=("drinks",),
            ),
            N_("Too much is harmful: blood salt can get too low. Never force it."),
            N_("We found no trial of drinks and night cramps."),
            N_("Dialysis: tell your unit about every cramp."),
        ),
        sources=(15, 24, 26, 28, 29, 30, 31, 98),
        cautions=(
            (N_("Ask a doctor first"), N_("if you were told to limit drinks or salt.")),
            (
                N_("Also"),
                N_("with heart, kidney or liver disease, low blood sodium or water tablets."),
            ),
        ),
        asks=("drinks",),
    ),
    "alcohol": Card(
        title=N_("Alcohol"),
        label=N_("Alcohol"),
        lines=(
            N_("Over 60, alcohol and night cramps go together in one study (2018)."),
            N_("That is no proof. It is a usual trigger of twitches, too."),
            Gated(NOT_SUDDENLY, only=("alcohol",)),
            (
                N_("A lot every day, or shakes in the morning?"),
                N_("Do not stop at once."),
            ),
        ),
        more=(
            Gated(NOT_SUDDENLY, unless=("alcohol",)),
            Gated(N_("Less alcohol is good advice anyway."), unless=("alcohol",)),
            N_("Cramps, and a lot most days: ask a doctor within two days."),
            N_("A lot for long can lead to a real lack of magnesium."),
        ),
        sources=(3, 38, 42, 52, 132),
    ),
    "moving": Card(
        title=N_("Sitting and moving"),
        label=N_("Sitting and moving"),
        lines=(
            N_("Long sitting is named among what goes with cramps."),
            N_("People who move often had fewer, one study found (2020)."),
            N_("How many fewer, it could not tell well. Breaks are worth it."),
        ),
        more=(
            N_("Easy walking or cycling before bed: Mayo Clinic advice, no trial."),
            N_("Shoes with support, loose covers at the foot: the same."),
            N_("Hard or new exercise goes along with cramps, too."),
            N_("Not steady on your feet? Go with company."),
            N_("Chest pain or short of breath when you move: tap “Warning signs”."),
            N_("Leg pain on walking that stops at rest: ask a doctor soon."),
        ),
        sources=(20, 32, 41, 42, 126),
    ),
}
