"""Rules for reminders that come once, or that are in the person's own words. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta

from bot.features.free_text.meanings.act_values import EVERY_DAY, RemindDaily, RemindOnce, TurnOwn
from bot.features.free_text.meanings.values import Meaning, Unclear, Why
from bot.features.free_text.rules.cramp_fields import EVENTS
from bot.features.free_text.rules.reminder_rules import (
    KINDS,
    clock_choices,
    days_near,
    through_the_day,
)
from bot.features.free_text.rules.times_ahead import Ahead, listed_weekdays, weekdays
from bot.features.free_text.understanding.patterns import EVERY_FEW
from bot.features.free_text.understanding.sentence import (
    MOST_CANDIDATES,
    Piece,
    Remainder,
    Situation,
    Understood,
    asked,
    to_confirm,
    without_daily_part,
)
from bot.i18n.vocabulary.folding import fold
from bot.i18n.vocabulary.tokens import Token

ONCE = frozenset({"ONCE", "AGAIN"})
LONGEST_WORDS = 120
"""The most characters of a reminder in the person's own words."""
_ORDERS = ("REMIND", "REMINDER", "DONT_REMIND")
_AROUND = frozenset({",", ";", ":", ".", "-", "–", "—", "AND", "OF", "AT", "ON", "IN", "FOR", "TO"})
"""Signs and small words that are cut off at the ends of the person's own words."""
_OF_PLACES = frozenset({"IN", "AT", "ON", "TO"})
"""Small words within the person's own: "andare in farmacia"."""
_POLITE = frozenset({*_AROUND, "ASKING", "HELLO", "THANKS", "FINE", "GOOD_NIGHT", "BYE", "MOVE"})
"""Concepts before an order that are no wish by themselves."""
_BEFORE_REMINDER = frozenset({"FILLER", "MOVE", "ONCE", "AGAIN", "ASKING"})
_NO_ORDER = frozenset({"NOT", "UNREAL", "TURN_OFF", "TURN_ON", "DELETE", "SHOW", "?", *KINDS})
"""Concepts that say that a sentence is about an existing reminder."""
_ABOUT_CRAMPS = frozenset(
    {*EVENTS, "HURTS", "WOKE", "AWAKE", "NO_SLEEP", "BEDTIME", "GET_UP", "TO_BED", "REMIND"}
)
_HOW_OFTEN = frozenset({"PROGRESS", "MOST_OFTEN"})
_OF_CLOCKS = frozenset({"AT", "OCLOCK", "AM", "PM", ":"})
_NO_WORDS = frozenset({"AGAIN", "IN", "LATER", "FOR", "ABOUT", "H", "HRS", "OCLOCK"})
"""Words that alone are nothing to be reminded of."""
_PIECE = re.compile(r"[0-9]+|[^\W\d_]+")
_APOSTROPHE = re.compile("['’]")
_TO_BE_REMINDED_OF = re.compile(r"^(?:ans? (?!.*\bdenken$)|(?:daran|dran),? )", re.IGNORECASE)
"""German words before what somebody is reminded of."""
_FROM_NOW_ON = re.compile("(?:AFTER|SINCE) (?:NOW|TODAY|TONIGHT|TOMORROW)(?= (?:ABOUT )?AT)")
_PARTICLES = frozenset(
    {
        *("on", "off", "up", "down", "in", "out", "away", "back"),
        *("an", "aus", "auf", "ab", "rein", "raus", "rauf", "runter", "hoch", "weg", "zu"),
    }
)
"""Verb particles that may end the person's own words: "put the pad on"."""
_AFTER_PARTICLE = frozenset(
    {"", "AT", "IN", "FILLER", "TODAY", "TONIGHT", "TOMORROW", "DAILY", ",", ".", "AND", "REMIND"}
)
"""Concepts that may follow such a particle; "" for the end. Elsewhere "on" is a preposition before
a day."""
_TO = frozenset(
    {"to", "an", "a", "per", "para", "pra", "pour", "zu", "щоб", "чтобы", "d", "de", "di"}
)
"""Small words between a time and what is to be done."""
_WEEKDAYS = frozenset(f"DAY{number}" for number in range(7))
NEAR = timedelta(days=31)
"""A day further ahead is asked: "Mag 2" is 2 May in Italian, and the name of a medicine."""


def once(rest: Remainder, situation: Situation) -> Understood:
    """ "remind me in 2 hours to drink", "push the stretch back to 11 tonight"."""
    is_once = bool(rest.take(*ONCE))
    is_weekly = rest.has(*_WEEKDAYS) and not rest.has("THIS", "NEXT")
    if rest.take("MOVE"):
        rest.take("BACK")
        rest = Remainder(_with_hour(rest.tokens))
    ahead = Ahead.pulled(rest, situation)
    is_order = bool(rest.take("REMIND"))
    words = list(dict.fromkeys(rest.take(*KINDS)))  # "to drink a glass of water"
    rest.take("REMINDER", "LATER")
    is_one = len(words) == 1 and words[0] != "NO_CAFFEINE"
    if words == ["SUMMARY"] and is_weekly and not (is_once or is_order or ahead.has_hour):
        return None  # "weekly summary on saturday" names the day of every week
    if not is_one or not (is_once or ahead.is_dated) or not rest.is_accounted_for:
        return None
    found = [RemindOnce(at, kind=KINDS[words[0]]) for at in ahead.moments(situation)]
    return _one_or_asked(found, is_sure=is_order)


def _as_noun(words: str, text: str) -> str:
    """German words without "an", with the capital of a noun that follows it: "ans magnesium"."""
    bare = _TO_BE_REMINDED_OF.sub("", words)
    is_noun = re.search(rf"\ban(?:s| \w+)? {re.escape(bare)}", text, re.IGNORECASE) is not None
    return bare[:1].upper() + bare[1:] if is_noun and not bare.endswith(" denken") else bare


def _with_hour(tokens: Sequence[Token]) -> list[Token]:
    """Tokens in which the only number, without a unit, is an hour: "move it to 11 tonight"."""
    numbers = [at for at, token in enumerate(tokens) if token.kind.isdigit()]
    if len(numbers) != 1:
        return list(tokens)
    return [*tokens[: numbers[0]], Token("AT", ""), *tokens[numbers[0] :]]


def _one_or_asked(found: Sequence[Meaning], *, is_sure: bool = True) -> Understood:
    if not found:
        return Unclear()
    return found[0] if is_sure and len(found) == 1 else asked(found)


def own_words(text: str, tokens: Sequence[Token], situation: Situation) -> Understood:
    """ "remind me to take my tablets at 9pm": what is not explained is the person's own words.

    Args:
        text: what was typed.
        tokens: its concepts and unknown words.
        situation: who typed it, and when.
    """
    tokens, situation = without_daily_part(tokens, situation)
    counted = [at for at, token in enumerate(tokens) if token.kind != "FILLER"]
    rest = Remainder([tokens[at] for at in counted])
    order = next((kind for kind in rest.kinds if kind in ("REMIND", "DONT_REMIND")), None)
    if order is None:
        return _as_reminder(text, tokens, situation)
    kinds_before = rest.kinds[: rest.kinds.index(order)]
    if "TURN_OFF" in kinds_before and not set(KINDS).isdisjoint(kinds_before):
        return None  # "хватит про воду напоминать, …": about a reminder that exists
    is_negated = order == "DONT_REMIND" or not {"NOT", "UNREAL"}.isdisjoint(kinds_before)
    first = counted[rest.kinds.index(order)] + 1
    wish = _Wish.pulled(rest, situation)
    left = [counted[at] for at in rest.left]
    after = _wished(tokens, [at for at in left if at >= first])
    before = [at for at in left if at < first and tokens[at].kind not in _ORDERS]
    is_more_before = any(tokens[at].kind not in _POLITE for at in before)
    is_said_before = wish.ahead.is_stated and is_more_before
    words = as_said(text, tokens, after or (before if is_said_before else ()))
    if situation.language == "de":
        words = _as_noun(words, text)
    if not 0 < len(words) <= LONGEST_WORDS or not any(map(str.isalpha, words)):
        return None
    is_vague = is_more_before and not wish.ahead.is_stated
    if _is_about_existing({tokens[at].kind for at in after}, is_negated, is_vague):
        return None
    if is_negated:
        return None if wish.ahead.is_stated else Unclear((TurnOwn(words, on=False),))
    is_condition = bool(after) and tokens[after[0]].kind == "UNREAL"
    if is_condition and not (wish.ahead.is_stated or wish.on_days):
        return None  # "remind me if you don't forget": about no reminder of its own
    if wish.few is not None:
        return _every_few(wish.few, words, wish, situation)
    found = _at_its_times(words, wish, situation)
    is_guessed = (bool(after) and is_more_before) or is_condition or wish.is_listed
    return to_confirm(found) if is_guessed else found


@dataclass(frozen=True)
class _Wish:
    """The words of a sentence that say when it wishes to be reminded."""

    few: Piece | None
    """The first "every few" hours or days."""
    is_once: bool
    on_days: int | None
    """A bit mask of weekdays, whose bit 0 is Monday."""
    is_listed: bool
    """Whether they are a list, "on Tuesday and Thursday": these two days, or each of them."""
    ahead: Ahead
    is_medicine: bool

    @classmethod
    def pulled(cls, rest: Remainder, situation: Situation) -> "_Wish":
        """Remove them from a sentence."""
        few = list(rest.pull(EVERY_FEW))
        is_once = bool(rest.take("ONCE"))
        list(rest.pull(_FROM_NOW_ON))
        each, listed = weekdays(rest), listed_weekdays(rest)
        ahead = Ahead.pulled(rest, situation)
        is_medicine = rest.has("MEDICINE")
        return cls(
            few[0] if few else None, is_once, each or listed, listed is not None, ahead, is_medicine
        )

    @property
    def is_dated(self) -> bool:
        """Whether it is for one day, and not for every day."""
        return self.ahead.is_dated or self.is_once


def _wished(tokens: Sequence[Token], left: Sequence[int]) -> list[int]:
    """Which of the words after an order say what it is about; none of "remind me again in 10"."""
    after = [at for at in left if tokens[at].kind not in ("REMIND", "?")]
    is_empty = all(tokens[at].kind in _NO_WORDS or tokens[at].kind.isdigit() for at in after)
    return [] if is_empty else after


def _is_about_existing(said: set[str], is_negated: bool, is_vague: bool) -> bool:
    """Whether the concepts after an order are about a reminder that the bot has.

    These are "remind me less often to drink", "don't remind me to stretch", "don't remind me if
    I'm already asleep" and "after the sabbath remind me to stretch".
    """
    if is_vague and said and said <= KINDS.keys():
        return True
    is_how_often = not said.isdisjoint(_HOW_OFTEN) and said <= _HOW_OFTEN.union(KINDS)
    return is_how_often or (is_negated and (said <= set(KINDS) or "UNREAL" in said))


def _every_few(few: Piece, words: str, wish: _Wish, situation: Situation) -> Unclear:
    """ "remind me every 3 hours to …": what comes near to it, which is asked."""
    is_plain = not (wish.ahead.is_stated or wish.is_once or wish.is_medicine)
    times = through_the_day(few) if is_plain else ()
    near = () if wish.is_dated else _on_near_days(few, words, wish.ahead, situation)
    if near:
        return Unclear(near, Why.FEW_DAYS)
    return Unclear((RemindDaily(times, words),) if times else ())


def _at_its_times(words: str, wish: _Wish, situation: Situation) -> Understood:
    """A reminder once, or daily; a day far ahead is asked about."""
    if not wish.is_dated:
        return _daily(words, wish.on_days, wish.ahead, situation)
    moments = wish.ahead.moments(situation)
    is_near = all(at <= situation.local + NEAR for at in moments)
    return _one_or_asked([RemindOnce(at, words) for at in moments], is_sure=is_near)


def _as_reminder(text: str, tokens: Sequence[Token], situation: Situation) -> Understood:
    """ "reminder to take my tablets at 8pm": asked, as it may be about a reminder that exists."""
    kinds = [token.kind for token in tokens]
    if _is_daily_wish(kinds):
        wish = [token for token in tokens if token.kind != "REMINDER"]
        found = own_words(text, [Token("REMIND", ""), *wish], situation)
        return Unclear((found,)) if isinstance(found, RemindDaily) and found.times else found
    if "REMINDER" not in kinds or not _NO_ORDER.isdisjoint(kinds):
        return None
    at = kinds.index("REMINDER")
    if not set(kinds[:at]) <= _BEFORE_REMINDER:
        return None
    order = tokens[at]._replace(kind="REMIND")
    found = own_words(text, [*tokens[:at], order, *tokens[at + 1 :]], situation)
    if isinstance(found, RemindDaily) and not found.times:
        return None
    return Unclear((found,)) if isinstance(found, RemindOnce | RemindDaily) else found


def _is_daily_wish(kinds: Sequence[str]) -> bool:
    """Whether it may be a wish without its verb: "every night at 9 to take my magnesium"."""
    said = [kind for kind in kinds if kind != "FILLER"]
    is_other = not _NO_ORDER.union(_ABOUT_CRAMPS).isdisjoint(said)
    is_first = said[:1] == ["DAILY"]
    is_medicine = "DAILY" in said and said[0] in ("MEDICINE", "MAGNESIUM")
    return (is_first or is_medicine) and not _OF_CLOCKS.isdisjoint(said) and not is_other


def _daily(words: str, on_days: int | None, ahead: Ahead, situation: Situation) -> Understood:
    """Every day, if that is said; else it is asked whether it is once or every day."""
    if not ahead.clocks and not ahead.periods:
        return RemindDaily((), words, on_days or EVERY_DAY)
    if len(ahead.clocks) > 1:
        choices = [clock_choices(piece, situation) for piece in ahead.clocks]
        if any(len(one) == 1 and one[0].hour > 12 for one in choices):  # "at 8 and at 20"
            choices = [one[-1:] if one[-1:] == [time(12)] else one[:1] for one in choices]
        if any(len(one) != 1 for one in choices):
            return Unclear()
        times = tuple(sorted({one[0] for one in choices}))
        return RemindDaily(times, words, on_days or EVERY_DAY)
    moments = ahead.moments(situation)
    every = [RemindDaily((at.time(),), words, on_days or EVERY_DAY) for at in moments]
    if on_days is not None:
        return _one_or_asked(every)
    singles = [RemindOnce(at, words) for at in moments]
    return Unclear((*every, *singles)) if moments else Unclear()


def _on_near_days(
    few: Piece, words: str, ahead: Ahead, situation: Situation
) -> tuple[Meaning, ...]:
    """What comes near to "every other day", which reminders cannot do: weekdays, or daily."""
    found: list[Meaning] = []
    for days in days_near(few):
        daily = _daily(words, days, ahead, situation)
        found += daily.candidates if isinstance(daily, Unclear) else [daily] if daily else []
    return tuple(found[:MOST_CANDIDATES])


def as_said(text: str, tokens: Sequence[Token], chosen: Sequence[int]) -> str:
    """The words of some tokens, as they were typed, without small words at their ends."""
    words = list(chosen)
    while words and tokens[words[-1]].kind in _AROUND:
        words.pop()
    if words and (particle := _particle_after(tokens, words[-1])):
        words.append(particle)
    while words and tokens[words[0]].kind in _AROUND and not _begins(tokens, words):
        words.pop(0)
    if not words:
        return ""
    inside, wanted = range(_beginning(tokens, words[0]), words[-1] + 1), set(words)
    first = words[0]  # before it are only small words, which are the person's own
    kept = [at for at in inside if at in wanted or at < first or tokens[at].kind == "FILLER"]
    return words_as_typed(text, tokens, kept)


def _begins(tokens: Sequence[Token], words: Sequence[int]) -> bool:
    """Whether "на" right after the order belongs to the words: "напоминай на носочки вставать"."""
    first, *others = words
    is_after_order = first > 0 and tokens[first - 1].kind in _ORDERS
    return tokens[first].source == "на" and is_after_order and others[:1] == [first + 1]


def _particle_after(tokens: Sequence[Token], last: int) -> int | None:
    """The position of the rest of a verb after the last of the person's own words."""
    kinds = [*(token.kind for token in tokens), "", ""]
    is_particle = last + 1 < len(tokens) and tokens[last + 1].source in _PARTICLES
    return last + 1 if is_particle and kinds[last + 2] in _AFTER_PARTICLE else None


def _beginning(tokens: Sequence[Token], at: int) -> int:
    """Where the words begin: with the small words before them, except a "to" after a time."""
    first = at
    while first and (
        tokens[first - 1].kind == "FILLER"
        or (tokens[first - 1].kind in _OF_PLACES and tokens[max(first - 2, 0)].kind == "FILLER")
    ):
        first -= 1
    is_after_time = first > 0 and tokens[first - 1].kind not in {*_ORDERS, "OF"}
    is_cut = is_after_time and first < at and tokens[first].source.partition(" ")[0] in _TO
    return first + 1 if is_cut else first


def words_as_typed(text: str, tokens: Sequence[Token], kept: Sequence[int]) -> str:
    """The typed words that some tokens were read from, with their capitals and accents."""
    pieces = [(word, at) for at, token in enumerate(tokens) for word in _split(token.source)]
    typed = [(piece, word) for word in text.split() for piece in _split(fold(word))]
    if [piece for piece, _ in pieces] != [piece for piece, _ in typed]:
        return " ".join(tokens[at].source for at in kept)
    chosen, words, position = set(kept), list[str](), 0
    for word in text.split():
        count = len(_split(fold(word)))
        of_word = [at for _, at in pieces[position : position + count]]
        position += count
        if chosen.intersection(of_word):
            is_cut = not words and of_word[0] not in chosen  # "d'appeler"
            words.append(_APOSTROPHE.split(word)[-1] if is_cut else word)
    return " ".join(words).strip(" ,;:.!?-–—")


def _split(words: str) -> list[str]:
    return _PIECE.findall(words)
