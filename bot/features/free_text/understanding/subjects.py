"""The subjects that sentences can be about, and the rule that reads each. Pure.

A rule explains all of a sentence or none of it. A subject gives its rule only the words that the
rule knows, so something is made of a sentence that says more than that.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.features.free_text.meanings.values import (
    Meaning,
)
from bot.features.free_text.rules.answer_rules import answer
from bot.features.free_text.rules.card_rules import ASKING, CARDS, card
from bot.features.free_text.rules.correction_rules import correction
from bot.features.free_text.rules.cramp_fields import EVENTS, SIDES, SITES
from bot.features.free_text.rules.figure_rules import which, worst
from bot.features.free_text.rules.night_rules import night_alone
from bot.features.free_text.rules.no_cramp_rules import no_cramps, sleepless
from bot.features.free_text.rules.once_rules import once
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
from bot.features.free_text.rules.question_rules import question
from bot.features.free_text.rules.reminder_rules import KINDS, SWITCHES, reminder
from bot.features.free_text.rules.setting_rules import mute, reminder_setting
from bot.features.free_text.rules.several_cramps import JOINING, one_of_several
from bot.features.free_text.rules.sleep_rules import night_shift, sleep_times
from bot.features.free_text.rules.told_rules import CAFFEINE, HABITS, caffeine, habit
from bot.features.free_text.rules.travel_rules import back_home
from bot.features.free_text.rules.undo_rules import let_go, relief, remove, undo, wrong
from bot.features.free_text.understanding.patterns import DAY_OF_LAST_WEEK
from bot.features.free_text.understanding.sentence import Remainder, Situation, Understood
from bot.features.free_text.understanding.whole_sentence import (
    Rule,
    only_before_numbers,
    readings_of,
)
from bot.i18n.vocabulary.tokens import Token
from bot.local_time.typed_times import PERIODS

_PERIODS = frozenset(PERIODS.split("|"))
_SIGNS = frozenset({":", "."})
_DAYS = frozenset(
    {
        *("TODAY", "YESTERDAY", "DAY_BEFORE_YESTERDAY", "TOMORROW", "DAY_AFTER_TOMORROW"),
        *("THIS_MORNING", "LAST_NIGHT", "TONIGHT", "THIS_NIGHT", "ORDINAL", "AGO"),
        *(f"DAY{number}" for number in range(7)),
        *(f"MONTH{number}" for number in range(1, 13)),
    }
)
_CLOCK = frozenset(
    {*_PERIODS, "LUNCH", "AT", "ABOUT", "OCLOCK", "DIAL", "H", "HRS", "NOON", "MIDNIGHT", "AFTER"}
)
_GREETED = frozenset({"MORNING", "AFTERNOON", "EVENING"})
"""Parts of the day that may only greet: "morning! one last night, 4ish"."""
_SPANS = frozenset({"SEC", "MIN", "HOUR", "DAYS", "WEEK", "MONTHS", "YEARS", "IN", "FOR"})
_LENGTHS = frozenset({"SEC", "MIN", "HOUR", "DAYS", "WEEK", "MONTHS", "YEARS"})
_TIMES = _DAYS | _CLOCK | _SPANS | {"ON", "OF", "NOW"}
PLACES = frozenset({*SITES, *SIDES})
_UNITS = _SPANS | {"NIGHT"}
ORDERS = frozenset({*SWITCHES, "REMINDER", "MOVE"})
_BEFORE_NUMBERS = frozenset({"IN", "FOR", "AT", "ABOUT", "AFTER", "OUT_OF", "OVER", "UNDER"})
"""Concepts that are left out when no number follows."""
UNSAID = frozenset({"AT", "ON", "OF", "IN", "AND", "FOR", ",", ";", ".", ":", "-", "FILLER"})
"""Concepts that do not count when readings are compared by what they leave out."""


@dataclass(frozen=True)
class Readings:
    """What a rule makes of a sentence."""

    meanings: Sequence[Meaning]
    count: int
    """Concepts that they explain."""


@dataclass(frozen=True)
class Subject:
    """Something that sentences can be about."""

    rule: Rule
    about: frozenset[str]
    """Concepts of which one must occur."""
    keeps: frozenset[str] = frozenset()
    """Further concepts that the rule reads."""
    besides: tuple[frozenset[str], ...] = ()
    """Sets of concepts; one concept of each set must occur, too."""

    def readings(self, tokens: Sequence[Token], situation: Situation) -> Readings | None:
        """The rule's readings of the words that it knows; if there are none, without the times."""
        kinds = {token.kind for token in tokens}
        if kinds.isdisjoint(self.about) or any(kinds.isdisjoint(one) for one in self.besides):
            return None
        of_days = _in_days_of_last_week(tokens)
        said = [
            (one, "DAY0" if at in of_days else one.kind)
            for at, one in enumerate(tokens)
            if not self._is_unread_span(tokens, at)
        ]
        for left_out in (frozenset[str](), _GREETED, _CLOCK | _SPANS, _TIMES):
            kept = [one for one, kind in said if self._is_read(kind) and kind not in left_out]
            if left_out > _GREETED:
                kept = [one for one in kept if not one.kind.isdigit() and one.kind not in _SIGNS]
            kept = only_before_numbers(kept, _BEFORE_NUMBERS)
            found = readings_of(self.rule(Remainder(kept), situation))
            if found:
                return Readings(found, sum(one.kind not in UNSAID for one in kept))
        return None

    def _is_unread_span(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a number is that of a span which the rule does not read: "add an hour".

        So is the hour of "it was fine until 5": it is no strength.
        """
        after = tokens[at + 1].kind if at + 1 < len(tokens) else ""
        before = tokens[at - 1].kind if at else ""
        around = (after if after in _LENGTHS else "", before if before == "UNTIL" else "")
        is_of_other = any(one and not self._is_read(one) for one in around)
        return tokens[at].kind.isdigit() and is_of_other

    def _is_read(self, kind: str) -> bool:
        return kind.isdigit() or kind in _SIGNS or kind in self.about or kind in self.keeps


def _in_days_of_last_week(tokens: Sequence[Token]) -> frozenset[int]:
    """The positions of "tuesday last week", of which "last week" is not read alone."""
    kinds = " ".join(one.kind for one in tokens)
    found = re.finditer(rf"(?<!\S)(?:{DAY_OF_LAST_WEEK.pattern})(?!\S)", kinds)
    return frozenset(
        at
        for match in found
        for at in range(kinds[: match.start()].count(" "), kinds[: match.end()].count(" ") + 1)
    )


def _quiet_until(rest: Remainder, situation: Situation) -> Understood:
    """ "I'm off to bed until three": no messages until then, perhaps."""
    return pause(rest.joined_by("PAUSE"), situation)


_TOLD = frozenset(
    {"WOKE", "AWAKE", "NO_SLEEP", "STRENGTH", "OUT_OF", "/", "OVER", "UNDER", "TIMES"}
)
_OF_CRAMPS = _TIMES | _TOLD | PLACES | {"HURTS", *JOINING}
_MUTED = {*("MUTE", "SKIP", "PAUSE", "DONT_REMIND", "NOT", "UNTIL", "REMINDER", "DAILY", "WEEKEND")}
_RIGHT_AND_AT = (frozenset({"RIGHT"}), frozenset({"AT"}))
SUBJECTS: tuple[Subject, ...] = (
    Subject(one_of_several, frozenset(EVENTS), _OF_CRAMPS | {"BETWEEN", "OR"}),
    Subject(no_cramps, frozenset({"NO_CRAMP", "SLEPT_WELL"}), _DAYS | {"NIGHT", "QUIET"}),
    Subject(relief, frozenset({"HURTS", "HELPS_NOW"}), PLACES | {*EVENTS, "HELP", "NOW"}),
    Subject(one_of_several, frozenset({*SITES, "WOKE"}), _OF_CRAMPS),
    Subject(
        question,
        frozenset({"DID_I", "HOW_MANY", "HOW_WAS", "HOW_STRONG", "WHEN", "PROGRESS", "MONTH_PAGE"}),
        _DAYS
        | _UNITS
        | {*EVENTS, "STRENGTH", "WEEKEND", "NO_CRAMP", "SUMMARY", "THIS", "LAST", "SINCE", "EVER"},
    ),
    Subject(
        question,
        frozenset({"WEEK", "MONTHS", "YEARS", "WEEKEND"}),
        _UNITS | {"THIS", "LAST", "SHOW"},
        (frozenset({"THIS", "LAST"}),),
    ),
    Subject(
        which,
        frozenset({"WHICH", "HOW_MANY"}),
        PLACES | _DAYS | _UNITS | {*EVENTS, "THIS", "LAST"},
    ),
    Subject(
        one_of_several,
        frozenset(SIDES),
        _TIMES | _TOLD | {"1", "HURTS"},
        (_DAYS | {"AGAIN", "NOW", "HURTS", "HOW_BAD", "NIGHT", "MORNING"},),
    ),
    Subject(one_of_several, frozenset({"LEFT"}), _OF_CRAMPS, _RIGHT_AND_AT),
    Subject(one_of_several, frozenset({"1"}), _TIMES | _TOLD, (frozenset({"HOW_BAD", "AGAIN"}),)),
    Subject(worst, frozenset({"WORST"}), _DAYS | _UNITS | {*EVENTS, "THIS", "LAST", "SUMMARY"}),
    Subject(
        reminder, frozenset(KINDS), _CLOCK | ORDERS | {"DAILY"}, (ORDERS | _CLOCK | {"DAILY"},)
    ),
    Subject(
        once,
        frozenset(KINDS),
        _TIMES | {"REMIND", "REMINDER", "ONCE"},
        (frozenset({"REMIND", "ONCE", "TODAY", "TONIGHT", "TOMORROW"}),),
    ),
    Subject(
        reminder_setting,
        frozenset(KINDS),
        frozenset({"SOONER", "LATER", "MIN", "HOUR", "SOUND", "SILENT", "RESET", "REMINDER"}),
    ),
    Subject(
        mute,
        frozenset(KINDS),
        _DAYS | _SPANS | _MUTED,
        (frozenset({"MUTE", "SKIP", "PAUSE", "DONT_REMIND", "NOT", "TURN_OFF"}),),
    ),
    Subject(
        pause,
        frozenset({"PAUSE", "AWAY", "MUTE", "DONT_REMIND"}),
        _DAYS | _UNITS | {"UNTIL", "NEXT", "LAST", "WEEKEND", "OPEN_END", "REMINDER", *_CLOCK},
    ),
    Subject(
        _quiet_until,
        frozenset({"UNTIL"}),
        _DAYS | _CLOCK,
        (frozenset({"TO_BED", "BEDTIME", "SLEEP"}),),
    ),
    Subject(resume, frozenset({"RESUME"}), _DAYS | {"IN", "HOUR", "MIN", "REMINDER"}),
    Subject(undo, frozenset({"UNDO"}), frozenset({"LAST", "ENTRY", "CRAMP"})),
    Subject(remove, frozenset({"DELETE"}), frozenset({"LAST", "ENTRY", "OUT_OF", *EVENTS}) | _DAYS),
    Subject(
        correction,
        frozenset({"WRONG", "MEANT", "RATHER", "NO"}),
        PLACES
        | _CLOCK
        | {"STRENGTH", "OUT_OF", "/", "NOT", "OTHER_ONE", "CRAMP", "MIN", "SEC", "FOR"},
    ),
    Subject(wrong, frozenset({"WRONG"}), frozenset({"LAST", "ENTRY", "CRAMP"})),
    Subject(let_go, frozenset({"LET_GO"}), frozenset({"NOW"})),
    Subject(caffeine, frozenset(CAFFEINE), _TIMES | {"DRANK"}, (frozenset({"DRANK"}),)),
    Subject(habit, frozenset(HABITS), _DAYS),
    Subject(
        sleep_times,
        frozenset({"BEDTIME", "GET_UP", "TO_BED"}),
        _CLOCK - {"NIGHT"} | {"MOVE", "TONIGHT", "TODAY", "ONCE"},
    ),
    Subject(night_shift, frozenset({"NIGHT_SHIFT"})),
    Subject(back_home, frozenset({"BACK_HOME"})),
    Subject(language_named, LANGUAGES, frozenset({"LANGUAGE"})),
    Subject(setting, frozenset({*HOURS, *FORMATS}), frozenset({"EXPORT"})),
    Subject(show, frozenset({*PAGES}) - {"SUMMARY"}, frozenset({"SHOW"})),
    Subject(show, frozenset({"SUMMARY"}), frozenset({"SHOW"})),
    Subject(
        card,
        frozenset({*CARDS, "WHY"}),
        frozenset({*ASKING, *EVENTS}) - {"HELP", "FINE"},
        (frozenset({"WHY", *CARDS}) - {"STRETCH", "DRINK", "MEAL", "TWITCH"},),
    ),
    Subject(answer, frozenset({"SKIP", "LATER"}), frozenset({"IN", "FOR", "MIN", "HOUR", "TODAY"})),
    Subject(
        one_of_several,
        frozenset({"AT", "BETWEEN"}),
        (_TIMES - {"NOW"}) | _TOLD | PLACES | {"BETWEEN", "OR", *JOINING},
        (frozenset({"OR", "BETWEEN", "MAYBE"}),),
    ),
    Subject(sleepless, frozenset({"NO_SLEEP", "SLEPT_BADLY"}), _DAYS | {"NIGHT", "HOW_BAD"}),
    Subject(night_alone, frozenset({"LAST_NIGHT", "THIS_NIGHT", "THIS_MORNING"})),
)
"""What sentences are about, the likelier first where as much is explained."""
