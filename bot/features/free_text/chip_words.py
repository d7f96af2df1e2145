"""Typed words of the chips of a cramp's details, while an entry is on screen or just logged.

Typing the words on a chip does the same as tapping it: "hot day, stretched". The name of a field
opens the page that has its chips.
"""

from collections.abc import Mapping
from functools import lru_cache

from bot.database.stored_values import SetupStep
from bot.features.check_in.after_messages import NOTHING_LEFT, SORE, WOKE
from bot.features.cramps.handlers.entry_card import card_of, field_level
from bot.features.cramps.messages.labels import code_labels, field_labels, helped_labels
from bot.features.cramps.told_codes import Told
from bot.features.cramps.values import parse_codes
from bot.features.free_text.acts.detail_acts import enter, meant_entry, of_last_night
from bot.features.free_text.understanding.whole_sentence import LONGEST_SENTENCE
from bot.features.relief.handlers import let_go_of_running
from bot.i18n.translator import Translator
from bot.i18n.vocabulary.folding import fold
from bot.telegram.context import Context
from bot.telegram.replies import NOTHING, Replies, Say

NAMED = ("context", "trigger", "relief")
"""Fields whose chips are clear without their question; a "yes" or "a bit" may be about anything."""
FIELDS = ("fell", "context", "trigger", "relief", "effect", "back")
"""Fields whose typed names open their page."""
OF_THE_MORNING = frozenset({"effect", "helped", "woke"})
"""Fields that the morning's question asks about, also hours after the cramp was logged."""
MOST = 8
"""Chips in one text."""


@lru_cache(maxsize=32)
def _chips(tr: Translator) -> Mapping[str, tuple[str, str]]:
    """Folded words of a chip → its field and code; none that two chips share."""
    labels = code_labels(tr)
    found: dict[str, tuple[str, str] | None] = {}
    for field in NAMED:
        for code, label in labels[field].items():
            if code not in {"other", "none_known"}:
                words = fold(label)
                found[words] = None if words in found else (field, code)
    found[fold(labels["effect"]["sore_next_day"])] = ("effect", "sore_next_day")
    # TRANSLATORS: Typed after a cramp was logged: what it left.
    found[fold(tr.gettext("Still sore"))] = ("effect", "sore_next_day")
    found[fold(tr.gettext("Not sore any more"))] = ("effect", "none")
    for code in WOKE:
        found[fold(labels["woke"][code])] = ("woke", code)
    for code, label in helped_labels(tr).items():
        if code != "unsure":
            found[fold(label)] = ("helped", code)
    return {words: chip for words, chip in found.items() if chip is not None}


def read_chips(tr: Translator, text: str) -> Told | None:
    """The chips whose words a text consists of, between commas; None when it has other words.

    A longer text than a sentence is not read: the time grows with the third power of its commas.
    """
    if len(text) > LONGEST_SENTENCE:
        return None
    said = (part.strip(" .!") for part in fold(text).split(","))
    known, parts, found = _chips(tr), [part for part in said if part], []
    while parts:
        # A label may have a comma itself.
        length = next((n for n in range(len(parts), 0, -1) if ", ".join(parts[:n]) in known), None)
        if length is None:
            return None
        found.append(known[", ".join(parts[:length])])
        parts = parts[length:]
    return tuple(dict.fromkeys(found)) if 0 < len(found) <= MOST else None


@lru_cache(maxsize=32)
def _fields(tr: Translator) -> Mapping[str, str]:
    """Folded words that name a field → the field."""
    # TRANSLATORS: Typed after a cramp was logged, by a man or a woman; several ways, with commas.
    fell = tr.gettext("I fell, I fell down, I fell over")
    named = {label: name for name, label in field_labels(tr).items() if name in FIELDS}
    named |= dict.fromkeys(fell.split(", "), "fell")
    return {fold(words): field for words, field in named.items()}


async def guess_chips(context: Context, text: str) -> Replies | None:
    """Do what the chips do whose words were typed, or open the page of the field that was named.

    Returns:
        None when the text is something else, or there is no cramp that it can be about.
    """
    if context.person.setup_step is not SetupStep.DONE:
        return None
    chips = read_chips(context.tr, text)
    field = _fields(context.tr).get(fold(text).strip(" .!?"))
    if chips is None and field is None:
        return None
    cramp = await meant_entry(context)
    if cramp is None and chips is not None and dict(chips).keys() <= OF_THE_MORNING:
        cramp = await of_last_night(context)
    if cramp is None or cramp.event_type != "cramp":
        return None
    others = parse_codes(cramp.after_effects) - {SORE, NOTHING_LEFT}
    if others and ("effect", NOTHING_LEFT) in (chips or ()):
        field, chips = "effect", None  # what else is left must not be lost
    if chips is not None:
        has_helped = not {("helped", "a_lot"), ("helped", "a_bit")}.isdisjoint(chips)
        ended = await let_go_of_running(context) if has_helped else None
        return [*(ended or NOTHING), *await enter(context, cramp, chips)]
    context.put_on_screen("cramps", "entry", cramp.id)
    return [Say(await card_of(context, cramp, field_level(field or "")))]
