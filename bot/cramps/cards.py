"""Short cards about health: relief now, warning signs, what the bot is and is not.

HTML parse mode. Each fact rests on the source that its card names.
"""

import html

from bot.cramps.red_flags import Tier
from bot.i18n import Translator


def _card(title: str, lines: tuple[str, ...], source: str) -> str:
    listed = "\n".join(f"• {html.escape(line)}" for line in lines)
    return f"<b>{html.escape(title)}</b>\n{listed}\n<i>{html.escape(source)}</i>"


def relief_card(tr: Translator) -> str:
    """Six short lines for a cramp that is there now (NHS, Mayo Clinic, Merck Manual, AAOS)."""
    _ = tr.gettext
    lines = (
        _("Straighten the leg and pull the foot up toward the shin. Hold till it lets go."),
        _("Cannot reach? Face a wall, that leg back, heel flat, and lean in."),
        _("Rub the muscle firmly."),
        _("When it eases, walk a few steps or shake the leg."),
        # Warmth and cold go only to skin that feels them.
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
        emergency_number: the number to call where the person is; None: said in words.
    """
    match tier:
        case Tier.EMERGENCY:
            return _emergency_card(tr, emergency_number)
        case Tier.URGENT:
            return _urgent_card(tr)
        case Tier.SOON:
            return _soon_card(tr)


def _emergency_card(tr: Translator, emergency_number: str | None) -> str:
    """NHS, HealthInfo New Zealand, CDC/NIOSH, UK Sepsis Trust, Merck Manual (a fit)."""
    _ = tr.gettext
    number = emergency_number or _("your local emergency number")
    title = _("Get help now: call {number}, if any of these is there").format(number=number)
    lines = (
        _(
            "Leg swelling, pain or warmth together with breathlessness, chest pain, coughing "
            "blood or collapse"
        ),
        _("One leg suddenly cold, pale or blue, numb or unable to move, with severe pain"),
        _(
            "New numbness around the genitals or buttocks, lost control of bladder or bowel, "
            "or weakness in both legs"
        ),
        _(
            "Severe muscle pain or cramps with dark urine, the colour of tea or cola, or with "
            "marked weakness"
        ),
        _(
            "Severe cramps or muscle pain with fever or shivering, together with confusion, "
            "agitation, slurred speech, mottled or blue skin, breathlessness or no urine all day"
        ),
        _("A fit (seizure) with cramps"),
    )
    source = _(
        "Sources: NHS pages; HealthInfo New Zealand, 2022; CDC/NIOSH, signs and symptoms; "
        "UK Sepsis Trust, adult symptom list; Merck Manual, consumer version."
    )
    return _card(title, lines, source)


def _urgent_card(tr: Translator) -> str:
    """NHS; Merck Manual, consumer quick facts."""
    _ = tr.gettext
    title = _("Be checked today, by a doctor or an urgent-care line")
    lines = (
        _("A cramp of over 10 minutes that does not ease with stretching"),
        _(
            "One leg swollen, painful, warm, red or darkened (colour can be hard to see on dark "
            "skin), or more pain when the foot bends up"
        ),
        _("Cramps in the chest, arms or belly"),
        _("Weakness or lost feeling"),
        _("Cramps that began after heavy vomiting, diarrhoea or sweating"),
        _(
            "Cramps after contact with something toxic (lead, mercury, pesticide) or after a "
            "dirty wound"
        ),
    )
    source = _("Sources: NHS, Leg cramps, and other NHS pages; Merck Manual, Muscle cramps.")
    return _card(title, lines, source)


def _soon_card(tr: Translator) -> str:
    """NHS; Mayo Clinic 2023; Merck Manual, consumer quick facts."""
    _ = tr.gettext
    title = _("Be checked soon: worth asking a doctor within two weeks")
    lines = (
        _("Cramps keep disturbing sleep, or leave you tired in the day"),
        _("Numbness, or swelling in both legs or without warmth or pain"),
        _(
            "Muscles getting weaker or thinner: tripping, harder stairs, a weak grip, slowly "
            "slurred speech, trouble swallowing"
        ),
        # With weakness or lost feeling it is for the same day: the urgent card says so.
        _("A twitch for more than 2 weeks, in more than one place, or where it is stiff"),
        _("Calf, thigh or buttock pain on walking that stops with rest"),
        _("Cramps that began after a new medicine. Do not stop it without advice"),
        _("A lot of alcohol regularly"),
        _("Pregnant: mention it at the next visit"),
    )
    source = _(
        "Sources: NHS, Leg cramps; NHS, Twitching eyes and muscles, 2023; "
        "Mayo Clinic, Night leg cramps: when to see a doctor, 2023; Merck Manual, Muscle cramps."
    )
    return _card(title, lines, source)


def general_information(tr: Translator) -> str:
    """What the bot is and is not: for the first run and under every report."""
    _ = tr.gettext
    return html.escape(
        _(
            "General information and a personal log: not medical advice, not a diagnosis, not an "
            "emergency service. The bot does not watch messages at night. In an emergency call "
            "your local emergency number."
        ),
        quote=False,
    )
