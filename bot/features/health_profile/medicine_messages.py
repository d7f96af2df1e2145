"""Medicines of the health profile in words and buttons."""

# TRANSLATORS, ALL: The list of medicines; the person speaks on buttons. {words} is a medicine as it
# was typed, {day} a date.

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from html import escape

from bot.features.health_profile.values import LONGEST_MEDICINE
from bot.i18n import formats
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

LONGEST_LABEL = 32
"""Characters of a medicine on its button."""
LONGEST_LINE = 60
"""Characters of a medicine in a list, so that a full list fits into one message."""


@dataclass(frozen=True)
class MedicineLine:
    """A medicine as the person typed it, with the days that they know."""

    id: int
    words: str
    started_on: date | None = None
    changed_on: date | None = None
    """When its dose was changed last."""
    stopped_on: date | None = None


def medicine_words(tr: Translator, medicine: MedicineLine) -> str:
    """A medicine, and when it was begun, changed and stopped."""
    _ = tr.gettext
    text = medicine.words
    for on, words in (
        (medicine.started_on, _("{words}, since {day}")),
        (medicine.changed_on, _("{words}, changed {day}")),
        (medicine.stopped_on, _("{words}, stopped {day}")),
    ):
        if on is not None:
            text = words.format(words=text, day=formats.day(tr, on, "yMMMd"))
    return text


def _back(tr: Translator) -> Button:
    return Button(tr.gettext("◀ Back"), pack("about", "open"))


def medicines_card(
    tr: Translator, medicines: Sequence[MedicineLine], *, says_none: bool = False
) -> Message:
    """The list of medicines, with a button for each and one to add another.

    Args:
        tr: the translator for this person.
        medicines: the list.
        says_none: whether the person said that they take none.
    """
    _ = tr.gettext
    lines = [
        f"<b>{escape(_('Medicines'))}</b>",
        escape(
            _("In your own words, for the pages for a doctor. I never give advice on medicines.")
        ),
    ]
    lines += [escape(medicine_in_list(tr, medicine)) for medicine in medicines]
    rows: list[tuple[Button, ...]] = [
        (Button(_short(medicine.words, LONGEST_LABEL), pack("about", "medicine", medicine.id)),)
        for medicine in medicines
    ]
    if says_none:
        lines.append(escape(_("You said that you take none.")))
    elif not medicines:
        rows.append((Button(_("I take none"), pack("about", "nomedicines")),))
    rows.append((Button(_("Add one…"), pack("about", "addmedicine")), _back(tr)))
    return Message("\n".join(lines), tuple(rows))


def _short(words: str, longest: int) -> str:
    return words if len(words) <= longest else f"{words[: longest - 1].rstrip()}…"


def medicine_in_list(tr: Translator, medicine: MedicineLine) -> str:
    """A medicine as a line of a list, cut when it is long; its own card has all of the words."""
    return medicine_words(tr, replace(medicine, words=_short(medicine.words, LONGEST_LINE)))


def medicine_card(tr: Translator, medicine: MedicineLine) -> Message:
    """One medicine, with buttons for its days and to remove it."""
    _ = tr.gettext
    number = medicine.id
    is_stopped = medicine.stopped_on is not None
    stopped = (
        Button(_("I still take it"), pack("about", "nostopped", number))
        if is_stopped
        else Button(_("I stopped it"), pack("about", "stoppedtoday", number))
    )
    rows: list[tuple[Button, ...]] = [
        (
            Button(_("Since when…"), pack("about", "since", number)),
            Button(_("Dose changed…"), pack("about", "changed", number)),
        ),
        (stopped, Button(_("Remove"), pack("about", "removemedicine", number))),
        (Button(_("◀ Back"), pack("about", "medicines")),),
    ]
    if is_stopped:
        rows.insert(1, (Button(_("Another day…"), pack("about", "stopped", number)),))
    return Message(f"<b>{escape(medicine_words(tr, medicine))}</b>", tuple(rows))


def worse_question(tr: Translator, medicine: MedicineLine) -> Message:
    """Ask whether the cramps began or got worse after a new or changed medicine."""
    _ = tr.gettext
    text = _("Did the cramps start or get worse after it?")
    rows: Rows = (
        (
            Button(_("Yes"), pack("about", "worse", medicine.id, "yes")),
            Button(_("No"), pack("about", "worse", medicine.id, "no")),
            Button(_("Not sure"), pack("about", "worse", medicine.id, "unsure")),
        ),
        (Button(_("◀ Back"), pack("about", "medicine", medicine.id)),),
    )
    return Message(f"<b>{escape(medicine_words(tr, medicine))}</b>\n{escape(text)}", rows)


def worse_answered(tr: Translator, medicine: MedicineLine, answer: str) -> Message:
    """What follows the answer to ``worse_question``."""
    _ = tr.gettext
    text = _("Noted.")
    if answer == "yes":
        text = _(
            "Ask a doctor or pharmacist about it in the next day or two. Do not stop it yourself."
        )
    rows = ((Button(_("◀ Back"), pack("about", "medicine", medicine.id)),),)
    return Message(f"<b>{escape(medicine_words(tr, medicine))}</b>\n{escape(text)}", rows)


def ask_day(tr: Translator, medicine: MedicineLine, verb: str) -> Message:
    """Ask when a medicine was changed or stopped.

    Args:
        tr: the translator for this person.
        medicine: the medicine.
        verb: ``changed`` or ``stopped``.
    """
    _ = tr.gettext
    asked = {
        "changed": _("When was the dose changed? Type a day, such as 3 May or yesterday."),
        "stopped": _("When did you stop? Type a day, such as 3 May or yesterday."),
    }[verb]
    return Message(
        f"<b>{escape(medicine.words)}</b>\n{escape(asked)}", _day_rows(tr, medicine, verb)
    )


def _day_rows(tr: Translator, medicine: MedicineLine, verb: str) -> Rows:
    _ = tr.gettext
    return (
        (
            Button(_("Today"), pack("about", f"{verb}today", medicine.id)),
            Button(_("I do not know"), pack("about", f"no{verb}", medicine.id)),
        ),
        (Button(_("◀ Back"), pack("about", "medicine", medicine.id)),),
    )


def ask_medicine(tr: Translator) -> Message:
    """Ask for a medicine in the person's own words."""
    _ = tr.gettext
    rows = ((Button(_("◀ Back"), pack("about", "medicines")),),)
    text = _(
        "Which one? Type it as you would say it to a doctor. If you know only the year it began, "
        "type that too."
    )
    return Message(escape(text), rows)


def unusable_medicine(tr: Translator) -> Message:
    """The typed medicine is empty or too long."""
    _ = tr.gettext
    text = tr.ngettext(
        "That is too long. Please use at most {count} character for each medicine.",
        "That is too long. Please use at most {count} characters for each medicine.",
        LONGEST_MEDICINE,
    ).format(count=LONGEST_MEDICINE)
    return Message(escape(text), ((Button(_("◀ Back"), pack("about", "medicines")),),))


def too_many(tr: Translator) -> Message:
    """The list of medicines is full."""
    _ = tr.gettext
    text = _("The list is full. Remove one first.")
    return Message(escape(text), ((Button(_("◀ Back"), pack("about", "medicines")),),))


def ask_since(tr: Translator, medicine: MedicineLine) -> Message:
    """Ask since when a medicine has been taken."""
    _ = tr.gettext
    text = _("When did you start taking it? Type a day, such as 3 May, 2026-05-03 or yesterday.")
    text = f"<b>{escape(medicine.words)}</b>\n{escape(text)}"
    return Message(text, _since_rows(tr, medicine.id))


def _since_rows(tr: Translator, medicine_id: int) -> Rows:
    _ = tr.gettext
    return (
        (Button(_("I do not know"), pack("about", "nosince", medicine_id)),),
        (Button(_("◀ Back"), pack("about", "medicine", medicine_id)),),
    )


def unclear_day(tr: Translator, medicine_id: int) -> Message:
    """The typed day could not be read."""
    _ = tr.gettext
    text = _("I could not read that as a day up to today. Try 3 May or 2026-05-03.")
    return Message(escape(text), _since_rows(tr, medicine_id))


def gone(tr: Translator) -> str:
    """A toast: this medicine does not exist (any more)."""
    return tr.gettext("That no longer exists.")
