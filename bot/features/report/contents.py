"""What a report for a clinician says, line by line, in the order of the health reference (h).

Plain values in, plain values out: the page only sets them. No interpretation, no suggested tests,
no probability. Every line has a code, by which its owner can leave it out before the page is made.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from html import unescape

from babel.dates import get_day_names
from babel.numbers import format_decimal

from bot.database.models import Habit
from bot.features.cramps.cards import general_information
from bot.features.cramps.messages.labels import code_labels
from bot.features.diary.facts import CrampFact, Facts
from bot.features.experiments.design import Arm
from bot.features.experiments.rules import Topic
from bot.features.experiments.subject_messages import name as trial_name
from bot.features.health_profile.messages import (
    MedicineLine,
    item_names,
    medicine_words,
    value_names,
)
from bot.features.health_profile.values import AGE
from bot.features.history.messages import habit_names
from bot.features.reminders.messages.names import names as reminder_names
from bot.features.report.plan import (
    OR_MORE,
    PARTIAL,
    Counts,
    Line,
    NightMark,
    Report,
    Section,
    Strip,
    Table,
)
from bot.features.summary.comparisons import (
    Baseline,
    SideBySide,
    WeekRow,
    baseline,
    side_by_side,
    week_rows,
)
from bot.features.summary.detail_messages import cramps_words, hour_names, side_by_side_words
from bot.features.summary.periods import AT_ONCE_MINUTES, PeriodFigures, period_figures
from bot.features.summary.stats import HOURS, NIGHTS
from bot.features.warning_signs.sign_messages import sign_labels
from bot.i18n import formats
from bot.i18n.formats import in_sentence
from bot.i18n.translator import Translator

DASH = "–"
WHO = "who"
"""The lines below the title, as if they were a section."""
UID_SHOWN = 12
"""Characters of a medicine's name that its code has: enough to tell thirty apart."""
SYMPTOMS = ("numb_or_tingling", "weak", "swollen", "warm_or_red")
MOST_DATES = 10
"""Dates that are named after a symptom or sign; further ones are counted."""
LONGEST_NOTE = 220
COMPARED = ("stretch_done", "caffeine_after_cutoff")


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
    topic: Topic
    first_on: date
    last_on: date
    blocks: int
    block_days: int
    with_habit: Arm
    without: Arm


@dataclass(frozen=True)
class Taken:
    """A medicine as its taker typed it; ``uid`` is its lasting name."""

    uid: str
    words: str
    started_on: date | None = None


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
    medicines: Sequence[Taken] = ()
    events: Sequence[Event] = ()
    limited: Sequence[str] = ()
    """Answers to whether cramps limited a week, one for every week that was asked about."""
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
        _times(tr, material, figures),
        _where(tr, figures),
        _symptoms(tr, material),
        _triggers(tr, figures),
        _relief(tr, figures),
        _habits(tr, material, figures),
        _medicines(tr, material),
        _conditions(tr, material),
        _notes(tr, material, notes),
        _asked(tr, material),
    )
    kept = (_without(section, left_out) for section in sections)
    return Report(
        title=_("Diary of night leg cramps"),
        who=tuple(
            line for line in _who(tr, material) if not left_out.intersection((WHO, line.code))
        ),
        period=_period(tr, material.first_on, material.last_on),
        statement=_(
            "Entered by the person themselves, with a diary in Telegram; not verified by anyone. "
            "It counts what was logged: nights without an entry are not counted as free of cramps."
        ),
        sections=tuple(section for section in kept if not section.is_empty),
        information=unescape(general_information(tr)),
        made=_("Made on {day} with CalmCalf").format(day=_day(tr, material.made_on)),
        page_words=_("Page {number} of {total}"),
        missing=_("{sign} stands for a character that cannot be printed here."),
        language=tr.locale,
    )


def _without(section: Section, left_out: frozenset[str]) -> Section:
    """The section without the lines that were left out."""
    if section.code in left_out:
        return replace(section, lines=(), table=None, histogram=None, counts=())
    table, histogram = section.table, section.histogram
    if table is not None and table.strip is not None and table.strip.code in left_out:
        table = replace(table, strip=None)
    if table is not None and table.code in left_out:
        left_out |= {line.code for line in section.lines if line.is_remark}
    return replace(
        section,
        lines=tuple(line for line in section.lines if line.code not in left_out),
        table=None if table is not None and table.code in left_out else table,
        histogram=None if histogram is not None and histogram.code in left_out else histogram,
        counts=tuple(one for one in section.counts if one.code not in left_out),
    )


def _day(tr: Translator, day: date) -> str:
    return formats.day(tr, day, "yMMMd")


def _short_day(tr: Translator, day: date) -> str:
    return formats.day(tr, day, "MMMd")


def _period(tr: Translator, first_on: date, last_on: date) -> str:
    return tr.gettext("Nights of {span}").format(span=_span(tr, first_on, last_on))


def _span(tr: Translator, first_on: date, last_on: date) -> str:
    return f"{_day(tr, first_on)} – {_day(tr, last_on)}"


def _number(tr: Translator, value: float, pattern: str = "0.#") -> str:
    return str(format_decimal(value, format=pattern, locale=tr.locale))


def _labelled(tr: Translator, code: str, label: str, text: str) -> Line:
    """A line that begins with what it tells of."""
    return Line(code, text, tr.gettext("{label}:").format(label=label))


def _of(tr: Translator, part: int, whole: int) -> str:
    return tr.gettext("{part} of {whole}").format(part=part, whole=whole)


def _who(tr: Translator, material: Material) -> Iterable[Line]:
    _ = tr.gettext
    if material.name:
        yield Line("name", _("Name: {name}").format(name=material.name))
    age = material.profile.get(AGE)
    if age is not None:
        yield Line(AGE, _("Age: {age}").format(age=value_names(tr)[age]))


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
    title = _("By week")
    if not material.facts.between(material.first_on, material.last_on).covered_nights():
        return Section("by_week", title)
    rows = week_rows(material.facts, material.first_on, material.last_on)
    heads = (
        _("Week from"),
        _("Nights logged"),
        _("Cramp nights"),
        _("Cramps"),
        _("Median strength"),
        _("Woken by it"),
    )
    table = Table(
        "weeks",
        heads,
        tuple(_week(tr, row) for row in rows),
        _strip(tr, material, [row.week_on for row in rows]),
    )
    remarks = []
    if any(row.is_partial for row in rows):
        remarks.append(
            _("{sign} Fewer than 5 nights logged: a partial week, not comparable.").format(
                sign=PARTIAL
            )
        )
    if any(row.at_least for row in rows):
        remarks.append(_("{sign} At least so many.").format(sign=OR_MORE))
    if any(row.median_intensity is not None for row in rows):
        remarks.append(_("Strength is from 0 to 10."))
    if any(row.woke_answered for row in rows):
        remarks.append(_("Woken by it: of the entries that say so or not."))
    lines = (Line("weeks_words", " ".join(remarks), is_remark=True),) if remarks else ()
    return Section("by_week", title, lines, table)


def _week(tr: Translator, row: WeekRow) -> tuple[str, ...]:
    logged = _of(tr, row.covered, NIGHTS)
    strength = row.median_intensity
    return (
        _short_day(tr, row.week_on),
        f"{logged}{PARTIAL}" if row.is_partial else logged,
        str(row.cramp_nights) if row.covered else DASH,
        _cramps(row),
        DASH if strength is None else _number(tr, strength, "0.0"),
        _of(tr, row.woke, row.woke_answered) if row.woke_answered else DASH,
    )


def _cramps(row: WeekRow) -> str:
    if not row.covered:
        return DASH
    return f"{row.cramps}{OR_MORE}" if row.at_least else str(row.cramps)


def _strip(tr: Translator, material: Material, weeks: Sequence[date]) -> Strip:
    """Every night of the weeks, by what is known of it."""
    _ = tr.gettext
    cramps, covered = material.facts.cramp_nights(), material.facts.covered_nights()

    def mark(night: date) -> NightMark:
        if night in cramps:
            return NightMark.CRAMPS
        return NightMark.NONE if night in covered else NightMark.NO_ENTRY

    nights = [[first + timedelta(days=day) for day in range(NIGHTS)] for first in weeks]
    names = get_day_names("narrow", "stand-alone", locale=tr.locale)
    return Strip(
        "strip",
        _("Night by night"),
        tuple(names[night.weekday()] for night in nights[0]),
        tuple(tuple(mark(night) for night in week) for week in nights),
        (
            (NightMark.CRAMPS, _("cramps")),
            (NightMark.NONE, _("no cramps")),
            (NightMark.NO_ENTRY, _("no entry")),
        ),
    )


def _times(tr: Translator, material: Material, figures: PeriodFigures) -> Section:
    _ = tr.gettext
    lines = []
    if figures.cramps:
        total = tr.ngettext(
            "{count} on {nights} night.", "{count} on {nights} nights.", figures.cramp_nights
        ).format(
            nights=figures.cramp_nights,
            count=cramps_words(tr, figures.cramps, at_least=figures.at_least),
        )
        lines.append(_labelled(tr, "total", _("In all"), total))
    if figures.median_intensity is not None:
        words = tr.ngettext(
            "median {median} of 10, 7 or more in {strong} of {count} entry.",
            "median {median} of 10, 7 or more in {strong} of {count} entries.",
            figures.with_intensity,
        ).format(
            count=figures.with_intensity,
            median=_number(tr, figures.median_intensity),
            strong=figures.strong,
        )
        lines.append(_labelled(tr, "strength", _("Strength"), words))
    if figures.woke_answered:
        woke = _("{count}.").format(count=_of(tr, figures.woke, figures.woke_answered))
        lines.append(_labelled(tr, "woke", _("Woken by it"), woke))
    if figures.median_sleep_disturbance is not None:
        words = tr.ngettext(
            "median {median} of 10, from {count} entry.",
            "median {median} of 10, from {count} entries.",
            figures.with_sleep_disturbance,
        ).format(
            count=figures.with_sleep_disturbance,
            median=_number(tr, figures.median_sleep_disturbance),
        )
        lines.append(_labelled(tr, "disturbance", _("Sleep disturbed"), words))
    answers = Counter(material.limited)
    if answers:
        pairs = _in_order(answers, {"no": _("no"), "a_bit": _("a bit"), "a_lot": _("a lot")})
        words = tr.ngettext(
            "{list} (own word on {count} week).",
            "{list} (own word on {count} weeks).",
            answers.total(),
        ).format(list=_listed(pairs), count=answers.total())
        lines.append(_labelled(tr, "limited", _("Limited by cramps"), words))
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


def _where(tr: Translator, figures: PeriodFigures) -> Section:
    _, words = tr.gettext, code_labels(tr)
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
    kept = (_short_day(tr, day).replace(" ", "\u00a0") for day in ordered[:MOST_DATES])
    shown = ", ".join(kept)
    more = len(ordered) - MOST_DATES
    if more <= 0:
        return shown
    return tr.ngettext("{days} and {count} more", "{days} and {count} more", more).format(
        days=shown, count=more
    )


def _symptoms(tr: Translator, material: Material) -> Section:
    """What was ticked that a clinician asks about, and warning signs, with their dates."""
    _, words = tr.gettext, code_labels(tr)
    inside = material.facts.between(material.first_on, material.last_on)
    found: dict[str, list[date]] = {}
    for fact in inside.cramps:
        for code in _told(fact):
            found.setdefault(code, []).append(fact.night_on)
    names = {code: words["effect"][code] for code in SYMPTOMS} | {
        "walking": _("Cramp while walking"),
        "over_ten": _("Cramp of over 10 min"),
        "twitching": _("Twitching"),
        "twitch_long": _("Twitching over 2 weeks"),
        "twitch_elsewhere": _("Twitching elsewhere too"),
        "twitch_weak": _("Weak, stiff at a twitch"),
        "urge_to_move": words["type"]["urge_to_move"],
        "other_pain": words["type"]["other_pain"],
    }
    lines = [
        _labelled(tr, code, name, _dates(tr, found[code]))
        for code, name in names.items()
        if code in found
    ]
    title = _("Ticked beside the cramps, by night; warning signs, by day")
    return Section("symptoms", title, (*lines, *_events(tr, material)))


def _told(fact: CrampFact) -> Iterable[str]:
    yield from (code for code in SYMPTOMS if code in fact.after_effects)
    if fact.event_type == "cramp":
        if fact.context == "walking":
            yield "walking"
        if fact.duration == "gt_10min":
            yield "over_ten"
    elif fact.event_type == "twitch":
        yield "twitching"
        if fact.twitch_days == "gt_14days":
            yield "twitch_long"
        if fact.twitch_elsewhere == "yes":
            yield "twitch_elsewhere"
        if fact.twitch_weak_or_stiff == "yes":
            yield "twitch_weak"
    else:
        yield fact.event_type


def _events(tr: Translator, material: Material) -> Iterable[Line]:
    """Warning signs that were ticked, and the card that was shown for them."""
    _ = tr.gettext
    cards = card_names(tr)
    names = sign_labels(tr) | {
        "P11": _("Entry with a warning sign"),
        "P13": _("Cramp with vomiting, diarrhoea or heavy sweating"),
    }
    by_rule: dict[tuple[str, str], list[date]] = {}
    for event in material.events:
        if material.first_on <= event.on and event.rule in names and event.level in cards:
            by_rule.setdefault((event.rule, event.level), []).append(event.on)
    for (rule, level), days in by_rule.items():
        text = _("{sign}: {dates}. Card shown: {card}.").format(
            sign=names[rule], card=cards[level], dates=_dates(tr, days)
        )
        yield _labelled(tr, f"event.{rule}.{level}", _("Warning sign"), text)


def card_names(tr: Translator) -> dict[str, str]:
    """Cards by the level of their signs. Patterns over weeks are no ticks and not shown here."""
    _ = tr.gettext
    return {
        "soon": _("be checked soon"),
        "urgent": _("be checked today"),
        "emergency": _("get help now"),
    }


def _triggers(tr: Translator, figures: PeriodFigures) -> Section:
    _, words = tr.gettext, code_labels(tr)
    pairs = _ranked(figures.triggers, words["trigger"])
    lines = (Line("triggers", _listed(pairs)),) if pairs else ()
    return Section("led_up", _("What led up to it, as ticked (number of entries)"), lines)


def _listed(pairs: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{name} {count}" for name, count in pairs)


def _relief(tr: Translator, figures: PeriodFigures) -> Section:
    _, words = tr.gettext, code_labels(tr)
    parts = (
        ("tried", _("Tried"), _ranked(figures.reliefs, words["relief"])),
        ("helped", _("Did it help"), _in_order(figures.relief_helped, words["helped"])),
        ("back", _("Back to sleep"), _in_order(figures.back_to_sleep, words["back"])),
        ("impact", _("Next day"), _in_order(figures.day_impacts, words["impact"])),
    )
    lines = [_labelled(tr, code, label, _listed(pairs)) for code, label, pairs in parts if pairs]
    return Section("relief", _("What was tried, and after it (number of entries)"), tuple(lines))


def _habits(tr: Translator, material: Material, figures: PeriodFigures) -> Section:
    _ = tr.gettext
    names = {str(kind): name for kind, name in reminder_names(tr).items()}
    lines = []
    for one in figures.adherence:
        words = _(
            "done {done} of {delivered} reminders, {skipped} skipped, {none} without an answer."
        )
        text = words.format(
            done=one.done, delivered=one.delivered, skipped=one.skipped, none=one.no_answer
        )
        lines.append(_labelled(tr, f"kept.{one.kind}", names.get(one.kind, one.kind), text))
    inside = material.facts.between(material.first_on, material.last_on)
    lines += _evenings(tr, inside, figures.nights)
    pairs = (side_by_side(inside, habit) for habit in COMPARED)
    lines += [_compared(tr, pair) for pair in pairs if pair is not None]
    lines += [_trial(tr, trial) for trial in material.trials]
    return Section("habits", _("Habits and reminders"), tuple(lines))


def _evenings(tr: Translator, inside: Facts, nights: int) -> Iterable[Line]:
    """Habits by evening: yes, no, and not known."""
    words = tr.gettext("yes on {yes} evenings, no on {no}, no answer on {unknown}.")
    names = habit_names(tr)
    for habit in Habit:
        yes, no = (len(inside.habit_nights(habit, done=done)) for done in (True, False))
        if yes or no:
            text = words.format(yes=yes, no=no, unknown=nights - yes - no)
            name = names[habit]
            yield _labelled(tr, f"evenings.{habit}", name[:1].upper() + name[1:], text)


def _compared(tr: Translator, pair: SideBySide) -> Line:
    text = side_by_side_words(tr, pair)
    return _labelled(tr, f"compared.{pair.habit}", tr.gettext("Side by side"), text)


def _trial(tr: Translator, trial: Trial) -> Line:
    """A fair test by its counts alone."""
    words = tr.gettext(
        "{name}, {span}, {blocks} blocks of {days} nights in an order drawn by lot: cramps on "
        "{with_cramps} of {with_nights} logged nights in blocks with it, on {without_cramps} of "
        "{without_nights} in blocks without."
    )
    text = words.format(
        name=trial_name(tr, trial.topic),
        span=_span(tr, trial.first_on, trial.last_on),
        blocks=trial.blocks,
        days=trial.block_days,
        with_cramps=trial.with_habit.cramp_nights,
        with_nights=trial.with_habit.covered,
        without_cramps=trial.without.cramp_nights,
        without_nights=trial.without.covered,
    )
    return _labelled(tr, f"trial.{trial.uid}", tr.gettext("Fair test"), text)


def _medicines(tr: Translator, material: Material) -> Section:
    """Medicines as they were typed."""
    lines = (
        Line(
            f"medicine.{one.uid[:UID_SHOWN]}",
            medicine_words(tr, MedicineLine(0, one.words, one.started_on)),
        )
        for one in material.medicines
    )
    return Section("medicines", tr.gettext("Medicines, as typed by the person"), tuple(lines))


def _conditions(tr: Translator, material: Material) -> Section:
    """Conditions as they were told, pregnancy last."""
    names, values = item_names(tr), value_names(tr)
    told = [item for item in material.profile if item != AGE]
    told.sort(key=lambda item: item in {"pregnant", "breastfeeding"})
    lines = (
        _labelled(tr, f"item.{item}", names[item], in_sentence(tr, values[material.profile[item]]))
        for item in told
    )
    title = tr.gettext("Conditions, as told by the person")
    return Section("conditions", title, tuple(lines), is_narrow=True)


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
    for fact in noted(material):
        if note_code(fact) in chosen and fact.note:
            note = " ".join(fact.note.split())
            shown = note if len(note) <= LONGEST_NOTE else f"{note[:LONGEST_NOTE].rstrip()}…"
            day = _short_day(tr, fact.night_on)
            lines.append(_labelled(tr, note_code(fact), day, shown))
    return Section("notes", tr.gettext("Notes"), tuple(lines))


def _asked(tr: Translator, material: Material) -> Section:
    """What the person wants to ask."""
    lines = [line.strip() for line in (material.questions or "").splitlines() if line.strip()]
    return Section(
        "questions",
        tr.gettext("Questions I want to ask"),
        tuple(Line(f"question.{number}", line) for number, line in enumerate(lines)),
    )
