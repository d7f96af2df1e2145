"""What is said of warning signs: in a summary, on asking what it means, and after a tick."""

from datetime import date
from html import escape

from bot.features.cramps import cards
from bot.features.cramps.messages import tier_names
from bot.features.cramps.red_flags import SIGNS, TIER_OF, Tier
from bot.features.warning_signs.patterns import Nudge
from bot.i18n import formats
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

NUMBERS = ("112", "999", "911")
"""Emergency numbers offered as buttons: the European Union's, the United Kingdom's, America's."""
NO_NUMBER = "none"
CARD = "card"
"""Marks the buttons of a nudge that stands on a message of its own."""


# In a summary ------------------------------------------------------------------------------------


def nudge_texts(tr: Translator) -> dict[tuple[str, str], str]:
    """(Rule, level) → what is said of it."""
    _ = tr.gettext
    return {
        ("P1", "soon"): _(
            "Cramps woke you on three or more nights a week lately. If they keep waking you, a "
            "doctor, nurse or pharmacist can help you look for reasons; /report makes a page to "
            "take along."
        ),
        ("P2", "soon"): _(
            "Cramps on three or more nights a week, three weeks running. If that bothers you, a "
            "chat with a doctor, nurse or pharmacist may be worth it."
        ),
        ("P3", "info"): _(
            "Cramps on many nights this week. A look at the warning signs may be worth it; if it "
            "goes on, ask a doctor, nurse or pharmacist."
        ),
        ("P3", "soon"): _(
            "Cramps on many nights, two weeks running. A doctor, nurse or pharmacist can help you "
            "look for reasons."
        ),
        ("P4", "soon"): _(
            "More cramp nights in the last two weeks than before. Worth asking a doctor, nurse or "
            "pharmacist; mention any new medicine, hot days and more activity."
        ),
        ("P5", "info"): _(
            "Most cramps of the last four weeks were on one side: worth mentioning at your next "
            "visit. Is that leg swollen, painful, warm or red? Then please be checked today."
        ),
        ("P5", "urgent"): _(
            "Most cramps of the last four weeks were on one side, and you noted swelling, warmth "
            "or redness. If it is there now, please be checked today, by a doctor or an "
            "urgent-care line."
        ),
        ("P6", "soon"): _(
            "You noted weakness, numbness or tingling more than once in two weeks: worth telling "
            "a doctor soon, and the same day if it came suddenly. The warning signs say more."
        ),
        ("P7", "soon"): _(
            "The twitch you logged lasts, or is in more than one place, or feels weak or stiff: "
            "worth talking to a doctor about, and the same day where it is weak."
        ),
        ("P8", "soon"): _(
            "Your cramps of the last two weeks were strong. A doctor, nurse or pharmacist may "
            "know what could ease them."
        ),
        ("P9", "soon"): _(
            "You logged pain on walking several times in two weeks. Does it stop when you rest? "
            "Then it is worth seeing a doctor about soon."
        ),
        ("P10", "soon"): _(
            "More cramp nights since a new or changed medicine: worth asking a doctor or "
            "pharmacist about. Please do not stop it on your own."
        ),
        ("P12", "info"): _(
            "Six weeks of stretching on most evenings, and no clear change in cramp nights: a "
            "fair try. A doctor, nurse or pharmacist may have other ideas."
        ),
        ("P14", "info"): _(
            "Cramps on two or more nights this week: worth mentioning to your midwife or doctor "
            "at the next visit."
        ),
    }


def _is_answered(nudge: Nudge) -> bool:
    return nudge.answer is not None


def _answered(tr: Translator, answer: str) -> str:
    _ = tr.gettext
    if answer == "seen_doctor":
        return _("Seen a doctor: noted. I will leave this be for 8 weeks.")
    return _("Not now: noted. It may come up again if it goes on.")


def nudge_lines(tr: Translator, nudge: Nudge | None) -> list[str]:
    """What a summary says of a sign, as lines of HTML; nothing when there is none."""
    text = None if nudge is None else nudge_texts(tr).get((nudge.rule, nudge.level))
    if nudge is None or text is None:
        return []
    lines = ["", escape(text)]
    if nudge.answer is not None:
        lines.append(f"<i>{escape(_answered(tr, nudge.answer))}</i>")
    return lines


def nudge_rows(tr: Translator, nudge: Nudge | None, *place: str) -> Rows:
    """The buttons that go with it.

    Args:
        tr: the texts' language.
        nudge: what is told.
        place: :data:`CARD` on a message of its own.
    """
    _ = tr.gettext
    if nudge is None or (nudge.rule, nudge.level) not in nudge_texts(tr):
        return ()
    hit_id = nudge.hit_id
    meaning = Button(_("What does this mean?"), pack("flags", "explain", hit_id, *place))
    if _is_answered(nudge):
        return ((Button(_("Take back"), pack("flags", "again", hit_id, *place)), meaning),)
    return (
        (
            Button(_("Seen a doctor"), pack("flags", "seen", hit_id, *place)),
            Button(_("Not now"), pack("flags", "notnow", hit_id, *place)),
        ),
        (meaning,),
    )


def _warnings_row(tr: Translator) -> Rows:
    return ((Button(tr.gettext("Warning signs"), pack("cramps", "warnings")),),)


def nudge_card(tr: Translator, nudge: Nudge) -> Message:
    """A nudge on a message of its own."""
    text = "\n".join(nudge_lines(tr, nudge)[1:])
    return Message(text, (*nudge_rows(tr, nudge, CARD), *_warnings_row(tr)))


def answer_toast(tr: Translator, answer: str | None) -> str:
    """What the tap is answered with."""
    _ = tr.gettext
    return _("Taken back.") if answer is None else _("Noted.")


def gone(tr: Translator) -> str:
    """A toast: this does not exist (any more)."""
    return tr.gettext("That is not there any more.")


# What does this mean? ----------------------------------------------------------------------------


def _listed(tr: Translator, numbers: tuple[str, ...]) -> str:
    *first, last = numbers
    if not first:
        return last
    return tr.gettext("{numbers} and {last}").format(numbers=", ".join(first), last=last)


def _rates(tr: Translator, numbers: tuple[str, ...]) -> str:
    return tr.gettext(
        "{nights} of {covered} logged nights, before that {earlier} of {known}"
    ).format(nights=numbers[0], covered=numbers[1], earlier=numbers[2], known=numbers[3])


def _counted(tr: Translator, rule: str, numbers: tuple[str, ...]) -> tuple[str, str]:
    """What a rule counted, and from where on it speaks. The numbers are those of its finding."""
    _ = tr.gettext
    if rule in {"P4", "P10"} and len(numbers) < 4:
        return _("No medicine is noted now."), ""
    match rule:
        case "P1":
            return (
                _("Nights on which a cramp woke you, week by week, the newest first: {}.").format(
                    _listed(tr, numbers)
                ),
                _("I speak up from 3 such nights on, in 2 of 3 weeks."),
            )
        case "P2":
            return (
                _("Nights with cramps, week by week, the newest first: {}.").format(
                    _listed(tr, numbers)
                ),
                _("I speak up from 3 on in each of three weeks."),
            )
        case "P3":
            return (
                _("Nights with cramps this week: {}; the week before: {}.").format(*numbers),
                _("I speak up from 5 on in one week."),
            )
        case "P4":
            return (
                _("Nights with cramps in two weeks: {}.").format(_rates(tr, numbers)),
                _("I speak up from 4 on, when the share has risen by half."),
            )
        case "P5":
            return (
                _("Cramps of four weeks with a side: left {}, right {}, of {} in all.").format(
                    *numbers[:3]
                ),
                _("I speak up from 5 cramps on, with 4 of 5 on one side."),
            )
        case "P6":
            return (
                _("Entries of two weeks with weakness, numbness or tingling: {}.").format(*numbers),
                _("I speak up from 2 on."),
            )
        case "P7":
            return (
                _("Twitches in four weeks: {}; nights from first to last: {}; places: {}.").format(
                    *numbers[:3]
                ),
                _("I speak up when it lasts over two weeks, spreads, or is weak or stiff."),
            )
        case "P8":
            return (
                _("Typical strength in two weeks: {} of 10, from {} entries.").format(*numbers),
                _("I speak up from 7 on, with 4 entries or more."),
            )
        case "P9":
            return (
                _("Entries of two weeks while walking: {}.").format(*numbers),
                _("I speak up from 3 on."),
            )
        case "P10":
            return (
                _("Nights with cramps since then: {}.").format(_rates(tr, numbers)),
                _("I speak up from 3 on, when the share has risen by half."),
            )
        case "P12":
            return (
                _(
                    "Evenings with a stretch: {} of 42. Nights with cramps in the first two weeks: "
                    "{} of {} logged, in the newest two: {} of {}."
                ).format(*numbers),
                _("I speak up after 30 such evenings when the share has not fallen by a quarter."),
            )
        case _other:
            return (
                _("Nights with cramps this week: {}.").format(*numbers),
                _("I speak up from 2 on."),
            )


def _whose_line(tr: Translator, rule: str) -> str:
    _ = tr.gettext
    if rule == "P7":
        return _("The two weeks are the NHS's, and so are the other points.")
    if rule == "P12":
        return _(
            "A trial stretched for six weeks before judging, and reviews use a quarter; the rest "
            "is our choice: no source gives a number."
        )
    return _("Where that line lies is our choice: no source gives a number.")


def _sources(tr: Translator, rule: str) -> str:
    _ = tr.gettext
    match rule:
        case "P5":
            return _("Sources: NHS, Leg cramps, and other NHS pages.")
        case "P6" | "P9":
            return _("Sources: NHS, Leg cramps, and other NHS pages; Merck Manual, Muscle cramps.")
        case "P7":
            return _("Source: NHS, Twitching eyes and muscles, 2023.")
        case "P10":
            return _("Sources: Merck Manual, Muscle cramps; NHS, Twitching eyes and muscles, 2023.")
        case "P12":
            return _(
                "Sources: Journal of Physiotherapy, Stretching before sleep, 2012; Cochrane "
                "Review on muscle cramps, 2020."
            )
        case "P14":
            return _("Source: NHS, Leg cramps.")
        case _other:
            return _(
                "Sources: NHS, Leg cramps; Mayo Clinic, Night leg cramps: when to see a doctor, "
                "2023."
            )


def explanation(tr: Translator, nudge: Nudge, hit_on: date, numbers: tuple[float, ...]) -> Message:
    """What was counted, in plain numbers, and whose line it crossed.

    Args:
        tr: the text's language.
        nudge: what was told.
        hit_on: the local date of it.
        numbers: what the rule counts, as the diary stands now.
    """
    _ = tr.gettext
    counted, threshold = _counted(tr, nudge.rule, tuple(formats.number(tr, one) for one in numbers))
    day = formats.day(tr, hit_on, "MMMMd")
    lines = [
        f"<b>{escape(_('What was counted'))}</b>",
        escape(_("The nights before {day}, as your diary stands now.").format(day=day)),
        escape(counted),
        "",
        escape(" ".join(part for part in (threshold, _whose_line(tr, nudge.rule)) if part)),
        escape(
            _(
                "It counts what you logged and does not look for a cause. Staying below the line "
                "would be no all-clear."
            )
        ),
        f"<i>{escape(_sources(tr, nudge.rule))}</i>",
    ]
    back = Button(_("◀ Back"), pack("flags", "nudge", nudge.hit_id))
    return Message("\n".join(lines), (*_warnings_row(tr), (back,)))


# Ticking a sign ----------------------------------------------------------------------------------


def sign_labels(tr: Translator) -> dict[str, str]:
    """Code of a sign of the warning cards → its few words on a button."""
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
    """Which sign of a card is there: one button each."""
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
    """What to do about a sign, first of all; then what was noted, and the way back."""
    _ = tr.gettext
    tier = TIER_OF[code]
    lines = [f"<b>{escape(_what_to_do(tr, tier, emergency_number))}</b>"]
    if tier is Tier.EMERGENCY:
        lines.append(escape(_("I am only a diary: nobody reads along here or calls for you.")))
    if code == "new_medicine":
        lines.append(escape(_("Please do not stop the medicine without advice.")))
    day = formats.day(tr, hit_on, "MMMMd")
    noted = _("Noted for {day}: {sign}.").format(day=day, sign=cards.sign_lines(tr)[code])
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
    """A toast: the sign is no longer noted."""
    return tr.gettext("Taken back: nothing is noted.")


# The emergency number ----------------------------------------------------------------------------


def ask_number(tr: Translator, emergency_number: str | None) -> Message:
    """Which number the person would call."""
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
    """Asks for a typed number; says what was unclear before, if anything was."""
    _ = tr.gettext
    text = (
        _("Digits only, please, 2 to 15 of them, such as 112.")
        if unclear
        else _("Type the number, digits only.")
    )
    rows = ((Button(_("Leave it as it is"), pack("flags", "leavenumber")),),)
    return Message(escape(text), rows)


def number_toast(tr: Translator, emergency_number: str | None) -> str:
    """A toast: which number is kept."""
    _ = tr.gettext
    if emergency_number is None:
        return _("No number is kept.")
    return _("Kept: {number}.").format(number=emergency_number)
