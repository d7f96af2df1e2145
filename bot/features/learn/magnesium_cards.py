"""Cards about magnesium. See ``cards.py`` for the rules that all cards keep."""

# TRANSLATORS, ALL: A card about health. A bold beginning goes on, in lower case, with the next
# text. Foods and amounts are cells of a narrow table of 30 characters.

from bot.features.learn.card_type import Card, Gated, Line, Table
from bot.features.reminders.stretch_positions import QUESTIONS_FIRST
from bot.i18n.translator import N_

ASK_FIRST: tuple[Line, ...] = (
    (N_("Ask a doctor or pharmacist first"), N_("with kidney disease or medicines.")),
    (N_("Ask first, too,"), N_("if you are pregnant, breastfeeding or under 18.")),
    N_("Too much from pills can harm. Some laxatives and antacids count."),
)
KIDNEY = N_("Kidney disease or a blood thinner? Ask your care team which foods suit you.")
WARFARIN = N_("With warfarin, keep greens about the same each day.")

MAGNESIUM_CARDS: dict[str, Card] = {
    "magnesium": Card(
        title=N_("What magnesium does"),
        label=N_("What it does"),
        lines=(
            N_("A mineral in food. Over 300 steps in the body need it."),
            N_("It helps nerves signal, and muscles tighten and let go."),
            N_("A cramp or a twitch does not show that you lack it."),
        ),
        more=(
            N_("Calcium and potassium play a part in this, too."),
            N_("It is true that a real lack makes nerves and muscles jumpy."),
            N_("Many eat less than advised. Far fewer have too little in the blood."),
            Gated(
                N_("Seeds, nuts, greens, beans and whole grains have the most."),
                unless=("food", "nuts", "greens"),
            ),
            N_("Pills helped older people with cramps no more than dummy pills."),
        ),
        sources=(48, 49, 125),
        cautions=ASK_FIRST,
    ),
    "low_magnesium": Card(
        title=N_("A real lack of magnesium"),
        label=N_("A real lack"),
        lines=(
            N_("In healthy people, food alone seldom leads to it."),
            (N_("First signs:"), N_("no appetite, feeling sick, tired and weak.")),
            N_("A cramp or a twitch alone does not show it."),
        ),
        more=(
            (N_("Later:"), N_("cramps, numb skin, shaking, a change in how someone is.")),
            N_("A fit, or an uneven heartbeat: tap “Warning signs” now."),
            (
                N_("More at risk:"),
                N_("long diarrhoea, coeliac or Crohn's disease, bowel surgery, a lot of alcohol."),
            ),
            (
                N_("Also:"),
                N_(
                    "badly controlled diabetes, water tablets, acid blockers taken for a long time."
                ),
            ),
            (N_("Also:"), N_("some medicines for cancer or after a transplant.")),
            N_("Calcium and potassium are often low as well."),
            N_("A doctor finds it with a blood test and looks for the reason."),
            N_("Doctors give tablets or a drip for it, and deal with the reason."),
            N_("Does one of these apply to you? Worth asking a doctor."),
        ),
        sources=(52, 123, 124, 125),
        cautions=ASK_FIRST,
    ),
    "foods": Card(
        title=N_("Foods with magnesium"),
        label=N_("Foods"),
        lines=(
            Gated(
                N_("Seeds, nuts, bran, greens and beans lead."), unless=("food", "nuts", "greens")
            ),
            Gated(
                N_("Bran, beans and whole grains have a lot, too."),
                unless=("food",),
                only=("nuts", "greens"),
            ),
            N_("Magnesium in food does not count toward the limits for pills."),
            Gated(KIDNEY, only=("food",)),
            Gated(QUESTIONS_FIRST, only=("food?",)),
            Gated(WARFARIN, only=("greens",)),
        ),
        more=(
            Gated(N_("Milligrams in a usual portion, as eaten."), unless=("food",)),
            Gated(N_("Tables differ, so take all figures as rough."), unless=("food",)),
            Gated(
                N_("Dark chocolate has caffeine, too: not for the evening."),
                unless=("food",),
            ),
            Gated(N_("Kale has less than most people think."), unless=("food", "greens")),
            Gated(
                N_("These have some too: soy milk, brown rice, potato with skin, milk, salmon."),
                unless=("food",),
            ),
            N_("Many of these are rich in potassium: fine for most people."),
            N_("Kidney disease, or tablets that keep potassium? Ask first."),
            N_("On warfarin? Keep greens about the same each day."),
        ),
        table=Table(
            (
                (N_("Pumpkin seeds"), N_("28 g"), "154"),
                (N_("Oat bran, dry"), N_("47 g"), "110"),
                (N_("Chia seeds"), N_("28 g"), "94"),
                (N_("Almonds"), N_("28 g"), "78"),
                (N_("Spinach, cooked"), N_("90 g"), "78"),
                (N_("Chard, cooked"), N_("88 g"), "75"),
                (N_("Cashews"), N_("28 g"), "73"),
                (N_("Dark chocolate"), N_("28 g"), "64"),
                (N_("Wheat bran"), N_("10 g"), "61"),
                (N_("Black beans"), N_("86 g"), "60"),
                (N_("Quinoa, cooked"), N_("93 g"), "60"),
                (N_("Tofu, firm"), N_("100 g"), "37–58"),
                (N_("Black-eyed peas"), N_("86 g"), "46"),
                (N_("Chickpeas"), N_("82 g"), "39"),
                (N_("Lentils"), N_("99 g"), "36"),
                (N_("Banana"), N_("118 g"), "32"),
                (N_("Porridge, cooked"), N_("117 g"), "32"),
                (N_("Green peas"), N_("80 g"), "31"),
                (N_("Avocado"), N_("75 g"), "22"),
                (N_("Kale, cooked"), N_("65 g"), "12"),
            ),
            unless={
                "Pumpkin seeds": "nuts",
                "Chia seeds": "nuts",
                "Almonds": "nuts",
                "Cashews": "nuts",
                "Spinach, cooked": "greens",
                "Chard, cooked": "greens",
                "Kale, cooked": "greens",
            },
        ),
        table_unless="food",
        sources=(48, 119, 129, 131),
        cautions=ASK_FIRST,
        asks=("food",),
    ),
    "needs": Card(
        title=N_("Magnesium: daily needs"),
        label=N_("Daily needs"),
        lines=(
            N_("Official amounts are for whole groups, not for one person."),
            N_("They count all sources, food included."),
            N_("They differ by country: 320, 300 or 270 for a woman of 40."),
        ),
        more=(
            N_("Milligrams a day. A dash means that we have no figure."),
            N_("The EU has one figure for girls of 10 to 17, one for boys."),
            N_("The UK figures are from 19 to 64 years."),
        ),
        table=Table(
            (
                ("", N_("USA"), N_("EU"), N_("UK")),
                (N_("Girls 14–17"), "360", "250", "–"),
                (N_("Boys 14–17"), "410", "300", "–"),
                (N_("Women 19–30"), "310", "300", "270"),
                (N_("Women 31+"), "320", "300", "270"),
                (N_("Men 19–30"), "400", "350", "300"),
                (N_("Men 31+"), "420", "350", "300"),
                (N_("Pregnant 14–18"), "400", "300", "–"),
                (N_("Pregnant 19–30"), "350", "300", "–"),
                (N_("Pregnant 31+"), "360", "300", "–"),
                (N_("Nursing 14–18"), "360", "300", "–"),
                (N_("Nursing 19–30"), "310", "300", "–"),
                (N_("Nursing 31+"), "320", "300", "–"),
            )
        ),
        sources=(43, 44, 45),
        cautions=ASK_FIRST,
    ),
    "evidence": Card(
        title=N_("Do magnesium pills help cramps?"),
        label=N_("Pills: the trials"),
        lines=(
            N_("In older adults: no more than dummy pills."),
            N_("So says a review of 11 trials with 735 people (2020)."),
            N_("A real lack is another matter: a doctor finds it."),
        ),
        more=(
            (N_("Among them:"), N_("94 adults (2017) and 42 adults (1999): no difference.")),
            (
                N_("One trial disagrees:"),
                N_("175 people, somewhat fewer cramps (2021). A company paid for it."),
            ),
            N_("It was registered in public only after it ended."),
            (N_("Pregnancy:"), N_("8 small trials of pills and more disagree (2020).")),
            (N_("Dummy pills:"), N_("cramps fell by a third in four weeks (2017).")),
            N_("In two trials, two of three on dummy pills had a quarter fewer."),
            N_("So a good month after starting something proves little."),
        ),
        sources=(4, 5, 49, 50, 51, 52),
        cautions=ASK_FIRST,
    ),
    "cautions": Card(
        title=N_("Magnesium pills: cautions"),
        label=N_("Cautions"),
        lines=(
            (N_("Kidney disease:"), N_("magnesium can build up. Ask first.")),
            (N_("Too much:"), N_("loose poo, feeling sick, belly cramps.")),
            (N_("Medicines:"), N_("a pharmacist can look at yours.")),
        ),
        more=(
            (
                N_("Far too much:"),
                N_(
                    "low blood pressure, trouble breathing, uneven heartbeat, even a stopped heart."
                ),
            ),
            N_("Some bone tablets and antibiotics are taken up less well."),
            N_("Water tablets and acid blockers change the level in the blood."),
            N_("How far apart to take them is a question for a pharmacist."),
            N_("Official limits differ by country. They are limits, not advice."),
            N_("A limit counts pills only, so it can be below a daily need."),
        ),
        sources=(46, 48),
        cautions=ASK_FIRST,
    ),
    "myths": Card(
        title=N_("Heard about magnesium"),
        label=N_("Heard about it"),
        lines=(
            (N_("“Through the skin”:"), N_("a review found no good proof (2017).")),
            (N_("“The right form”:"), N_("better taken up is not better for cramps.")),
            (N_("“More of it”:"), N_("too much from pills can harm.")),
        ),
        more=(
            (N_("Forms:"), N_("small studies found some better taken up than others.")),
            (N_("“It dips at night”:"), N_("a small study found a daily rhythm (1978).")),
            N_("Nothing we found links that to night cramps."),
            (N_("“Cramps show a lack”:"), N_("no. Only a doctor's test can.")),
            Gated(
                N_("A warm bath may feel good, with salts or without."),
                unless=("warmth",),
            ),
        ),
        sources=(20, 48, 53, 54, 125),
        cautions=ASK_FIRST,
    ),
}
