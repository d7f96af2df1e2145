"""The line that a clinician reads first: how often, how strong, how long, and how much of it."""

# TRANSLATORS, ALL: Pages for a doctor: sober, short sentences one after the other. {length} is like
# "1 to 5 min".

from datetime import timedelta

from bot.features.cramps.messages.labels import code_labels
from bot.features.diary.facts import COUNTED_CRAMPS
from bot.features.report.model import Line, Section, Told
from bot.features.report.report_data import ReportData
from bot.features.report.sections.wording import full_date, number
from bot.features.summary.periods import PeriodFigures, period_figures
from bot.features.summary.stats import NIGHTS
from bot.i18n.formats import in_sentence
from bot.i18n.translator import Translator


def headline_section(tr: Translator, data: ReportData, figures: PeriodFigures) -> Section:
    """Cramp nights, both halves, nights woken, usual strength and length, and nights logged."""
    _ = tr.gettext
    logged = _("Nights logged: {covered} of {total}.").format(
        covered=figures.covered, total=figures.nights
    )
    told = Told.YES if figures.covered else Told.NOT_TOLD
    sentences = [*_cramp_sentences(tr, data, figures), logged]
    lines = [Line("headline", " ".join(sentences), told=told)]
    if data.diary_starts_on is not None and data.diary_starts_on > data.first_on:
        begun = _("The diary begins on {day}").format(day=full_date(tr, data.diary_starts_on))
        lines.append(Line("begun", begun, told=Told.NOT_TOLD))
    return Section("headline", _("Summary"), tuple(lines))


def _cramp_sentences(tr: Translator, data: ReportData, figures: PeriodFigures) -> list[str]:
    """The sentences about cramps; there are none when no night was logged."""
    _ = tr.gettext
    if not figures.covered:
        return []
    last_of_first = data.first_on + timedelta(days=figures.nights // 2 - 1)
    first = period_figures(data.facts, data.first_on, last_of_first)
    second = period_figures(data.facts, last_of_first + timedelta(days=1), data.last_on)
    found = [
        _("Cramp nights: {nights} of {covered} logged.").format(
            nights=figures.cramp_nights, covered=figures.covered
        )
    ]
    if figures.covered >= NIGHTS:
        rate = number(tr, NIGHTS * figures.cramp_nights / figures.covered)
        found.append(_("In a week of 7 logged nights: {rate}.").format(rate=rate))
    found.append(
        _("First half: {nights} of {covered}; second half: {later} of {known}.").format(
            nights=first.cramp_nights,
            covered=first.covered,
            later=second.cramp_nights,
            known=second.covered,
        )
    )
    if figures.woke_answered:
        found.append(_("Nights woken by cramps: {nights}.").format(nights=_nights_woken(data)))
    if figures.median_intensity is not None:
        strength = number(tr, figures.median_intensity)
        found.append(
            _("Usual strength: {median} of 10 (median of {count}).").format(
                median=strength, count=figures.with_intensity
            )
        )
    known = {code: count for code, count in figures.durations.items() if code != "unsure"}
    if known:
        labels = code_labels(tr)["duration"]
        usual = max(known, key=lambda code: (known[code], list(labels).index(code)))
        found.append(
            _("Usual length: {length} ({count} of {total}).").format(
                length=in_sentence(tr, labels[usual]),
                count=known[usual],
                total=sum(known.values()),
            )
        )
    return found


def _nights_woken(data: ReportData) -> int:
    return len(
        {
            fact.night_on
            for fact in data.period_facts.cramps
            if fact.event_type in COUNTED_CRAMPS and fact.woke_me == "yes"
        }
    )
