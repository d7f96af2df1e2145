"""What a report for a clinician says, line by line, in the order of the health reference (h).

Plain values in, plain values out: the page only sets them. No interpretation, no suggested tests,
no probability. Every line has a code, by which its owner can leave it out before the page is made.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from html import unescape

from babel.dates import format_date
from babel.numbers import format_decimal

from bot.about.messages import MedicineLine, item_names, medicine_words, value_names
from bot.cramps.cards import general_information, sign_lines
from bot.cramps.messages import words_for
from bot.cramps.red_flags import SIGNS
from bot.diary.facts import CrampFact, Facts
from bot.experiments.design import Arm
from bot.i18n import Translator
from bot.reminders.messages import names as reminder_names
from bot.summary.periods import (
    AT_ONCE_MINUTES,
    Baseline,
    PeriodFigures,
    SideBySide,
    WeekRow,
    baseline,
    period_figures,
    side_by_side,
    week_rows,
)
from bot.summary.stats import HOURS
from bot.summary.views import cramps_words, hour_names, side_by_side_words

SYMPTOMS = ("numb_or_tingling", "weak", "swollen", "warm_or_red")
MOST_DATES = 10
"""Dates that are named after a symptom or sign; further ones are counted."""
MOST_LINES = 14
"""Lines of one section; further ones are counted."""
LONGEST_NOTE = 220
COMPARED = ("stretch_done", "caffeine_after_cutoff")


@dataclass(frozen=True)
class Line:
    """One line; ``code`` names it when it is left out."""

    code: str
    text: str


@dataclass(frozen=True)
class Table:
    """A small table; the first column is set left, the others right."""

    code: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Counts:
    """Named numbers of entries, drawn as bars or as a list."""

    code: str
    title: str
    pairs: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    code: str
    title: str
    lines: tuple[Line, ...] = ()
    table: Table | None = None
    histogram: Counts | None = None
    counts: tuple[Counts, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing below the heading."""
        return not (self.lines or self.table or self.histogram or self.counts)


@dataclass(frozen=True)
class Report:
    """A whole report, ready to be set."""

    title: str
    who: tuple[Line, ...]
    period: str
    statement: str
    sections: tuple[Section, ...]
    information: str
    made: str
    page_words: str
    """ "Page {number} of {total}", with its placeholders."""
    language: str


@dataclass(frozen=True)
class Event:
    """A warning sign that was met or ticked."""

    rule: str
    level: str
    on: date


@dataclass(frozen=True)
class Trial:
    """A fair test that is over, by its counts."""

    uid: str
    name: str
    first_on: date
    last_on: date
    with_habit: Arm
    without: Arm


@dataclass(frozen=True)
class Material:
    """Everything that a report is made of."""

    facts: Facts
    """Of the whole diary, as the baseline is its beginning."""
    first_on: date
    last_on: date
    made_on: date
    name: str | None = None
    questions: str | None = None
    profile: Mapping[str, str] = field(default_factory=dict)
    medicines: Sequence[MedicineLine] = ()
    events: Sequence[Event] = ()
    limited: Mapping[date, str] = field(default_factory=dict)
    trials: Sequence[Trial] = ()
    begun_on: date | None = None
    """The first night of the diary."""


def report(
    tr: Translator, material: Material, left_out: frozenset[str], notes: frozenset[str]
) -> Report:
    """The report of a span of nights.

    Args:
        tr: its language.
        material: what it is made of.
        left_out: codes of lines and sections that are not in it.
        notes: codes of the notes that are in it; others are not.
    """
    _ = tr.gettext
    figures = period_figures(material.facts, material.first_on, material.last_on)
    sections = (
        _coverage(tr, material, figures),
        _weeks(tr, material),
        _times(tr, figures),
        _places(tr, figures),
        _symptoms(tr, material),
        _triggers(tr, figures),
        _relief(tr, figures),
        _habits(tr, material, figures),
        _health(tr, material),
        _notes(tr, material, notes),
        _asked(tr, material),
    )
    kept = (_without(section, left_out) for section in sections)
    return Report(
        title=_("Diary of night leg cramps"),
        who=tuple(line for line in _who(tr, material) if line.code not in left_out),
        period=_period(tr, material.first_on, material.last_on),
        statement=_(
            "Entered by the person themselves, with a diary in Telegram; not verified by anyone. "
            "It counts what was logged: nights without an entry are not counted as free of cramps."
        ),
        sections=tuple(section for section in kept if not section.is_empty),
        information=unescape(general_information(tr)),
        made=_("Made on {day} with CalmCalf").format(day=_day(tr, material.made_on)),
        page_words=_("Page {number} of {total}"),
        language=tr.language,
    )


def shortened(tr: Translator, whole: Report, most: int) -> Report:
    """The same with at most so many lines in a section; it says how many are left away."""

    def shorten(section: Section) -> Section:
        more = len(section.lines) - most
        if more <= 0:
            return section
        words = tr.ngettext("and {count} more line", "and {count} more lines", more)
        rest = Line(f"{section.code}.more", words.format(count=more))
        return replace(section, lines=(*section.lines[:most], rest))

    return replace(whole, sections=tuple(shorten(section) for section in whole.sections))


def _without(section: Section, left_out: frozenset[str]) -> Section:
    """The section without the lines that were left out."""
    if section.code in left_out:
        return replace(section, lines=(), table=None, histogram=None, counts=())
    table, histogram = section.table, section.histogram
    return replace(
        section,
        lines=tuple(line for line in section.lines if line.code not in left_out),
        table=None if table is not None and table.code in left_out else table,
        histogram=None if histogram is not None and histogram.code in left_out else histogram,
        counts=tuple(one for one in section.counts if one.code not in left_out),
    )


def _day(tr: Translator, day: date) -> str:
    return str(format_date(day, "d MMM yyyy", locale=tr.language))


def _short_day(tr: Translator, day: date) -> str:
    return str(format_date(day, "d MMM", locale=tr.language))


def _period(tr: Translator, first_on: date, last_on: date) -> str:
    return tr.gettext("Nights of {span}").format(span=_span(tr, first_on, last_on))


def _span(tr: Translator, first_on: date, last_on: date) -> str:
    return f"{_day(tr, first_on)} – {_day(tr, last_on)}"


def _number(tr: Translator, value: float) -> str:
    return str(format_decimal(value, format="0.#", locale=tr.language))


def _of(tr: Translator, part: int, whole: int) -> str:
    return tr.gettext("{part} of {whole}").format(part=part, whole=whole)


def _who(tr: Translator, material: Material) -> Iterable[Line]:
    _ = tr.gettext
    if material.name:
        yield Line("name", _("Name: {name}").format(name=material.name))
    age = material.profile.get("age_band")
    if age is not None:
        yield Line("age_band", _("Age: {age}").format(age=value_names(tr)[age]))


def _coverage(tr: Translator, material: Material, figures: PeriodFigures) -> Section:
    _ = tr.gettext
    lines = [
        Line(
            "coverage",
            tr.ngettext(
                "{covered} of {total} night logged.",
                "{covered} of {total} nights logged.",
                figures.nights,
            ).format(covered=figures.covered, total=figures.nights),
        )
    ]
    if material.begun_on is not None and material.begun_on > material.first_on:
        begun = _("The diary begins on {day}.").format(day=_day(tr, material.begun_on))
        lines.append(Line("begun", begun))
    if figures.timed:
        words = tr.ngettext(
            "{count} of {total} timed entry was made within {minutes} minutes of the event.",
            "{count} of {total} timed entries were made within {minutes} minutes of the event.",
            figures.timed,
        )
        lines.append(
            Line(
                "at_once",
                words.format(
                    count=figures.within_15_minutes, total=figures.timed, minutes=AT_ONCE_MINUTES
                ),
            )
        )
    first = baseline(material.facts)
    if first is not None:
        lines.append(Line("baseline", _baseline(tr, first)))
    return Section("covered", _("What was logged"), tuple(lines))


def _baseline(tr: Translator, first: Baseline) -> str:
    words = tr.ngettext(
        "Baseline, the first {count} logged night ({span}): cramps on {cramps}.",
        "Baseline, the first {count} logged nights ({span}): cramps on {cramps}.",
        first.covered,
    )
    span = _span(tr, first.first_on, first.last_on)
    return words.format(count=first.covered, span=span, cramps=first.cramp_nights)


def _weeks(tr: Translator, material: Material) -> Section:
    _ = tr.gettext
    rows = week_rows(material.facts, material.first_on, material.last_on)
    heads = (
        _("Week from"),
        _("Nights logged"),
        _("Cramp nights"),
        _("Cramps"),
        _("Median strength"),
        _("Woke"),
        _("Limited"),
    )
    limits = {"no": _("no"), "a_bit": _("a bit"), "a_lot": _("a lot")}
    table = Table(
        "weeks",
        heads,
        tuple(
            (
                _short_day(tr, row.week_on),
                _of(tr, row.covered, 7),
                str(row.cramp_nights) if row.covered else "–",
                _cramps(row),
                "–" if row.median_intensity is None else _number(tr, row.median_intensity),
                _of(tr, row.woke, row.woke_answered) if row.woke_answered else "–",
                limits.get(material.limited.get(row.week_on, ""), "–"),
            )
            for row in rows
        ),
    )
    lines = (
        Line(
            "weeks_words",
            _(
                "Weeks with fewer than 5 logged nights are partial and not comparable. A plus: at "
                "least so many. Woke: of the cramps with an answer. Limited: the person's own word "
                "on the week."
            ),
        ),
    )
    return Section("by_week", _("By week"), lines, table)


def _cramps(row: WeekRow) -> str:
    if not row.covered:
        return "–"
    return f"{row.cramps}+" if row.at_least else str(row.cramps)


def _times(tr: Translator, figures: PeriodFigures) -> Section:
    _ = tr.gettext
    lines = []
    if figures.cramps:
        total = tr.ngettext(
            "Cramps on {nights} night: {count}.",
            "Cramps on {nights} nights: {count}.",
            figures.cramp_nights,
        ).format(
            nights=figures.cramp_nights,
            count=cramps_words(tr, figures.cramps, at_least=figures.at_least),
        )
        lines.append(Line("total", total))
    if figures.median_intensity is not None:
        words = tr.ngettext(
            "Strength, from {count} entry: median {median} of 10, 7 or more in {strong}.",
            "Strength, from {count} entries: median {median} of 10, 7 or more in {strong}.",
            figures.with_intensity,
        )
        lines.append(
            Line(
                "strength",
                words.format(
                    count=figures.with_intensity,
                    median=_number(tr, figures.median_intensity),
                    strong=figures.strong,
                ),
            )
        )
    if figures.woke_answered:
        woke = _("Woken by it: {count}.").format(count=_of(tr, figures.woke, figures.woke_answered))
        lines.append(Line("woke", woke))
    if figures.median_sleep_disturbance is not None:
        words = tr.ngettext(
            "Sleep disturbance, from {count} entry: median {median} of 10.",
            "Sleep disturbance, from {count} entries: median {median} of 10.",
            figures.with_sleep_disturbance,
        )
        lines.append(
            Line(
                "disturbance",
                words.format(
                    count=figures.with_sleep_disturbance,
                    median=_number(tr, figures.median_sleep_disturbance),
                ),
            )
        )
    names = hour_names(tr)
    histogram = None
    if figures.timed:
        pairs = tuple((names[hour], figures.hours.get(hour, 0)) for hour in HOURS)
        histogram = Counts("hours", _("Entries by time of night"), pairs)
    return Section("measures", _("Cramps"), tuple(lines), histogram=histogram)


def _ranked(counts: Mapping[str, int], names: Mapping[str, str]) -> tuple[tuple[str, int], ...]:
    """Names with their numbers, the most frequent first."""
    order = {code: place for place, code in enumerate(names)}
    codes = sorted(counts, key=lambda code: (-counts[code], order[code]))
    return tuple((names[code], counts[code]) for code in codes)


def _in_order(counts: Mapping[str, int], names: Mapping[str, str]) -> tuple[tuple[str, int], ...]:
    return tuple((name, counts[code]) for code, name in names.items() if code in counts)


def _places(tr: Translator, figures: PeriodFigures) -> Section:
    _, words = tr.gettext, words_for(tr)
    groups = (
        Counts("sites", _("Site"), _ranked(figures.sites, words["site"])),
        Counts("sides", _("Side"), _in_order(figures.sides, words["side"])),
        Counts("durations", _("Duration"), _in_order(figures.durations, words["duration"])),
        Counts("contexts", _("Doing what"), _ranked(figures.contexts, words["context"])),
    )
    lines = []
    if figures.typical_site or figures.other_site:
        words_of_sites = _("Calf and foot: {typical}. Elsewhere: {other}.")
        lines.append(
            Line(
                "typical",
                words_of_sites.format(typical=figures.typical_site, other=figures.other_site),
            )
        )
    return Section(
        "where",
        _("Where, how long, doing what (number of entries)"),
        tuple(lines),
        counts=tuple(group for group in groups if group.pairs),
    )


def _dates(tr: Translator, days: Iterable[date]) -> str:
    """Dates in order, each once; further ones are counted."""
    ordered = sorted(set(days))
    shown = ", ".join(_short_day(tr, day) for day in ordered[:MOST_DATES])
    more = len(ordered) - MOST_DATES
    if more <= 0:
        return shown
    return tr.ngettext("{days} and {count} more", "{days} and {count} more", more).format(
        days=shown, count=more
    )


def _symptoms(tr: Translator, material: Material) -> Section:
    """What was ticked that a clinician asks about, and warning signs, with their dates."""
    _, words = tr.gettext, words_for(tr)
    inside = material.facts.between(material.first_on, material.last_on)
    found: dict[str, list[date]] = {}
    for fact in inside.cramps:
        for code in _told(fact):
            found.setdefault(code, []).append(fact.night_on)
    names = {code: words["effect"][code] for code in SYMPTOMS} | {
        "twitching": _("Twitching"),
        "walking": _("Cramp while walking"),
        "over_ten": _("Cramp of over 10 minutes"),
    }
    lines = [
        Line(code, f"{name}: {_dates(tr, found[code])}")
        for code, name in names.items()
        if code in found
    ]
    return Section(
        "symptoms", _("Ticked beside the cramps, by night"), (*lines, *_events(tr, material))
    )


def _told(fact: CrampFact) -> Iterable[str]:
    if fact.event_type == "twitch":
        yield "twitching"
        return
    yield from (code for code in SYMPTOMS if code in fact.after_effects)
    if fact.context == "walking":
        yield "walking"
    if fact.duration == "gt_10min":
        yield "over_ten"


def _events(tr: Translator, material: Material) -> Iterable[Line]:
    """Warning signs that were ticked, and the card that was shown for them."""
    _ = tr.gettext
    signs, levels = sign_lines(tr), level_names(tr)
    by_rule: dict[tuple[str, str], list[date]] = {}
    for event in material.events:
        if material.first_on <= event.on and (event.rule in signs or event.rule in RULES_SHOWN):
            by_rule.setdefault((event.rule, event.level), []).append(event.on)
    for (rule, level), days in by_rule.items():
        name = signs[rule].rstrip(".") if rule in signs else _("Entry that called for a card")
        words = _("{sign} (shown: {card}): {dates}")
        text = words.format(sign=name, card=levels[level], dates=_dates(tr, days))
        yield Line(f"event.{rule}.{level}", text)


RULES_SHOWN = ("P11", "P13")
"""Hits of these are cards shown at once; patterns over weeks are not interpreted here."""
KNOWN_SIGNS = tuple(sign for signs in SIGNS.values() for sign in signs)


def level_names(tr: Translator) -> dict[str, str]:
    """Cards by their level."""
    _ = tr.gettext
    return {
        "info": _("information"),
        "soon": _("be checked soon"),
        "urgent": _("be checked today"),
        "emergency": _("get help now"),
    }


def _triggers(tr: Translator, figures: PeriodFigures) -> Section:
    _, words = tr.gettext, words_for(tr)
    pairs = _ranked(figures.triggers, words["trigger"])
    lines = (
        (Line("triggers", ", ".join(f"{name} {count}" for name, count in pairs)),) if pairs else ()
    )
    return Section("led_up", _("What led up to it, as ticked (number of entries)"), lines)


def _relief(tr: Translator, figures: PeriodFigures) -> Section:
    _, words = tr.gettext, words_for(tr)
    lines = []
    tried = _ranked(figures.reliefs, words["relief"])
    if tried:
        lines.append(Line("tried", ", ".join(f"{name} {count}" for name, count in tried)))
    helped = _in_order(figures.relief_helped, words["helped"])
    if helped:
        listed = ", ".join(f"{name.lower()} {count}" for name, count in helped)
        lines.append(Line("helped", _("Did it help: {list}").format(list=listed)))
    back = _in_order(figures.back_to_sleep, words["back"])
    if back:
        listed = ", ".join(f"{name.lower()} {count}" for name, count in back)
        lines.append(Line("back", _("Back to sleep: {list}").format(list=listed)))
    impact = _in_order(figures.day_impacts, words["impact"])
    if impact:
        listed = ", ".join(f"{name.lower()} {count}" for name, count in impact)
        lines.append(Line("impact", _("Next day: {list}").format(list=listed)))
    return Section("relief", _("What was tried (number of entries)"), tuple(lines))


def _habits(tr: Translator, material: Material, figures: PeriodFigures) -> Section:
    _ = tr.gettext
    names = {str(kind): name for kind, name in reminder_names(tr).items()}
    lines = []
    for one in figures.adherence:
        words = _(
            "{name}: done {done} of {delivered} reminders, {skipped} skipped, {none} without answer"
        )
        lines.append(
            Line(
                f"kept.{one.kind}",
                words.format(
                    name=names.get(one.kind, one.kind),
                    done=one.done,
                    delivered=one.delivered,
                    skipped=one.skipped,
                    none=one.no_answer,
                ),
            )
        )
    inside = material.facts.between(material.first_on, material.last_on)
    pairs = (side_by_side(inside, habit) for habit in COMPARED)
    lines += [_compared(tr, pair) for pair in pairs if pair is not None]
    lines += [_trial(tr, trial) for trial in material.trials]
    return Section("habits", _("Habits and reminders"), tuple(lines))


def _compared(tr: Translator, pair: SideBySide) -> Line:
    return Line(f"compared.{pair.habit}", side_by_side_words(tr, pair))


def _trial(tr: Translator, trial: Trial) -> Line:
    """A fair test by its counts alone."""
    words = tr.gettext(
        "Fair test of {name}, {span}, order of weeks drawn by lot: cramps on {with_cramps} of "
        "{with_nights} nights in weeks with it, {without_cramps} of {without_nights} without."
    )
    span = _span(tr, trial.first_on, trial.last_on)
    return Line(
        f"trial.{trial.uid}",
        words.format(
            name=trial.name,
            span=span,
            with_cramps=trial.with_habit.cramp_nights,
            with_nights=trial.with_habit.covered,
            without_cramps=trial.without.cramp_nights,
            without_nights=trial.without.covered,
        ),
    )


def _health(tr: Translator, material: Material) -> Section:
    """Medicines and conditions as they were told."""
    _ = tr.gettext
    names, values = item_names(tr), value_names(tr)
    lines = [
        Line(f"medicine.{medicine.id}", medicine_words(tr, medicine))
        for medicine in material.medicines[:MOST_LINES]
    ]
    more = len(material.medicines) - MOST_LINES
    if more > 0:
        words = tr.ngettext(
            "and {count} further medicine", "and {count} further medicines", more
        ).format(count=more)
        lines.append(Line("medicines", words))
    told = [
        Line(f"item.{item}", f"{names[item]}: {values[value].lower()}")
        for item, value in material.profile.items()
        if item != "age_band"
    ]
    return Section("health", _("Medicines and conditions, as told by the person"), (*lines, *told))


def noted(material: Material) -> list[CrampFact]:
    """Entries of the period that carry a note, newest first."""
    inside = material.facts.between(material.first_on, material.last_on)
    return sorted(
        (fact for fact in inside.cramps if fact.note),
        key=lambda fact: (fact.local_at, fact.entry_id),
        reverse=True,
    )


def note_code(fact: CrampFact) -> str:
    """The code of an entry's note."""
    return f"note.{fact.entry_id}"


def _notes(tr: Translator, material: Material, chosen: frozenset[str]) -> Section:
    """Notes that the person chose to include."""
    lines = []
    for fact in reversed(noted(material)):
        if note_code(fact) in chosen and fact.note:
            note = " ".join(fact.note.split())
            shown = note if len(note) <= LONGEST_NOTE else f"{note[:LONGEST_NOTE].rstrip()}…"
            lines.append(Line(note_code(fact), f"{_short_day(tr, fact.night_on)}: {shown}"))
    return Section("notes", tr.gettext("Notes"), tuple(lines[:MOST_LINES]))


def _asked(tr: Translator, material: Material) -> Section:
    """What the person wants to ask."""
    lines = [line.strip() for line in (material.questions or "").splitlines() if line.strip()]
    return Section(
        "questions",
        tr.gettext("Questions I want to ask"),
        tuple(Line(f"question.{number}", line) for number, line in enumerate(lines)),
    )
