"""A table with one row a night, in the person's words, for spreadsheets.

It runs in the worker process. No cell can be run as a formula.
"""

# TRANSLATORS, ALL: Heads of columns and cells of a table with one row for each night, for
# spreadsheets.

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

from bot.background import spool
from bot.features.check_in.messages import habit_words
from bot.features.cramps.messages.labels import code_labels, field_labels
from bot.features.data_export.files import BOM, csv_lines, escaped_cell
from bot.features.data_export.growing_file import opened_at
from bot.features.diary.facts import COUNTED_CRAMPS, CrampFact, Facts
from bot.features.report.sections.days import EXPOSURES
from bot.i18n import formats
from bot.i18n.translator import Translator


@dataclass(frozen=True)
class Columns:
    """The columns that only some people have."""

    habits: tuple[str, ...] = ()
    exposures: tuple[str, ...] = ()


def head(tr: Translator, columns: Columns) -> bytes:
    """The byte order mark and the row of column names."""
    _ = tr.gettext
    fields, habits, triggers = field_labels(tr), _habit_names(tr), code_labels(tr)["trigger"]
    names = (
        _("Night of"),
        _("Weekday"),
        _("What is known"),
        _("Cramps, at least"),
        _("Times"),
        _("Strongest, 0 to 10"),
        fields["site"],
        fields["side"],
        fields["woke"],
        fields["duration"],
        fields["relief"],
        fields["effect"],
        _("Other than cramps"),
        _("Sleep, 0 best to 10 worst"),
        *(habits[one] for one in columns.habits),
        *(triggers[EXPOSURES[one]] for one in columns.exposures),
        _("Notes"),
    )
    return (BOM + csv_lines([[escaped_cell(name) for name in names]])).encode()


def rows(tr: Translator, columns: Columns, facts: Facts, first_on: date, last_on: date) -> bytes:
    """The rows of a span of nights, both ends included."""
    count = (last_on - first_on).days + 1
    nights = [first_on + timedelta(days=number) for number in range(count)]
    table = _Table(tr, columns, facts)
    return csv_lines(
        [escaped_cell(cell) for cell in table.cells(night)] for night in nights
    ).encode()


class _Table:
    """Looks up what is known of each night."""

    def __init__(self, tr: Translator, columns: Columns, facts: Facts) -> None:
        self._tr, self._columns = tr, columns
        self._labels = code_labels(tr)
        self._covered = facts.covered_nights()
        self._entries: dict[date, list[CrampFact]] = {}
        for one in facts.cramps:
            self._entries.setdefault(one.night_on, []).append(one)
        self._sleep = {one.night_on: one.sleep_quality for one in facts.checks}
        self._habits = {(one.night_on, one.habit): one.done for one in facts.habits}
        self._exposures = {(one.night_on, one.exposure): one.present for one in facts.exposures}

    def cells(self, night_on: date) -> Iterable[object]:
        """The cells of a night."""
        entries = self._entries.get(night_on, [])
        cramps = [one for one in entries if one.event_type in COUNTED_CRAMPS]
        others = [one.event_type for one in entries if one.event_type not in COUNTED_CRAMPS]
        strengths = [one.intensity for one in cramps if one.intensity is not None]
        return (
            night_on.isoformat(),
            formats.weekday(self._tr, night_on),
            self._state(night_on, cramps),
            sum(one.count for one in cramps) if night_on in self._covered else None,
            _joined(self._time(one) for one in cramps if one.time_precision != "night_only"),
            max(strengths, default=None),
            self._words("site", (one.site for one in cramps)),
            self._words("side", (one.side for one in cramps)),
            self._words("woke", (one.woke_me for one in cramps)),
            self._words("duration", (one.duration for one in cramps)),
            self._words("relief", (code for one in cramps for code in sorted(one.relief_tried))),
            self._words("effect", (code for one in cramps for code in sorted(one.after_effects))),
            self._words("type", others),
            self._sleep.get(night_on),
            *(self._yes_no(self._habits.get((night_on, one))) for one in self._columns.habits),
            *(
                self._yes_no(self._exposures.get((night_on, one)))
                for one in self._columns.exposures
            ),
            _joined(one.note for one in entries if one.note),
        )

    def _state(self, night_on: date, cramps: Sequence[CrampFact]) -> str:
        _ = self._tr.gettext
        if cramps:
            return _("cramps")
        return _("no cramps") if night_on in self._covered else _("no entry")

    def _time(self, cramp: CrampFact) -> str:
        time = formats.clock(self._tr, cramp.local_at)
        is_about = cramp.time_precision == "about"
        return self._tr.gettext("about {time}").format(time=time) if is_about else time

    def _words(self, field: str, codes: Iterable[str | None]) -> str:
        """The labels of codes, each once."""
        labels = self._labels[field]
        return _joined(dict.fromkeys(labels.get(code, code) for code in codes if code))

    def _yes_no(self, answer: bool | None) -> str | None:
        if answer is None:
            return None
        return self._tr.gettext("Yes") if answer else self._tr.gettext("No")


def _joined(words: Iterable[str]) -> str:
    return "; ".join(words)


def _habit_names(tr: Translator) -> dict[str, str]:
    """Habit → the name of its column."""
    own = tr.gettext("Own habit of a fair test")
    return {habit.value: yes or own for habit, (yes, _no) in habit_words(tr).items()}


# Called in the worker process ---------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """A span of nights, both ends included, with everything that is known except their entries."""

    facts: Facts
    first_on: date
    last_on: date


def begin(path: Path, tr: Translator, columns: Columns) -> None:
    """Write what comes before the rows."""
    path.write_bytes(head(tr, columns))


def append(path: Path, size: int, tr: Translator, columns: Columns, told: Path) -> None:
    """Write the rows of a span of nights after the first ``size`` bytes.

    The span's own file has the span, and then entries in slices.
    """
    values = spool.read(told)
    span: Span = next(values)
    facts = replace(span.facts, cramps=tuple(chain.from_iterable(values)))
    with opened_at(path, size) as file:
        file.write(rows(tr, columns, facts, span.first_on, span.last_on))
