"""Rules for questions that a card of Learn answers: "can I take magnesium?". Pure.

A card changes nothing, and leaves out what a person's answers about health speak against. So there
is rarely a need to ask.
"""

import re

from bot.features.free_text.meanings.further_values import OpenCard
from bot.features.free_text.meanings.values import Meaning, Page, Show
from bot.features.free_text.rules.cramp_fields import EVENTS, SIDES, SITES
from bot.features.free_text.understanding.sentence import Remainder, Situation, Understood, asked

CARDS = {
    "MAGNESIUM": "magnesium",
    "TWITCH": "twitches",
    "PREGNANT": "pregnancy",
    "BLOOD_TEST": "blood_tests",
    "REMEDY": "heard_about",
    "ALCOHOL": "alcohol",
    "TEA": "caffeine",
    "CAFFEINE": "caffeine",
    "NO_CAFFEINE": "caffeine",
    "CAFFEINE_FREE": "caffeine",
    "STRETCH": "stretch",
    "DRINK": "drinks",
    "MEDICINE": "medicines",
    "STRESS": "sleep",
    "SLEEP": "sleep",
    "EXERCISE": "moving",
    "SEASON": "season",
    "FOOD": "foods",
    "MEAL": "foods",
    "DOCTOR": "when",
}
"""Concept → the card about it, the most telling concept first."""
ASKING = ("ASKING", "WHY", "HELPING", "TAKE", "?", "SHOW", "HOW_MANY", "HELP", "HOW_BAD", "FINE")
"""Concepts that ask for information."""
_ALONE = frozenset(
    {
        *("MAGNESIUM", "PREGNANT", "BLOOD_TEST", "REMEDY", "ALCOHOL", "MEDICINE", "STRESS"),
        *("SLEEP", "EXERCISE", "SEASON", "FOOD", "DOCTOR"),
    }
)
"""Subjects that are asked about when nothing else is said."""
MOST_ALONE = 2
ABOUT_CARDS = frozenset({"ASKING", "WHY", "HELPING", "TAKE", "?", "HOW_MANY", "HOW_BAD"}) | _ALONE
""":func:`card` is tried for sentences with one of these concepts."""
_VERBS = frozenset({"DRINK", "FOOD", "MEDICINE", "DOCTOR", "MEAL"})
"""Subjects that only say what is done with another subject: "can I drink coffee"."""
_AHEAD = ("TONIGHT", "THIS_NIGHT", "TODAY", "TOMORROW", "AGAIN", "NIGHT", "NOW")
_WEEKS = re.compile("(?:(?:OF|IN|FOR|ABOUT) )*[0-9]{1,2} (?:WEEK|MONTHS)")
"""How long a pregnancy has lasted."""
_OR_NOT = re.compile("OR NOT")
""" "does magnesium help or not?": no denial."""
_BESIDES = ("CRAMP", "CRAMPS", "NIGHT", "EVENING", "MORNING", "DAILY", "DAYS", "FOR")


def card(rest: Remainder, _situation: Situation) -> Understood:
    """ "can I take magnesium?", "does stretching help", "why do I get cramps"."""
    list(rest.pull(_OR_NOT))
    openers = set(rest.take(*ASKING))
    said = rest.take(*CARDS)
    events = rest.take(*_BESIDES)
    if openers & {"ASKING", "WHY", "HELPING"}:
        rest.take("MEANT")  # "ma il magnesio serve?"
        # "how do I stretch my calf", "can I take it for this"
        rest.take(*SIDES, *SITES, "THIS", "THIS_NIGHT", "SINCE")
    if "ASKING" in openers and not events:
        rest.take("UNREAL", "TONIGHT", "TODAY")  # "what if I stop the magnesium"
    if "PREGNANT" in said:
        list(rest.pull(_WEEKS))
    if "HELPING" in openers:
        rest.take("SKIP")  # "does it help to leave coffee out"
    if not rest.is_accounted_for:
        return None
    if not openers and set(events) <= {"FOR"}:  # "per il vino": of a cramp, or a subject
        return _alone(said)
    if "SHOW" in openers and said == ["DOCTOR"]:
        return None  # "show it to the doctor": the pages for a doctor
    if openers <= {"SHOW", "HELP", "FINE"} and not (said and _ALONE.issuperset(said)):
        return None
    subjects = [concept for concept in CARDS if concept in said]
    drunk = [concept for concept in subjects if concept != "DRINK"] or subjects
    main = [concept for concept in subjects if concept not in _VERBS] or drunk[:1]
    if not main:
        if openers == {"WHY"} and not events:
            return asked([OpenCard("why_cramps")])
        is_asked = {"ASKING", "HELPING"} <= openers and "WHY" not in openers
        if is_asked and not {"CRAMP", "CRAMPS"}.isdisjoint(events):
            return asked([Show(Page.RELIEF), Show(Page.LEARN)])
        is_why = "WHY" in openers and openers <= {"WHY", "?", "ASKING"}
        return OpenCard("why_cramps") if is_why and (events or openers == {"WHY", "?"}) else None
    found = tuple(dict.fromkeys(_card(concept, openers, set(said)) for concept in main))
    if found == ("twitches",) and not {"CRAMP", "CRAMPS"}.isdisjoint(events):
        found = ("compare",)
    if openers == {"?"} and not events and not _names_a_subject(set(main)):
        return None
    return OpenCard(found[0]) if len(found) == 1 else asked([OpenCard(name) for name in found])


def feared(rest: Remainder, _situation: Situation) -> Understood:
    """ "what if I get a cramp tonight?": what helps during one. "I nearly had one" is asked."""
    rest.take("UNREAL")
    is_question = bool(rest.take("?", "ASKING", "HELPING", "HELPS_NOW", "HELP"))
    events = rest.take(*EVENTS)
    rest.take(*SIDES, *SITES, *_AHEAD, "1", "WOKE")
    if not rest.is_accounted_for or not (events or is_question):
        return None
    return OpenCard("relief") if is_question else asked([OpenCard("relief"), Show(Page.LEARN)])


def _alone(said: list[str]) -> Understood:
    """What a subject without a question may mean, or two of them: "bananas and magnesium"."""
    if not 0 < len(said) <= MOST_ALONE or not _ALONE.issuperset(said):
        return None
    opened: list[Meaning] = [OpenCard(CARDS[concept]) for concept in said]
    return asked([*opened, Show(Page.REPORT)] if said == ["DOCTOR"] else opened)


def _names_a_subject(main: set[str]) -> bool:
    """Whether a question mark alone makes a question of it: "stretch?" may be a reminder."""
    return main.isdisjoint(
        {"STRETCH", "DRINK", "MEAL", "CAFFEINE", "NO_CAFFEINE", "TWITCH"} | {"CAFFEINE_FREE"}
    )


def _card(concept: str, openers: set[str], said: set[str]) -> str:
    """The card that answers most directly."""
    if concept == "MAGNESIUM":
        if "FOOD" in said:
            return "foods"
        if "HOW_MANY" in openers:
            return "needs"
        is_drunk = "DRINK" in said and "HELPING" not in openers
        if "TAKE" in openers or "MEDICINE" in said or is_drunk:
            return "cautions"
        return "evidence" if "HELPING" in openers or "HELP" in openers else "magnesium"
    if concept == "STRETCH":
        return "stretch_trials" if openers & {"HELPING", "HELP"} else "stretch"
    if concept == "CAFFEINE_FREE" and openers & {"HELPING", "HELP"}:
        return "heard_about"  # "does camomile help?"
    if concept in {"TEA", "CAFFEINE"} and "HOW_MANY" in openers:
        return "cups"
    return CARDS[concept]
