"""The cards about health with their buttons; their texts are in ``health_texts.py``."""

from bot.features.cramps import health_texts
from bot.features.cramps.entry_warning_signs import Tier
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, pack


def relief(tr: Translator) -> Message:
    """The card with what may help right now."""
    rows = ((Button(tr.gettext("Warning signs"), pack("cramps", "warnings")),),)
    return Message(health_texts.relief_card(tr), rows)


def warning(tr: Translator, tier: Tier, emergency_number: str | None = None) -> Message:
    """The card of a tier, with buttons to report one of its signs and to see the other tiers."""
    _ = tr.gettext
    names = tier_names(tr)
    others = tuple(
        Button(names[other], pack("cramps", "warning", other.value))
        for other in Tier
        if other is not tier
    )
    rows = [(Button(_("One of these is there"), pack("flags", "signs", tier.value)),), others]
    if tier is Tier.EMERGENCY:
        label = _("My emergency number") if emergency_number else _("Set my emergency number")
        rows.append((Button(label, pack("flags", "number")),))
    return Message(health_texts.warning_card(tr, tier, emergency_number), tuple(rows))


def lost_fluid(tr: Translator, *, drinks_are_free: bool) -> Message:
    """The card with what may help after vomiting, diarrhoea or heavy sweating."""
    rows = ((Button(tr.gettext("Warning signs"), pack("cramps", "warnings")),),)
    return Message(health_texts.lost_fluid_card(tr, drinks_are_free=drinks_are_free), rows)


def tier_names(tr: Translator) -> dict[Tier, str]:
    """Tier → the label of the button that opens its card."""
    _ = tr.gettext
    return {
        Tier.EMERGENCY: _("Get help now"),
        Tier.URGENT: _("Be checked today"),
        Tier.SOON: _("Be checked soon"),
    }
