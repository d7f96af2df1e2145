"""Reads a whole sentence by the rules of what it may be about. Pure: the instant is passed in.

A sentence is a list of concepts (see ``vocabulary/lexer.py``). Each rule removes the concepts
that it explains, and a sentence is understood only when nothing is left. So an extra word, above
all a NOT, is never ignored. When a sentence can mean two things, the person is asked.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.features.free_text.meanings.further_values import Said
from bot.features.free_text.meanings.values import Meaning, Show, Unclear
from bot.features.free_text.rules.aftermath_rules import aftermath, length_in_words
from bot.features.free_text.rules.answer_rules import answer
from bot.features.free_text.rules.bed_rules import cramp_from_bed
from bot.features.free_text.rules.card_rules import ABOUT_CARDS, card, feared
from bot.features.free_text.rules.correction_rules import (
    CORRECTIONS,
    correction,
    replaced,
    time_alone,
    vaguely,
)
from bot.features.free_text.rules.cramp_fields import EVENTS, SIDES, SITES
from bot.features.free_text.rules.cramp_rules import cramp, unnamed
from bot.features.free_text.rules.figure_rules import which, worst
from bot.features.free_text.rules.night_rules import (
    NIGHTS,
    in_each_night,
    night_alone,
    without_nights_in_a_row,
)
from bot.features.free_text.rules.no_cramp_rules import no_cramps, none_in_night, sleepless
from bot.features.free_text.rules.once_rules import once, own_words
from bot.features.free_text.rules.page_rules import (
    FORMATS,
    HOURS,
    LANGUAGES,
    PAGES,
    language_named,
    setting,
    show,
)
from bot.features.free_text.rules.pause_rules import pause, resume
from bot.features.free_text.rules.question_rules import QUESTIONS, question
from bot.features.free_text.rules.reminder_rules import KINDS, SWITCHES, reminder
from bot.features.free_text.rules.setting_rules import mute, reminder_setting, sound
from bot.features.free_text.rules.sleep_rules import night_shift, sleep_times
from bot.features.free_text.rules.told_rules import (
    CAFFEINE,
    HABITS,
    TALK,
    alcohol,
    caffeine,
    habit,
    medicine,
    pet,
    talk,
)
from bot.features.free_text.rules.travel_rules import at_place, back_home, staying
from bot.features.free_text.rules.undo_rules import let_go, never_mind, relief, remove, undo, wrong
from bot.features.free_text.understanding.patterns import (
    AWAKE_UNTIL,
    BROKEN_NUMBER,
    DECIMAL_COMMA,
    ISO_DAY,
    LYING_AWAKE,
)
from bot.features.free_text.understanding.sentence import (
    Remainder,
    Situation,
    Understood,
    asked,
    without_daily_part,
)
from bot.i18n.vocabulary.bed_spans import FROM_BED
from bot.i18n.vocabulary.folding import fold
from bot.i18n.vocabulary.lexer import lex
from bot.i18n.vocabulary.tokens import Token

Rule = Callable[[Remainder, Situation], Understood]

LONGEST_SENTENCE = 200
"""The most characters of a sentence; a longer text is not understood."""


def agreed(own: Understood, english: Understood) -> Understood:
    """Combine the readings in two languages; when they differ, the person is asked."""
    if own is None or english is None:
        return english if own is None else own
    if isinstance(english, Said) and not isinstance(own, Unclear):
        return own  # "ta" is not thanks in Portuguese
    is_own_clear = not isinstance(own, Unclear) and isinstance(english, Unclear)
    if own == english or is_own_clear or isinstance(own, Show) or isinstance(english, Show):
        return own  # a reading that only shows a page changes nothing
    return asked([*readings_of(own), *readings_of(english)])


def readings_of(understood: Understood) -> tuple[Meaning, ...]:
    """Every meaning that a reading can have."""
    if understood is None:
        return ()
    return understood.candidates if isinstance(understood, Unclear) else (understood,)


def said(text: str, language: str) -> list[Token]:
    """The concepts of a text without those that change nothing, such as "in" before a place."""
    return counted(lex(text, language, LONGEST_SENTENCE))


YOUNGEST = 50
"""From this number on, years are rather an age than a time that has passed."""
_SPAN_OF_YEARS = frozenset({"AGO", "FOR", "SINCE", "AFTER", "LAST", "IN", "OVER"})
"""Concepts beside a number of years with which it is no age."""
_SAYS_NOTHING = frozenset({"FILLER", "ALSO", "LEG", "BAREFOOT"})
MEDICINES = frozenset({"MEDICINE", "MAGNESIUM"})
"""What the diary does not keep: the bot only answers that it was taken."""


def counted(tokens: Sequence[Token]) -> list[Token]:
    """Tokens without those that change nothing."""
    says_nothing = _SAYS_NOTHING
    if MEDICINES.isdisjoint(token.kind for token in tokens):
        says_nothing |= {"TOOK"}  # "it took ten minutes", "had my second one"
    if all(token.kind != "HOW_MANY" for token in tokens):
        says_nothing |= {"IN_A_ROW"}  # "the third night in a row"
    if not {*EVENTS, *SITES, "NO_CRAMP"}.isdisjoint(token.kind for token in tokens):
        says_nothing |= {"SLEPT_BADLY"}
    kept = _without_age([token for token in tokens if token.kind not in says_nothing])
    kept = _day_first(_with_one_night(_without_lying_awake(kept)))
    return only_before_numbers(kept, frozenset({"IN"}))


def _without_age(tokens: Sequence[Token]) -> list[Token]:
    """Tokens without how old somebody is: "she is 84 years old", unlike "for 30 years"."""
    kinds = ["", *(token.kind for token in tokens), "", ""]
    is_age = [
        kinds[at].isdigit()
        and int(kinds[at]) >= YOUNGEST
        and kinds[at + 1] == "YEARS"
        and _SPAN_OF_YEARS.isdisjoint((kinds[at - 1], kinds[at + 2]))
        for at in range(1, len(tokens) + 1)
    ]
    pairs = zip(tokens, is_age, [False, *is_age], strict=False)
    return [token for token, is_number, is_unit in pairs if not (is_number or is_unit)]


_PARTS_OF_DAY = frozenset({"MORNING", "AFTERNOON", "EVENING"})
_AFTER_CLOCK = frozenset({"OCLOCK", "HRS", "H"})


def _with_one_night(tokens: Sequence[Token]) -> list[Token]:
    """Tokens without a night that is said again with its hour: "ночью свело в час ночи"."""
    found = list(tokens)
    nights = [at for at, token in enumerate(found) if token.kind == "NIGHT"]
    before = [found[at - 1].kind if at else "" for at in nights]
    is_timed = [kind.isdigit() or kind in _AFTER_CLOCK for kind in before]
    if sorted(is_timed) == [False, True]:
        del found[nights[is_timed.index(False)]]
    return found


def _day_first(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with a day before its part: "in the afternoon yesterday"."""
    found = list(tokens)
    for at in range(len(found) - 1):
        part, day = found[at], found[at + 1]
        if part.kind in _PARTS_OF_DAY and day.kind == "YESTERDAY":
            found[at : at + 2] = [day, part]
    return found


def _without_lying_awake(tokens: Sequence[Token]) -> list[Token]:
    """The tokens without the hour until which somebody lay awake; that they did is kept."""
    if LYING_AWAKE.isdisjoint(token.kind for token in tokens):
        return list(tokens)
    rest = Remainder(tokens)
    times = len(list(rest.pull(AWAKE_UNTIL)))
    return [*rest.tokens, *[Token("LAIN_AWAKE", "")] * times]


def only_before_numbers(tokens: Sequence[Token], kinds: frozenset[str]) -> list[Token]:
    """The tokens without these kinds where no number follows."""
    following = [*(token.kind for token in tokens), ""][1:]
    return [
        token
        for token, after in zip(tokens, following, strict=True)
        if token.kind not in kinds or after.isdigit() or after == "ABOUT"
    ]


def in_own_words(text: str, tokens: Sequence[Token], situation: Situation) -> Understood:
    """What a sentence means that holds words of the person's own, which no list has.

    Args:
        text: what was typed.
        tokens: all of it, unknown words too.
        situation: who typed it, and when.
    """
    return own_words(text, tokens, situation) or at_place(text, tokens, situation)


def is_broken(text: str, tokens: Sequence[Token]) -> bool:
    """Whether a text has a number that no rule reads, such as "5-10" or "7,5"."""
    kinds = " ".join(token.kind for token in counted(tokens))
    is_split = BROKEN_NUMBER.search(ISO_DAY.sub("", kinds)) is not None
    return is_split or DECIMAL_COMMA.search(fold(text)) is not None


def read_tokens(tokens: Sequence[Token], situation: Situation) -> Understood:
    """What a sentence means whose words are all known.

    Every rule whose concepts occur reads it on a copy of its own. A rule explains all of the
    sentence or none of it; when several explain it differently, the person is asked.
    """
    once_said, nights = without_nights_in_a_row(tokens)
    if nights:
        return in_each_night(read_tokens(once_said, situation), nights, situation)
    counting, situation = without_daily_part(counted(tokens), situation)
    found = [rule(Remainder(counting), situation) for rule in _candidates(counting)]
    meanings = [one for one in found if one is not None and not isinstance(one, Unclear)]
    questions = [one for one in found if isinstance(one, Unclear)]
    choices = [choice for one in questions for choice in one.candidates]
    different = tuple(dict.fromkeys((*meanings, *choices)))
    if len(different) == 1 and meanings:
        return different[0]
    if different:
        asking = [one for one in questions if one.candidates]
        is_one = len(asking) == 1 and not meanings
        return replace(asked(different), why=asking[0].why) if is_one else asked(different)
    return next((one for one in questions if one != Unclear()), questions[0] if questions else None)


def _candidates(tokens: Sequence[Token]) -> list[Rule]:
    kinds = {token.kind for token in tokens}
    return [rule for rule, concepts in RULES if not kinds.isdisjoint(concepts)]


RULES: tuple[tuple[Rule, frozenset[str]], ...] = (
    (cramp, frozenset(EVENTS)),
    (cramp_from_bed, frozenset({FROM_BED})),
    (no_cramps, frozenset({"NO_CRAMP", "QUIET", "SLEPT_WELL"})),
    (none_in_night, frozenset({"NOT"})),
    (sleepless, frozenset({"NO_SLEEP", "SLEPT_BADLY"})),
    (unnamed, frozenset({*SITES, *SIDES, "HOW_BAD", "1", "LAST"})),
    (night_alone, NIGHTS),
    (
        pause,
        frozenset(
            {
                *("PAUSE", "QUIET", "AWAY", "GOING_TO", "MUTE", "REMINDER", "DONT_REMIND", "ALL"),
                "UNTIL",
            }
        ),
    ),
    (resume, frozenset({"RESUME", "AGAIN"})),
    (reminder, frozenset({*KINDS, *SWITCHES, "REMINDER"})),
    (undo, frozenset({"UNDO"})),
    (remove, frozenset({"DELETE", "TURN_OFF"})),
    (wrong, frozenset({"WRONG"})),
    (correction, CORRECTIONS | {"LATER"}),
    (replaced, frozenset({"MOVE", "MEANT"})),
    (vaguely, frozenset({"ABOUT", "SOONER", "OR", "MAYBE", "AGO", "BETWEEN"})),
    (let_go, frozenset({"LET_GO"})),
    (relief, frozenset({"HURTS", "HELPS_NOW", "HELP"})),
    (question, QUESTIONS),
    (which, frozenset({"WHICH", "HOW_MANY", "OR", "MOST_OFTEN"})),
    (worst, frozenset({"WORST"})),
    (card, ABOUT_CARDS),
    (feared, frozenset({"UNREAL"})),
    (caffeine, frozenset({*CAFFEINE, "CAFFEINE_FREE"})),
    (alcohol, frozenset({"ALCOHOL"})),
    (habit, frozenset({*HABITS, "DRANK"})),
    (show, frozenset({*PAGES, "SHOW", "DOCTOR"}) - {"SUMMARY", "REMINDER"}),
    (language_named, LANGUAGES),
    (setting, frozenset({*HOURS, *FORMATS})),
    (talk, frozenset(TALK)),
    (medicine, frozenset({"TOOK", "DRANK", "DID"})),
    (pet, frozenset({"PET"})),
    (length_in_words, frozenset({"LONG", "SHORT"})),
    (aftermath, frozenset({"SORE"})),
    (never_mind, frozenset({"NEVER_MIND"})),
    (once, frozenset(KINDS)),
    (reminder_setting, frozenset(KINDS)),
    (sound, frozenset({"SILENT", "SOUND"})),
    (mute, frozenset(KINDS)),
    (answer, frozenset({"DID", "SKIP", "LATER", "REMIND", "AGAIN", "IN", "DRANK"})),
    (sleep_times, frozenset({"BEDTIME", "GET_UP", "SLEEP", "TO_BED", "AWAKE"})),
    (night_shift, frozenset({"NIGHT_SHIFT"})),
    (back_home, frozenset({"BACK_HOME"})),
    (staying, frozenset({"STAYING"})),
    (time_alone, frozenset({"DIAL", ":", "OCLOCK", "AM", "PM"})),
)
"""Each rule, and the concepts of which one makes it a candidate."""
