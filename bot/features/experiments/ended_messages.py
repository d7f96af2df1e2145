"""An ended fair test in words and buttons: why it was stopped, its result, and earlier tests.

A result says what was counted, how likely chance is as an explanation, and that it cannot tell why
(health reference, section g).
"""

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
from bot.features.experiments.rules import StopReason, Topic
from bot.features.experiments.subject_messages import (
    ICON,
    back_row,
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
    """StopReason it was stopped; None when it was finished."""
    stopped_on: date | None = None
    may_go_on: bool = False
    """Whether a stop by the person can still be undone."""


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
        lines.append(escape(f"{name(tr, item.topic)}: {span}"))
        label = _short(f"{formats.day(tr, item.starts_on, 'MMMd')}, {name(tr, item.topic)}")
        rows.append((Button(label, pack("experiments", "show", item.id)),))
    return Message("\n".join(lines), (*rows, back_row(tr)))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1].rstrip()}…"


def ended_line(tr: Translator, *, is_finished: bool) -> str:
    """The line that the weekly summary gets about a test whose result was not shown yet."""
    _ = tr.gettext
    return _("Your fair test is over.") if is_finished else _("Your fair test has stopped.")


def open_button(tr: Translator) -> Button:
    """The button that leads to the tests."""
    return Button(
        tr.gettext("{icon} Your fair test").format(icon=ICON), pack("experiments", "open")
    )


def reason_words(tr: Translator, reason: StopReason) -> str:
    """StopReason a test was stopped."""
    _ = tr.gettext
    return {
        StopReason.WISH: _("You stopped it."),
        StopReason.WARNING_SIGN: _("A warning sign came up, and that comes first."),
        StopReason.FLUIDS: _("Your drinks may be limited now, so drinks are no longer tested."),
        StopReason.NO_ENTRIES: _("Two blocks in a row had hardly any entries."),
    }[reason]


def stopped_notice(tr: Translator, test: EndedTest) -> Message:
    """Notify the person that the bot has stopped their test."""
    _ = tr.gettext
    lines = [
        title(_("Your fair test has stopped: {name}").format(name=name(tr, test.topic))),
        escape(reason_words(tr, test.reason or StopReason.WISH)),
        escape(_("Its reminder comes every day again, as it is set.")),
    ]
    rows: list[tuple[Button, ...]] = []
    if test.reason is StopReason.WARNING_SIGN:
        rows.append((warnings_button(tr),))
    rows.append((Button(_("Show the counts"), pack("experiments", "result", test.id)),))
    return Message("\n".join(lines), tuple(rows))


def stopped(tr: Translator, test: EndedTest) -> Message:
    """A stopped test whose counts were not shown yet: until then a stop can be undone."""
    _ = tr.gettext
    lines = [
        title(_("Stopped: {name}").format(name=name(tr, test.topic))),
        escape(reason_words(tr, test.reason or StopReason.WISH)),
        escape(_("Its reminder comes every day again, as it is set.")),
    ]
    rows: list[tuple[Button, ...]] = []
    if test.may_go_on:
        lines.append(escape(_("Was it a slip? Until you look at the counts, it can go on.")))
        rows.append((Button(_("Go on with the test"), pack("experiments", "goon", test.id)),))
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
                "{count} of its last nights has no entry. If you remember it, fill it in before "
                "you see the result: afterwards it would not be fair.",
                "{count} of its last nights have no entry. If you remember them, fill them in "
                "before you see the result: afterwards it would not be fair.",
                missing,
            ).format(count=missing)
        ),
    ]
    rows = (
        (Button(_("My nights"), pack("history", "open")),),
        (Button(_("Show the result"), pack("experiments", "result", test.id)),),
    )
    return Message("\n".join(lines), rows)


def headline(tr: Translator, test: EndedTest) -> str:
    """The result in a few words, for the title."""
    _ = tr.gettext
    if test.reason is not None:
        return _("stopped early, no verdict")
    return {
        Verdict.FEWER: _("fewer cramp nights with it"),
        Verdict.MORE: _("more cramp nights with it"),
        Verdict.CANNOT_TELL: _("can't tell"),
        Verdict.UNEVEN: _("can't tell, unevenly logged"),
        Verdict.TOO_FEW_NIGHTS: _("too few nights logged to tell"),
    }[test.result.verdict]


def _counts(tr: Translator, result: Result) -> list[str]:
    with_it, without_it = result.with_it, result.without_it
    return [
        tr.ngettext(
            "In your weeks with it: cramps on {cramps} of {count} logged night.",
            "In your weeks with it: cramps on {cramps} of {count} logged nights.",
            with_it.covered,
        ).format(cramps=with_it.cramp_nights, count=with_it.covered),
        tr.ngettext(
            "In your weeks without it: on {cramps} of {count} logged night.",
            "In your weeks without it: on {cramps} of {count} logged nights.",
            without_it.covered,
        ).format(cramps=without_it.cramp_nights, count=without_it.covered),
    ]


def chance_words(tr: Translator, p: Fraction) -> str:
    """The p-value in words. It is rounded up, so that "5 of 100" is never above the level."""
    _ = tr.gettext
    of_100 = math.ceil(p * 100)
    if p < Fraction(1, 100):
        how_often = _("fewer than 1 of 100 such tests")
    elif of_100 >= 100:
        how_often = _("every such test")
    else:
        how_often = _("about {count} of 100 such tests").format(count=of_100)
    return _(
        "If the habit made no difference, the drawing of lots alone would bring a gap at least "
        "this large in {how_often}."
    ).format(how_often=how_often)


def _verdict_lines(tr: Translator, test: EndedTest) -> list[str]:
    _ = tr.gettext
    result = test.result
    if test.reason is not None:
        return [reason_words(tr, test.reason), _("A test that stopped early gets no verdict.")]
    if result.verdict is Verdict.UNEVEN:
        return [
            _(
                "You logged {with_it} of {with_all} nights with it and {without_it} of "
                "{without_all} without. Chance rarely makes a diary so uneven, so a gap may come "
                "from the logging, and the test can't tell."
            ).format(
                with_it=result.with_it.covered,
                with_all=result.with_it.nights,
                without_it=result.without_it.covered,
                without_all=result.without_it.nights,
            )
        ]
    if result.verdict is Verdict.TOO_FEW_NIGHTS or result.p is None:
        return [
            _(
                "To compare them, at least half of the nights of both kinds must be logged: here "
                "{with_it} of {with_all} and {without_it} of {without_all}."
            ).format(
                with_it=result.with_it.covered,
                with_all=result.with_it.nights,
                without_it=result.without_it.covered,
                without_all=result.without_it.nights,
            )
        ]
    if result.with_it.cramp_nights + result.without_it.cramp_nights == 0:
        return [_("There was no cramp night in either, so there is nothing to compare.")]
    if result.verdict is Verdict.CANNOT_TELL:
        return [
            chance_words(tr, result.p),
            _(
                "The line was drawn beforehand at 5 of 100. So the test can't tell whether the "
                "habit makes a difference. It may make none, or one too small to show in {weeks} "
                "weeks."
            ).format(weeks=test.course.nights // WEEK),
        ]
    return [
        chance_words(tr, result.p),
        _("That is within the line drawn beforehand, 5 of 100. Chance stays possible."),
    ]


def _kept_lines(tr: Translator, test: EndedTest) -> list[str]:
    """The adherence in both arms. It has no influence on the result (intention to treat)."""
    _ = tr.gettext
    with_it, without_it = test.kept[WITH], test.kept[WITHOUT]
    if min(with_it.known, without_it.known) < LEAST_KNOWN:
        return [_("I know of too few evenings to say how the habit was kept.")]
    lines = [
        _(
            "Kept on {done} of {known} evenings you told of in weeks with it, on {other} of "
            "{other_known} without."
        ).format(
            done=with_it.done,
            known=with_it.known,
            other=without_it.done,
            other_known=without_it.known,
        )
    ]
    contrast = Fraction(with_it.done, with_it.known) - Fraction(without_it.done, without_it.known)
    if contrast < CLEAR_CONTRAST:
        lines.append(_("So the weeks differed less than planned, and a gap is harder to see."))
    return lines


def result(tr: Translator, test: EndedTest, picture: bytes) -> Message:
    """The result, with its picture (PNG)."""
    _ = tr.gettext
    lines = [
        title(f"{name(tr, test.topic)}: {headline(tr, test)}"),
        *map(escape, _counts(tr, test.result)),
        "",
        *map(escape, _verdict_lines(tr, test)),
        "",
        *map(escape, _kept_lines(tr, test)),
        f"<i>{escape(_('One test on one person: it cannot tell why.'))}</i>",
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
