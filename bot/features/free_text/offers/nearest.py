"""Finds what a sentence may be about if no rule explains all of it. Pure: the instant is passed in.

A rule explains all of a sentence or none of it. Here, each rule reads the sentence without the
words that it does not know (``subjects.py``); what it makes of the rest is offered on a button, and
nothing is done without a tap. The reading that leaves out the fewest words comes first.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta

from bot.features.free_text.meanings.act_values import RemindOnce, Shift, SleepTimes
from bot.features.free_text.meanings.further_values import (
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
    Talk,
    WasWrong,
)
from bot.features.free_text.meanings.values import (
    LogCramp,
    LogTwo,
    Meaning,
    MoveReminder,
    NoCramps,
    Page,
    Pause,
    Show,
    TurnReminder,
)
from bot.features.free_text.offers.numbers_of_cramps import (
    OF_STRENGTH,
    unrated,
    without_their_number,
)
from bot.features.free_text.rules.card_rules import CARDS
from bot.features.free_text.rules.cramp_fields import EVENTS, SIDES, SITES
from bot.features.free_text.rules.reminder_rules import KINDS
from bot.features.free_text.rules.somebody_rules import SOMEBODY, is_told_of_somebody
from bot.features.free_text.rules.told_rules import CAFFEINE, is_told_of_pet, present_evening
from bot.features.free_text.rules.undo_rules import wrong
from bot.features.free_text.understanding.patterns import CLOCK, EVERY_FEW, LYING_AWAKE
from bot.features.free_text.understanding.refusals import is_refused
from bot.features.free_text.understanding.sentence import Remainder, Situation
from bot.features.free_text.understanding.subjects import ORDERS, PLACES, SUBJECTS, UNSAID
from bot.features.free_text.understanding.whole_sentence import counted, readings_of
from bot.i18n.vocabulary.tokens import Token

MOST_OF_ONE_RULE = 2
"""The most readings of one rule that are offered beside those of other rules."""
FEWEST_BESIDE_NOT = 4
"""The fewest concepts of a sentence with a "not" in which a cramp may be meant all the same."""
_MONTHS = frozenset(f"MONTH{number}" for number in range(1, 13))
_WEEKDAYS = frozenset(f"DAY{number}" for number in range(7))
_PAST = frozenset(
    {
        *("AGO", "YESTERDAY", "DAY_BEFORE_YESTERDAY", "LAST_NIGHT", "THIS_NIGHT", "THIS_MORNING"),
        *("LAST", "TOMORROW", "NEXT", "FROM_BED", *(f"DAY{number}" for number in range(7))),
    }
)
"""With these concepts, a cramp is not of the present moment."""
_NO_CRAMP = re.compile(
    r"(?<!\S)NOT (?:(?:1|HOW_BAD|AGAIN|REAL) )?(?:CRAMPS?|TWITCH)(?!\S)"
    r"|NOT(?: THIS| LAST)* (?:NIGHT|LAST_NIGHT|TONIGHT|THIS_NIGHT)(?!\S)"
    r"|(?:NIGHT|LAST_NIGHT|TONIGHT|THIS_NIGHT) NOT(?! SLEEP)(?!\S)|CRAMPS? NOT$"
)
_INSTEAD_OF_HOUR = re.compile(r"NOT (?:(?:AT|OF) )*[0-9]{1,2}(?: (?:DIAL|:) [0-9]{2})?(?!\S)")
_EITHER_NUMBER = re.compile(r"(?<!\S)(?:[0-9]+|FILLER) OR [0-9]+(?!\S)")
_WENT_TO_BED = re.compile(
    r"YESTERDAY(?: EVENING| NIGHT)? (?:ABOUT )?(?:BEDTIME|TO_BED)"
    r"|(?:BEDTIME|TO_BED) YESTERDAY(?: EVENING| NIGHT)?"
)
"""Concepts before a cramp that name the evening before: the hour is one of the night that
followed."""
_HOUR = re.compile(rf"(?<!\S)(?:{CLOCK.pattern}|[0-9]{{1,2}} (?:HRS|OCLOCK))(?!\S)")
_SLEEPS = frozenset({"GET_UP", "BEDTIME", "TO_BED", "SLEEP", "AWAY"})
_HOUR_OF_SLEEP = re.compile(r"(?:BEDTIME|TO_BED|GET_UP) (?:(?:AT|ABOUT) )*[0-9]")
"""Such an hour is the end of no pause: "until thursday I go to bed at eight"."""
_NIGHTS = frozenset({"NIGHT", "LAST_NIGHT", "THIS_NIGHT", "TONIGHT", "GOOD_NIGHT", "SINCE"})
_UNREAL_LOG = frozenset({"TONIGHT", "THIS_NIGHT", "TOMORROW", "TODAY", "?"})
"""With these concepts, a cramp that is only thought of is not logged: "if I get one today?"."""
NOTHING = frozenset({"NOT", "0", "FINE", "SLEPT_WELL", "QUIET", "NO_CRAMP"})
_REMOVED = frozenset({"DELETE", "TURN_OFF", "ERASE"})
"""With these concepts a "not" is about an entry: "don't delete last night's"."""
_OF_SOMEBODY = Said(Talk.PET)
"""A cramp that is told may not be the person's own."""
_REMOVALS = (RemoveEntry(), Show(Page.ERASE))
_STOPPED = frozenset({"PAUSE", "MUTE", "SKIP", "DONT_REMIND", "TURN_OFF"})
_OTHERWISE = frozenset(
    {*EVENTS, *SITES, *KINDS, *ORDERS, "PAUSE", "ALCOHOL", "SLEEP", "TO_BED", "BEDTIME"}
)
_EFFORTS = frozenset({"EXERCISE", "DISTANCE"})
_OF_CRAMPS = frozenset({*EVENTS, *SITES, "WOKE", "HURTS", "LET_GO"})
_OTHER_DRINK = frozenset({*CAFFEINE, "ALCOHOL", "NOT", "?", *EVENTS})
"""With these concepts it is not told that water was drunk."""
_ASKED = frozenset({"ASKING", "WHY", "HOW_MANY", "HOW_WAS", "DID_I", "WHEN", "HELPING", "?"})
"""With these concepts, a cramp that is named is not of this moment."""


def nearest(tokens: Sequence[Token], situation: Situation, most: int) -> tuple[Meaning, ...]:
    """The possible meanings of a sentence that no rule explains fully, the nearest first.

    Args:
        tokens: of the sentence; unknown words are left out.
        situation: who typed it, and when.
        most: how many readings are wanted.
    """
    known = _without_bedtime([token for token in counted(tokens) if token.is_known])
    known = _without_time_instead(_without_time_before_order(known))
    kinds = [token.kind for token in known]
    meanings = [*_of_subjects(known, situation, most), *_plain(kinds, situation)]
    meanings = [without_their_number(one, meanings, kinds) for one in meanings]
    allowed = [
        one
        for one in _likelier_first(meanings, kinds, situation)
        if _is_possible(one, kinds, situation)
    ]
    different = dict.fromkeys(allowed)
    return tuple(one for one in different if unrated(one) not in different)[:most]


def _without_bedtime(tokens: list[Token]) -> list[Token]:
    """The tokens of a cramp without when the person had gone to bed."""
    if EVENTS.keys().isdisjoint(token.kind for token in tokens):
        return tokens
    rest = Remainder(tokens)
    return rest.tokens if len(list(rest.pull(_WENT_TO_BED))) == 1 else tokens


def _without_time_before_order(tokens: list[Token]) -> list[Token]:
    """The tokens of "off at 7 tomorrow, remind me to stretch at 8" without the first hour."""
    kinds = [token.kind for token in tokens]
    order = kinds.index("REMIND") if "REMIND" in kinds else 0
    before, after = Remainder(tokens[:order]), tokens[order:]
    has_hour = CLOCK.search(" ".join(kinds[order:])) is not None
    return [*before.tokens, *after] if has_hour and list(before.pull(CLOCK)) else tokens


def _without_time_instead(tokens: list[Token]) -> list[Token]:
    """The tokens of "stretch at 10 instead of 9" without the hour that is no longer meant."""
    rest = Remainder(tokens)
    instead = list(rest.pull(_INSTEAD_OF_HOUR))
    has_hour = CLOCK.search(str(rest)) is not None
    is_of_kind = rest.has(*KINDS) and not rest.has("GET_UP", "REMINDER")
    return rest.tokens if len(instead) == 1 and has_hour and is_of_kind else tokens


def _of_subjects(tokens: Sequence[Token], situation: Situation, most: int) -> list[Meaning]:
    """The readings by all subjects' rules, those that leave out the fewest words first."""
    found = [
        one for subject in SUBJECTS if (one := subject.readings(tokens, situation)) is not None
    ]
    found.sort(key=lambda one: -one.count)
    of_one_rule = MOST_OF_ONE_RULE if len(found) > 1 else most
    return [meaning for one in found for meaning in one.meanings[:of_one_rule]]


def _likelier_first(
    meanings: list[Meaning], kinds: Sequence[str], situation: Situation
) -> list[Meaning]:
    """The meanings in another order, with those that the sentence as a whole makes likely."""
    if "DOCTOR" in kinds and not {"SUMMARY", "HISTORY", "SHOW", "EXPORT"}.isdisjoint(kinds):
        meanings.insert(0, Show(Page.REPORT))
    is_unreal = "UNREAL" in kinds
    if _is_quiet(kinds) and not is_unreal:
        others = [one for one in meanings if not _is_log(one)]
        is_earlier = "DAY_BEFORE_YESTERDAY" in kinds and "NIGHT" in kinds
        night = situation.nights.last_night(situation.local) - timedelta(days=is_earlier)
        meanings = [NoCramps(night), *others, *([] if others else [WasWrong()])]
    is_unreal_today = is_unreal and {"TODAY", "NOT"} <= set(kinds)  # "hope it stays away today"
    if is_unreal_today or (is_unreal and not {*EVENTS, *_NIGHTS}.isdisjoint(kinds)):
        meanings.insert(0, Show(Page.LEARN))
    if is_unreal and not EVENTS.keys().isdisjoint(kinds):
        meanings.insert(0, OpenCard("relief"))
    if {"NOT", "LET_GO"} <= set(kinds):  # "it has not let go yet"
        meanings.insert(0, Show(Page.RELIEF))
    if _is_of_nobody(kinds) and (is_unreal or is_told_of_somebody(kinds) or "ENTRY" in kinds):
        meanings.sort(key=_is_log)
    has_log = any(map(_is_log, meanings)) and "PAUSE" not in kinds
    if ("SOMEONE" in kinds and "AT" in kinds) or (has_log and is_told_of_somebody(kinds)):
        meanings.insert(int(meanings[:1] == [Show(Page.CAREGIVER)]), _OF_SOMEBODY)
    return meanings


def _is_possible(meaning: Meaning, kinds: Sequence[str], situation: Situation) -> bool:
    """Whether nothing else in a sentence speaks against a meaning."""
    said = set(kinds)
    is_negated = not said.isdisjoint({"NOT", "UNREAL"})
    is_said = isinstance(meaning, Said) and meaning != _OF_SOMEBODY
    if is_said or is_refused(meaning, kinds):
        return False
    if meaning in _REMOVALS:
        return not ("REMINDER" in said and "ENTRY" not in said)  # "remove coffee from these"
    match meaning:
        case LogCramp():
            if meaning.at == situation.said_at and _names_its_hour(kinds):
                return False  # "cramp or pins and needles at 3, no idea"
            return not is_told_of_pet(kinds) and _may_be_logged(meaning, said, situation)
        case LogTwo():
            return not _is_of_reminder(said)
        case NoCramps():
            is_nightly = {"DAILY", "NIGHT"} <= said and "NOT" not in said  # "one every night"
            # "last night or the one before, I had one"
            is_told = "OR" in said and not said.isdisjoint(EVENTS) and said.isdisjoint(NOTHING)
            is_other = is_nightly or is_told or _is_of_nobody(said)
            return said.isdisjoint(_REMOVED) and not is_other
        case RemindOnce() if not said.isdisjoint(_STOPPED):
            return False  # "don't wake me with the stretch tomorrow"
        case MoveReminder() | RemindOnce() | Shift():
            is_of_sleep = not said.isdisjoint({"GET_UP", "BEDTIME"})  # "this week I get up at 5"
            is_drunk = is_told_of_drink(said)  # "I had my tea at eight and a glass of water"
            is_other = is_of_sleep and _is_summary(meaning)
            return not (_has_no_time_to_set(kinds) or is_drunk or is_other)
        case SleepTimes():
            # Not of a night that is over: "last night I went to bed at 23:15".
            # Nor of when somebody gets up: "in bed until three".
            is_over = not said.isdisjoint({*EVENTS, "LAST_NIGHT", "YESTERDAY"})
            is_over |= "BETWEEN" in said  # "it was between 2 and 4"
            is_over |= "UNTIL" in said and not _names_hour_of_sleep(kinds)
            return not (is_negated or is_over or _is_of_nobody(said))
        case LetGo() if "?" in said:
            return False  # "is it better since I drink more?"
        case DidHabit() | HadCaffeine() | LetGo():
            return not is_negated
        case Pause(clock=clock):
            is_of_sleep = clock is not None and _names_hour_of_sleep(kinds)
            is_feared = "UNREAL" in said and not said.isdisjoint(EVENTS)
            return not (is_of_sleep or is_feared)  # "at the cottage, I fear one"
        case TurnReminder():
            return not (meaning.on and "PROGRESS" in said)  # "remind me less often to drink"
        case Correct():
            return not ("AGAIN" in said and meaning.is_other_side)
        case _:
            return True


def tells_of_none(said: Collection[str]) -> bool:
    """Whether a sentence says that there was no cramp: "not in my left calf, for ages now"."""
    is_for_long = "LONG" in said and not {"NOT", "FINE"}.isdisjoint(said)
    return "NO_CRAMP" in said or is_for_long


def is_of_effort(said: Collection[str]) -> bool:
    """Whether a sentence only tells what was hard work for the legs: "a long run this morning"."""
    return not _EFFORTS.isdisjoint(said) and _OF_CRAMPS.isdisjoint(said)


def _may_be_logged(cramp: LogCramp, said: set[str], situation: Situation) -> bool:
    """Whether nothing else in a sentence speaks against logging a cramp."""
    is_named = not said.isdisjoint(EVENTS)  # "a cramp at 2, I got up and it went"
    is_of_place = "AT" in said and not said.isdisjoint(PLACES)  # "my calf at 3, then it went"
    if not {"REMINDER", "MOVE"}.isdisjoint(said) and said.isdisjoint({*_OF_CRAMPS, *SIDES}):
        return False  # "maybe I move the reminder to eleven"
    is_now = cramp.at == situation.said_at
    if is_now and not said.isdisjoint(_PAST | _ASKED | LYING_AWAKE):
        return False
    if is_now and "DIAL" in said and "NOW" not in said:
        return False  # "ouch, and a second one towards morning at ten to five"
    if _is_of_reminder(said) or ("LET_GO" in said and not (is_named or is_of_place)):
        return False
    if not is_named and ("UNTIL" in said or tells_of_none(said) or is_of_effort(said)):
        return False
    if {"DAILY", "NIGHT"} <= said or ("DAILY" in said and _is_of_nobody(said)):
        return False  # "my neighbour gets them at 3 every night"
    if "OR" in said and "strength" in dict(cramp.told) and said.isdisjoint(OF_STRENGTH):
        return False  # "one or two, one in my foot"
    is_unreal = "UNREAL" in said
    if is_unreal and not said.isdisjoint(_UNREAL_LOG):
        return False
    return not (is_unreal or "NOT" in said) or len(said - UNSAID) >= FEWEST_BESIDE_NOT


def _names_its_hour(kinds: Sequence[str]) -> bool:
    """Whether a sentence has an hour that can only be that of a cramp."""
    others = {"NOW", "UNTIL", "MOVE", "REMIND", "REMINDER", "NIGHT_SHIFT", *KINDS, *_SLEEPS}
    return others.isdisjoint(kinds) and _HOUR.search(" ".join(kinds)) is not None


def _is_of_reminder(said: set[str]) -> bool:
    """Whether what wakes somebody is a reminder: "could your reminder wake me at half past ten"."""
    return not said.isdisjoint({"REMINDER", "REMIND"}) and said.isdisjoint({*EVENTS, *SITES})


def _has_no_time_to_set(kinds: Sequence[str]) -> bool:
    """Whether a time in a sentence cannot be one that is wished for a reminder."""
    said = set(kinds)
    # "no cramp, at 3 I only had a drink"
    is_told = "NO_CRAMP" in said and said.isdisjoint({*ORDERS, "REMIND"})
    is_every_few = EVERY_FEW.search(" ".join(kinds)) is not None
    return is_told or is_every_few or not said.isdisjoint({"NOT", "UNREAL", "UNTIL"})


def is_told_of_drink(said: Collection[str]) -> bool:
    """Whether a sentence tells what was drunk, and orders nothing."""
    return "DRANK" in said and {"REMIND", "DAILY", *ORDERS}.isdisjoint(said)


def _names_hour_of_sleep(kinds: Sequence[str]) -> bool:
    return _HOUR_OF_SLEEP.search(" ".join(kinds)) is not None


def _is_of_nobody(kinds: Collection[str]) -> bool:
    """Whether a cramp in a sentence is hardly one of the person's own: "my mother has cramps"."""
    is_unreal = "UNREAL" in kinds or not SOMEBODY.isdisjoint(kinds)
    return is_unreal or {"ASKING", "ENTRY"} <= set(kinds)  # "why did you log a cramp at 3?"


def _is_quiet(kinds: Sequence[str]) -> bool:
    """Whether a sentence may say that nights were quiet: "last two nights were fine"."""
    if _EITHER_NUMBER.search(" ".join(kinds)):  # "two or three, no idea"
        return False
    if not {"NO_SLEEP", "SLEPT_BADLY"}.isdisjoint(kinds):
        return False
    is_last = kinds[-1:] == ["NOT"]
    if none := _NO_CRAMP.search(" ".join(kinds)):
        # "a cramp last night, did not even get up" has a "not" of something else
        is_none = EVENTS.keys().isdisjoint(kinds) or not none[0].endswith("NOT") or is_last
        return "WRONG" not in kinds and is_none  # "that was not a cramp, my mistake"
    is_night = not _NIGHTS.isdisjoint(kinds) and "OR" not in kinds
    return is_night and not NOTHING.isdisjoint(kinds) and _OTHERWISE.isdisjoint(kinds)


def _is_log(meaning: Meaning) -> bool:
    return isinstance(meaning, LogCramp | LogTwo)


def _is_summary(meaning: Meaning) -> bool:
    return isinstance(meaning, MoveReminder) and meaning.kind == KINDS["SUMMARY"]


def _plain(kinds: Sequence[str], situation: Situation) -> Iterator[Meaning]:
    """What can be offered of a subject when nothing else is known."""
    said = set(kinds)
    yield from _cramps_pauses_and_figures(said, situation)
    yield from _changes_of_diary(said, situation)
    yield from _pages_and_cards(said)


def _cramps_pauses_and_figures(said: set[str], situation: Situation) -> Iterator[Meaning]:
    """A cramp that came again, a pause, and questions about the diary."""
    if said - UNSAID - {"OTHER_ONE", "HOW_BAD", "HURTS", "NOW"} == {"AGAIN"}:
        yield LogCramp(situation.said_at, "exact")
    today = situation.local_on
    if said & {"PAUSE", "AWAY", "MUTE"} or (
        said & {"REMINDER", "DONT_REMIND"} and said & {"NOT", "TURN_OFF", "DONT_REMIND"}
    ):
        yield from (Pause(tonight=True), Pause(today + timedelta(days=7)), Pause())
    if {"DAILY", "NIGHT"} <= said and said & EVENTS.keys():
        yield AskNights(Span.WEEK)  # "one every night this week"
    if said & {"HOW_MANY", "HOW_WAS", "DID_I", "HOW_STRONG", "WHEN"}:
        if said & {"HOW_STRONG", "WHEN"}:
            yield AskLast()
        yield (
            AskNights(Span.MONTH, today.replace(day=1))
            if "MONTHS" in said
            else AskNights(Span.WEEK)
        )
        yield AskNights(Span.ALL)


def _changes_of_diary(said: set[str], situation: Situation) -> Iterator[Meaning]:
    """Corrections, notes, habits, and what is to be removed."""
    if said & {"WRONG", "MEANT", "ENTRY"}:
        yield from readings_of(wrong(Remainder([Token("WRONG", "")]), situation))
    if is_told_of_drink(said) and _OTHER_DRINK.isdisjoint(said):  # "of course I drank"
        yield DidHabit("hydration_done", present_evening(situation))
    if "NOTE" in said:
        yield Show(Page.HISTORY)  # where every entry takes one
    if {"ALL", "NOT"} <= said and said & {"TURN_OFF", "DONT_REMIND", "PAUSE", "MUTE"}:
        yield Show(Page.REMINDERS)  # "switch off everything except the drinks"
    if {"ERASE", "NOT"} <= said:  # "delete everything except January"
        yield from (Show(Page.HISTORY), Show(Page.PRIVACY))
    is_of_reminder = bool(said & {"DRINK", "STRETCH"}) and said.isdisjoint({*EVENTS, "DRANK"})
    if "DELETE" in said and is_of_reminder:  # "the drinks one, remove it"
        yield from (
            TurnReminder(KINDS[kind], False) for kind in ("DRINK", "STRETCH") if kind in said
        )
    elif "DELETE" in said and _PAST.isdisjoint(said):
        yield from (RemoveEntry(), Show(Page.ERASE))
        yield from (Show(Page.HISTORY), Show(Page.PRIVACY)) if "NOT" in said else ()


def _pages_and_cards(said: set[str]) -> Iterator[Meaning]:
    """Pages of the bot, and cards about cramps and sleep."""
    if said & {"ASKING", "WHY", "HELPING"} and said & set(EVENTS):
        yield from (Show(Page.LEARN), Show(Page.WARNINGS))
    if said & {"PROGRESS", "MOST_OFTEN", "WORST"} and said & _MONTHS:
        yield AskTrend()  # "was October worse than November?"
    if {"SINCE", "?"} <= said and said & {"PROGRESS", "LET_GO", "MOST_OFTEN"}:
        yield AskTrend()
    if said >= {"LEFT", "RIGHT", "OR"}:  # "do I get more in the left or the right?"
        yield AskNights(Span.ALL)
    if said & {"SILENT", "SOUND", "REMIND"} or len(said & _WEEKDAYS) > 1:
        yield Show(Page.REMINDERS)
    if said & {"AWAKE", "NO_SLEEP", "SLEPT_BADLY"} and said.isdisjoint(
        EVENTS
    ):  # "can't sleep, I'm afraid"
        yield from (OpenCard("sleep"), Show(Page.RELIEF))
    if is_of_effort(said) and said.isdisjoint(_OTHERWISE):  # "ran a marathon this afternoon"
        yield OpenCard("moving")
    if "DOCTOR" in said:
        yield from (Show(Page.REPORT), OpenCard("when"))
    if "HELPING" in said and said.isdisjoint({*CARDS, *EVENTS}):  # "does camomile help?"
        yield OpenCard("heard_about")
    if said & {"BEDTIME", "GET_UP", "TO_BED"}:
        yield Show(Page.GETTING_UP if "GET_UP" in said else Page.BEDTIME)
