"""An ended fair test in words and buttons: why it was stopped, its result, and earlier tests.

A result says what was counted, how far chance alone reaches, and that hope can do this, too (health
reference, section l). "Can't tell" is never worded as "it does not work".
"""

# TRANSLATORS, ALL: The end of a fair test. "It" in "with it" is the habit that is tested; {name} is
# that habit, as a title.

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from html import escape

from bot.features.experiments.chart import WEEK, Lane, TrialLabels
from bot.features.experiments.design import (
    WITH,
    WITHOUT,
    Adherence,
    Arm,
    Course,
    Result,
    Verdict,
)
from bot.features.experiments.rules import EVERYDAY_REMINDERS, StopReason, Subject, Topic
from bot.features.experiments.subject_messages import (
    ICON,
    back_row,
    gate_reason,
    name,
    title,
    warnings_button,
)
from bot.i18n import formats
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, pack

LONGEST_TITLE = 34
"""Characters of a test on its button in the list of earlier tests."""
CLEAR_CONTRAST = Fraction(1, 2)
"""Adherence with the habit minus without. Below it, the arms differed less than planned."""
LEAST_KNOWN = 5
"""Evenings of each arm that must be known for the adherence to be stated."""


@dataclass(frozen=True)
class EndedTest:
    """What the messages about an ended test show."""

    id: int
    topic: Topic
    course: Course
    result: Result
    kept: dict[str, Adherence]
    """Arm → evenings."""
    reason: StopReason | None = None
    """Why it was stopped; None when it was finished."""
    stopped_on: date | None = None
    may_go_on: bool = False
    """Whether the end can still be undone."""
    margin: Fraction | None = None
    """The "give or take" of the difference, in cramp nights per covered night."""
    signs: Sequence[str] = ()
    """The names of the signs because of which it was paused."""


@dataclass(frozen=True)
class ListedTest:
    """A test in the list of ended tests."""

    id: int
    topic: Topic
    starts_on: date
    last_on: date


def earlier(tr: Translator, items: Sequence[ListedTest]) -> Message:
    """The list of ended tests."""
    lines = [title(tr.gettext("Earlier tests"))]
    rows: list[tuple[Button, ...]] = []
    for item in items:
        span = formats.days(tr, item.starts_on, item.last_on, "yMMMd")
        line = tr.gettext("{label}: {text}").format(label=name(tr, item.topic), text=span)
        lines.append(escape(line))
        label = _short(f"{formats.day(tr, item.starts_on, 'MMMd')}, {name(tr, item.topic)}")
        rows.append((Button(label, pack("experiments", "show", item.id)),))
    return Message("\n".join(lines), (*rows, back_row(tr)))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1].rstrip()}…"


def over_line(tr: Translator) -> str:
    """The line that the weekly summary gets about a test whose result was not shown yet."""
    return tr.gettext("Your fair test is over.")


def stopped_lines(tr: Translator, reason: StopReason) -> tuple[str, str]:
    """What summary and check-in say of an end that the person has not read yet: long, short."""
    text = tr.gettext("Your fair test has ended.")
    return f"{text} {reason_words(tr, reason)}", text


def open_button(tr: Translator) -> Button:
    """The button that leads to the tests."""
    return Button(
        tr.gettext("{icon} Your fair test").format(icon=ICON), pack("experiments", "open")
    )


def reason_words(tr: Translator, reason: StopReason) -> str:
    """Why a test was stopped."""
    _ = tr.gettext
    return {
        StopReason.WISH: _("You stopped it."),
        StopReason.WARNING_SIGN: _("A warning sign came up, and that comes first."),
        StopReason.FLUIDS: _("You may have to limit drinks now, so I no longer test drinks."),
        StopReason.GATE: _("One of your answers about your health now speaks against it."),
        StopReason.IMPORTED: _("It was imported from a file and could not continue here."),
        StopReason.NO_ENTRIES: _("Two blocks in a row had hardly any entries."),
        StopReason.OFF_LIST: _(
            "I now test only habits from a short list of harmless ones, and yours is not on it."
        ),
    }[reason]


def _reminder_words(tr: Translator, subject: Subject) -> str:
    _ = tr.gettext
    if subject in EVERYDAY_REMINDERS:
        return _("Its reminder comes every day again, at the times that are set.")
    return _("Its reminder is switched off.")


def stopped(tr: Translator, test: EndedTest) -> Message:
    """A stopped test whose counts were not shown yet, told at once and in /experiment.

    While ``may_go_on``, the end can be undone: a tap by mistake costs nothing.
    """
    _ = tr.gettext
    lines = [
        title(_("Your fair test has ended: {name}").format(name=name(tr, test.topic))),
        escape(reason_words(tr, test.reason or StopReason.WISH)),
        *(f"• <b>{escape(one)}</b>" for one in test.signs),
    ]
    if test.reason is StopReason.OFF_LIST:
        lines.append(escape(_("Nothing is lost: its counts are kept, and you can look at them.")))
    elif test.reason is StopReason.GATE and (why := gate_reason(tr, test.topic.subject)):
        lines.append(escape(why))
    lines.append(escape(_reminder_words(tr, test.topic.subject)))
    rows: list[tuple[Button, ...]] = []
    if test.may_go_on:
        lines.append(
            escape(_("Stopped by mistake? Until you look at the counts, the test can continue."))
        )
        undo = Button(_("Undo: continue the test"), pack("experiments", "goon", test.id))
        rows.append((undo,))
    if test.reason is StopReason.WARNING_SIGN:
        rows.append((warnings_button(tr),))
    rows.append((Button(_("Show the counts"), pack("experiments", "result", test.id)),))
    rows.append(
        (
            Button(_("Reminders"), pack("reminders", "list")),
            Button(_("Another test"), pack("experiments", "new")),
        )
    )
    return Message("\n".join(lines), tuple(rows))


def before_result(tr: Translator, test: EndedTest, missing: int) -> Message:
    """The test is over, but nights are missing, which should be entered before the result."""
    _ = tr.gettext
    lines = [
        title(_("Your fair test is over: {name}").format(name=name(tr, test.topic))),
        escape(
            tr.ngettext(
                "{count} of its last nights has no entry. If you remember it, please fill it in "
                "before you see the result. Afterwards it would not be fair.",
                "{count} of its last nights have no entry. If you remember them, please fill them "
                "in before you see the result. Afterwards it would not be fair.",
                missing,
            ).format(count=missing)
        ),
    ]
    rows = (
        (Button(_("Your nights"), pack("history", "open")),),
        (Button(_("Show the result"), pack("experiments", "result", test.id)),),
    )
    return Message("\n".join(lines), rows)


def headline(tr: Translator, test: EndedTest) -> str:
    """The result in a few words, for the title."""
    _ = tr.gettext
    if test.reason is not None:
        return _("stopped early, no result")
    return {
        Verdict.FEWER: _("fewer cramp nights with it"),
        Verdict.MORE: _("more cramp nights with it"),
        Verdict.CANNOT_TELL: _("can't tell"),
        Verdict.UNEVEN: _("can't tell, unevenly logged"),
        Verdict.TOO_FEW_NIGHTS: _("too few nights logged to tell"),
    }[test.result.verdict]


def _counts(tr: Translator, test: EndedTest) -> list[str]:
    """The counts of both arms, and in a finished comparison how far they are apart."""
    with_it, without_it = test.result.with_it, test.result.without_it
    lines = [
        tr.ngettext(
            "Cramps on {a} of {n} night with it, and on {b} of {m} without it.",
            "Cramps on {a} of {n} nights with it, and on {b} of {m} without it.",
            with_it.covered,
        ).format(
            a=with_it.cramp_nights,
            n=with_it.covered,
            b=without_it.cramp_nights,
            m=without_it.covered,
        )
    ]
    gap, margin = test.result.difference, test.margin
    is_compared = test.reason is None and test.result.p is not None
    if is_compared and gap is not None and margin is not None:
        text = tr.gettext("The difference is {d} nights a week, give or take {e}.")
        lines.append(text.format(d=_a_week(tr, abs(gap)), e=_a_week(tr, margin)))
    return lines


def _a_week(tr: Translator, share: Fraction) -> str:
    """Cramp nights per night as nights a week, with one decimal."""
    return formats.tenths(tr, float(share * WEEK))


def chance_words(tr: Translator, p: Fraction) -> str:
    """The p-value in words. It is rounded up, so that "5 of 100" is never above the level.

    Only a p-value of 1 is "every such test": above 99 of 100 it is rounded down.
    """
    _ = tr.gettext
    of_100 = min(math.ceil(p * 100), 99)
    if p < Fraction(1, 100):
        return _(
            "If the habit made no difference, fewer than 1 of 100 such tests would show a "
            "difference this large by chance alone."
        )
    if p >= 1:
        return _(
            "If the habit made no difference, every such test would show a difference at least "
            "this large by chance alone."
        )
    return _(
        "If the habit made no difference, about {count} of 100 such tests would show a difference "
        "at least this large by chance alone."
    ).format(count=of_100)


def _with_logged_nights(text: str, result: Result) -> str:
    return text.format(
        with_it=result.with_it.covered,
        with_all=result.with_it.nights,
        without_it=result.without_it.covered,
        without_all=result.without_it.nights,
    )


def _verdict_lines(tr: Translator, test: EndedTest) -> list[str]:
    _ = tr.gettext
    result = test.result
    if test.reason is not None:
        return [
            reason_words(tr, test.reason),
            *test.signs,
            _("A test that stopped early has no result."),
        ]
    if result.verdict is Verdict.UNEVEN:
        uneven = _(
            "You logged {with_it} of {with_all} nights with it and {without_it} of "
            "{without_all} without it. A diary is rarely this uneven by chance, so a "
            "difference may come from the logging, and the test can't tell."
        )
        return [_with_logged_nights(uneven, result)]
    if result.verdict is Verdict.TOO_FEW_NIGHTS or result.p is None:
        too_few = _(
            "To compare them, at least half of the nights of each kind must be logged. Here "
            "it is {with_it} of {with_all} with it, and {without_it} of {without_all} without "
            "it."
        )
        return [_with_logged_nights(too_few, result)]
    if result.with_it.cramp_nights + result.without_it.cramp_nights == 0:
        return [_("There were no cramps with it or without it, so there is nothing to compare.")]
    if result.verdict is Verdict.CANNOT_TELL:
        return [
            chance_words(tr, result.p),
            _(
                "The limit set beforehand is 5 of 100. So the test can't tell whether the habit "
                "makes a difference. It may make none, or one too small to show in {weeks} weeks."
            ).format(weeks=test.course.nights // WEEK),
        ]
    return [
        chance_words(tr, result.p),
        _("That is within the limit set beforehand, 5 of 100. It may still be chance."),
    ]


def _kept_lines(tr: Translator, test: EndedTest) -> list[str]:
    """The adherence in both arms. It has no influence on the result (intention to treat)."""
    _ = tr.gettext
    with_it, without_it = test.kept[WITH], test.kept[WITHOUT]
    if min(with_it.known, without_it.known) < LEAST_KNOWN:
        return [_("You told me about too few evenings to say how the habit was kept.")]
    lines = [
        _(
            "Of the evenings you told me about, you kept the habit on {done} of {known} in weeks "
            "with it, and on {other} of {other_known} in weeks without it."
        ).format(
            done=with_it.done,
            known=with_it.known,
            other=without_it.done,
            other_known=without_it.known,
        )
    ]
    contrast = Fraction(with_it.done, with_it.known) - Fraction(without_it.done, without_it.known)
    if contrast < CLEAR_CONTRAST:
        lines.append(
            _("So the weeks differed less than planned, and a difference is harder to see.")
        )
    return lines


def result(tr: Translator, test: EndedTest, picture: bytes) -> Message:
    """The result, with its picture (PNG)."""
    _ = tr.gettext
    lines = [
        title(_("{label}: {text}").format(label=name(tr, test.topic), text=headline(tr, test))),
        *map(escape, _counts(tr, test)),
    ]
    if test.reason is None:
        hope = _(
            "You knew which weeks were which, and hope alone can do this too. The result says "
            "nothing about other people."
        )
        lines.append(escape(hope))
    lines += [
        "",
        *map(escape, _verdict_lines(tr, test)),
        "",
        *map(escape, _kept_lines(tr, test)),
    ]
    rows = (
        (
            Button(_("Reminders"), pack("reminders", "list")),
            Button(_("Another test"), pack("experiments", "new")),
        ),
    )
    return Message("\n".join(lines), rows, picture=picture)


def labels(tr: Translator, test: EndedTest) -> TrialLabels:
    """The words of the picture of a test."""
    _ = tr.gettext

    def lane(heading: str, arm: Arm) -> Lane:
        count = tr.ngettext(
            "cramps on {cramps} of {count} night",
            "cramps on {cramps} of {count} nights",
            arm.covered,
        ).format(cramps=arm.cramp_nights, count=arm.covered)
        return Lane(heading, count)

    course = test.course
    return TrialLabels(
        title=name(tr, test.topic),
        headline=headline(tr, test)[:1].upper() + headline(tr, test)[1:],
        lanes={
            WITH: lane(_("With it"), test.result.with_it),
            WITHOUT: lane(_("Without it"), test.result.without_it),
        },
        weeks=tuple(
            formats.day(tr, course.starts_on + timedelta(days=first), "MMMd")
            for first in range(0, course.nights, WEEK)
        ),
        cramp=_("cramps"),
        none=_("no cramps"),
        no_entry=_("no entry"),
    )
