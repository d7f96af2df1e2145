"""The questions of the morning after a cramp: is it still sore, did something help, and did it wake
the person, where nobody has said that yet."""

# TRANSLATORS, ALL: The morning after a cramp; buttons about how the leg is now.

from dataclasses import dataclass, field
from html import escape

from bot.features.cramps.messages.labels import code_labels, helped_labels
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Rows, pack

SORE, NOTHING_LEFT = "sore_next_day", "none"
"""Codes of after-effects that the first question offers."""
HELPED = ("a_lot", "a_bit", "not_at_all")
TRIED = ("stretched", "massaged", "walked", "stood_on_it", "heat", "cold")
"""What may have helped; the rest is on the card of the entry."""
IN_A_ROW = 2
ONLY, ASKS_WOKE = "only", "woke"
"""Ends of callback data that say what else the message asks: nothing, or whether the cramp woke the
person. So its chips stay when one of them is tapped."""
WOKE = ("yes", "no_was_awake")


@dataclass(frozen=True)
class After:
    """What the entry of the night's last cramp says about the time after it."""

    entry_id: int
    effects: frozenset[str] = frozenset()
    helped: str | None = None
    tried: frozenset[str] = field(default_factory=frozenset)
    is_only: bool = False
    """Whether the message asks nothing else."""
    woke: str | None = None
    asks_woke: bool = False
    """Whether the message asks if the cramp woke the person. The answer to a tap at night did not
    ask, and the hour alone says nothing."""

    @property
    def is_answered(self) -> bool:
        """Whether the first two questions have an answer, whichever way it was given.

        Nobody is asked only whether it woke them.
        """
        return bool(self.effects) and self.helped is not None


def after_lines(tr: Translator, after: After) -> list[str]:
    """The questions; and when soreness should be looked at (NHS: up to a day is expected)."""
    _ = tr.gettext
    lines = [escape(_("Still sore? Did something help?"))]
    if after.asks_woke and after.woke is None:
        lines.append(escape(_("Did it wake you?")))
    if SORE in after.effects:
        lines.append(escape(_("A cramp can leave a muscle sore for up to a day.")))
        worry = _("One leg that stays sore, or is swollen, warm, red or darker: get checked today.")
        lines.append(f"<b>{escape(worry)}</b>")
    return lines


def after_rows(tr: Translator, delivery_id: int, after: After) -> Rows:
    """Chips for both questions. A second tap takes an answer back.

    They carry the entry that they are shown for: a later cramp of that night may be logged since.
    """
    _ = tr.gettext
    is_told = {ONLY: after.is_only, ASKS_WOKE: after.asks_woke}
    ends = tuple(word for word, so in is_told.items() if so)

    def chip(label: str, verb: str, code: str, *, is_chosen: bool) -> Button:
        data = pack("checkin", verb, delivery_id, code, int(not is_chosen), after.entry_id, *ends)
        return Button(f"• {label}" if is_chosen else label, data)

    sore = [(SORE, _("Still sore")), (NOTHING_LEFT, _("Not sore any more"))]
    if after.effects - {SORE, NOTHING_LEFT}:
        sore.pop()  # another after-effect is chosen, which must not be lost
    how_far = helped_labels(tr)
    helped = {code: how_far[code] for code in HELPED}
    rows = [
        tuple(chip(label, "after", code, is_chosen=code in after.effects) for code, label in sore)
    ]
    if SORE in after.effects:
        more = Button(_("Swollen, warm, weak…"), pack("cramps", "open", after.entry_id, "effect"))
        rows.append((more, Button(_("Warning signs"), pack("cramps", "warnings"))))
    rows.append(
        tuple(
            chip(label, "helped", code, is_chosen=code == after.helped)
            for code, label in helped.items()
        )
    )
    if after.helped in {"a_lot", "a_bit"}:
        labels = code_labels(tr)["relief"]
        tried = [chip(labels[one], "tried", one, is_chosen=one in after.tried) for one in TRIED]
        rows += [tuple(tried[start : start + IN_A_ROW]) for start in range(0, len(tried), IN_A_ROW)]
    if after.asks_woke:
        labels = code_labels(tr)["woke"]
        rows.append(
            tuple(chip(labels[one], "woke", one, is_chosen=one == after.woke) for one in WOKE)
        )
    return tuple(rows)
