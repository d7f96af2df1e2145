"""The cards about health with their buttons; their texts are in ``health_texts.py``."""

# TRANSLATORS, ALL: Short buttons that lead to the cards of warning signs.

from collections.abc import Collection

from bot.features.cramps import health_texts
from bot.features.cramps.signs import Tier
from bot.features.emergency_numbers.lookup import NumberToCall
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

IN_FULL = "full"
"""Word of callback data: every sign of the emergency card has its whole line."""


def warning(
    tr: Translator,
    tier: Tier,
    call: NumberToCall,
    *,
    first: Collection[str] = (),
    raised: Collection[str] = (),
    in_full: bool = False,
) -> Message:
    """The card of a tier, with buttons to report one of its signs and to see the other tiers.

    The emergency card has a single row of buttons, so that it fits a phone; the others are below
    its whole lines.

    Args:
        tr: the texts' language.
        tier: which card.
        call: the emergency number to name.
        first: signs that stand first: what the person typed or logged.
        raised: signs that matter more because of what the person told of themselves.
        in_full: whether every sign of the emergency card has its whole line.
    """
    text = health_texts.warning_card(tr, tier, call, first=first, raised=raised, in_full=in_full)
    here = ("cramps", "warning", tier.value)
    if tier is not Tier.EMERGENCY:
        return Message(text, ((_tick_button(tr, tier),), *leading_on(tr, tier)))
    rows = full_rows(tr, back=pack(*here)) if in_full else short_rows(tr, pack(*here, IN_FULL))
    return Message(text, rows)


def short_rows(tr: Translator, full: str) -> Rows:
    """The buttons of the emergency card.

    Args:
        tr: the texts' language.
        full: callback data that shows the same card with whole lines.
    """
    return ((in_full_button(tr, full), _tier_button(tr, Tier.URGENT)),)


def in_full_button(tr: Translator, full: str) -> Button:
    """The button that shows the whole lines of the emergency card."""
    return Button(tr.gettext("Each sign in full"), full)


def full_rows(tr: Translator, back: str) -> Rows:
    """The buttons of the emergency card with whole lines.

    Args:
        tr: the texts' language.
        back: callback data that shows the card with short rows again.
    """
    number = Button(tr.gettext("Change number"), pack("flags", "number"))
    return (
        (_tick_button(tr, Tier.EMERGENCY), number),
        *leading_on(tr, Tier.EMERGENCY),
        (Button(tr.gettext("◀ Back"), back),),
    )


def leading_on(tr: Translator, tier: Tier) -> Rows:
    """A row of buttons to the cards of the other tiers."""
    return (tuple(_tier_button(tr, other) for other in Tier if other is not tier),)


def _tick_button(tr: Translator, tier: Tier) -> Button:
    return Button(tr.gettext("I have one of these"), pack("flags", "signs", tier.value))


def _tier_button(tr: Translator, tier: Tier) -> Button:
    return Button(_tier_buttons(tr)[tier], pack("cramps", "warning", tier.value))


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
