"""Texts of the cards about health: warning signs, and what the bot is and is not.

They are HTML. The source of every fact is named on its card.
"""

import html
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.features.cramps.short_signs import sign_labels
from bot.features.cramps.sign_texts import notes, sign_lines
from bot.features.cramps.signs import SIGNS, SOON_IN_DAYS, SOON_IN_WEEKS, Tier, in_order
from bot.features.emergency_numbers.lookup import UNKNOWN, NumberToCall
from bot.features.emergency_numbers.messages import call_now, how_sure, in_an_emergency, spoken
from bot.i18n.translator import Translator


def warning_card(
    tr: Translator,
    tier: Tier,
    call: NumberToCall,
    *,
    first: Collection[str] = (),
    raised: Collection[str] = (),
    noted: str | None = None,
    in_full: bool = False,
) -> str:
    """The signs of a tier and what to do about them.

    Args:
        tr: the texts' language.
        tier: which card.
        call: the emergency number to name.
        first: signs that stand first and are bold: what the person typed or ticked.
        raised: signs that are bold where they stand: what the person told of themselves makes
            them matter more.
        noted: what was recorded, as a sentence under the head.
        in_full: whether the signs of the emergency card have their whole lines, and not one short
            row each, so that the card fits a phone. Those of ``first`` and of the other cards
            always have.
    """
    lines = _Lines(tr, call, first, raised)
    if tier is Tier.EMERGENCY:
        return "\n".join(_emergency(lines, noted, in_full=in_full))
    return "\n".join((_urgent if tier is Tier.URGENT else _soon)(lines, noted))


@dataclass(frozen=True)
class _Lines:
    """Makes the lines of signs; the fields are those of :func:`warning_card`."""

    tr: Translator
    call: NumberToCall
    first: Collection[str]
    raised: Collection[str]

    def of(self, codes: Sequence[str], *, are_short: bool = False) -> list[str]:
        """One line for each sign, and under some of them what to do or who is more at risk."""
        lines, under = sign_lines(self.tr), notes(self.tr, self.call)
        if are_short:
            lines = sign_labels(self.tr) | {code: lines[code] for code in self.first}
        shown = []
        for code in in_order(codes, self.first):
            is_bold = code in self.first or code in self.raised
            shown.append(f"• {(_bold if is_bold else _escaped)(lines[code])}")
            shown += (f"<i>{_escaped(note)}</i>" for note in under.get(code, ()))
        return shown


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def _bold(text: str) -> str:
    return f"<b>{_escaped(text)}</b>"


def _optional(text: str | None) -> list[str]:
    return [] if text is None else [_escaped(text)]


def source_line(text: str) -> str:
    """A source line, in a quote that Telegram folds to three lines."""
    return f"<blockquote expandable><i>{_escaped(text)}</i></blockquote>"


def _emergency(lines: _Lines, noted: str | None, *, in_full: bool) -> list[str]:
    """The call line stands first and last, so that it is seen wherever the card is cut off. The
    sources are on the card with whole lines: this card has to fit a phone.
    """
    tr, call, _ = lines.tr, lines.call, lines.tr.gettext
    head = _("Call {number} now if you have any of these.").format(number=spoken(tr, call))
    under = _("Call first, read later. Do not drive yourself. Nobody reads what you write here.")
    return [
        _bold(head),
        _escaped(under),
        *_optional(noted),
        *lines.of(SIGNS[Tier.EMERGENCY], are_short=not in_full),
        *((source_line(tier_sources(tr)[Tier.EMERGENCY]),) if in_full else ()),
        " ".join((_bold(call_now(tr, call)), *_optional(how_sure(tr, call)))),
    ]


def today_head(tr: Translator) -> str:
    """The head of the card for today."""
    return tr.gettext("Get checked today: a doctor, an urgent-care line or a hospital.")


def _urgent(lines: _Lines, noted: str | None) -> list[str]:
    return [
        _bold(today_head(lines.tr)),
        *_optional(noted),
        *lines.of(SIGNS[Tier.URGENT]),
        source_line(tier_sources(lines.tr)[Tier.URGENT]),
    ]


def _soon(lines: _Lines, noted: str | None) -> list[str]:
    _ = lines.tr.gettext
    return [
        *_optional(noted),
        _bold(_("Ask a doctor in the next day or two")),
        *lines.of(SOON_IN_DAYS),
        "",
        _bold(_("See a doctor within two weeks")),
        *lines.of(SOON_IN_WEEKS),
        source_line(tier_sources(lines.tr)[Tier.SOON]),
    ]


def tier_sources(tr: Translator) -> dict[Tier, str]:
    """Tier → where its signs come from."""
    _ = tr.gettext
    return {
        Tier.EMERGENCY: _(
            "Sources: NHS, Chest pain; NHS, Shortness of breath; HSE Ireland, F.A.S.T., 2025; "
            "British Lung Foundation, 2018; Epilepsy Society, When to dial 999; UK Sepsis Trust; "
            "NHS, Anaphylaxis, 2023; Health New Zealand; Nuffield Health; GAIN; Temple Health; "
            "NHS, Heat exhaustion."
        ),
        Tier.URGENT: _(
            "Sources: NHS 111 Wales and UCLH, on swollen legs; NHS, Cellulitis; NHS, Leg cramps; "
            "CDC/NIOSH; Merck Manual, Muscle cramps; Mayo Clinic, 2023 and 2025; NHS, on statins, "
            "2025; Krames; NHS Humber Health Partnership, 2025; NHS, Twitching eyes and muscles, "
            "2023."
        ),
        Tier.SOON: _(
            "Sources: NHS, Leg cramps; NHS and NHS Highland, on leg pain; Merck Manual, Muscle "
            "cramps; St. Joseph's Healthcare Hamilton; NHS, Swollen ankles, feet and legs; NHS, "
            "Twitching eyes and muscles, 2023; Mayo Clinic, Night leg cramps, 2023; UK Department "
            "of Health and Social Care."
        ),
    }


def lost_fluid_card(tr: Translator, call: NumberToCall, *, drinks_are_free: bool) -> str:
    """What to do about cramps with vomiting, diarrhoea or heavy sweating (Merck Manual; NHS).

    Args:
        tr: the texts' language.
        call: the emergency number to name.
        drinks_are_free: whether the person has no advice to limit drinks.
    """
    _ = tr.gettext
    drinks = (
        _("When ill or after sweating a lot, some people are glad of a drink now and then.")
        if drinks_are_free
        else _("Ask them about drinks as well, as yours may be limited.")
    )
    source = _("Sources: Merck Manual, Muscle cramps; NHS, Water, drinks and hydration.")
    alarm = _("Confused, a fit, or both legs suddenly weak? Call {number} now.")
    lines = (
        _bold(today_head(tr)),
        f"• {_bold(sign_lines(tr)['fluid_loss'])}",
        f"• {_escaped(drinks)}",
        f"• {_escaped(alarm.format(number=spoken(tr, call)))}",
        f"<i>{_escaped(source)}</i>",
    )
    return "\n".join(lines)


ANYWHERE = ("112", "911", "999")
"""The numbers that are named when nothing is known of where the person is."""


def short_information(tr: Translator, call: NumberToCall = UNKNOWN) -> str:
    """What the bot is not, for the first message, which fits on one screen.

    Args:
        tr: the text's language.
        call: the emergency number to name.
    """
    # TRANSLATORS: {numbers} are those of the emergency service: "112", or "112, 911, 999".
    said = tr.gettext(
        "Not medical advice. Not for emergencies ({numbers}). Nobody reads this chat."
    )
    return html.escape(said.format(numbers=", ".join(call.numbers or ANYWHERE)), quote=False)


def general_information(tr: Translator, call: NumberToCall = UNKNOWN) -> str:
    """What the bot is and is not; shown in /help and at the end of every report.

    Args:
        tr: the texts' language.
        call: the emergency number to name.
    """
    _ = tr.gettext
    said = _(
        "General information and your own log. It is not medical advice, not a diagnosis, not an "
        "emergency service. Nobody reads what you write here, day or night."
    )
    return html.escape(f"{said} {in_an_emergency(tr, call)}", quote=False)
