"""What a typed sentence means. Pure: the instant is passed in.

A sentence is a list of concepts (see ``vocabulary/lexicon.py``). Each rule removes the concepts
that it explains, and a sentence is understood only when nothing is left. So an extra word, above
all a NOT, is never ignored. When a sentence can mean two things, the person is asked.
"""

from datetime import datetime

from bot.features.free_text.cramp_rules import EVENTS, cramp, no_cramps
from bot.features.free_text.patterns import BROKEN_NUMBER, DECIMAL_COMMA, ISO_DAY
from bot.features.free_text.pause_rules import pause, resume
from bot.features.free_text.reminder_rules import KINDS, SWITCHES, reminder
from bot.features.free_text.sentence import Remainder, Situation, Understood, asked
from bot.features.free_text.values import Meaning, Page, Show, Unclear
from bot.i18n.vocabulary.lexicon import SOURCE_LANGUAGE, Token, fold, lex
from bot.local_time.nights import NOON_TO_NOON, Nights

LONGEST_SENTENCE = 200
"""The most characters of a sentence; a longer text is not understood."""

PAGES = {
    "HISTORY": Page.HISTORY,
    "SUMMARY": Page.SUMMARY,
    "REMINDER": Page.REMINDERS,
    "HELP": Page.HELP,
}
"""Concept → the page that it names, in the order in which they are offered."""


def read(
    text: str,
    language: str,
    now: datetime,
    zone: str,
    hours: int = 24,
    nights: Nights = NOON_TO_NOON,
) -> Understood:
    """What a sentence means, in the person's language or in English.

    Args:
        text: what was typed.
        language: such as ``de`` or ``pt_BR``.
        now: when it was typed, as an aware instant.
        zone: the IANA zone where the person is.
        hours: 12 where clocks count to twelve, so that 10:15 may be in the evening.
        nights: the person's nights.
    """
    own = _read(text, Situation(language, now, zone, hours, nights))
    if language == SOURCE_LANGUAGE:
        return own
    english = _read(text, Situation(SOURCE_LANGUAGE, now, zone, hours, nights))
    return agreed(own, english)


def agreed(own: Understood, english: Understood) -> Understood:
    """Combine the readings in two languages; when they differ, the person is asked."""
    if own is None or english is None:
        return english if own is None else own
    is_own_clear = not isinstance(own, Unclear) and isinstance(english, Unclear)
    if own == english or is_own_clear or isinstance(own, Show) or isinstance(english, Show):
        return own  # a reading that only shows a page changes nothing
    return asked([*_readings(own), *_readings(english)])


def _readings(understood: Meaning | Unclear) -> tuple[Meaning, ...]:
    return understood.candidates if isinstance(understood, Unclear) else (understood,)


def said(text: str, language: str) -> list[Token]:
    """The concepts of a text without those that change nothing, such as "in" before a place."""
    tokens = [token for token in lex(text, language, LONGEST_SENTENCE) if token.kind != "FILLER"]
    following = [*(token.kind for token in tokens), ""][1:]
    return [
        token
        for token, after in zip(tokens, following, strict=True)
        if token.kind != "IN" or after.isdigit() or after == "ABOUT"
    ]


def _read(text: str, situation: Situation) -> Understood:
    tokens = said(text, situation.language)
    if not tokens or not all(token.is_known for token in tokens):
        return None
    rest = Remainder(tokens)
    subjects = [
        subject
        for subject, concepts in {
            cramp: tuple(EVENTS),
            no_cramps: ("NO_CRAMP",),
            pause: ("PAUSE",),
            resume: ("RESUME",),
            _show: ("HISTORY", "HELP", "SHOW"),
            reminder: (*KINDS, *SWITCHES, "REMINDER"),
        }.items()
        if rest.has(*concepts)
    ]
    if subjects == [pause, reminder] and not rest.has(*KINDS, *SWITCHES):
        subjects = [pause]  # "pause my reminders"
    if subjects == [resume, reminder] and not rest.has(*KINDS, *SWITCHES):
        subjects = [resume]
    if subjects == [_show, reminder] and rest.has("SHOW"):
        subjects = [_show]
    if not subjects:
        return None
    is_broken = BROKEN_NUMBER.search(ISO_DAY.sub("", str(rest))) or DECIMAL_COMMA.search(fold(text))
    if len(subjects) > 1 or is_broken:
        return Unclear()
    return subjects[0](rest, situation)


def _show(rest: Remainder, _situation: Situation) -> Understood:
    """ "show my week", "history", "help"."""
    is_asked = bool(rest.take("SHOW"))
    found = {PAGES[kind] for kind in rest.take(*PAGES)}
    rest.take("ALL")
    if len(found) != 1 or not rest.is_accounted_for:
        return Unclear() if found or is_asked else None
    return Show(found.pop())
