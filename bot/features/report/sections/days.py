"""Section on what was noted about the days: with cramps, and beside them without."""

# TRANSLATORS, ALL: Pages for a doctor: sober, short, about "the person". Stands after a name such
# as "Alcohol in the evening:".

from collections.abc import Iterable
from datetime import date

from bot.features.cramps.messages.labels import code_labels
from bot.features.report.model import Line, Section, Told
from bot.features.report.report_data import ReportData
from bot.features.report.sections.wording import by_count, comma_separated, labelled
from bot.features.summary.periods import PeriodFigures
from bot.i18n.translator import Translator

EXPOSURES = {
    "caffeine_late": "caffeine_after_cutoff",
    "alcohol_evening": "alcohol_evening",
    "hard_exercise": "hard_exercise",
    "long_standing": "long_standing",
    "long_sitting": "long_sitting_or_driving",
    "hot_day": "hot_day",
    "poor_sleep": "poor_sleep",
    "stress": "stress",
}
"""What is asked about every night → what the same is called beside an entry."""


def noted_section(tr: Translator, data: ReportData, figures: PeriodFigures) -> Section:
    """What was asked about every night, then what was only ticked beside cramps."""
    _, labels = tr.gettext, code_labels(tr)
    lines = list(_exposure_lines(tr, data, figures.nights))
    pairs = by_count(figures.triggers, labels["trigger"])
    if pairs:
        lines.append(labelled(tr, "triggers", _("Noted only with cramps"), comma_separated(pairs)))
    return Section("noted", _("Noted that day"), tuple(lines))


def _exposure_lines(tr: Translator, data: ReportData, nights: int) -> Iterable[Line]:
    names = code_labels(tr)["trigger"]
    for code, trigger in EXPOSURES.items():
        told = data.exposures.get(code, {})
        if told:
            present = {night for night, is_so in told.items() if is_so}
            text = with_and_without(tr, data, present, set(told) - present, nights)
            said = Told.YES if present else Told.NO
            yield labelled(tr, f"exposure.{code}", names[trigger], text, said)


def with_and_without(
    tr: Translator, data: ReportData, present: set[date], absent: set[date], nights: int
) -> str:
    """Cramp nights among logged nights with something, and among those without it."""
    covered, cramps = data.period_facts.covered_nights(), data.period_facts.cramp_nights()
    present, absent = present & covered, absent & covered
    return tr.gettext(
        "nights with it: cramps on {with_cramps} of {with_nights}; nights without it: "
        "{without_cramps} of {without_nights}; not stated or not logged: {unknown}"
    ).format(
        with_cramps=len(present & cramps),
        with_nights=len(present),
        without_cramps=len(absent & cramps),
        without_nights=len(absent),
        unknown=nights - len(present) - len(absent),
    )
