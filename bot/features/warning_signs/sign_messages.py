"""Ticking a warning sign, and the emergency number, in words and buttons."""

from datetime import date
from html import escape

from bot.features.cramps import health_texts
from bot.features.cramps.entry_warning_signs import SIGNS, TIER_OF, Tier
from bot.features.cramps.messages.health_cards import tier_names
from bot.i18n import formats
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, pack

NUMBERS = ("112", "999", "911")
"""Emergency numbers that have a button: European Union, United Kingdom, United States."""
NO_NUMBER = "none"
"""Callback data that deletes the stored number."""


def sign_labels(tr: Translator) -> dict[str, str]:
    """Code of a sign of the warning cards → its short label on a button."""
    _ = tr.gettext
    return {
        "swelling_and_breath": _("Swollen leg and short of breath"),
        "leg_cold_or_pale": _("Leg cold, pale, cannot move"),
        "numb_between_legs": _("Numb groin, bladder, both legs"),
        "dark_urine": _("Dark urine, severe pain"),
        "fever_and_confusion": _("Fever and confusion"),
        "seizure": _("A fit (seizure)"),
        "over_10_minutes": _("Over 10 minutes, not easing"),
        "one_leg_swollen": _("One leg swollen, warm or red"),
        "chest_arms_belly": _("Cramps in chest, arms or belly"),
        "weak_or_no_feeling": _("Weakness or lost feeling"),
        "after_fluid_loss": _("After vomiting, diarrhoea, sweat"),
        "after_toxin_or_wound": _("After something toxic, a wound"),
        "sleep_or_tired": _("Disturbed sleep, tired days"),
        "numb_or_both_swollen": _("Numbness, or both legs swollen"),
        "weaker_or_thinner": _("Muscles weaker or thinner"),
        "lasting_twitch": _("A twitch that lasts or spreads"),
        "pain_on_walking": _("Pain on walking, stops at rest"),
        "new_medicine": _("Since a new medicine"),
        "alcohol": _("A lot of alcohol regularly"),
        "pregnant": _("Pregnant"),
    }


def signs(tr: Translator, tier: Tier) -> Message:
    """Ask which sign of a card the person has, with a button for each."""
    _ = tr.gettext
    labels = sign_labels(tr)
    rows = [
        *((Button(labels[code], pack("flags", "tick", code)),) for code in SIGNS[tier]),
        (Button(_("◀ Back"), pack("cramps", "warning", tier.value)),),
    ]
    text = (
        f"<b>{escape(tier_names(tr)[tier])}</b>\n"
        f"{escape(_('Which one is there? It goes into your diary with today’s date.'))}"
    )
    return Message(text, tuple(rows))


def ticked(
    tr: Translator, code: str, hit_id: int, hit_on: date, emergency_number: str | None
) -> Message:
    """What to do about a sign, what was recorded, and buttons to undo it or go back."""
    _ = tr.gettext
    tier = TIER_OF[code]
    lines = [f"<b>{escape(_what_to_do(tr, tier, emergency_number))}</b>"]
    if tier is Tier.EMERGENCY:
        lines.append(escape(_("I am only a diary: nobody reads along here or calls for you.")))
    if code == "new_medicine":
        lines.append(escape(_("Please do not stop the medicine without advice.")))
    day = formats.day(tr, hit_on, "MMMMd")
    noted = _("Noted for {day}: {sign}.").format(day=day, sign=health_texts.sign_lines(tr)[code])
    lines += ["", escape(noted)]
    rows: list[tuple[Button, ...]] = [
        (
            Button(_("Undo"), pack("flags", "untick", hit_id, code)),
            Button(_("◀ Back"), pack("flags", "signs", tier.value)),
        )
    ]
    if tier is Tier.EMERGENCY and emergency_number is None:
        rows.append((Button(_("Set my emergency number"), pack("flags", "number")),))
    return Message("\n".join(lines), tuple(rows))


def _what_to_do(tr: Translator, tier: Tier, emergency_number: str | None) -> str:
    _ = tr.gettext
    match tier:
        case Tier.EMERGENCY:
            number = emergency_number or _("your local emergency number")
            return _("Call {number} now.").format(number=number)
        case Tier.URGENT:
            return _("Please be checked today, by a doctor or an urgent-care line.")
        case Tier.SOON:
            return _("Worth asking a doctor about, within two weeks.")


def unticked(tr: Translator) -> str:
    """A toast: the sign is no longer recorded."""
    return tr.gettext("Taken back: nothing is noted.")


# The emergency number ----------------------------------------------------------------------------


def ask_number(tr: Translator, emergency_number: str | None) -> Message:
    """Ask which number the person would call."""
    _ = tr.gettext
    lines = [_("Which number would you call in an emergency? The emergency card will show it.")]
    if emergency_number is not None:
        lines.append(_("Now it shows {number}.").format(number=emergency_number))
    chips = tuple(
        Button(
            f"• {number}" if number == emergency_number else number,
            pack("flags", "setnumber", number),
        )
        for number in NUMBERS
    )
    rows: list[tuple[Button, ...]] = [
        chips,
        (Button(_("Another number…"), pack("flags", "othernumber")),),
    ]
    if emergency_number is not None:
        rows.append((Button(_("Remove it"), pack("flags", "setnumber", NO_NUMBER)),))
    rows.append((Button(_("◀ Back"), pack("cramps", "warning", Tier.EMERGENCY.value)),))
    return Message("\n".join(escape(line) for line in lines), tuple(rows))


def ask_typed_number(tr: Translator, *, unclear: bool = False) -> Message:
    """Ask for a typed number; ``unclear`` after one that could not be read."""
    _ = tr.gettext
    text = (
        _("Digits only, please, 2 to 15 of them, such as 112.")
        if unclear
        else _("Type the number, digits only.")
    )
    rows = ((Button(_("Leave it as it is"), pack("flags", "leavenumber")),),)
    return Message(escape(text), rows)


def number_toast(tr: Translator, emergency_number: str | None) -> str:
    """A toast: the stored number, or that none is stored."""
    _ = tr.gettext
    if emergency_number is None:
        return _("No number is kept.")
    return _("Kept: {number}.").format(number=emergency_number)
