"""The lines of the warning cards: one for each sign, and what stands under some of them.

A line has at most twelve words. Its source is in ``docs/warning-signs.md``.
"""

# TRANSLATORS, ALL: Warning signs: lines of a list, at most twelve words, exactly as strong as in
# English.

from bot.features.cramps.signs import Tier
from bot.features.emergency_numbers.lookup import NumberToCall
from bot.features.emergency_numbers.messages import spoken
from bot.i18n.translator import Translator


def sign_lines(tr: Translator) -> dict[str, str]:
    """Code of a sign → its line, in the order of ``signs.SIGNS``."""
    return {**_emergency_lines(tr), **_urgent_lines(tr), **_soon_lines(tr)}


def _emergency_lines(tr: Translator) -> dict[str, str]:
    _ = tr.gettext
    return {
        "chest": _("Pain, pressure or tightness in the chest"),
        "breath": _("Sudden trouble breathing, or coughing up blood"),
        "leg_and_breath": _("A swollen or painful leg, and short of breath"),
        "face_arm": _("Face drooping on one side, or one arm suddenly weak"),
        "speech": _("Sudden trouble speaking, seeing or swallowing"),
        "faint": _("Fainting or collapse"),
        "heart": _("Racing or uneven heartbeat, and you feel faint or breathless"),
        "seizure": _("A fit (seizure)"),
        "fever_confused": _("Fever or shivering, and confused, slurred speech or blotchy skin"),
        "allergy": _("Swollen tongue, lips or throat"),
        "leg_cold": _("One leg suddenly painful, and cold, pale or numb"),
        "numb_saddle": _("Numb between the legs, or no control of pee or poo"),
        "legs_weak": _("Both legs suddenly weak, or weakness climbing up the body"),
        "heatstroke": _("Too hot, and confused, having a fit, or no better after rest"),
    }


def _urgent_lines(tr: Translator) -> dict[str, str]:
    _ = tr.gettext
    return {
        "one_leg": _("One leg stays swollen, warm, red or darker, or sore"),
        "skin_spreads": _("Skin red, hot and sore, and it is spreading"),
        "dark_urine": _("Pee dark like tea or cola after cramps, effort or heat"),
        "over_10_minutes": _("A cramp over 10 minutes that stretching does not ease"),
        "new_weakness": _("New weakness, lost feeling, or a foot that drops"),
        "arms_belly": _("Cramps in the arms or belly"),
        "fluid_loss": _("Cramps after much vomiting, diarrhoea or sweating"),
        "heat_cramps": _("Heat cramps for over an hour, or with heart disease"),
        "jaw_wound": _("A stiff jaw, a dirty wound, or contact with poison"),
        "statin_pain": _("New muscle pain or weakness on a statin"),
        "mouth_tingling": _("Tingling round the mouth, or hands that cramp shut"),
        "pregnant_signs": _(
            "Pregnant: bad headache, seeing spots, or sudden swelling of face or hands"
        ),
        "pregnant_leg": _("Pregnant or just gave birth: one leg painful or swollen"),
        "twitch_weak": _("A twitch where the muscle is weak"),
    }


def _soon_lines(tr: Translator) -> dict[str, str]:
    _ = tr.gettext
    return {
        "pain_on_walking": _("Leg pain on walking that stops when you rest"),
        "rest_pain": _("Foot pain at night that eases when the leg hangs down"),
        "sore_foot": _("A sore on the foot or leg that does not heal"),
        "new_medicine": _("Cramps began after a new medicine. Do not stop it yourself"),
        "alcohol": _("Cramps, and a lot of alcohol most days"),
        "dialysis": _("On dialysis: tell your unit about every cramp"),
        "sleep_or_tired": _("Cramps keep waking you, or make your days tired"),
        "numb": _("Numb or tingling skin that comes back"),
        "both_swollen": _("Both legs or ankles swollen for some days"),
        "weaker": _("Over weeks: you trip, stairs get harder, grip is weak"),
        "thinner": _("A muscle gets thinner"),
        "slow_speech": _("Over weeks: speech less clear, or swallowing harder"),
        "lasting_twitch": _("A twitch for over 2 weeks, in several places, or stiff"),
        "urge": _("An urge to move the legs most evenings"),
        "pregnant": _("Pregnant: mention cramps at your next visit"),
    }


def notes(tr: Translator, call: NumberToCall) -> dict[str, tuple[str, ...]]:
    """Code of a sign → what stands under its line: what to do, or who is more at risk."""
    _ = tr.gettext
    number = spoken(tr, call)
    return {
        "one_leg": (
            _("Look when the cramp is over. Colour is harder to see on dark skin."),
            _(
                "More likely after an operation or bed rest, a long journey or a plaster cast. "
                "Also with cancer, on the pill or HRT, pregnant or new mother, or a clot before."
            ),
        ),
        "skin_spreads": (_("Very ill with it? Call {number}.").format(number=number),),
        "dark_urine": (_("Go today. Do not wait for an appointment."),),
        "statin_pain": (_("Ask today whether to go on with it."),),
        "pregnant_signs": (_("Call the maternity unit at once, also in the weeks after birth."),),
        "pregnant_leg": (_("Call your midwife or maternity unit at once."),),
        "both_swollen": (
            _("Sudden, bad, or short of breath with it? Call {number} now.").format(number=number),
        ),
        "slow_speech": (_("Sudden? Call {number} now.").format(number=number),),
    }


def tier_names(tr: Translator) -> dict[Tier, str]:
    """Tier → the name of its card, on the buttons that open it and on the clinician's pages."""
    _ = tr.gettext
    return {
        Tier.EMERGENCY: _("Emergency now"),
        Tier.URGENT: _("Get checked today"),
        Tier.SOON: _("See a doctor soon"),
    }
