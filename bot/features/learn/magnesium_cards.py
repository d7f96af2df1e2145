"""Cards about magnesium. See ``cards.py`` for the rules that all cards keep."""

from bot.features.learn.card_type import Card, Table
from bot.i18n.translator import N_

ASK_FIRST = N_(
    "With kidney disease or medicines, pregnant, breastfeeding or under 18, ask a doctor, nurse or "
    "pharmacist first. Too much from pills can harm; some laxatives and antacids count too."
)

MAGNESIUM_CARDS: dict[str, Card] = {
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
}
