"""Rules for sentences that undo, remove, say that it is wrong, or ask for help at once. Pure."""

import re

from bot.features.cramps.entry_times import is_night_time
from bot.features.free_text.meanings.further_values import (
    LetGo,
    OpenCard,
    RemoveEntry,
    Undo,
    WasWrong,
)
from bot.features.free_text.meanings.values import LogCramp, Page, Show, Unclear
from bot.features.free_text.rules.cramp_fields import (
    EVENTS,
    known_of,
    stated_fields,
    stated_sites,
    whole_site,
)
from bot.features.free_text.rules.question_rules import night_of
from bot.features.free_text.rules.reminder_rules import KINDS
from bot.features.free_text.understanding.patterns import ANY_DAY, NUMBER
from bot.features.free_text.understanding.sentence import Remainder, Situation, Understood

_SOON = re.compile(r"(?:(?:IN|AFTER|FOR) )?(?:ABOUT )?[0-9]{1,2} (?:MIN|SEC)")
_SAID_NO = re.compile(r"NOT [,.;](?= WRONG)")
"""A word that means both "no" and "not" is the answer no before a comma."""
_ANSWERED_NO = re.compile("^NOT(?= [,.;])")
_GET_RID = "get rid of"
"""English words that delete an entry, or are said of the pain."""
_OF_DIARY = ("ENTRY", "LAST", "NOTE", "REMINDER", "ALL", "HISTORY", "WRONG", "MEDICINE")
_HELPED = (
    "GET_UP",
    "STRETCHED",
    "STRETCH",
    "EXERCISE",
    "REMEDY",
    "MAGNESIUM",
    "DRINK",
    "DRANK_WATER",
)
"""What may have helped, or helps as a habit."""


def undo(rest: Remainder, _situation: Situation) -> Understood:
    """ "undo", "undo the last entry". A cry such as "ouch, undo" is asked, as it may be pain."""
    rest.take("UNDO", "LAST", "ENTRY", "CRAMP", "WRONG", "NO")
    named = rest.take("PAUSE", "REMINDER", *KINDS, "HURTS")  # may not be what was done last
    if not rest.is_accounted_for:
        return None
    return Unclear((Undo(),)) if named else Undo()


def never_mind(rest: Remainder, _situation: Situation) -> Understood:
    """ "forget it": what was done last may be meant, so it is asked."""
    rest.take("NEVER_MIND", "NO", "FINE", "NOT", "WRONG", "NOW", "THANKS")
    return Unclear((Undo(),)) if rest.is_accounted_for else None


def remove(rest: Remainder, situation: Situation) -> Understood:
    """ "delete it", "remove my last cramp". Without a word for the entry, all may be meant.

    Of another night, the night is shown, with its entries.
    """
    is_taken_away = not rest.has("DELETE")
    if is_taken_away and not rest.has("ENTRY"):
        return None
    if any(token.source == _GET_RID for token in rest.tokens) and not rest.has(*_OF_DIARY):
        return _rid(rest, situation)
    nights = [night_of(piece, situation) for piece in rest.pull(ANY_DAY)]
    named = rest.take("LAST", "ENTRY", "CRAMP", "TWITCH")
    is_slip = rest.has("WRONG")  # "my mistake, remove it": never the whole diary
    rest.take("DELETE", "WRONG", "NOW", "NO", *(("OUT_OF",) if named and nights else ()))
    is_answer = bool(list(rest.pull(_ANSWERED_NO)))  # "no, take that entry off"
    rest.take(*(("TURN_OFF", "TAKE") if is_taken_away else ()))
    hurts = bool(rest.take("HURTS"))
    if rest.take("REMINDER", "ALL") and not nights:
        return Show(Page.REMINDERS) if rest.is_accounted_for and not named else None
    several = bool(named) and bool(list(rest.pull(NUMBER)))
    if not rest.is_accounted_for or len(nights) > 1:
        return None
    if nights:
        return nights[0]
    if several:
        return Unclear((RemoveEntry(), Show(Page.HISTORY)))
    if hurts:
        return Unclear((RemoveEntry(),))  # "ouch, delete the last one"
    if is_taken_away or is_answer or (is_slip and not named):
        return Unclear((RemoveEntry(),))
    return RemoveEntry() if named else Unclear((RemoveEntry(), Show(Page.ERASE)))


def _rid(rest: Remainder, situation: Situation) -> Understood:
    """ "get rid of this": of the cramp, above all at night, or of the entry; never of the diary."""
    rest.take("DELETE", "THIS", "ASKING", "SHOW", "HOW_BAD", "NOW", "CRAMP", "HURTS", "?", "HELP")
    if not rest.is_accounted_for:
        return None
    both = (RemoveEntry(), Show(Page.RELIEF))
    is_night = is_night_time(situation.sleep_clock.time())
    return Unclear(both[::-1] if is_night else both)


def wrong(rest: Remainder, _situation: Situation) -> Understood:
    """ "that was wrong", "wrong button, take it away", without what would be right."""
    list(rest.pull(_SAID_NO))
    rest.take("WRONG", "LAST", "ENTRY", "CRAMP", "NO", "TURN_OFF")
    return WasWrong() if rest.is_accounted_for else None


def let_go(rest: Remainder, _situation: Situation) -> Understood:
    """ "it let go", "walking helped"; as a habit perhaps, or with a length: it is asked."""
    rest.take("LET_GO", "NOW", "THANKS", "FINE", "DID")
    is_named = bool(rest.take("CRAMP"))  # which may be one to log
    helped = rest.take(*_HELPED, "HOW_BAD")
    rest.take(*(("WHEN",) if helped else ()))  # "it helped when I walked about"
    is_timed = bool(list(rest.pull(_SOON)))
    if not rest.is_accounted_for:
        return None
    return Unclear((LetGo(),)) if helped or is_timed or is_named else LetGo()


def relief(rest: Remainder, situation: Situation) -> Understood:
    """ "help, it hurts now": what may help at this moment.

    "It hurts" alone is not surely a cramp, so it is asked.
    """
    is_asked = bool(rest.take("HELPS_NOW"))
    is_unreal = is_asked and rest.has("UNREAL")
    is_urgent = bool(rest.take("NOW")) | is_asked
    is_call = bool(rest.take("HELP"))
    hurts = rest.take("HURTS", "STRENGTH")
    events = rest.take(*EVENTS)
    stated, sites = stated_fields(rest), stated_sites(rest)
    rest.take(
        *("?", "HOW_BAD"),
        "AGAIN",
        "TONIGHT",
        "THIS_NIGHT",
        "THIS",
        *(("NIGHT", ",", "UNREAL") if is_asked else ()),
        *(("HELPING", "FOR", "ASKING", "WHEN", "AND", "MEANT") if is_asked else ()),
    )
    if not rest.is_accounted_for or sites is None or stated["strength"] or stated["duration"]:
        return None
    if "TWITCH" in events:
        return None
    if is_unreal:
        return OpenCard("relief")  # "what if I get a cramp tonight": none that goes on
    known = known_of(stated)
    if sites:
        known["site"] = whole_site(sites)
    now = LogCramp(situation.said_at, "exact", tuple(sorted(known.items())))
    if is_asked or ((is_urgent or is_call) and (hurts or events)) or (is_urgent and is_call):
        is_placed = bool(sites or stated["side"]) and not (is_asked or is_call)
        return Unclear((Show(Page.RELIEF), now)) if is_placed else Show(Page.RELIEF)
    if not hurts:
        return None
    found = (now, Show(Page.RELIEF)) if events else (Show(Page.RELIEF), now)
    return Unclear((*found, Show(Page.WARNINGS)))
