"""Nudges in words and buttons: a warning sign that the diary meets, as a summary mentions it."""

from html import escape

from bot.features.warning_signs.selection import Nudge
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

CARD = "card"
"""Last part of the callback data of a nudge that has a message of its own."""


def nudge_texts(tr: Translator) -> dict[tuple[str, str], str]:
    """Rule and level → the sentence about it."""
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


def _answer_words(tr: Translator, answer: str) -> str:
    _ = tr.gettext
    if answer == "seen_doctor":
        return _("Seen a doctor: noted. I will leave this be for 8 weeks.")
    return _("Not now: noted. It may come up again if it goes on.")


def nudge_lines(tr: Translator, nudge: Nudge | None) -> list[str]:
    """The lines (HTML) that a summary says about a nudge; an empty list for None."""
    text = None if nudge is None else nudge_texts(tr).get((nudge.rule, nudge.level))
    if nudge is None or text is None:
        return []
    lines = ["", escape(text)]
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
        return ((Button(_("Take back"), pack("flags", "again", hit_id, *place)), meaning),)
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
    return _("Taken back.") if answer is None else _("Noted.")


def gone(tr: Translator) -> str:
    """A toast: this does not exist (any more)."""
    return tr.gettext("That is not there any more.")
