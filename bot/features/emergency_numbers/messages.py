"""The number to call, in words. Every case has whole sentences of its own, without glue."""

# TRANSLATORS, ALL: {number} is one number or several ("15 or 112"), {country} the name of a
# country, which cannot be inflected.

from babel import Locale

from bot.features.emergency_numbers.lookup import NumberToCall
from bot.i18n.translator import Translator


def spoken(tr: Translator, call: NumberToCall) -> str:
    """What follows "Call": "112", "999 or 112"; "112, 911 or 999" when nothing is known."""
    _ = tr.gettext
    if not call.numbers:
        # TRANSLATORS: After "Call". Repeat an article that stands before: "112, le 911 ou le 999".
        return _("112, 911 or 999")
    if len(call.numbers) == 1:
        return call.numbers[0]
    first, second = call.numbers
    # TRANSLATORS: After "Call". Repeat an article that stands before it: "15 ou le 112".
    return _("{first} or {second}").format(first=first, second=second)


def country_name(tr: Translator, code: str) -> str:
    """The name of a country in the language of the texts; its code when CLDR has none."""
    return str(Locale.parse(tr.locale).territories.get(code, code))


def call_now(tr: Translator, call: NumberToCall) -> str:
    """The call line alone: "Call 112 now."."""
    return tr.gettext("Call {number} now.").format(number=spoken(tr, call))


def how_sure(tr: Translator, call: NumberToCall) -> str | None:
    """A few words beside the call line of the emergency card, which has to be short.

    How the bot comes to the number is said where it is changed; see :func:`where_from`.
    """
    _ = tr.gettext
    if not call.numbers:
        return _("112: EU and many others. 911: North America. 999: UK.")
    if call.country is None:
        return None
    # TRANSLATORS: After "Call 911 now."; how sure the bot is of the number.
    said = _("Probably, for {country}.") if call.is_probable else _("A guess: {country}.")
    return said.format(country=country_name(tr, call.country))


def where_from(tr: Translator, call: NumberToCall) -> str | None:
    """How the bot comes to the number, and what to call elsewhere; None for the person's own."""
    _ = tr.gettext
    if not call.numbers:
        return _(
            "I do not know where you are. Call your local emergency number: 112 across the EU and "
            "in many other countries, 911 in North America, 999 in the UK."
        )
    if call.country is None:
        return None
    if call.is_probable:
        said = _(
            "Your time zone says: {country}. There, it is probably {number}. "
            "Elsewhere, call the local number."
        )
    else:
        said = _(
            "Your time zone says: {country}. There, call {number}. "
            "Elsewhere, call the local number."
        )
    said = said.format(country=country_name(tr, call.country), number=spoken(tr, call))
    return f"{said} {_('On many mobile phones 112 works too.')}" if call.also_112 else said


def in_an_emergency(tr: Translator, call: NumberToCall) -> str:
    """One sentence about the number, for the end of general information."""
    _ = tr.gettext
    if not call.numbers:
        return _(
            "In an emergency call your local emergency number: 112 across the EU and in many "
            "other countries, 911 in North America, 999 in the UK."
        )
    if call.country is None:
        return _("In an emergency call {number}.").format(number=call.numbers[0])
    if call.is_probable:
        said = _("In an emergency call {number} (probably, {country}); elsewhere the local number.")
    else:
        said = _("In an emergency call {number} ({country}); elsewhere the local number.")
    return said.format(number=spoken(tr, call), country=country_name(tr, call.country))
