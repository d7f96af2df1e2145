"""The cards about health with their buttons; their texts are in ``health_texts.py``."""

# TRANSLATORS, ALL: Short buttons that lead to the cards of warning signs.

from collections.abc import Collection

from bot.features.cramps import health_texts
from bot.features.cramps.signs import Tier
from bot.features.emergency_numbers.lookup import NumberToCall
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack


def warning(
    tr: Translator,
    tier: Tier,
    call: NumberToCall,
    *,
    first: Collection[str] = (),
    raised: Collection[str] = (),
) -> Message:
    """The card of a tier, with buttons to report one of its signs and to see the other tiers.

    Args:
        tr: the texts' language.
        tier: which card.
        call: the emergency number to name.
        first: signs that stand first: what the person typed or logged.
        raised: signs that matter more because of what the person told of themselves.
    """
    text = health_texts.warning_card(tr, tier, call, first=first, raised=raised)
    tick = Button(tr.gettext("I have one of these"), pack("flags", "signs", tier.value))
    others, *number = leading_on(tr, tier)
    # Few rows: the emergency card is long, and its last line should be seen above the buttons.
    return Message(text, ((tick, *(button for row in number for button in row)), others))


def leading_on(tr: Translator, tier: Tier) -> Rows:
    """Buttons to the cards of the other tiers; a second row changes the number of the card."""
    names = _tier_buttons(tr)
    others = tuple(
        Button(names[other], pack("cramps", "warning", other.value))
        for other in Tier
        if other is not tier
    )
    if tier is not Tier.EMERGENCY:
        return (others,)
    return (others, (Button(tr.gettext("Change number"), pack("flags", "number")),))


def _tier_buttons(tr: Translator) -> dict[Tier, str]:
    """Tier → the label of the button that opens its card; two of them stand side by side."""
    _ = tr.gettext
    return {
        Tier.EMERGENCY: _("Emergency"),
        Tier.URGENT: _("Check today"),
        Tier.SOON: _("Doctor soon"),
    }


def lost_fluid(tr: Translator, call: NumberToCall, *, drinks_are_free: bool) -> Message:
    """The card with what may help after vomiting, diarrhoea or heavy sweating."""
    rows = ((Button(tr.gettext("Warning signs"), pack("cramps", "warnings")),),)
    return Message(health_texts.lost_fluid_card(tr, call, drinks_are_free=drinks_are_free), rows)
