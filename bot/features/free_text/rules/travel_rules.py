"""Rules for sentences that say where the person is now. Pure."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import takewhile

from bot.features.free_text.meanings.act_values import AskPlace, ComeHome, Travel
from bot.features.free_text.meanings.values import Meaning, Page, Pause, Resume, Show, Unclear
from bot.features.free_text.rules.once_rules import as_said
from bot.features.free_text.rules.pause_rules import pause
from bot.features.free_text.rules.times_ahead import FOR_SPAN, IN_SPAN, after, day_of
from bot.features.free_text.understanding.patterns import ANY_DAY, CLOCK, DAY
from bot.features.free_text.understanding.sentence import Piece, Remainder, Situation, Understood
from bot.i18n.vocabulary.tokens import Token

_NEXT = re.compile(
    "(?<!UNTIL )(?<!FOR )"
    "(?:(?:ON |IN )?NEXT (?:WEEK|MONTHS)|(?:WEEK|MONTHS) NEXT|THIS (?:WEEK|MONTHS)|WEEKEND)"
)
_DAY_AHEAD = re.compile(
    "(?<!UNTIL )(?:ON |AFTER |SINCE )?"
    "(?:(?:NEXT )?DAY[0-6](?: NEXT)?|TOMORROW|DAY_AFTER_TOMORROW)"
    "|IN [0-9]{1,2} (?:DAYS|WEEK)"
)
_FROM_DAY = re.compile(rf"(?:AFTER|SINCE)(?= {ANY_DAY.pattern})")
_UNTIL_DAY = re.compile(rf"UNTIL(?= {ANY_DAY.pattern})")
_BEFORE_PLACE = frozenset({"IN", "AT", "ON", "TO"})
_ENDS = frozenset({"UNTIL", "DAYS", "WEEK", "MONTHS", "WEEKEND"})
"""Concepts that say how long a journey is."""
_SPANS = frozenset({"SUMMARY", "THIS", "WEEK", "MONTHS", "WEEKEND", "TONIGHT", "THIS_NIGHT"})
"""Concepts that say after the name of a place how long somebody is there."""
_AFTER_NAME = frozenset({"UNTIL", "AND", "AWAY"})
"""Before what is said of a journey beside its place: "Lisbon and back on the 20th"."""
_NO_PLACE = frozenset({"SINCE", "FOR", "CAREGIVER"})
"""Before words that are not a place: "in New York for work", "in Minsk with my mother"."""
_ASKED_AT = time(12)
"""The time at which people are asked, on the day of arrival, whether they are there."""
MOST_WORDS = 4
"""The most words of the name of a place."""


def at_place(text: str, tokens: Sequence[Token], situation: Situation) -> Travel | Unclear | None:
    """ "I'm in Tokyo now": what is not known is the name of a place.

    Without a "now" it is no more than a question: "I'm in trouble".
    """
    counted = [at for at, token in enumerate(tokens) if token.kind != "FILLER"]
    rest = Remainder([tokens[at] for at in counted])
    stay = _stay(text, tokens, counted, situation)
    if stay is not None:
        return stay
    is_leaving = _is_leaving(rest)
    is_ahead = is_leaving or _is_said_ahead(rest)
    if not is_leaving and rest.kinds[:1] not in (["I_AM_IN"], ["GOING_TO"]):
        return None
    is_sure = bool(rest.take("NOW"))
    for span in (IN_SPAN, FOR_SPAN):
        list(rest.pull(span))  # what the reminders do meanwhile is asked
    rest.take("I_AM_IN", "GOING_TO", "TODAY")
    if is_ahead:
        for pattern in (_FROM_DAY, _NEXT, ANY_DAY, CLOCK):
            list(rest.pull(pattern))
    left = _without_end([counted[at] for at in rest.left], tokens)
    is_name = any(not tokens[at].is_known for at in left) and not rest.has("NOT", "UNREAL")
    if not is_name or len(left) > MOST_WORDS:
        return None
    name = _first_words(left, tokens)
    times = [tokens[at] for at in counted if at not in left and tokens[at].is_known]
    place = Travel(as_said(text, tokens, name), _until(times, situation))
    if len(name) < len(left) and not is_ahead:
        return Unclear((place,))  # what follows may be another wish: "I'm in Tokyo now, did it"
    if is_ahead:
        return Unclear((*_then(times, place, situation), place, _meanwhile(times, situation)))
    return place if is_sure else Unclear((place,))


def _is_said_ahead(rest: Remainder) -> bool:
    """Whether the person will be in a place: "I'm going to Rome", "next week I'm in Rome"."""
    if "GOING_TO" in rest.kinds:
        for pattern in (_FROM_DAY, _NEXT, ANY_DAY, IN_SPAN):  # "next week I'm going to Rome"
            list(rest.pull(pattern))
        return rest.kinds[:1] == ["GOING_TO"]
    if "I_AM_IN" not in rest.kinds or "NOW" in rest.kinds:
        return False
    return bool([*rest.pull(_NEXT), *rest.pull(_DAY_AHEAD)])


def _is_leaving(rest: Remainder) -> bool:
    """Whether somebody leaves for a place on a day, or for some time.

    "Parto sabato per Lisbona", "away in Lisbon for two weeks".
    """
    if rest.kinds[:1] != ["AWAY"]:
        return False
    is_long = FOR_SPAN.search(str(rest)) is not None
    if not ([*rest.pull(_NEXT), *rest.pull(_DAY_AHEAD)] or is_long):
        return False
    if rest.kinds[1:2] not in (["FOR"], ["IN"], ["AT"], ["TO"]):
        return False
    rest.take("AWAY", rest.kinds[1])
    return True


def _stay(
    text: str, tokens: Sequence[Token], counted: Sequence[int], situation: Situation
) -> Unclear | None:
    """ "from tomorrow two weeks in Thailand", "now in Moscow": only a time and a place, asked."""
    at = next((n for n, index in enumerate(counted) if not tokens[index].is_known), 0)
    is_until = any(tokens[index].kind == "UNTIL" for index in counted[:at])
    before = tokens[counted[at - 1]].kind if at else ""
    if before not in _BEFORE_PLACE and not (is_until and before == "I_AM_IN"):
        return None
    place = _without_end(counted[at:], tokens)
    rest = Remainder([tokens[index] for index in counted[:at]])
    is_now, is_stay = bool(rest.take("NOW")), bool(list(rest.pull(FOR_SPAN)))
    is_later = bool([*rest.pull(_UNTIL_DAY), *rest.pull(_NEXT)]) or rest.has("AFTER")
    list(rest.pull(ANY_DAY))
    rest.take("AFTER", "SINCE", "FOR", "AWAY", "I_AM_IN")
    is_name = len(place) <= MOST_WORDS and not any(tokens[index].is_known for index in place)
    if not (is_now or is_stay or is_later) or not is_name or not rest.is_accounted_for:
        return None
    times = [tokens[index] for index in counted[: at - 1]]
    travel = Travel(as_said(text, tokens, place), _until(times, situation))
    then = () if is_now else _then(times, travel, situation)
    meanwhile = _meanwhile(times, situation) if is_until else Show(Page.PAUSE)
    return Unclear((*then, travel, *(() if is_now else (meanwhile,))))


def _first_words(left: Sequence[int], tokens: Sequence[Token]) -> list[int]:
    """The first words that only fillers separate: later ones are not part of the name."""
    found = [left[0]]
    for at in left[1:]:
        following = [one for one in left if one > at]
        if tokens[at].kind == "," and (
            len(following) != 1 or all(tokens[one].is_known for one in following)
        ):
            break  # "I live in Rome, change my place"; "Lisbon, Portugal" is a name
        if any(token.kind != "FILLER" for token in tokens[found[-1] + 1 : at]):
            break
        found.append(at)
    return found


def _then(times: Sequence[Token], place: Travel, situation: Situation) -> tuple[AskPlace, ...]:
    """Ask on the day of arrival, if that is a day to come: until then the clock stays."""
    on = _begins_on(times, situation)
    at = None if on is None else datetime.combine(on, _ASKED_AT)
    return () if at is None or at <= situation.local else (AskPlace(at, place.place),)


def _begins_on(times: Sequence[Token], situation: Situation) -> date | None:
    """The first day of a journey: "from tomorrow", "next week", "in three days"."""
    rest = Remainder(list(takewhile(lambda token: token.kind != "UNTIL", times)))
    moments = [after(piece, situation) for piece in rest.pull(IN_SPAN) if _is_start(piece)]
    days = [
        *(None if one is None else one.date() for one in moments),
        *(_first_of(piece.match[0], situation.local_on) for piece in rest.pull(_NEXT)),
        *(day_of(piece, situation) for piece in rest.pull(DAY)),
    ]
    return next((one for one in days if one is not None), None)


def _is_start(span: Piece) -> bool:
    """Whether a span is that until a journey begins: "на 10 дней" says how long it lasts."""
    return span.match[0].startswith("IN")


def _first_of(words: str, today: date) -> date | None:
    """The first day of the weekend, or of the next week or month; None for the present one."""
    if "WEEKEND" in words:
        return today + timedelta(days=(5 - today.weekday()) % 7)
    if "NEXT" not in words:
        return None
    if "WEEK" in words:
        return today + timedelta(days=7 - today.weekday())
    return (today.replace(day=1) + timedelta(days=31)).replace(day=1)


def _meanwhile(times: Sequence[Token], situation: Situation) -> Meaning:
    """What the reminders may do during a journey: pause until it ends, if that is said."""
    kept = [token for token in times if token.kind not in ("GOING_TO", "I_AM_IN", "IN", "NOW")]
    begins = any(_is_start(piece) for piece in Remainder(times).pull(IN_SPAN))
    if begins or _ENDS.isdisjoint(token.kind for token in kept):
        return Show(Page.PAUSE)
    found = pause(Remainder([*kept, Token("AWAY", "")]), situation)
    ended = found.candidates if isinstance(found, Unclear) else (found,)
    until = [one for one in ended if isinstance(one, Pause) and one.until_on is not None]
    return until[0] if len(until) == 1 else Show(Page.PAUSE)


def _until(times: Sequence[Token], situation: Situation) -> date | None:
    """The day on which a journey ends, if that is said."""
    until = _meanwhile(times, situation)
    return until.until_on if isinstance(until, Pause) else None


def _without_end(left: Sequence[int], tokens: Sequence[Token]) -> list[int]:
    """What is left without "until sunday" or "and back on the 20th", which is asked, too."""
    kept = list(takewhile(lambda at: tokens[at].kind not in _AFTER_NAME, left))
    is_end = all(tokens[at].is_known for at in left[len(kept) :])
    kept = kept if is_end else list(left)
    kept = list(takewhile(lambda at: tokens[at].kind not in _NO_PLACE, kept)) or kept
    loose = _SPANS | _BEFORE_PLACE  # "in New York this week"
    while kept and tokens[kept[-1]].kind in loose:
        kept.pop()
    return kept


def staying(rest: Remainder, _situation: Situation) -> Understood:
    """ "cancel the trip", "I'm not going away after all": what was set for it is asked about."""
    rest.take("STAYING", "NOW", "AGAIN", "NO")
    list(rest.pull(ANY_DAY))
    return Unclear((Resume(), Show(Page.PLACE))) if rest.is_accounted_for else None


def back_home(rest: Remainder, _situation: Situation) -> Understood:
    """ "I'm back home": the time zone of the reminders is the one of the diary again.

    Of another day it is asked.
    """
    rest.take("BACK_HOME", "NOW", "AGAIN")
    is_later = bool(list(rest.pull(ANY_DAY)))
    if not rest.is_accounted_for:
        return None
    return Unclear((ComeHome(),)) if is_later else ComeHome()
