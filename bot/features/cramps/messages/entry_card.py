"""The card of an entry: the first answer to a tap, and the one line that is left of it later."""

# TRANSLATORS, ALL: The first answer to a logged cramp. {place} is a place such as "Left calf".

from html import escape

from bot.features.cramps import values
from bot.features.cramps.entry import Entry
from bot.features.cramps.entry_times import When
from bot.features.cramps.messages.chips import chips, marked
from bot.features.cramps.messages.entry_words import headline, one_line
from bot.features.cramps.messages.labels import code_labels
from bot.features.cramps.messages.places import place_labels, place_of
from bot.features.cramps.relief import first_lines
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, pack

FIRST_STRENGTHS = ("2", "4", "6", "8", "10")
"""The strengths that the first answer offers; all eleven are one tap further."""


def relief_button(tr: Translator, entry: Entry) -> Button:
    """The button on every card; what it opens also leads to the warning signs."""
    return Button(tr.gettext("Relief"), pack("cramps", "relief", entry.id))


def open_button(entry: Entry, label: str, page: str) -> Button:
    """A button that shows another page of a card."""
    return Button(label, pack("cramps", "open", entry.id, page))


def change_button(tr: Translator, entry: Entry) -> Button:
    """The button that opens the first page of an entry's card."""
    return open_button(entry, tr.gettext("✏️ Change"), "first")


def _ordinal(tr: Translator, entry: Entry) -> str | None:
    """Say which cramp of its night an entry is; None for the first."""
    _ = tr.gettext
    if entry.number < 2 or entry.event_type != "cramp":
        return None
    if entry.number == 2:
        return _("Your second cramp this night.")
    if entry.number == 3:
        return _("Your third cramp this night.")
    return _("Cramp number {number} this night.").format(number=entry.number)


def _relief_lines(tr: Translator, entry: Entry) -> list[str]:
    """What to do about a cramp of the leg that was logged as it came."""
    is_leg = entry.site not in values.OTHER_SITES
    if entry.relief_shut is None or entry.event_type != "cramp" or not is_leg:
        return []
    if entry.chip is not When.NOW:
        return []
    return [f"▸ {escape(line, quote=False)}" for line in first_lines(tr, entry.relief_shut)]


def logged(tr: Translator, entry: Entry) -> Message:
    """The first answer to the tap that logged the entry: at most nine buttons.

    Later the entry has the card of :mod:`bot.features.cramps.messages.past_entry`.

    What may help comes first, then the strength; everything else is behind "More…".
    """
    _ = tr.gettext
    lines = [headline(tr, entry)]
    if ordinal := _ordinal(tr, entry):
        lines.append(escape(ordinal))
    lines += _relief_lines(tr, entry)
    if entry.needs_zone:
        lines.append(escape(_("Times are in UTC for now. Tell me your time zone: /start")))
    rows: list[tuple[Button, ...]] = [(relief_button(tr, entry),)]
    if entry.event_type == "cramp":
        if entry.intensity is None:
            lines.append(f"<i>{escape(_('How strong was it, 0 to 10? Only if you like.'))}</i>")
        strengths = code_labels(tr)["strength"]
        rows.append(tuple(chips(entry, "strength", strengths, FIRST_STRENGTHS)))
    rows += [
        (_ninth_button(tr, entry),),
        (
            Button(_("Undo"), pack("cramps", "undo", entry.id)),
            open_button(entry, _("More…"), "more"),
        ),
    ]
    return Message("\n".join(lines), tuple(rows))


def _ninth_button(tr: Translator, entry: Entry) -> Button:
    """The one button for which there is room beside the eight that every cramp has.

    It is the one that this entry most likely needs. All candidates are on a page of details, too.
    """
    _ = tr.gettext
    if entry.event_type == "cramp":
        if entry.number > 1:
            return Button(_("Same cramp as before"), pack("cramps", "same", entry.id))
        if not entry.plainly_woke:
            return chips(entry, "woke", code_labels(tr)["woke"], ("yes",))[0]
        if (usual := _usual_button(tr, entry)) is not None:
            return usual
    return open_button(entry, _("Another time…"), "time")


def _usual_button(tr: Translator, entry: Entry) -> Button | None:
    """The usual place as one chip, unless another place is told."""
    usual = entry.surroundings.usual
    if usual is None:
        return None
    label, is_told = place_labels(tr)[usual], place_of(entry) == usual
    if not is_told and (entry.side is not None or entry.site is not None):
        return None
    again = tr.gettext("{place} again").format(place=label)
    return Button(
        marked(label, chosen=True) if is_told else again,
        pack("cramps", "place", entry.id, *usual),
    )


def closed(tr: Translator, entry: Entry) -> Message:
    """An older entry: its one line, and one button to change it."""
    return Message(one_line(tr, entry), ((change_button(tr, entry),),))
