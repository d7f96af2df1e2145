"""Topics: short names for the things that the bot can do. Pure."""

from collections.abc import Mapping

from bot.features.free_text.meanings.act_values import (
    Answered,
    AskPlace,
    BedTonight,
    ComeHome,
    Keep,
    KeepNote,
    RemindDaily,
    RemindOnce,
    SleepTimes,
    Snooze,
    Travel,
    TurnOwn,
)
from bot.features.free_text.meanings.further_values import (
    AskHelped,
    AskInARow,
    AskLast,
    AskNights,
    AskTrend,
    AskWorst,
    Correct,
    DidHabit,
    HadCaffeine,
    LetGo,
    MoveToNight,
    OpenCard,
    RemoveEntry,
    Said,
    SendFile,
    SetHours,
    SetLanguage,
    Span,
    Talk,
    Undo,
    WasWrong,
)
from bot.features.free_text.meanings.offer_values import Offer, OpenCommand, OpenReminder
from bot.features.free_text.meanings.values import (
    LogCramp,
    LogTwo,
    NoCramps,
    Page,
    Pause,
    Resume,
    Show,
)
from bot.features.free_text.rules.cramp_times import moment_of_night
from bot.features.free_text.understanding.sentence import Situation

OTHER = "other"
"""The topic of everything that has none of its own."""
OF_TYPES: Mapping[type, str] = {
    LogCramp: "cramp",
    LogTwo: "cramp",
    NoCramps: "no_cramp",
    RemindDaily: "own",
    TurnOwn: "own",
    Snooze: "answer",
    Answered: "answer",
    BedTonight: "bedtime",
    Travel: "place",
    AskPlace: "place",
    ComeHome: "place",
    KeepNote: "note",
    Keep: "stop",
    Pause: "pause",
    Resume: "resume",
    Undo: "undo",
    RemoveEntry: "remove",
    WasWrong: "wrong",
    Correct: "wrong",
    MoveToNight: "wrong",
    LetGo: "let_go",
    AskLast: "last",
    AskInARow: "count",
    AskWorst: "worst",
    AskTrend: "trend",
    AskHelped: "relief",
    SetLanguage: "language",
    SetHours: "language",
    SendFile: "export",
    HadCaffeine: "caffeine",
}
_OF_KINDS: Mapping[str, str] = {
    "stretch": "stretch",
    "caffeine": "caffeine",
    "dinner_caffeine": "caffeine",
    "hydration": "drinks",
    "meal": "meal",
    "check_in": "check_in",
    "summary": "weekly",
}
_OF_CARDS: Mapping[str, str] = {
    **dict.fromkeys(("low_magnesium", "needs", "evidence", "myths", "cautions"), "magnesium"),
    **dict.fromkeys(("calf_standing", "calf_seated", "calf_lying", "stretch_trials"), "stretch"),
    "cups": "caffeine",
    "compare": "twitches",
    "why_cramps": "why",
}
"""Name of a card → the card whose topic it shares; ``why`` is the short name of why_cramps."""
_OF_SPANS = {Span.WEEK: "week", Span.MONTH: "month", Span.NIGHT: "history"}
_OF_TALK = {
    Talk.ALCOHOL: "card.alcohol",
    Talk.MEDICINE: "card.medicines",
    Talk.SORE: "relief",
    Talk.LOOKS: "looks",
    Talk.VOICE: "looks",
}
_OF_PAGES = {
    Page.SUMMARY: "week",
    Page.GUIDED_STRETCH: "card.stretch",
    Page.ERASE: "erase",
    Page.FAIR_TEST: "fair_test",
}
_OF_HABITS = {"stretch_done": "stretch", "caffeine_after_cutoff": "caffeine"}
_OF_COMMANDS = {"summary": "week", "timezone": "place", "delete": "erase"}


def topic_of(offer: Offer) -> str:
    """The topic of an offer."""
    if type(offer) in OF_TYPES:
        return OF_TYPES[type(offer)]
    match offer:
        case SleepTimes(bed):
            return "getting_up" if bed is None else "bedtime"
        case AskNights(span):
            return _OF_SPANS.get(span, "count")
        case Show(page):
            return _OF_PAGES.get(page, page.value)
        case OpenCard(name):
            return f"card.{_OF_CARDS.get(name, name)}"
        case Said(talk):
            return _OF_TALK.get(talk, "talk")
        case DidHabit(habit):
            return _OF_HABITS.get(habit, "drinks")
        case OpenCommand(name):
            return _OF_COMMANDS.get(name, name)
        case RemindOnce(kind=""):
            return "own"
    kind: str = getattr(offer, "kind", "")
    return _OF_KINDS.get(kind, OTHER)


CONCEPTS: Mapping[str, str] = {
    "cramp": "CRAMP",
    "no_cramp": "NO_CRAMP",
    "worst": "WORST",
    "count": "HOW_MANY",
    "stretch": "STRETCH",
    "caffeine": "CAFFEINE",
    "drinks": "DRINK",
    "meal": "MEAL",
    "check_in": "CHECK_IN",
    "pause": "PAUSE",
    "bedtime": "BEDTIME",
    "getting_up": "GET_UP",
}
"""Topic → the concept that makes a rule read the rest of the sentence: its time, day and place."""
_PLAIN: Mapping[str, Offer] = {
    "week": Show(Page.SUMMARY),
    "count": AskNights(Span.ALL),
    "last": AskLast(),
    "worst": AskWorst(),
    "trend": AskTrend(),
    **{topic: OpenReminder(kind) for kind, topic in _OF_KINDS.items() if kind != "dinner_caffeine"},
    "own": Show(Page.REMINDERS),
    "resume": Resume(),
    "undo": Undo(),
    "remove": RemoveEntry(),
    "wrong": WasWrong(),
    "let_go": LetGo(),
    "looks": Said(Talk.LOOKS),
    "erase": Show(Page.ERASE),
    "fair_test": Show(Page.FAIR_TEST),
    "card.why": OpenCard("why_cramps"),
}


def plain_offer(topic: str, situation: Situation) -> Offer | None:
    """What is offered for a topic if nothing else is known; None if nothing can be done."""
    if topic in _PLAIN:
        return _PLAIN[topic]
    last_night = situation.nights.last_night(situation.local)
    if topic == "no_cramp":
        return NoCramps(last_night)
    if topic == "cramp":
        return LogCramp(*moment_of_night(last_night, situation))
    if topic == "month":
        return AskNights(Span.MONTH, situation.local_on.replace(day=1))
    if topic.startswith("card."):
        return OpenCard(topic.removeprefix("card."))
    return Show(Page(topic)) if topic in _PAGES else None


_PAGES = frozenset(page.value for page in Page)
