"""Nudges in words and buttons: a warning sign that the diary meets, as a summary mentions it."""

# TRANSLATORS, ALL: A hint after a pattern in the diary. {month} is a name of a month and {days} are
# days of it; {nights} is a list of such.

from collections.abc import Sequence
from datetime import date
from html import escape

from bot.features.warning_signs.selection import Nudge
from bot.i18n import formats
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

CARD = "card"
"""Last part of the callback data of a nudge that has a message of its own."""


MOST_NIGHTS = 21
"""Nights that a nudge names at most, the newest: three weeks."""


def nudge_texts(tr: Translator) -> dict[tuple[str, str], str]:
    """Rule and level → the sentences about it: which rule, and what to do."""
    _ = tr.gettext
    return {
        ("P1", "soon"): _(
            "A cramp woke you on 3 nights or more a week, in 2 of the last 3 weeks. A doctor, "
            "nurse or pharmacist can help you look for reasons. /report makes a page to take along."
        ),
        ("P2", "soon"): _(
            "Cramps on 3 nights or more a week, three weeks running. If that bothers you, ask a "
            "doctor, nurse or pharmacist."
        ),
        ("P3", "info"): _(
            "Cramps on 5 nights or more in one week. Please look at the warning signs once. If it "
            "goes on, ask a doctor, nurse or pharmacist."
        ),
        ("P3", "soon"): _(
            "Cramps on 5 nights or more a week, two weeks running. A doctor, nurse or pharmacist "
            "can help you look for reasons."
        ),
        ("P4", "soon"): _(
            "More of your logged nights had cramps than before, and that is more than chance "
            "explains. Heat, more activity or a new medicine may play a part. Ask a doctor, nurse "
            "or pharmacist."
        ),
        ("P5", "info"): _(
            "In eight weeks, most cramp nights with a known side were on one side. Mention it at "
            "your next visit. Is that leg swollen, warm, red or sore now? Then get checked today."
        ),
        ("P6", "soon"): _(
            "You noted weakness, or numb or tingling skin, more than once in two weeks. Tell a "
            "doctor soon, and today if it came suddenly. The warning signs say more."
        ),
        ("P7", "soon"): _(
            "The twitch you logged goes on for over two weeks, is in more than one place, or is "
            "weak or stiff. Talk to a doctor about it. If the muscle is weak: today."
        ),
        ("P8", "soon"): _(
            "In eight weeks, at least three of four cramps with a known strength were strong: 7 "
            "or more of 10. A doctor, nurse or pharmacist may know what could ease them."
        ),
        ("P9", "soon"): _(
            "Pain or cramps while walking, three times or more in two weeks. Does it stop when you "
            "rest? Then see a doctor in the next day or two."
        ),
        ("P10", "soon"): _(
            "You said that cramps began or got worse after a new or changed medicine. Ask a doctor "
            "or pharmacist in the next day or two. Do not stop it on your own."
        ),
        ("P12", "info"): _(
            "You stretched on most evenings of six weeks. In a trial, stretching was judged after "
            "six weeks. If it does not help you, a doctor may have other ideas."
        ),
        ("P14", "info"): _(
            "Cramps on two nights or more this week. Mention it to your midwife or doctor at the "
            "next visit."
        ),
    }


def _counts(tr: Translator, nudge: Nudge) -> str | None:
    """The counts that belong to a nudge, without a word of better or worse."""
    _, numbers = tr.gettext, [formats.number(tr, one) for one in nudge.counted.numbers]
    if nudge.rule == "P4" and len(numbers) == 4:
        return _(
            "At the latest look: {a} of {n} logged nights in four weeks, {b} of {m} in the eight "
            "before."
        ).format(a=numbers[0], n=numbers[1], b=numbers[2], m=numbers[3])
    if nudge.rule == "P12" and len(numbers) == 5:
        return _(
            "Cramp nights in the four weeks before you began: {a} of {n} logged. In the newest "
            "four: {b} of {m}."
        ).format(a=numbers[1], n=numbers[2], b=numbers[3], m=numbers[4])
    return None


def nights_line(tr: Translator, nights: Sequence[date]) -> str | None:
    """The nights that were counted, by month: "Nights counted – December: 30, 31; January: 2."."""
    if not nights:
        return None
    newest = sorted(nights)[-MOST_NIGHTS:]
    months: dict[tuple[int, int], list[date]] = {}
    for night in newest:
        months.setdefault((night.year, night.month), []).append(night)
    listed = "; ".join(
        tr.gettext("{month}: {days}").format(
            month=formats.month(tr, of_month[0]),
            days=", ".join(str(night.day) for night in of_month),
        )
        for of_month in months.values()
    )
    earlier = len(nights) - len(newest)
    if not earlier:
        return tr.gettext("Nights counted – {nights}.").format(nights=listed)
    return tr.ngettext(
        "Nights counted – {nights}, and {count} earlier one.",
        "Nights counted – {nights}, and {count} earlier ones.",
        earlier,
    ).format(nights=listed, count=earlier)


def _answer_words(tr: Translator, answer: str) -> str:
    _ = tr.gettext
    if answer == "seen_doctor":
        return _("Noted: seen a doctor. I will not mention this for 8 weeks.")
    return _("Noted: not now. I may mention it again if it goes on.")


def nudge_lines(tr: Translator, nudge: Nudge | None) -> list[str]:
    """The lines (HTML) that a summary says about a nudge; an empty list for None."""
    text = None if nudge is None else nudge_texts(tr).get((nudge.rule, nudge.level))
    if nudge is None or text is None:
        return []
    lines = ["", escape(text)]
    more = (_counts(tr, nudge), nights_line(tr, nudge.counted.nights))
    lines += [escape(line) for line in more if line is not None]
    if nudge.answer is not None:
        lines.append(f"<i>{escape(_answer_words(tr, nudge.answer))}</i>")
    return lines


def nudge_rows(tr: Translator, nudge: Nudge | None, *place: str) -> Rows:
    """The buttons of a nudge.

    Args:
        tr: the language.
        nudge: the nudge; None gives no buttons.
        place: :data:`CARD` when the nudge has a message of its own, else nothing.
    """
    _ = tr.gettext
    if nudge is None or (nudge.rule, nudge.level) not in nudge_texts(tr):
        return ()
    hit_id = nudge.hit_id
    meaning = Button(_("What does this mean?"), pack("flags", "explain", hit_id, *place))
    if nudge.answer is not None:
        return ((Button(_("Undo"), pack("flags", "again", hit_id, *place)), meaning),)
    return (
        (
            Button(_("Seen a doctor"), pack("flags", "seen", hit_id, *place)),
            Button(_("Not now"), pack("flags", "notnow", hit_id, *place)),
        ),
        (meaning,),
    )


def warnings_row(tr: Translator) -> Rows:
    """The button to the warning cards."""
    return ((Button(tr.gettext("Warning signs"), pack("cramps", "warnings")),),)


def nudge_card(tr: Translator, nudge: Nudge) -> Message:
    """A nudge in a message of its own."""
    text = "\n".join(nudge_lines(tr, nudge)[1:])
    return Message(text, (*nudge_rows(tr, nudge, CARD), *warnings_row(tr)))


def answer_toast(tr: Translator, answer: str | None) -> str:
    """A toast: the answer is stored, or taken back (None)."""
    _ = tr.gettext
    return _("Undone.") if answer is None else _("Noted.")


def gone(tr: Translator) -> str:
    """A toast: this does not exist (any more)."""
    return tr.gettext("That no longer exists.")
