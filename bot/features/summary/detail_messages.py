"""The details of a week in words: where, when and how long cramps were, and habits side by side."""

# TRANSLATORS, ALL: Details of a week: {list} is like "calf 2, toes 1"; numbers are cramps.

from collections.abc import Mapping, Sequence
from html import escape

from bot.features.cramps.messages.labels import code_labels
from bot.features.summary.comparisons import SideBySide
from bot.features.summary.periods import PeriodFigures
from bot.features.summary.stats import HOURS
from bot.features.summary.week_labels import week_title
from bot.i18n.formats import in_sentence
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, pack

MOST_LISTED = 4
"""Sites, contexts and so on that are named; the rest are summed up as "others"."""


def cramps_words(tr: Translator, count: int, *, at_least: bool) -> str:
    """A number of cramps: "3 cramps", or "at least 7 cramps" when an entry says "4 or more"."""
    words = tr.ngettext("{count} cramp", "{count} cramps", count).format(count=count)
    return tr.gettext("at least {count}").format(count=words) if at_least else words


def hour_names(tr: Translator) -> dict[str, str]:
    """Code of a part of the night → its name, in their order."""
    _ = tr.gettext
    return dict(
        zip(
            HOURS,
            (
                _("before 22:00"),
                "22–24",
                "0–2",
                "2–4",
                "4–6",
                "6–8",
                _("by day"),
            ),
            strict=True,
        )
    )


def _listed(tr: Translator, counts: Mapping[str, int], names: Mapping[str, str]) -> str:
    """Names with their counts, the most frequent first; beyond four, the rest are summed up."""
    order = list(names)
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], order.index(pair[0])))
    parts = [f"{in_sentence(tr, names[code])} {number}" for code, number in ranked[:MOST_LISTED]]
    rest = sum(number for _code, number in ranked[MOST_LISTED:])
    if rest:
        parts.append(tr.gettext("others {count}").format(count=rest))
    return ", ".join(parts)


def _span(tr: Translator, name: str) -> str:
    """The name of a part of the night within a sentence: "2–4" is "between 2:00 and 4:00"."""
    start, dash, end = name.partition("–")
    if not dash:
        return name
    # TRANSLATORS: Two full hours of the 24-hour clock, such as 2 and 4.
    return tr.gettext("between {start}:00 and {end}:00").format(start=start, end=end)


def splits(tr: Translator, figures: PeriodFigures) -> list[str]:
    """One line each for site, side, hour, duration and so on: counts of entries."""
    _, words = tr.gettext, code_labels(tr)
    hours = {code: figures.hours[code] for code in HOURS if code in figures.hours}
    one, names = _("{label}: {text}"), hour_names(tr)
    by_hour = ", ".join(
        one.format(label=_span(tr, names[code]), text=number) for code, number in hours.items()
    )
    parts = (
        (_("Where: {list}"), _listed(tr, figures.sites, words["site"])),
        (_("Side: {list}"), _listed(tr, figures.sides, words["side"])),
        (_("When: {list}"), by_hour),
        (_("How long: {list}"), _listed(tr, figures.durations, words["duration"])),
        (_("What you were doing: {list}"), _listed(tr, figures.contexts, words["context"])),
        (_("Noted that day: {list}"), _listed(tr, figures.triggers, words["trigger"])),
        (_("Afterwards: {list}"), _listed(tr, figures.after_effects, words["effect"])),
        (_("Tried: {list}"), _listed(tr, figures.reliefs, words["relief"])),
    )
    return [line.format(list=found) for line, found in parts if found]


def side_by_side_counts(tr: Translator, pair: SideBySide) -> str:
    """Two counts; :func:`no_test` has to follow them (health reference, section k)."""
    _ = tr.gettext
    words = {
        "stretch_done": _(
            "Nights with a stretch: cramps on {with_cramps} of {with_nights}. Nights without a "
            "stretch: {without_cramps} of {without_nights}."
        ),
        "caffeine_after_cutoff": _(
            "Nights with late caffeine: cramps on {with_cramps} of {with_nights}. Nights without "
            "late caffeine: {without_cramps} of {without_nights}."
        ),
    }
    return words[pair.habit].format(
        with_cramps=pair.with_cramps,
        with_nights=pair.with_nights,
        without_cramps=pair.without_cramps,
        without_nights=pair.without_nights,
    )


def no_test(tr: Translator) -> str:
    """What ends every count of nights with and without something."""
    return tr.gettext(
        "This is no test: those nights may differ in other ways too, and chance plays a part."
    )


def withheld(tr: Translator) -> str:
    """Stands for the counts of a habit whose fair test is running: nobody peeks at its arms."""
    return tr.gettext("The habit of your fair test is left out here until the test has ended.")


def details(
    tr: Translator,
    figures: PeriodFigures,
    pairs: Sequence[SideBySide],
    picture: bytes,
    *,
    is_withheld: bool = False,
) -> Message:
    """The details of a week, and habits side by side over the whole diary.

    Args:
        tr: the language.
        figures: the week.
        pairs: habits with enough nights of either sort.
        picture: a PNG.
        is_withheld: the habit of a running fair test is not among the pairs.
    """
    _ = tr.gettext
    lines = [f"<b>{escape(week_title(tr, figures.first_on))}</b>"]
    lines += [escape(line) for line in splits(tr, figures)] or [
        escape(_("No details were logged this week."))
    ]
    if pairs:
        lines += ["", f"<b>{escape(_('All your nights compared'))}</b>"]
        lines += [escape(side_by_side_counts(tr, pair)) for pair in pairs]
        lines.append(escape(no_test(tr)))
    if is_withheld:
        lines += ["", escape(withheld(tr))]
    back = Button(_("◀ Back"), pack("summary", "week", figures.first_on))
    return Message("\n".join(lines), ((back, every_night_button(tr)),), picture=picture)


def every_night_button(tr: Translator) -> Button:
    """The button that shows in a new message what was asked of every night."""
    return Button(tr.gettext("Compare nights"), pack("summary", "beside"))
