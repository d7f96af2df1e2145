"""Rules for the settings of one reminder other than times: days, sound, none for a while. Pure."""

import re
from datetime import date, timedelta

from bot.features.free_text.meanings.act_values import Mute, Reset, SetDays, SetSound, Shift
from bot.features.free_text.meanings.values import Page, Show, Unclear
from bot.features.free_text.rules.reminder_rules import KINDS, TALK
from bot.features.free_text.rules.times_ahead import (
    FOR_SPAN,
    FURTHEST,
    day_of,
    days_later,
    listed_weekdays,
    weekdays,
)
from bot.features.free_text.understanding.patterns import ANY_DAY, CLOCK, UNTIL_DAY
from bot.features.free_text.understanding.sentence import (
    Piece,
    Remainder,
    Situation,
    Understood,
    asked,
)

_SHIFT = re.compile(r"(?P<number>[0-9]{1,3}) (?P<unit>MIN|HOUR|HRS|H) (?P<way>SOONER|LATER|AFTER)")
_BARE_SHIFT = re.compile(r"(?P<number>[0-9]{1,3}) (?P<unit>MIN|HOUR|HRS)(?P<way>)")
_WEEKDAY = re.compile("(?:ON )?DAY(?P<day>[0-6])")
_MUTES = ("MUTE", "SKIP", "PAUSE", "QUIET", "DONT_REMIND", "TURN_OFF", "NOT")
_PLAIN_MUTES = frozenset(_MUTES[:4])
"""Two of these in one sentence express one wish."""
_NO_KIND = re.compile(rf"NOT(?= (?:{'|'.join(KINDS)})\b)")
_TODAY = frozenset({"TODAY", "TONIGHT", "THIS_NIGHT", "THIS_MORNING"})
EVERY_DAY = 0b1111111
LONGEST_MUTE = timedelta(days=15)


def _kind(rest: Remainder) -> str | None:
    """Remove the words that name a reminder; None when they do not name exactly one."""
    words = rest.take(*KINDS)
    rest.take("REMINDER", "REMIND", "MOVE", "TURN_ON")
    return KINDS[words[0]] if len(words) == 1 and words[0] != "NO_CAFFEINE" else None


def reminder_setting(rest: Remainder, _situation: Situation) -> Understood:
    """ "stretch only on weekdays", "drinks silent", "stretch 30 min earlier", "reset stretch"."""
    shifts = list(rest.pull(_SHIFT))
    spans = [] if shifts or not rest.has("MOVE") else list(rest.pull(_BARE_SHIFT))
    rest.take(*(("BACK",) if spans else ()))  # "push the stretch back by 15 min"
    is_of_summary = rest.has("SUMMARY") and not rest.has("DAILY")
    named = _one_weekday(rest) if is_of_summary and not shifts else None
    days = weekdays(rest)
    listed = listed_weekdays(rest) if days is None else None
    sounds = rest.take("SOUND", "SILENT")
    resets = rest.take("RESET")
    rest.take("ONCE" if days or listed else "")
    kind = _kind(rest)
    if kind is None or not rest.is_accounted_for:
        return None
    if named is not None and not (days or listed or spans or sounds or resets):
        return Unclear((SetDays(kind, named),))
    if listed is not None and kind != "summary" and not (shifts or spans or sounds or resets):
        return Unclear((SetDays(kind, listed),))
    if len(spans) == 1 and days is None and not (sounds or resets):
        return _either_way(kind, spans[0])
    if len(shifts) + (days is not None) + len(sounds) + len(resets) != 1:
        return Unclear() if shifts or sounds or resets else None
    if shifts:
        return _shift(kind, shifts[0])
    if sounds:
        return SetSound(kind, sounds[0] == "SOUND")
    if resets:
        return Reset(kind)
    if days is None or (kind == "summary" and days.bit_count() != 1):
        return None
    return SetDays(kind, days)


def _one_weekday(rest: Remainder) -> int | None:
    """Remove "on Saturday"; a bit mask of that day. The summary comes once a week anyway."""
    if CLOCK.search(str(rest)) or rest.has("ONCE", "THIS", "NEXT", "REMIND"):
        return None
    said = list(rest.pull(_WEEKDAY))
    rest.take("SHOW", "ASKING")  # "could I have the summary on a Saturday"
    return 1 << int(said[0].match["day"]) if len(said) == 1 else None


def sound(rest: Remainder, _situation: Situation) -> Understood:
    """ "without sound": no reminder is named, so all of them are shown."""
    rest.take("SILENT", "SOUND", "REMINDER", "ALL", "TURN_ON", "TURN_OFF")
    return Unclear((Show(Page.REMINDERS),)) if rest.is_accounted_for else None


def _either_way(kind: str, piece: Piece) -> Understood:
    """ "move the stretch by half an hour": later, or earlier."""
    later = _shift(kind, piece)
    return Unclear((later, Shift(kind, -later.minutes))) if isinstance(later, Shift) else later


def _shift(kind: str, piece: Piece) -> Understood:
    minutes = int(piece.match["number"]) * (1 if piece.match["unit"] == "MIN" else 60)
    if not 0 < minutes <= 12 * 60:
        return Unclear()
    return Shift(kind, -minutes if piece.match["way"] == "SOONER" else minutes)


def mute(rest: Remainder, situation: Situation) -> Understood:
    """ "skip stretching today", "no drinks this week", "mute the stretch until friday"."""
    if rest.has("TURN_ON") or rest.kinds[-1:] == ["ON"]:
        return None  # "pause tonight, stretch on"
    if (others := _on_other_days(Remainder(rest.tokens))) is not None:
        return others
    is_talk = rest.has("NOT", *TALK) and not rest.has("REMINDER", "REMIND")
    if rest.has(*_PLAIN_MUTES) and list(rest.pull(_NO_KIND)):
        found = mute(rest, situation)  # "no stretching today, skip it"
        return Unclear((found,)) if isinstance(found, Mute) else found
    names = set(KINDS).intersection(rest.kinds)
    if "SUMMARY" in names and len(names) > 1 and rest.has(*_MUTES):  # "no drinks this week"
        return _this_week(rest, situation)
    orders = rest.take(*_MUTES)
    until = list(rest.pull(UNTIL_DAY))
    spans = list(rest.pull(FOR_SPAN))
    days = list(rest.pull(ANY_DAY))
    rest.take("FOR", "ONCE")
    kind = _kind(rest)
    if _PLAIN_MUTES.issuperset(orders):
        del orders[1:]  # "not stretching today, skip it" says it twice
    if kind is None or len(orders) != 1 or not rest.is_accounted_for:
        return None
    if len(until) + len(spans) + len(days) != 1:
        return None if orders[0] not in _PLAIN_MUTES else _how_long(kind, situation)
    last = _last_day(until, spans, days, situation)
    if last is None or not timedelta(0) <= last - situation.local_on <= LONGEST_MUTE:
        return Unclear()
    is_clear = not is_talk or orders[0] in _PLAIN_MUTES | {"DONT_REMIND"}
    return Mute(kind, last) if is_clear else Unclear((Mute(kind, last),))


def _on_other_days(rest: Remainder) -> Unclear | None:
    """ "no stretch on fridays": only on the other days, which is asked."""
    others = EVERY_DAY & ~(weekdays(rest) or EVERY_DAY)
    orders, kind = rest.take(*_MUTES), _kind(rest)
    is_clear = len(orders) == 1 and kind != "summary" and rest.is_accounted_for
    return Unclear((SetDays(kind, others),)) if kind and others and is_clear else None


def _this_week(rest: Remainder, situation: Situation) -> Understood:
    """Until sunday, which is asked: "this week" may be the summary, too."""
    rest.take("SUMMARY")
    found = mute(rest, situation)
    readings = found.candidates if isinstance(found, Unclear) else ()
    kinds = {one.kind for one in readings if isinstance(one, Mute)}
    sunday = situation.local_on + timedelta(days=6 - situation.local_on.weekday())
    return asked([Mute(kind, sunday) for kind in kinds]) if len(kinds) == 1 else None


def _how_long(kind: str, situation: Situation) -> Understood:
    """ "skip stretching": today is meant, or a week."""
    today = situation.local_on
    return Unclear((Mute(kind, today), Mute(kind, today + timedelta(days=6))))


def _last_day(
    until: list[Piece], spans: list[Piece], days: list[Piece], situation: Situation
) -> date | None:
    """The last day on which the reminder is left out."""
    today = situation.local_on
    if until:
        day = day_of(until[0], situation)
        return None if day is None else day - timedelta(days=1)
    if days:
        return today if days[0].match[0].removeprefix("ON ") in _TODAY else None
    number, unit = int(spans[0].match["number"]), spans[0].match["unit"]
    if unit not in ("DAYS", "WEEK", "MONTHS"):
        return None
    end = days_later(today, number, unit)
    return None if end is None or end - today > FURTHEST else end - timedelta(days=1)
