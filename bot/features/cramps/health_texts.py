"""Texts of the cards about health: relief, warning signs, and what the bot is and is not.

They are HTML. The source of every fact is named on its card.
"""

import html

from bot.features.cramps.entry_warning_signs import SIGNS, Tier
from bot.i18n.translator import Translator


def _card(title: str, lines: tuple[str, ...], source: str) -> str:
    listed = "\n".join(f"• {html.escape(line)}" for line in lines)
    return f"<b>{html.escape(title)}</b>\n{listed}\n<i>{html.escape(source)}</i>"


def relief_card(tr: Translator) -> str:
    """What may help during a cramp, in six lines (NHS, Mayo Clinic, Merck Manual, AAOS)."""
    _ = tr.gettext
    lines = (
        _("Straighten the leg and pull the foot up toward the shin. Hold till it lets go."),
        _("Cannot reach? Face a wall, that leg back, heel flat, and lean in."),
        _("Rub the muscle firmly."),
        _("When it eases, walk a few steps or shake the leg."),
        # Warmth and cold can injure skin that has lost its feeling.
        _(
            "Warm pack or warm shower for tightness; something cool if sore later. "
            "Only where the skin feels as it usually does."
        ),
        _("Over 10 minutes, or swelling, heat, weakness: see the warning card."),
    )
    source = _(
        "Sources: NHS, Leg cramps; Mayo Clinic, Night leg cramps: when to see a doctor, 2023; "
        "Merck Manual, Runner's stretch; American Academy of Orthopaedic Surgeons."
    )
    numbered = "\n".join(f"{number}. {html.escape(line)}" for number, line in enumerate(lines, 1))
    return f"<b>{html.escape(_('Right now'))}</b>\n{numbered}\n<i>{html.escape(source)}</i>"


def warning_card(tr: Translator, tier: Tier, emergency_number: str | None = None) -> str:
    """The signs of a tier and what to do about them.

    Args:
        tr: the texts' language.
        tier: which card.
        emergency_number: the number to call where the person is; None: "your local emergency
            number".
    """
    match tier:
        case Tier.EMERGENCY:
            return _emergency_card(tr, emergency_number)
        case Tier.URGENT:
            return _urgent_card(tr)
        case Tier.SOON:
            return _soon_card(tr)


def sign_lines(tr: Translator) -> dict[str, str]:
    """Code of a sign → its line on the warning card.

    Emergency: NHS, HealthInfo New Zealand, CDC/NIOSH, UK Sepsis Trust, Merck Manual (a fit).
    Urgent: NHS; Merck Manual, consumer quick facts. Soon: NHS; Mayo Clinic 2023; Merck Manual.
    """
    _ = tr.gettext
    return {
        "swelling_and_breath": _(
            "Leg swelling, pain or warmth together with breathlessness, chest pain, coughing "
            "blood or collapse"
        ),
        "leg_cold_or_pale": _(
            "One leg suddenly cold, pale or blue, numb or unable to move, with severe pain"
        ),
        "numb_between_legs": _(
            "New numbness around the genitals or buttocks, lost control of bladder or bowel, "
            "or weakness in both legs"
        ),
        "dark_urine": _(
            "Severe muscle pain or cramps with dark urine, the colour of tea or cola, or with "
            "marked weakness"
        ),
        "fever_and_confusion": _(
            "Severe cramps or muscle pain with fever or shivering, together with confusion, "
            "agitation, slurred speech, mottled or blue skin, breathlessness or no urine all day"
        ),
        "seizure": _("A fit (seizure) with cramps"),
        "over_10_minutes": _("A cramp of over 10 minutes that does not ease with stretching"),
        "one_leg_swollen": _(
            "One leg swollen, painful, warm, red or darkened (colour can be hard to see on dark "
            "skin), or more pain when the foot bends up"
        ),
        "chest_arms_belly": _("Cramps in the chest, arms or belly"),
        "weak_or_no_feeling": _("Weakness or lost feeling"),
        "after_fluid_loss": _("Cramps that began after heavy vomiting, diarrhoea or sweating"),
        "after_toxin_or_wound": _(
            "Cramps after contact with something toxic (lead, mercury, pesticide) or after a "
            "dirty wound"
        ),
        "sleep_or_tired": _("Cramps keep disturbing sleep, or leave you tired in the day"),
        "numb_or_both_swollen": _("Numbness, or swelling in both legs or without warmth or pain"),
        "weaker_or_thinner": _(
            "Muscles getting weaker or thinner: tripping, harder stairs, a weak grip, slowly "
            "slurred speech, trouble swallowing"
        ),
        # With weakness or lost feeling it is urgent, and is on the urgent card.
        "lasting_twitch": _(
            "A twitch for more than 2 weeks, in more than one place, or where it is stiff"
        ),
        "pain_on_walking": _("Calf, thigh or buttock pain on walking that stops with rest"),
        "new_medicine": _("Cramps that began after a new medicine. Do not stop it without advice"),
        "alcohol": _("A lot of alcohol regularly"),
        "pregnant": _("Pregnant: mention it at the next visit"),
    }


def _tier_card(tr: Translator, tier: Tier, title: str, source: str) -> str:
    lines = sign_lines(tr)
    return _card(title, tuple(lines[code] for code in SIGNS[tier]), source)


def _emergency_card(tr: Translator, emergency_number: str | None) -> str:
    _ = tr.gettext
    number = emergency_number or _("your local emergency number")
    title = _("Get help now: call {number}, if any of these is there").format(number=number)
    source = _(
        "Sources: NHS pages; HealthInfo New Zealand, 2022; CDC/NIOSH, signs and symptoms; "
        "UK Sepsis Trust, adult symptom list; Merck Manual, consumer version."
    )
    return _tier_card(tr, Tier.EMERGENCY, title, source)


def _urgent_card(tr: Translator) -> str:
    _ = tr.gettext
    title = _("Be checked today, by a doctor or an urgent-care line")
    source = _("Sources: NHS, Leg cramps, and other NHS pages; Merck Manual, Muscle cramps.")
    return _tier_card(tr, Tier.URGENT, title, source)


def _soon_card(tr: Translator) -> str:
    _ = tr.gettext
    title = _("Be checked soon: worth asking a doctor within two weeks")
    source = _(
        "Sources: NHS, Leg cramps; NHS, Twitching eyes and muscles, 2023; "
        "Mayo Clinic, Night leg cramps: when to see a doctor, 2023; Merck Manual, Muscle cramps."
    )
    return _tier_card(tr, Tier.SOON, title, source)


def lost_fluid_card(tr: Translator, *, drinks_are_free: bool) -> str:
    """What to do about cramps with vomiting, diarrhoea or heavy sweating (Merck Manual; NHS).

    Args:
        tr: the texts' language.
        drinks_are_free: whether the person has no advice to limit drinks.
    """
    _ = tr.gettext
    drinks = (
        _("When ill or after much sweating, some people are glad of a drink now and then.")
        if drinks_are_free
        else _("Ask them about drinks as well, as yours may be limited.")
    )
    lines = (
        _("If it goes on, ask a doctor, a nurse or an urgent-care line today."),
        drinks,
        _("With weakness, confusion or a fit: see the warning signs, below."),
    )
    source = _("Sources: Merck Manual, Muscle cramps; NHS, Water, drinks and hydration.")
    return _card(_("Cramps with vomiting, diarrhoea or heavy sweating"), lines, source)


def general_information(tr: Translator) -> str:
    """What the bot is and is not; shown in /start and at the end of every report."""
    _ = tr.gettext
    return html.escape(
        _(
            "General information and a personal log: not medical advice, not a diagnosis, not an "
            "emergency service. The bot does not watch messages at night. In an emergency call "
            "your local emergency number."
        ),
        quote=False,
    )
