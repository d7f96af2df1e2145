"""The signs of the warning cards in one short row each.

The emergency card shows these rows, so that it fits a phone, and the buttons with which a sign is
ticked have the same words. The whole lines are in ``sign_texts.py``. "Sudden" stands where it
tells a sign of the emergency card from a sign of another tier.
"""

# TRANSLATORS, ALL: Warning signs in one row of a phone, at most about 35 characters (31 Cyrillic
# ones): a test measures them. As strong as the whole line in English; a slash means "or".

from bot.i18n.translator import Translator


def sign_labels(tr: Translator) -> dict[str, str]:
    """Code of a sign of the warning cards → its short row on the emergency card and on buttons."""
    _ = tr.gettext
    return {
        "chest": _("Chest pain, pressure or tightness"),
        "breath": _("Hard to breathe, or coughing up blood"),
        "leg_and_breath": _("Swollen or sore leg, and breathless"),
        "face_arm": _("Face droops, or arm suddenly weak"),
        "speech": _("Suddenly hard to talk, see or swallow"),
        "faint": _("Fainting or collapse"),
        "heart": _("Racing or uneven heart, feeling faint"),
        "seizure": _("A fit (seizure)"),
        "fever_confused": _("Fever or chills: confused or blotchy"),
        "allergy": _("Swollen tongue, lips or throat"),
        "leg_cold": _("Sudden leg pain: cold, pale or numb"),
        "numb_saddle": _("Numb crotch, or no pee or poo control"),
        "legs_weak": _("Both legs weak: sudden, or climbing"),
        "heatstroke": _("Too hot: confused, or rest won’t help"),
        "one_leg": _("One leg swollen, warm or red"),
        "skin_spreads": _("Red, hot skin that spreads"),
        "dark_urine": _("Dark pee"),
        "over_10_minutes": _("Over 10 minutes, not easing"),
        "new_weakness": _("New weakness or lost feeling"),
        "arms_belly": _("Cramps in arms or belly"),
        "fluid_loss": _("After vomiting, diarrhoea, sweat"),
        "heat_cramps": _("Heat cramps for over an hour"),
        "jaw_wound": _("Stiff jaw, dirty wound, poison"),
        "statin_pain": _("Muscle pain on a statin"),
        "mouth_tingling": _("Tingling mouth, hands cramp shut"),
        "pregnant_signs": _("Pregnant: headache, swelling"),
        "pregnant_leg": _("Pregnant: one leg painful"),
        "twitch_weak": _("A twitch with weakness"),
        "pain_on_walking": _("Pain on walking, stops at rest"),
        "rest_pain": _("Foot pain, eases hanging down"),
        "sore_foot": _("A sore that does not heal"),
        "new_medicine": _("Since a new medicine"),
        "alcohol": _("A lot of alcohol most days"),
        "dialysis": _("On dialysis"),
        "sleep_or_tired": _("Disturbed sleep, tired days"),
        "numb": _("Numbness that comes back"),
        "both_swollen": _("Both legs swollen"),
        "weaker": _("Slowly weaker, tripping"),
        "thinner": _("A muscle gets thinner"),
        "slow_speech": _("Slowly less clear speech"),
        "lasting_twitch": _("A twitch that lasts or spreads"),
        "urge": _("Urge to move the legs"),
        "pregnant": _("Pregnant"),
    }
