"""Rules for sentences that ask for a page, a file, a language or another clock. Pure."""

import re
from collections.abc import Mapping

from bot.features.free_text.meanings.further_values import OpenCard, SendFile, SetHours, SetLanguage
from bot.features.free_text.meanings.values import Meaning, Page, Show, Unclear
from bot.features.free_text.understanding.patterns import DAY
from bot.features.free_text.understanding.sentence import Remainder, Situation, Understood
from bot.i18n.vocabulary.language_names import LANGUAGE_CONCEPTS

PAGES: Mapping[str, Page] = {
    "HISTORY": Page.HISTORY,
    "SUMMARY": Page.SUMMARY,
    "REMINDER": Page.REMINDERS,
    "HELP": Page.HELP,
    "EXPORT": Page.EXPORT,
    "REPORT": Page.REPORT,
    "ERASE": Page.ERASE,
    "PRIVACY": Page.PRIVACY,
    "SETTINGS": Page.SETTINGS,
    "LANGUAGE": Page.LANGUAGE,
    "LEARN": Page.LEARN,
    "WARNINGS": Page.WARNINGS,
    "PROFILE": Page.PROFILE,
    "CAREGIVER": Page.CAREGIVER,
    "FAIR_TEST": Page.FAIR_TEST,
}
"""Concept → the page that it names, in the order in which they are offered."""
FORMATS = {"CSV": "csv", "JSON": "json", "ICS": "ics", "FHIR": "fhir"}
"""Concept → the format of a file with the diary."""
HOURS = {"HOURS_12": 12, "HOURS_24": 24}
LANGUAGES = frozenset(LANGUAGE_CONCEPTS)
"""The concepts of the languages that the bot speaks."""
_STRONGER = ("EXPORT", "REPORT", "ERASE", "PRIVACY")
"""Pages that are about the diary: "export my diary" asks for the first."""
_FOR_DOCTORS = frozenset({Page.SUMMARY, Page.HISTORY, Page.EXPORT, Page.REPORT})
"""For a doctor, each of them is the report: "a summary for my doctor"."""
_OF_A_DAY = re.compile(rf"(?:(?:OF|ON|FOR|UNTIL) )*{DAY.pattern}")


def show(rest: Remainder, _situation: Situation) -> Understood:
    """ "show my week", "history", "help", "export my diary", "settings"."""
    is_asked = bool(rest.take("SHOW"))
    if is_asked and rest.take("STRETCH", "EXERCISE"):
        found_ways = (Show(Page.GUIDED_STRETCH), OpenCard("stretch"))
        return Unclear(found_ways) if rest.is_accounted_for else None
    if not is_asked and {"THANKS", "CAREGIVER"} == set(rest.kinds) - {","}:
        return None  # "thanks, my friend"
    is_usual = rest.has("NIGHT") and _is_it_normal(rest)
    said = rest.take(*PAGES)
    orders = rest.take("ALL", "MOVE", "ASKING", "?", "DOCTOR", "FOR", "TURN_ON", "TAKE")
    found = {PAGES[kind] for kind in said}
    if found == {Page.WARNINGS}:
        rest.take("CRAMP", "CRAMPS", "DAILY", "NIGHT", "ABOUT", "HELPING")
        if is_usual and rest.is_accounted_for:
            return Unclear((OpenCard("why_cramps"), Show(Page.WARNINGS)))
    if found & {Page.EXPORT, Page.REPORT}:
        rest.take("ENTRY")  # "export my entries for the doctor"
        list(rest.pull(_OF_A_DAY))  # "for thursday's appointment"
    if found == {Page.EXPORT, Page.PRIVACY}:  # "who reads my data": its page leads to the files
        found, said = {Page.PRIVACY}, ["PRIVACY"]
    if found == {Page.ERASE, Page.REMINDERS}:  # "delete all reminders": hardly the diary as well
        both = (Show(Page.REMINDERS), Show(Page.ERASE))
        return Unclear(both) if rest.is_accounted_for else None
    if "DOCTOR" in orders and found and found <= _FOR_DOCTORS:
        return Show(Page.REPORT) if rest.is_accounted_for else None
    if len(found) > 1:
        stronger = [kind for kind in _STRONGER if kind in said]
        found = {PAGES[stronger[0]]} if stronger else found - {Page.HELP}
    if set(orders) & {"MOVE", "TURN_ON"} and found <= {Page.REMINDERS, Page.SUMMARY, Page.HISTORY}:
        return None
    if is_asked and not found and "DOCTOR" in orders and rest.is_accounted_for:
        return Show(Page.REPORT)  # "print everything for the doctor"
    if len(found) != 1 or not rest.is_accounted_for:
        return Unclear() if found or is_asked else None
    return Show(found.pop())


def _is_it_normal(rest: Remainder) -> bool:
    """ "is it normal to get them only at night?": asks why rather than for warning signs."""
    said = " ".join(token.source for token in rest.tokens if token.kind == "WARNINGS")
    return "norma" in said or "норма" in said


def language_named(rest: Remainder, _situation: Situation) -> Understood:
    """ "speak German", "in Spanish please", "Deutsch"."""
    named = set(rest.take(*LANGUAGES))
    rest.take("LANGUAGE", "MOVE", "SHOW", "ASKING", "FOR", "SETTINGS", "TURN_ON")
    if len(named) != 1 or not rest.is_accounted_for:
        return None
    return SetLanguage(LANGUAGE_CONCEPTS[named.pop()])


def setting(rest: Remainder, _situation: Situation) -> Understood:
    """ "24 hour clock", "export as csv"."""
    found: list[Meaning] = [SetHours(HOURS[kind]) for kind in rest.take(*HOURS)]
    found += [SendFile(FORMATS[kind]) for kind in rest.take(*FORMATS)]
    rest.take("EXPORT", "HISTORY", "SETTINGS", "MOVE", "TURN_ON", "SHOW", "ASKING", "FOR")
    rest.take("ALL", "TAKE")
    return found[0] if len(found) == 1 and rest.is_accounted_for else None
