"""What a sentence may be about, whatever else it says. Pure: the instant is passed in.

A rule explains all of a sentence or none of it. Here, each rule reads the sentence without the
words that it does not know; what it makes of the rest is offered on a button, and nothing is done
without a tap. The reading that leaves out the least comes first.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.features.free_text.act_values import RemindOnce, Shift, SleepTimes
from bot.features.free_text.answer_rules import answer
from bot.features.free_text.card_rules import ASKING, CARDS, card
from bot.features.free_text.correction_rules import correction
from bot.features.free_text.cramp_rules import EVENTS, SIDES, SITES
from bot.features.free_text.figure_rules import which, worst
from bot.features.free_text.meanings import (
    AskLast,
    AskNights,
    AskTrend,
    Correct,
    DidHabit,
    HadCaffeine,
    LetGo,
    OpenCard,
    RemoveEntry,
    Said,
    Span,
    WasWrong,
)
from bot.features.free_text.night_rules import night_alone
from bot.features.free_text.no_cramp_rules import no_cramps
from bot.features.free_text.once_rules import once
from bot.features.free_text.page_rules import (
    FORMATS,
    HOURS,
    LANGUAGES,
    PAGES,
    language_named,
    setting,
    show,
)
from bot.features.free_text.patterns import EVERY_FEW
from bot.features.free_text.pause_rules import pause, resume
from bot.features.free_text.question_rules import question
from bot.features.free_text.refusals import is_refused
from bot.features.free_text.reminder_rules import KINDS, SWITCHES, reminder
from bot.features.free_text.rules import Rule, counted, only_before_numbers, readings_of
from bot.features.free_text.sentence import Remainder, Situation
from bot.features.free_text.setting_rules import mute, reminder_setting
from bot.features.free_text.several_cramps import JOINING, one_of_several
from bot.features.free_text.sleep_rules import night_shift, sleep_times
from bot.features.free_text.somebody_rules import SOMEBODY
from bot.features.free_text.told_rules import CAFFEINE, HABITS, caffeine, habit
from bot.features.free_text.travel_rules import back_home
from bot.features.free_text.undo_rules import let_go, relief, remove, undo, wrong
from bot.features.free_text.values import (
    LogCramp,
    LogTwo,
    Meaning,
    MoveReminder,
    NoCramps,
    Page,
    Pause,
    Show,
)
from bot.i18n.vocabulary.tokens import Token
from bot.local_time.typed_times import PERIODS

MOST_OF_ONE_RULE = 2
"""The most readings of one rule that are offered beside those of other rules."""
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
_MONTHS = frozenset(f"MONTH{number}" for number in range(1, 13))
_WEEKDAYS = frozenset(f"DAY{number}" for number in range(7))
_CLOCK = frozenset(
    {*_PERIODS, "AT", "ABOUT", "OCLOCK", "DIAL", "H", "HRS", "NOON", "MIDNIGHT", "AFTER"}
)
_GREETED = frozenset({"MORNING", "AFTERNOON", "EVENING"})
"""Parts of the day that may only greet: "morning! one last night, 4ish"."""
_SPANS = frozenset({"SEC", "MIN", "HOUR", "DAYS", "WEEK", "MONTHS", "YEARS", "IN", "FOR"})
_LENGTHS = frozenset({"SEC", "MIN", "HOUR", "DAYS", "WEEK", "MONTHS", "YEARS"})
_TIMES = _DAYS | _CLOCK | _SPANS | {"ON", "OF", "NOW"}
_PLACES = frozenset({*SITES, *SIDES})
_UNITS = _SPANS | {"NIGHT"}
_ORDERS = frozenset({*SWITCHES, "REMINDER", "MOVE"})
_PAST = frozenset(
    {
        *("AGO", "YESTERDAY", "DAY_BEFORE_YESTERDAY", "LAST_NIGHT", "THIS_NIGHT", "THIS_MORNING"),
        *("LAST", "TOMORROW", "NEXT", *(f"DAY{number}" for number in range(7))),
    }
)
"""With these concepts a cramp is none of the present moment."""
_NO_CRAMP = re.compile(
    r"(?<!\S)NOT (?:(?:1|HOW_BAD|AGAIN|REAL) )?(?:CRAMPS?|TWITCH)(?!\S)"
    r"|NOT(?: THIS| LAST)* (?:NIGHT|LAST_NIGHT|TONIGHT|THIS_NIGHT)(?!\S)"
    r"|(?:NIGHT|LAST_NIGHT|TONIGHT|THIS_NIGHT) NOT(?!\S)"
)
_WENT_TO_BED = re.compile(
    r"YESTERDAY(?: EVENING| NIGHT)? (?:ABOUT )?(?:BEDTIME|TO_BED)"
    r"|(?:BEDTIME|TO_BED) YESTERDAY(?: EVENING| NIGHT)?"
)
"""Before a cramp: the day is that of going to bed, and the hour one of the night that followed."""
_NIGHTS = frozenset({"NIGHT", "LAST_NIGHT", "THIS_NIGHT", "TONIGHT", "GOOD_NIGHT", "SINCE"})
_TO_COME = frozenset({"TONIGHT", "THIS_NIGHT", "TOMORROW"})
_UNREAL_LOG = _TO_COME | {"TODAY", "?"}
"""With these concepts, a cramp that is only thought of is none to log: "if I get one today?"."""
_NOTHING = frozenset({"NOT", "0", "FINE", "SLEPT_WELL", "QUIET", "NO_CRAMP"})
_REMOVED = frozenset({"DELETE", "TURN_OFF", "ERASE"})
"""With these concepts a "not" is about an entry: "don't delete last night's"."""
_REMOVALS = (RemoveEntry(), Show(Page.ERASE))
_OTHERWISE = frozenset(
    {*EVENTS, *SITES, *KINDS, *_ORDERS, "PAUSE", "ALCOHOL", "SLEEP", "TO_BED", "BEDTIME"}
)
_ASKED = frozenset({"ASKING", "WHY", "HOW_MANY", "HOW_WAS", "DID_I", "WHEN", "HELPING", "?"})
"""With these concepts, a cramp that is named is none of this moment."""
_BEFORE_NUMBERS = frozenset({"IN", "FOR", "AT", "ABOUT", "AFTER", "OUT_OF", "OVER", "UNDER"})
"""Of words that were left out when no number follows."""
_UNSAID = frozenset({"AT", "ON", "OF", "IN", "AND", "FOR", ",", ";", ".", ":", "-", "FILLER"})
"""Concepts that do not count when readings are compared by what they leave out."""


@dataclass(frozen=True)
class Subject:
    """Something that sentences can be about."""

    rule: Rule
    about: frozenset[str]
    """Concepts of which one must occur."""
    keeps: frozenset[str] = frozenset()
    """Further concepts that the rule reads."""
    besides: tuple[frozenset[str], ...] = ()
    """Of each of these sets, one concept must occur, too."""

    def readings(self, tokens: Sequence[Token], situation: Situation) -> "_Readings | None":
        """What the rule makes of the words that it knows; without times, if need be."""
        kinds = {token.kind for token in tokens}
        if kinds.isdisjoint(self.about) or any(kinds.isdisjoint(one) for one in self.besides):
            return None
        said = [one for at, one in enumerate(tokens) if not self._is_unread_span(tokens, at)]
        for left_out in (frozenset[str](), _GREETED, _CLOCK | _SPANS, _TIMES):
            kept = [one for one in said if self._is_read(one.kind) and one.kind not in left_out]
            if left_out > _GREETED:
                kept = [one for one in kept if not one.kind.isdigit() and one.kind not in _SIGNS]
            kept = only_before_numbers(kept, _BEFORE_NUMBERS)
            found = readings_of(self.rule(Remainder(kept), situation))
            if found:
                return _Readings(found, sum(one.kind not in _UNSAID for one in kept))
        return None

    def _is_unread_span(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a number is that of a span which the rule does not read: "add an hour"."""
        after = tokens[at + 1].kind if at + 1 < len(tokens) else ""
        return tokens[at].kind.isdigit() and after in _LENGTHS and not self._is_read(after)

    def _is_read(self, kind: str) -> bool:
        return kind.isdigit() or kind in _SIGNS or kind in self.about or kind in self.keeps


@dataclass(frozen=True)
class _Readings:
    meanings: Sequence[Meaning]
    count: int
    """Concepts that they explain."""


_TOLD = frozenset({"WOKE", "AWAKE", "STRENGTH", "OUT_OF", "/", "OVER", "UNDER", "TIMES"})
_OF_CRAMPS = _TIMES | _TOLD | _PLACES | {"HURTS", *JOINING}
_MUTED = {*("MUTE", "SKIP", "PAUSE", "DONT_REMIND", "NOT", "UNTIL", "REMINDER", "DAILY", "WEEKEND")}
_RIGHT_AND_AT = (frozenset({"RIGHT"}), frozenset({"AT"}))
SUBJECTS: tuple[Subject, ...] = (
    Subject(one_of_several, frozenset(EVENTS), _OF_CRAMPS | {"BETWEEN", "OR"}),
    Subject(no_cramps, frozenset({"NO_CRAMP", "SLEPT_WELL"}), _DAYS | {"NIGHT", "QUIET"}),
    Subject(relief, frozenset({"HURTS", "HELPS_NOW"}), _PLACES | {*EVENTS, "HELP", "NOW"}),
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
        _PLACES | _DAYS | _UNITS | {*EVENTS, "THIS", "LAST"},
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
        reminder, frozenset(KINDS), _CLOCK | _ORDERS | {"DAILY"}, (_ORDERS | _CLOCK | {"DAILY"},)
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
    Subject(resume, frozenset({"RESUME"}), _DAYS | {"IN", "HOUR", "MIN", "REMINDER"}),
    Subject(undo, frozenset({"UNDO"}), frozenset({"LAST", "ENTRY", "CRAMP"})),
    Subject(remove, frozenset({"DELETE"}), frozenset({"LAST", "ENTRY", "OUT_OF", *EVENTS}) | _DAYS),
    Subject(
        correction,
        frozenset({"WRONG", "MEANT", "RATHER", "NO"}),
        _PLACES
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
        (_TIMES - {"NOW"}) | _TOLD | _PLACES | {"BETWEEN", "OR", *JOINING},
        (frozenset({"OR", "BETWEEN", "MAYBE"}),),
    ),
    Subject(night_alone, frozenset({"LAST_NIGHT", "THIS_NIGHT", "THIS_MORNING"})),
)
"""What sentences are about, the likelier first where as much is explained."""


def nearest(tokens: Sequence[Token], situation: Situation, most: int) -> tuple[Meaning, ...]:
    """What a sentence may mean of which no rule explains all, the nearest first.

    Args:
        tokens: of the sentence; unknown words are left out.
        situation: who typed it, and when.
        most: how many readings are wanted.
    """
    known = [token for token in counted(tokens) if token.is_known]
    if not EVENTS.keys().isdisjoint(token.kind for token in known):
        rest = Remainder(known)
        if len(list(rest.pull(_WENT_TO_BED))) == 1:
            known = list(rest.tokens)
    kinds = [token.kind for token in known]
    found = [one for subject in SUBJECTS if (one := subject.readings(known, situation)) is not None]
    found.sort(key=lambda one: -one.count)
    several = len(found) > 1
    meanings = [
        meaning
        for one in found
        for meaning in one.meanings[: MOST_OF_ONE_RULE if several else most]
    ]
    meanings += _plain(kinds, situation)
    if "DOCTOR" in kinds and not {"SUMMARY", "HISTORY", "SHOW", "EXPORT"}.isdisjoint(kinds):
        meanings.insert(0, Show(Page.REPORT))
    last_night = situation.nights.last_night(situation.local)
    is_unreal = "UNREAL" in kinds
    is_negated = "NOT" in kinds or is_unreal
    # "no cramp, at 3 I only had a drink"
    is_told = "NO_CRAMP" in kinds and not {*_ORDERS, "REMIND"} & set(kinds)
    is_no_time = (
        is_negated or is_told or EVERY_FEW.search(" ".join(kinds)) is not None or "UNTIL" in kinds
    )
    if _is_quiet(kinds) and not is_unreal:
        others = [one for one in meanings if not _is_log(one)]
        is_earlier = "DAY_BEFORE_YESTERDAY" in kinds and "NIGHT" in kinds
        night = last_night - timedelta(days=1) if is_earlier else last_night
        meanings = [NoCramps(night), *others, *([] if others else [WasWrong()])]
    if is_unreal and not {*EVENTS, *_NIGHTS}.isdisjoint(kinds):
        meanings.insert(0, Show(Page.LEARN))
    if {"NOT", "LET_GO"} <= set(kinds):  # "it has not let go yet"
        meanings.insert(0, Show(Page.RELIEF))
    is_of_nobody = is_unreal or not SOMEBODY.isdisjoint(kinds)
    is_of_nobody |= {"ASKING", "ENTRY"} <= set(kinds)  # "why did you log a cramp at 3?"
    if is_of_nobody:  # "my mother has cramps": hardly an entry of one's own
        meanings.sort(key=_is_log)
    is_of_cramp = not EVENTS.keys().isdisjoint(kinds)  # "a cramp at 2, I got up and it went"
    # Somebody else, or a night that is over: "last night I went to bed at 23:15".
    is_no_order = is_of_cramp or is_of_nobody or not {"LAST_NIGHT", "YESTERDAY"}.isdisjoint(kinds)
    is_of_place = not _PLACES.isdisjoint(kinds) and "AT" in kinds  # "my calf at 3, then it went"
    is_of_reminder = "REMINDER" in kinds and "ENTRY" not in kinds  # "remove coffee from these"
    is_of_sleep = not {"GET_UP", "BEDTIME"}.isdisjoint(kinds)  # "this week I get up at 5"
    allowed = [
        one
        for one in meanings
        if not (is_refused(one, kinds) or isinstance(one, Said))
        and not (is_of_nobody and isinstance(one, NoCramps))
        and not (isinstance(one, NoCramps) and not _REMOVED.isdisjoint(kinds))
        and not (_is_now(one, situation) and not (_PAST | _ASKED).isdisjoint(kinds))
        and not (is_no_time and isinstance(one, MoveReminder | RemindOnce | Shift))
        and not (is_of_reminder and one in _REMOVALS)
        and not (is_of_sleep and _is_summary(one))
        and not (is_no_order and isinstance(one, SleepTimes))
        and not ("AGAIN" in kinds and isinstance(one, Correct) and one.is_other_side)
        and not ("LET_GO" in kinds and not (is_of_cramp or is_of_place) and _is_log(one))
        and not (is_unreal and not _UNREAL_LOG.isdisjoint(kinds) and _is_log(one))
        and not (is_negated and isinstance(one, DidHabit | HadCaffeine | LetGo | SleepTimes))
        and not (is_negated and _is_log(one) and len(set(kinds) - _UNSAID) < 4)
        and not ("NO_CRAMP" in kinds and _is_log(one) and EVENTS.keys().isdisjoint(kinds))
    ]
    different = dict.fromkeys(allowed)
    return tuple(one for one in different if _unrated(one) not in different)[:most]


def _unrated(meaning: Meaning) -> Meaning | None:
    """Two cramps whose strength may be their number, without it: "two, one at 1, one at 5"."""
    if not isinstance(meaning, LogTwo) or "strength" not in dict(meaning.first.told):
        return None
    told = tuple(one for one in meaning.first.told if one[0] != "strength")
    return LogTwo(replace(meaning.first, told=told), replace(meaning.second, told=told))


def _is_quiet(kinds: Sequence[str]) -> bool:
    """Whether it may be said of a night that nothing was: "last two nights were fine"."""
    if _NO_CRAMP.search(" ".join(kinds)):
        return "WRONG" not in kinds  # "that was no cramp, my mistake"
    is_night = not _NIGHTS.isdisjoint(kinds)
    return is_night and not _NOTHING.isdisjoint(kinds) and _OTHERWISE.isdisjoint(kinds)


def _is_log(meaning: Meaning) -> bool:
    return isinstance(meaning, LogCramp)


def _is_summary(meaning: Meaning) -> bool:
    return isinstance(meaning, MoveReminder) and meaning.kind == KINDS["SUMMARY"]


def _is_now(meaning: Meaning, situation: Situation) -> bool:
    return isinstance(meaning, LogCramp) and meaning.at == situation.said_at


def _plain(kinds: Sequence[str], situation: Situation) -> Iterator[Meaning]:
    """What can be offered of a subject when nothing else is known."""
    said = set(kinds)
    if said - _UNSAID - {"OTHER_ONE", "HOW_BAD", "HURTS", "NOW"} == {"AGAIN"}:
        yield LogCramp(situation.said_at, "exact")
    today = situation.local_on
    if said & {"PAUSE", "AWAY", "MUTE"} or (
        said & {"REMINDER", "DONT_REMIND"} and said & {"NOT", "TURN_OFF", "DONT_REMIND"}
    ):
        yield from (Pause(tonight=True), Pause(today + timedelta(days=7)), Pause())
    if said & {"HOW_MANY", "HOW_WAS", "DID_I", "HOW_STRONG", "WHEN"}:
        if said & {"HOW_STRONG", "WHEN"}:
            yield AskLast()
        yield (
            AskNights(Span.MONTH, today.replace(day=1))
            if "MONTHS" in said
            else AskNights(Span.WEEK)
        )
        yield AskNights(Span.ALL)
    if said & {"WRONG", "MEANT", "ENTRY"}:
        yield from readings_of(wrong(Remainder([Token("WRONG", "")]), situation))
    if {"ERASE", "NOT"} <= said:  # "delete everything except January"
        yield from (Show(Page.HISTORY), Show(Page.PRIVACY))
    if "DELETE" in said and _PAST.isdisjoint(said):
        yield from (RemoveEntry(), Show(Page.ERASE))
        yield from (Show(Page.HISTORY), Show(Page.PRIVACY)) if "NOT" in said else ()
    if said & {"ASKING", "WHY", "HELPING"} and said & set(EVENTS):
        yield from (Show(Page.LEARN), Show(Page.WARNINGS))
    if said & {"PROGRESS", "MOST_OFTEN", "WORST"} and said & _MONTHS:
        yield AskTrend()  # "was October worse than November?"
    if said >= {"LEFT", "RIGHT", "OR"}:  # "do I get more in the left or the right?"
        yield AskNights(Span.ALL)
    if said & {"SILENT", "SOUND", "REMIND"} or len(said & _WEEKDAYS) > 1:
        yield Show(Page.REMINDERS)
    if "AWAKE" in said and said.isdisjoint(EVENTS):  # "can't sleep, I'm afraid it comes back"
        yield from (OpenCard("sleep"), Show(Page.RELIEF))
    if "DOCTOR" in said:
        yield from (Show(Page.REPORT), OpenCard("when"))
    if "HELPING" in said and said.isdisjoint({*CARDS, *EVENTS}):  # "does camomile help?"
        yield OpenCard("heard_about")
    if said & {"BEDTIME", "GET_UP", "TO_BED"}:
        yield Show(Page.GETTING_UP if "GET_UP" in said else Page.BEDTIME)
