"""Cards about remedies, medicines and blood tests. See ``cards.py`` for their rules."""

# TRANSLATORS, ALL: A card about health. A line that ends with a colon is bold and goes on, in lower
# case, with the next text.

from bot.features.learn.card_type import Card, Gated
from bot.i18n.translator import N_

REMEDY_CARDS: dict[str, Card] = {
    "heard_about": Card(
        title=N_("Heard about remedies"),
        label=N_("Heard about remedies"),
        lines=(
            (
                N_("Quinine, tonic water:"),
                N_("not recommended. Bleeding, uneven heartbeat, deaths."),
            ),
            (N_("Epsom salts, sprays:"), N_("no good proof that magnesium gets in.")),
            (N_("Bananas, salt:"), N_("we found no trial against cramps.")),
        ),
        more=(
            N_("Officials have warned of quinine since 2006."),
            N_("A doctor gave you quinine? Ask them. Do not stop it alone."),
            Gated(N_("A warm bath is fine on its own."), unless=("warmth",)),
            Gated(N_("Warm baths: not on skin that feels numb."), only=("warmth",)),
            (N_("Potassium in food:"), N_("fine for most.")),
            N_("Kidney disease, or tablets that keep potassium? Ask first."),
            (N_("Salt substitutes:"), N_("can contain potassium. Ask first.")),
            (
                N_("Pickle juice:"),
                N_("82 people with liver disease had milder cramps, not fewer (2022)."),
            ),
            N_("No trial in common night cramps. Everybody knew what they drank."),
            N_("It is salty: not with heart, kidney or liver disease."),
            (N_("Vitamin K2:"), N_("one trial, 199 people over 65, fewer cramps (2024).")),
            N_("Oddly, those on dummy pills got worse. We found no second trial."),
            N_("No advice. On warfarin, never without asking."),
        ),
        sources=(20, 53, 62, 63, 127, 128, 129),
    ),
    "medicines": Card(
        title=N_("Medicines and cramps"),
        label=N_("Medicines"),
        lines=(
            N_("Some medicines go along with cramps. That is no proof."),
            N_("Leaving one out can be worse than the cramp."),
            N_("Ask your doctor or pharmacist. Do not stop it yourself."),
        ),
        more=(
            (
                N_("In studies:"),
                N_("some asthma inhalers, water tablets, statins, some blood pressure tablets."),
            ),
            (N_("Also:"), N_("oestrogens, raloxifene, iron drips, naproxen, teriparatide.")),
            N_("The link was strong for long-acting inhalers, weak for statins (2012)."),
            (N_("Cramps began after a new medicine?"), N_("Ask within one or two days.")),
            (N_("New muscle pain or weakness on a statin?"), N_("Ask today whether to go on.")),
            N_("Tell them about what you buy yourself, too."),
        ),
        sources=(1, 37, 42, 94, 95, 120),
    ),
    "blood_tests": Card(
        title=N_("Blood tests"),
        label=N_("Blood tests"),
        lines=(
            N_("Plain night cramps mostly need none."),
            N_("A doctor's questions and a look at the legs are enough."),
            N_("With odd signs a doctor may test some things."),
        ),
        more=(
            (N_("Salts:"), N_("sodium, potassium, calcium, magnesium.")),
            (N_("Organs:"), N_("kidneys, liver, thyroid.")),
            (N_("Also:"), N_("sugar, iron, and a muscle value called CK.")),
            N_("Which tests suit you is for your doctor to say."),
            N_("This bot does not judge results."),
        ),
        sources=(1, 121, 122),
    ),
}
