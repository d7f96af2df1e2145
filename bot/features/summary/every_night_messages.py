"""What was asked of every night in words: nights with something beside nights without, and sleep.

Counts only. Nothing here is called a cause, a direction or a share in percent (health reference,
sections h and k).
"""

# TRANSLATORS, ALL: Compares all nights with something and without it. {name} is a habit or an
# event, as a title; {quality} a number.

from collections.abc import Sequence
from html import escape

from bot.features.cramps.messages.labels import code_labels
from bot.features.diary.every_night import ExposureCount, Sleep
from bot.features.summary.comparisons import SideBySide
from bot.features.summary.detail_messages import no_test, side_by_side_counts, withheld
from bot.features.summary.messages import caveat, sleep_words
from bot.i18n import formats
from bot.i18n.translator import Translator
from bot.telegram.message import Message

TRIGGER_OF_EXPOSURE = {
    "long_sitting": "long_sitting_or_driving",
    "caffeine_late": "caffeine_after_cutoff",
}
"""Exposure → what has the same name among the notes of an entry, where the codes differ."""


def exposure_name(tr: Translator, exposure: str) -> str:
    """The name of an exposure, the same as among the notes of an entry."""
    return code_labels(tr)["trigger"][TRIGGER_OF_EXPOSURE.get(exposure, exposure)]


def exposure_words(tr: Translator, count: ExposureCount) -> str:
    """The nights with it and without it, beside each other if there are ten of either sort."""
    name = exposure_name(tr, count.exposure)
    if not count.is_comparable:
        words = tr.gettext(
            "{name}: nights with it {with_nights}, without it {without_nights}, not asked "
            "{not_asked}."
        )
    else:
        words = tr.ngettext(
            "{name}: cramps on {with_cramps} of {with_nights} night with it, {without_cramps} of "
            "{without_nights} without it. Not asked: {not_asked}.",
            "{name}: cramps on {with_cramps} of {with_nights} nights with it, {without_cramps} of "
            "{without_nights} without it. Not asked: {not_asked}.",
            count.with_nights,
        )
    return words.format(
        name=name,
        with_nights=count.with_nights,
        with_cramps=count.with_cramps,
        without_nights=count.without_nights,
        without_cramps=count.without_cramps,
        not_asked=count.not_asked,
    )


def _sleep_lines(tr: Translator, sleep: Sleep) -> list[str]:
    lines = [sleep_words(tr, sleep.median, sleep.mornings)]
    if sleep.cramp_median is not None:
        words = tr.ngettext(
            "After nights with cramps: {quality}, from {count} morning.",
            "After nights with cramps: {quality}, from {count} mornings.",
            sleep.cramp_mornings,
        )
        quality = formats.number(tr, sleep.cramp_median)
        lines.append(words.format(quality=quality, count=sleep.cramp_mornings))
    return lines


def every_night(
    tr: Translator,
    pairs: Sequence[SideBySide],
    counts: Sequence[ExposureCount],
    sleep: Sleep | None,
    *,
    is_withheld: bool = False,
) -> Message:
    """All that is asked of every night, over the whole diary.

    Args:
        tr: the language.
        pairs: habits with enough nights of either sort.
        counts: what was asked in the mornings.
        sleep: the answers to how the nights were slept.
        is_withheld: what a running fair test is about is not among them.
    """
    _ = tr.gettext
    lines = [f"<b>{escape(_('All your nights compared'))}</b>"]
    lines += [escape(side_by_side_counts(tr, pair)) for pair in pairs]
    lines += [escape(exposure_words(tr, count)) for count in counts]
    if not pairs and not counts:
        lines.append(escape(_("Nothing to compare yet.")))
    if not pairs or any(not count.is_comparable for count in counts):
        takes = _(
            "A comparison needs 10 nights of each kind, with answers after nights with cramps and "
            "after nights without."
        )
        lines.append(escape(takes))
    if is_withheld:
        lines.append(escape(withheld(tr)))
    if sleep is not None:
        lines += ["", *map(escape, _sleep_lines(tr, sleep))]
    if pairs or any(count.is_comparable for count in counts):
        lines += ["", escape(no_test(tr))]
    lines += ["", caveat(tr)]
    return Message("\n".join(lines))
