"""What buttons say of sentences that look, correct, tell something or only talk."""

# TRANSLATORS, ALL: What was understood of a typed sentence, on buttons: what can be shown, undone
# or noted.

from collections.abc import Callable, Mapping
from datetime import time

from bot.database.stored_values import Habit
from bot.features.check_in.messages import habit_words
from bot.features.cramps.messages.labels import code_labels, helped_labels, night_name
from bot.features.free_text.meanings.further_values import (
    AskHelped,
    AskInARow,
    AskLast,
    AskNights,
    AskTrend,
    AskWorst,
    Correct,
    DidHabit,
    FurtherMeaning,
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
from bot.features.free_text.meanings.values import Page
from bot.features.language.messages import own_name
from bot.features.learn.cards import card_named
from bot.features.learn.messages import label as card_label
from bot.features.learn.messages import title as card_title
from bot.features.summary.month_quarter_messages import month_title
from bot.i18n import formats
from bot.i18n.translator import Translator
from bot.local_time.typed_answers import opposite

EXAMPLES = {12: "10:15 PM", 24: "22:15"}
"""Hours of a clock → what it shows in the evening, as the card of the language has it."""


def page_labels(tr: Translator) -> Mapping[Page, str]:
    """Page → what its button says."""
    _ = tr.gettext
    return {
        Page.SUMMARY: _("This week"),
        Page.HISTORY: _("Your nights"),
        Page.REMINDERS: _("Reminders"),
        Page.HELP: _("Help"),
        Page.STOP: _("Stop messages, for a while or for good"),
        Page.PAUSE: _("Pause reminders"),
        Page.GUIDED_STRETCH: _("Stretch with me, about 3 minutes"),
        Page.RELIEF: _("Relief"),
        Page.MONTH: _("Month"),
        Page.SETTINGS: _("Settings"),
        Page.LANGUAGE: _("Language and clock"),
        Page.EXPORT: _("Your diary as files"),
        Page.REPORT: _("Pages for a doctor, as a PDF"),
        Page.PRIVACY: _("Privacy"),
        Page.ERASE: _("Erase everything…"),
        Page.LEARN: _("Short cards: relief, stretches, more"),
        Page.WARNINGS: _("Warning signs"),
        Page.PROFILE: _("Your health"),
        Page.CAREGIVER: _("A helper for your diary"),
        Page.FAIR_TEST: _("Fair test"),
        Page.BEDTIME: _("Bedtime"),
        Page.GETTING_UP: _("Getting up"),
        Page.PLACE: _("Place"),
    }


def further_label(tr: Translator, meaning: FurtherMeaning) -> str:
    """What a button says of a meaning."""
    _ = tr.gettext
    match meaning:
        case Undo():
            return _("Undo")
        case RemoveEntry():
            return _("Remove the last entry")
        case WasWrong():
            return _("Something is wrong")
        case Correct():
            return correct_label(tr, meaning)
        case MoveToNight(nights):
            return " / ".join(night_name(tr, one) for one in nights)
        case LetGo():
            return _("It let go")
        case AskNights():
            return _span_label(tr, meaning)
        case AskLast(event_type):
            return _("Your last cramp") if event_type == "cramp" else _("Your last twitch")
        case AskWorst():
            return _("The strongest cramp")
        case AskTrend():
            return _("3 months")
        case AskHelped():
            return _("What helped so far")
        case AskInARow():
            return _("Nights in a row")
        case OpenCard(name):
            known = card_named(name)
            return _("Learn") if known is None else card_title(tr, known)
        case SetLanguage(code):
            return own_name(code)
        case SetHours(hours):
            return EXAMPLES[hours]
        case SendFile(file_format):
            return _file_labels(tr)[file_format]
        case HadCaffeine():
            return _("Caffeine just now")
        case DidHabit(habit, evening_on):
            words = habit_words(tr)[Habit(habit)][0]
            return _("{label}: {text}").format(label=night_name(tr, evening_on), text=words)
        case Said(talk):
            return _talk_labels(tr).get(talk, _("Only a friendly word"))


def _talk_labels(tr: Translator) -> Mapping[Talk, str]:
    """What a button says of something told or wished for that changes nothing."""
    _ = tr.gettext
    return {
        Talk.MEDICINE: card_label(tr, "medicines"),
        Talk.PET: _("Someone else had it: log nothing"),
        Talk.SORE: _("Still sore"),
        Talk.LOOKS: _("Size of the letters"),
        Talk.VOICE: _("Speak, not type"),
    }


def correct_label(tr: Translator, meaning: Correct) -> str:
    """What a button says of a correction: "Right · Calf · 04:00"."""
    words = {**code_labels(tr), "helped": helped_labels(tr)}
    if meaning.is_other_side:
        return tr.gettext("The other side")
    parts = [
        tr.gettext("strength {number}").format(number=code)
        if name == "strength"
        else words[name][code]
        for name, code in meaning.told
    ]
    if meaning.clock is not None:
        parts.append(_hour(tr, meaning.clock, is_dial=meaning.is_dial))
    return " · ".join(parts)


def _hour(tr: Translator, at: time, *, is_dial: bool) -> str:
    said = formats.clock(tr, at)
    if not is_dial:
        return said
    other = formats.clock(tr, opposite(at))
    return f"{said} / {other}"


def _span_label(tr: Translator, asked: AskNights) -> str:
    _, on = tr.gettext, asked.on
    labels: Mapping[Span, Callable[[], str]] = {
        Span.WEEK: lambda: _("This week") if asked.number == 0 else _("Last week"),
        Span.DAYS: lambda: tr.ngettext(
            "Last {count} night", "Last {count} nights", asked.number
        ).format(count=asked.number),
        Span.ALL: lambda: _("Your whole diary"),
    }
    if asked.span in labels or on is None:
        return labels.get(asked.span, labels[Span.ALL])()
    if asked.span is Span.NIGHT:
        return night_name(tr, on)
    if asked.span is Span.MONTH:
        return month_title(tr, on.year, on.month)
    return _("Since {day}").format(day=formats.day(tr, on))


def _file_labels(tr: Translator) -> Mapping[str, str]:
    _ = tr.gettext
    return {
        "nights": _("Nights (CSV)"),
        "csv": _("Entries (CSV)"),
        "ics": _("Calendar (ICS)"),
        "json": _("Complete (JSON)"),
        "fhir": _("For a clinic's system (FHIR)"),
    }
