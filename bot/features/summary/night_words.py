"""Nights in words, for whoever cannot see the pictures: night, hour and strength of each entry.

A screen reader reads line by line, so each line is a night and a sentence of its own; there are no
tables and no signs instead of words.
"""

# TRANSLATORS, ALL: A picture in words, night by night. {days} is a day or several, {entries} a list
# of entries, {entry} one of them.

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from bot.features.diary.facts import COUNTED_CRAMPS, FOUR_OR_MORE, CrampFact, Facts
from bot.features.summary.detail_messages import cramps_words
from bot.features.summary.messages import caveat, no_night_yet
from bot.features.summary.stats import NightState
from bot.i18n import formats
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, pack

LONGEST_PAGE = 3000
"""Characters of nights in one message."""
MOST_ENTRIES = 12
"""Entries of one night that are told one by one."""


@dataclass(frozen=True)
class ToldNight:
    """A night of which something is known."""

    night_on: date
    state: NightState
    """Cramps, none or no entry."""
    entries: tuple[CrampFact, ...] = ()


@dataclass(frozen=True)
class ToldNights:
    """The nights of a week, a month or 13 weeks."""

    span: str
    """week, month or quarter."""
    given_on: date
    """The night that the span was asked for with."""
    first_on: date
    last_on: date
    nights: tuple[ToldNight, ...]


def told_nights(
    facts: Facts, first_on: date, last_on: date, *, started_on: date, first_unfinished_on: date
) -> tuple[ToldNight, ...]:
    """The nights of a span that are over or logged, oldest first.

    Args:
        facts: of these nights; those of others are ignored.
        first_on: the first night.
        last_on: the last night.
        started_on: the night with which the diary begins.
        first_unfinished_on: the first night that is not over.
    """
    covered, found = facts.covered_nights(), []
    by_night: dict[date, list[CrampFact]] = {}
    for fact in facts.cramps:
        by_night.setdefault(fact.night_on, []).append(fact)
    for number in range((last_on - first_on).days + 1):
        night_on = first_on + timedelta(days=number)
        entries = tuple(by_night.get(night_on, ()))
        if any(fact.event_type in COUNTED_CRAMPS for fact in entries):
            found.append(ToldNight(night_on, NightState.CRAMPS, entries))
        elif night_on in covered:
            found.append(ToldNight(night_on, NightState.NONE, entries))
        elif entries or started_on <= night_on < first_unfinished_on:
            found.append(ToldNight(night_on, NightState.NO_ENTRY, entries))
    return tuple(found)


def entry_words(tr: Translator, fact: CrampFact) -> str:
    """One entry: "02:10, strength 6"."""
    _ = tr.gettext
    if fact.time_precision == "night_only":
        when = _("time not known")
    elif fact.time_precision == "about":
        when = _("about {time}").format(time=formats.clock(tr, fact.local_at))
    else:
        when = formats.clock(tr, fact.local_at)
    if fact.event_type not in COUNTED_CRAMPS:
        return _("{time}, a twitch").format(time=when)
    if fact.intensity is None:
        words = _("{time}, strength not given").format(time=when)
    else:
        words = _("{time}, strength {strength}").format(time=when, strength=fact.intensity)
    if fact.count <= 1:
        return words
    count = cramps_words(tr, fact.count, at_least=fact.count >= FOUR_OR_MORE)
    return _("{entry} ({count})").format(entry=words, count=count)


def night_lines(tr: Translator, nights: Sequence[ToldNight]) -> list[str]:
    """A line for each night, oldest first; nights in a row of which the same is said share one."""
    lines: list[str] = []
    start = 0
    for end in range(1, len(nights) + 1):
        if end < len(nights) and _is_alike(nights[end - 1], nights[end]):
            continue
        lines.append(_line(tr, nights[start:end]))
        start = end
    return lines


def _is_alike(one: ToldNight, other: ToldNight) -> bool:
    is_next = other.night_on - one.night_on == timedelta(days=1)
    return is_next and one.state is other.state and not one.entries and not other.entries


def _line(tr: Translator, nights: Sequence[ToldNight]) -> str:
    _ = tr.gettext
    night = nights[0]
    days = (
        formats.day(tr, night.night_on)
        if len(nights) == 1
        else formats.days(tr, night.night_on, nights[-1].night_on)
    )
    said = [entry_words(tr, fact) for fact in night.entries[:MOST_ENTRIES]]
    more = len(night.entries) - MOST_ENTRIES
    if more > 0:
        said.append(tr.ngettext("{count} more", "{count} more", more).format(count=more))
    if night.state is NightState.NONE:
        said.insert(0, _("no cramps"))
    elif not said:
        said.append(_("no entry"))
    return _("{days}: {entries}.").format(days=days, entries="; ".join(said))


def pages(lines: Sequence[str]) -> list[list[str]]:
    """The lines in pages that fit a message; the newest nights are on the last page."""
    found: list[list[str]] = [[]]
    length = 0
    for line in reversed(lines):
        if found[-1] and length + len(line) > LONGEST_PAGE:
            found.append([])
            length = 0
        found[-1].append(line)
        length += len(line) + 1
    return [page[::-1] for page in reversed(found)]


def words_message(tr: Translator, told: ToldNights, page: int | None) -> Message:
    """The nights in words, a page of them.

    Args:
        tr: the language.
        told: the nights.
        page: from 0, the oldest; None, or one that does not exist, is the newest.
    """
    _ = tr.gettext
    found = pages(night_lines(tr, told.nights))
    number = len(found) - 1 if page is None else min(max(page, 0), len(found) - 1)
    title = formats.days(tr, told.first_on, told.last_on)
    head = _("{days}, night by night. Strength goes from 0 to 10.").format(days=title)
    lines = [f"<b>{escape(head)}</b>", ""]
    lines += [escape(line) for line in found[number]] or [escape(no_night_yet(tr))]
    lines += ["", caveat(tr)]
    arrows = [
        Button(label, pack("summary", "words", told.span, told.given_on, other))
        for label, other in ((_("◀ Earlier"), number - 1), (_("Later ▶"), number + 1))
        if 0 <= other < len(found)
    ]
    return Message("\n".join(lines), (tuple(arrows),) if arrows else ())
