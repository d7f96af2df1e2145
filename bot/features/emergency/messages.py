"""What is said to typed words of danger and despair, in words and buttons."""

# TRANSLATORS, ALL: Answers to typed words of danger or despair. {number} is one number or several,
# {line} names a helpline.

from dataclasses import dataclass, replace
from html import escape

from bot.features.cramps.health_texts import warning_card
from bot.features.cramps.messages.health_cards import IN_FULL, full_rows, short_rows
from bot.features.cramps.relief import ASK_WHO_TREATED
from bot.features.cramps.sign_texts import notes, sign_lines, tier_names
from bot.features.cramps.signs import SOON_IN_DAYS, TIER_OF, Tier
from bot.features.emergency.card_answers import CardAnswer
from bot.features.emergency.crisis_lines import CrisisLine
from bot.features.emergency.reading import TOO_MUCH, Doubt, Emergency, Soon, Today, Treated
from bot.features.emergency_numbers.lookup import UNKNOWN, NumberToCall
from bot.features.emergency_numbers.messages import call_now, spoken, where_from
from bot.features.health_profile.gate_messages import gate_question
from bot.features.users.messages.bed_wake_fluids import fluid_question
from bot.i18n.formats import clock
from bot.i18n.translator import Translator
from bot.telegram.feature import Outcome
from bot.telegram.message import Button, Message, pack

_WITHOUT_NOTES = frozenset({"one_leg"})
"""Signs whose notes are on the card only: the line is to stay one line."""

MOST_SIGNS = 2
"""Signs that stand first also after a tap: callback data has room for 64 bytes."""


@dataclass(frozen=True)
class Noted:
    """The signs that were typed and are noted for today."""

    hit_id: int
    """Of the first one's row, to undo it."""
    signs: tuple[str, ...]
    """None: the signs are somebody else's."""
    caution: str | None
    """What not to do meanwhile."""


def emergency(
    tr: Translator,
    call: NumberToCall,
    reading: Emergency,
    outcome: Outcome,
    *,
    in_full: bool = False,
) -> Message:
    """The emergency card, with the signs that were typed first, and how to go on.

    Args:
        tr: the texts' language.
        call: the emergency number to name.
        reading: the signs that were typed.
        outcome: what became of the text that was typed.
        in_full: whether every sign has its whole line.
    """
    _ = tr.gettext
    told = _("Too much of a medicine? Call now.")
    noted = told if TOO_MUCH in reading.signs else None
    first = tuple(sign for sign in reading.signs if sign != TOO_MUCH)
    lines = [
        warning_card(tr, Tier.EMERGENCY, call, first=first, noted=noted, in_full=in_full),
        *_lines(_what_became(tr, outcome)),
        *_lines(_("If this is not about now, ignore this.")),
    ]
    here = ("emergency", "typed", outcome.name, ".".join(reading.signs[:MOST_SIGNS]))
    rows = full_rows(tr, back=pack(*here)) if in_full else short_rows(tr, pack(*here, IN_FULL))
    return Message("\n".join(lines), rows)


def answered(tr: Translator, call: NumberToCall, said: CardAnswer) -> Message:
    """What is said to an answer to the emergency card."""
    _ = tr.gettext
    match said:
        case CardAnswer.CALLED:
            line = _("Good that you called. The diary can wait.")
        case CardAnswer.NOT_ME:
            line = _("Then call {number} now for whoever has the sign.")
        case _:
            line = _("Good to hear. Not sure, or is it back? Call {number}.")
    return Message(escape(line.format(number=spoken(tr, call)), quote=False))


def today(
    tr: Translator,
    call: NumberToCall,
    reading: Today,
    outcome: Outcome,
    noted: Noted | None = None,
) -> Message:
    """One line with the sign that was typed, and a button to the card."""
    _ = tr.gettext
    if reading.is_labour:
        lines = [_bold(_("Contractions while you are pregnant? Call your maternity unit."))]
    else:
        said, under = sign_lines(tr), notes(tr, call)
        lines = [_bold(_("Get checked today: a doctor, an urgent-care line or a hospital."))]
        for sign in reading.signs:
            lines.append(f"• {escape(said[sign], quote=False)}")
            if sign not in _WITHOUT_NOTES:
                lines += (one for note in under.get(sign, ()) for one in _small(note))
    signs = noted.signs if noted is not None else ()
    if noted is not None:
        lines += _lines(noted.caution)
    if len(signs) == 1:
        lines += _lines(_("The sign is noted in your diary for today."))
    elif signs:
        lines += _lines(_("The signs are noted in your diary for today."))
    if outcome is not Outcome.UNREAD or not (reading.is_labour or signs):
        lines += _lines(_what_became(tr, outcome))
    card = Button(tier_names(tr)[Tier.URGENT], pack("cramps", "warning", Tier.URGENT.value))
    if noted is None or not signs:
        return Message("\n".join(lines), ((card,),))
    undo = Button(_("Undo"), pack("flags", "untick", noted.hit_id, *signs))
    return Message("\n".join(lines), ((card,), (undo,)))


def soon(tr: Translator, reading: Soon, outcome: Outcome) -> Message:
    """One line with the sign that was typed, and a button to the card."""
    _ = tr.gettext
    is_days = any(sign in SOON_IN_DAYS for sign in reading.signs)
    head = (
        _("Ask a doctor in the next day or two") if is_days else _("See a doctor within two weeks")
    )
    said = sign_lines(tr)
    lines = [_bold(head), *(f"• {escape(said[sign], quote=False)}" for sign in reading.signs)]
    lines += _lines(_what_became(tr, outcome))
    card = Button(tier_names(tr)[Tier.SOON], pack("cramps", "warning", Tier.SOON.value))
    return Message("\n".join(lines), ((card,),))


def doubt(tr: Translator, reading: Doubt, outcome: Outcome) -> Message:
    """One question, where words may be about now or about something else."""
    _ = tr.gettext
    is_dose = reading.sign == TOO_MUCH
    if is_dose:
        asked = [_bold(_("Did you take more than usual?"))]
    else:
        sign = f"• {escape(sign_lines(tr)[reading.sign], quote=False)}"
        asked = [_bold(_("Is this happening now?")), sign]
    lines = [
        *asked,
        *_lines(_("If this is not about now, ignore this.")),
        *_lines(_what_became(tr, outcome)),
    ]
    if is_dose or TIER_OF[reading.sign] is Tier.EMERGENCY:
        card = pack("emergency", "typed", outcome.name, reading.sign)
    else:
        card = pack("cramps", "warning", Tier.URGENT.value)
    return Message("\n".join(lines), ((Button(_("Yes"), card),),))


def treated(tr: Translator, reading: Treated, outcome: Outcome) -> Message:
    """The question that may switch off what was forbidden; for what was treated, with what not to
    do."""
    is_stretch = reading.gate == "stretch"
    is_drinks = reading.gate == "drinks"
    question = fluid_question(tr) if is_drinks else gate_question(tr, reading.gate)
    lines = [_bold(tr.gettext(ASK_WHO_TREATED)), question.text] if is_stretch else [question.text]
    lines += _lines(_what_became(tr, outcome))
    return replace(question, text="\n".join(lines))


def stranger(tr: Translator) -> Message:
    """Which number to call, for somebody who may not use this bot."""
    where = where_from(tr, UNKNOWN) or ""
    return Message(f"{_bold(call_now(tr, UNKNOWN))}\n{escape(where, quote=False)}")


def crisis(
    tr: Translator, call: NumberToCall, line: CrisisLine | None, outcome: Outcome
) -> Message:
    """Words for somebody in despair: whom to call, and nothing else."""
    _ = tr.gettext
    lines = [
        *_lines(
            _(
                "It sounds as if you are having a very hard time. "
                "You matter, and you do not have to be alone with this."
            )
        ),
        "",
        _bold(_("In danger now? Call {number}.").format(number=spoken(tr, call))),
        *_line_in_words(tr, call, line),
        *_lines(_("You can also tell someone near you, or a doctor.")),
        *_lines(_("Nobody reads what you write here.")),
        *_small(where_from(tr, call)),
        *_lines(_what_became(tr, outcome) if outcome is Outcome.NOT_KEPT else None),
    ]
    number = line.numbers[0] if line is not None else (call.numbers or ("112",))[0]
    label = _("Call {number} (tap to copy)").format(number=number)
    return Message("\n".join(lines), ((Button(label, copy_text=number),),))


def _line_in_words(tr: Translator, call: NumberToCall, line: CrisisLine | None) -> list[str]:
    """The crisis line of a country, or what to do where none is known."""
    _ = tr.gettext
    if line is None:
        said = _("Call {number}, or look for a helpline in your country.")
        return _lines(said.format(number=spoken(tr, call)))
    first, *others = line.numbers
    number = first
    if others:
        number = _("{first} or {second}").format(first=first, second=others[0])
    named = number if line.name is None else f"{line.name} {number}"
    if line.hours is not None:
        opens, closes = (clock(tr, one) for one in line.hours)
        said = _("Talk to someone between {opens} and {closes}: {line}.")
        lines = [_bold(said.format(opens=opens, closes=closes, line=named))]
    elif line.is_always_open:
        lines = [_bold(_("Talk to someone now, day or night: {line}.").format(line=named))]
    else:
        lines = [_bold(_("Talk to someone now: {line}.").format(line=named))]
    if line.is_free:
        lines += _lines(_("The call is free."))
    if line.takes_texts:
        lines += _lines(_("You can call or send a text message."))
    return lines


def _what_became(tr: Translator, outcome: Outcome) -> str | None:
    """What became of the text that was typed, if that needs words."""
    _ = tr.gettext
    match outcome:
        case Outcome.KEPT:
            return _("What you wrote is kept.")
        case Outcome.NOT_KEPT:
            return _("I did not keep what you wrote.")
        case Outcome.OPEN:
            return question_stays_open(tr)
        case Outcome.UNREAD:
            return _("Nothing is logged. To log a cramp, send /cramp.")
    return None


def question_stays_open(tr: Translator) -> str:
    """What is said below something else than the answer to an open question."""
    return tr.gettext("My question is still open. You can answer it whenever you like.")


def _bold(text: str) -> str:
    return f"<b>{escape(text, quote=False)}</b>"


def _small(text: str | None) -> list[str]:
    return [] if text is None else [f"<i>{escape(text, quote=False)}</i>"]


def _lines(text: str | None) -> list[str]:
    return [] if text is None else [escape(text, quote=False)]
