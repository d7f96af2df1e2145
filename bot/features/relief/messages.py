"""Relief in words and buttons."""

# TRANSLATORS, ALL: During a cramp. "It" in "It let go" is the cramp; {length} is like "1 to 5 min",
# {when} like "03:12, Tuesday night".

from dataclasses import dataclass
from datetime import datetime
from html import escape

from bot.features.cramps.entry import Entry
from bot.features.cramps.health_texts import today_head, warning_card
from bot.features.cramps.messages.health_cards import leading_on
from bot.features.cramps.messages.labels import code_labels, when_words
from bot.features.cramps.sign_texts import sign_lines
from bot.features.cramps.signs import Tier
from bot.features.cramps.values import DURATIONS
from bot.features.emergency_numbers.lookup import NumberToCall
from bot.features.relief.moves import LYING, SEATED, Move
from bot.features.relief.timing import WARNING_AFTER, minutes_of
from bot.i18n.formats import clock, in_sentence
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack


@dataclass(frozen=True)
class Shown:
    """What the message of a relief shows."""

    relief_id: int
    move: Move
    following: Move | None
    other_way: str | None
    """The way that a button changes to; None where there is only one."""
    since: datetime | None
    """When it began, as naive local time; None: where the person is is not known."""
    minutes: int | None
    """How long it has been going on; None: nobody counts any more."""
    leg_is_unseen: bool = False


def relief(tr: Translator, shown: Shown) -> Message:
    """The caption below the drawing: what to do, how long it has been, and whether it let go."""
    _ = tr.gettext
    lines = [f"<b>{escape(_(shown.move.words))}</b>"]
    # One paragraph: on a small phone the large words of the picture are to stay in sight.
    lines.append(escape(" ".join(_(line) for line in shown.move.lines), quote=False))
    if shown.move.drawing is not None:
        lines.append(f"<i>{escape(_('Not on a leg that is swollen, hot or red.'))}</i>")
    lines.append(f"<b>{escape(_('Has it let go?'))}</b> {escape(_time(tr, shown))}".rstrip())
    if shown.minutes is None or shown.minutes >= minutes_of(WARNING_AFTER):
        lines.append(escape(_("Over 10 minutes? Get checked today: tap “Warning signs”.")))
    # TRANSLATORS: The cramp has stopped. A button.
    first = [Button(_("It let go"), pack("relief", "letgo", shown.relief_id), "success")]
    if shown.following is not None:
        data = pack("relief", "move", shown.relief_id, shown.following.code)
        first.append(Button(_("Not yet: next tip"), data))
    last = [Button(_("Warning signs"), pack("cramps", "warnings"))]
    if shown.other_way is not None:
        data = pack("relief", "way", shown.relief_id, shown.other_way)
        last.insert(0, Button(ways(tr)[shown.other_way], data))
    if shown.leg_is_unseen:
        last.insert(0, Button(_("A doctor has seen the leg"), pack("about", "legseen")))
    return Message("\n".join(lines), (tuple(first), tuple(last)))


def ways(tr: Translator) -> dict[str, str]:
    """Way → the label of its button."""
    _ = tr.gettext
    return {SEATED: _("Seated"), LYING: _("Lying down")}


def _time(tr: Translator, shown: Shown) -> str:
    _ = tr.gettext
    since = None if shown.since is None else clock(tr, shown.since)
    minutes = shown.minutes
    if not minutes:  # none yet, or nobody counts
        return "" if since is None else _("Since {time}.").format(time=since)
    if since is None:
        return tr.ngettext("{count} minute so far.", "{count} minutes so far.", minutes).format(
            count=minutes
        )
    said = tr.ngettext("{count} minute, since {time}.", "{count} minutes, since {time}.", minutes)
    return said.format(count=minutes, time=since)


def gone(tr: Translator) -> str:
    """A toast: the relief of a button is not there any more."""
    return tr.gettext("That was a while ago. A cramp now? Tap Relief again.")


# It let go ----------------------------------------------------------------------------------------


def _after(tr: Translator, minutes: int | None) -> str:
    """That it let go, and after how long; None: nobody knows."""
    _ = tr.gettext
    if minutes is None:
        return _("It let go.")
    if minutes == 0:
        return _("It let go within a minute.")
    said = tr.ngettext(
        "It let go after {count} minute.", "It let go after {count} minutes.", minutes
    )
    return said.format(count=minutes)


def let_go(
    tr: Translator, relief_id: int, minutes: int | None, length: str, entry: Entry | None
) -> Message:
    """What was measured, and what was noted of it.

    Args:
        tr: the language.
        relief_id: the relief.
        minutes: how long it took; None: it was told afterwards.
        length: the code of the length.
        entry: the entry that has the length now; None: there is no entry, so one is offered.
    """
    _ = tr.gettext
    label = code_labels(tr)["duration"][length]
    lines = [f"<b>{escape(_after(tr, minutes))}</b>"]
    if entry is not None:
        said = _("Noted for {when}: {length}.")
        words = said.format(when=when_words(tr, entry), length=in_sentence(tr, label))
        undo = _("Undo: {length}").format(length=in_sentence(tr, label))
        rows: Rows = ((Button(undo, pack("relief", "notyet", relief_id, length)),),)
    else:
        words = _("It is not in your diary yet.")
        log = _("Log it: {length}").format(length=in_sentence(tr, label))
        rows = (
            (Button(log, pack("relief", "log", relief_id, length), "primary"),),
            (Button(_("Still cramping"), pack("relief", "notyet", relief_id)),),
        )
    return Message("\n".join((*lines, escape(words))), rows)


def told_already(tr: Translator, minutes: int | None, entry: Entry) -> Message:
    """That it let go; the entry keeps the length that the person told."""
    _ = tr.gettext
    label = code_labels(tr)["duration"][entry.duration or "unsure"]
    said = _("Your entry says: {length}.").format(length=in_sentence(tr, label))
    return Message(f"<b>{escape(_after(tr, minutes))}</b>\n{escape(said)}")


def ask_length(tr: Translator, relief_id: int) -> Message:
    """Ask how long it lasted, when the tap came too late to measure it."""
    _ = tr.gettext
    labels = code_labels(tr)["duration"]
    chips = [Button(labels[one], pack("relief", "length", relief_id, one)) for one in DURATIONS]
    rows = tuple(tuple(chips[start : start + 2]) for start in range(0, len(chips), 2))
    lines = (f"<b>{escape(_after(tr, None))}</b>", escape(_("How long did it last?")))
    return Message("\n".join(lines), rows)


# After ten minutes --------------------------------------------------------------------------------


def warning(
    tr: Translator, relief_id: int, call: NumberToCall, raised: frozenset[str] = frozenset()
) -> Message:
    """The card of what is to be checked today, which comes by itself after ten minutes.

    Args:
        tr: the language.
        relief_id: the relief.
        call: the emergency number to name.
        raised: signs that matter more because of what the person told of themselves.
    """
    text = warning_card(tr, Tier.URGENT, call, first=("over_10_minutes",), raised=raised)
    # A phone shows the end of a long message first, so the reason stands there, too.
    sign, head = sign_lines(tr)["over_10_minutes"], today_head(tr)
    text = f"{text}\n<b>{escape(sign, quote=False)}</b>\n{escape(head, quote=False)}"
    let_go_button = Button(tr.gettext("It let go"), pack("relief", "letgo", relief_id), "success")
    return Message(text, ((let_go_button,), *leading_on(tr, Tier.URGENT)))
