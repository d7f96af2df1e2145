"""Ticking a warning sign, and the emergency number, in words and buttons."""

# TRANSLATORS, ALL: Signs of earlier versions in one row, exactly as strong as in English, and the
# emergency number.

from collections.abc import Collection
from datetime import date
from html import escape

from bot.features.cramps.health_texts import source_line, tier_sources, warning_card
from bot.features.cramps.messages.health_cards import (
    IN_FULL,
    full_rows,
    in_full_button,
    leading_on,
)
from bot.features.cramps.short_signs import sign_labels
from bot.features.cramps.sign_texts import sign_lines, tier_names
from bot.features.cramps.signs import OLD_CODES, SIGNS, TIER_OF, Tier
from bot.features.emergency_numbers.lookup import NumberToCall
from bot.features.emergency_numbers.messages import where_from
from bot.i18n import formats
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, pack

NUMBERS = ("112", "999", "911")
"""Emergency numbers that have a button: European Union, United Kingdom, United States."""
MOST_BUTTONS = 4
"""Numbers that fit in a row."""
NO_NUMBER = "none"
"""Callback data that deletes the stored number."""


def stored_labels(tr: Translator) -> dict[str, str]:
    """Code of a sign in stored rows → its label; signs of earlier versions say what they said."""
    _ = tr.gettext
    labels = sign_labels(tr)
    return (
        labels
        | {old: labels[code] for old, code in OLD_CODES.items()}
        | {
            "both_legs": _("Both legs swollen, warm or red"),
            "numb_between_legs": _("Numb groin, bladder, both legs"),
            "chest_arms_belly": _("Cramps in chest, arms or belly"),
            "weak_or_no_feeling": _("Weakness or lost feeling"),
            "after_toxin_or_wound": _("After something toxic, a wound"),
            "numb_or_both_swollen": _("Numbness, or both legs swollen"),
            "weaker_or_thinner": _("Muscles weaker or thinner"),
        }
    )


def signs(tr: Translator, tier: Tier) -> Message:
    """Ask which sign of a card the person has, with a button for each."""
    _ = tr.gettext
    labels = sign_labels(tr)
    rows = [
        *((Button(labels[code], pack("flags", "tick", code)),) for code in SIGNS[tier]),
        (Button(_("◀ Back"), pack("cramps", "warning", tier.value)),),
    ]
    lines = [
        f"<b>{escape(tier_names(tr)[tier])}</b>",
        escape(_("Which sign is it? It goes into your diary with today’s date.")),
        source_line(tier_sources(tr)[tier]),
    ]
    return Message("\n".join(lines), tuple(rows))


def ticked(
    tr: Translator,
    code: str,
    hit_id: int,
    hit_on: date,
    call: NumberToCall,
    raised: Collection[str] = (),
    *,
    in_full: bool = False,
) -> Message:
    """The card of a sign with the sign first and named, and buttons to undo it or go back.

    Args:
        tr: the texts' language.
        code: the sign.
        hit_id: of its row.
        hit_on: the local date for which it is noted.
        call: the emergency number to name.
        raised: signs that matter more because of what the person told of themselves.
        in_full: whether every sign of the emergency card has its whole line.
    """
    _ = tr.gettext
    tier = TIER_OF[code]
    day = formats.day(tr, hit_on, "MMMMd")
    undo = Button(_("Undo"), pack("flags", "untick", hit_id, code))
    if tier is Tier.EMERGENCY:
        # The sign is the next line of the card.
        noted = _("Noted for {day}:").format(day=day)
        here = ("flags", "ticked", hit_id, code)
        rows = (
            full_rows(tr, back=pack(*here))
            if in_full
            else ((undo, in_full_button(tr, pack(*here, IN_FULL))),)
        )
    else:
        noted = _("Noted for {day}: {sign}.").format(day=day, sign=sign_lines(tr)[code])
        back = Button(_("◀ Back"), pack("flags", "signs", tier.value))
        rows = ((undo, back), *leading_on(tr, tier))
    text = warning_card(tr, tier, call, first=(code,), raised=raised, noted=noted, in_full=in_full)
    return Message(text, rows)


def unticked(tr: Translator) -> str:
    """A toast: the sign is no longer recorded."""
    return tr.gettext("Undone: nothing is noted.")


# The emergency number ----------------------------------------------------------------------------


def ask_number(tr: Translator, own_number: str | None, likely: NumberToCall) -> Message:
    """Ask which number the person would call.

    Args:
        tr: the texts' language.
        own_number: the number that they gave; None if none.
        likely: the number of the country of their time zone, whose buttons come first.
    """
    _ = tr.gettext
    lines = [_("Which number would you call in an emergency? The emergency card will show it.")]
    if own_number is None:
        lines.append(where_from(tr, likely) or "")
    else:
        lines.append(_("At the moment it shows {number}.").format(number=own_number))
    numbers = list(dict.fromkeys((*likely.numbers, *NUMBERS)))[:MOST_BUTTONS]
    chips = tuple(
        Button(
            f"• {number}" if number == own_number else number,
            pack("flags", "setnumber", number),
        )
        for number in numbers
    )
    rows: list[tuple[Button, ...]] = [
        chips,
        (Button(_("Another number…"), pack("flags", "othernumber")),),
    ]
    if own_number is not None:
        rows.append((Button(_("Remove this number"), pack("flags", "setnumber", NO_NUMBER)),))
    rows.append((Button(_("◀ Back"), pack("cramps", "warning", Tier.EMERGENCY.value)),))
    return Message("\n".join(escape(line) for line in lines), tuple(rows))


def ask_typed_number(tr: Translator, *, unclear: bool = False) -> Message:
    """Ask for a typed number; ``unclear`` after one that could not be read."""
    _ = tr.gettext
    text = (
        _("Please type only digits, 2 to 15 of them, such as 112.")
        if unclear
        else _("Type the number, with digits only.")
    )
    rows = ((Button(_("Leave it as it is"), pack("flags", "leavenumber")),),)
    return Message(escape(text), rows)


def number_toast(tr: Translator, emergency_number: str | None) -> str:
    """A toast: the stored number, or that none is stored."""
    _ = tr.gettext
    if emergency_number is None:
        return _("No number is stored.")
    return _("Saved: {number}.").format(number=emergency_number)
