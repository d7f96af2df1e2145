"""A running fair test in words and buttons. Nothing is said about its arms before the end."""

# TRANSLATORS, ALL: A running fair test. {name} is the habit, {arm} "with it" or "without it" (the
# habit), {evening} is like "evening 3 of 7".

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from bot.features.experiments.design import WITH, WITHOUT, Adherence, Course
from bot.features.experiments.rules import Care, Subject, Topic
from bot.features.experiments.subject_messages import (
    arm_name,
    care_lines,
    name,
    title,
    warnings_button,
    with_text,
    without_text,
)
from bot.i18n import formats
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack


@dataclass(frozen=True)
class RunningTest:
    """What the card of a running test shows."""

    id: int
    topic: Topic
    course: Course
    tonight: date
    yesterday: date
    nights_over: int
    """Nights of the test that have ended."""
    covered: int
    """Nights of these with an entry."""
    kept: Adherence
    """In blocks with the habit only."""
    yesterday_answer: bool | None
    """Whether the habit was kept yesterday; None without an answer."""
    cares: Sequence[Care] = ()
    """What has to be said about the habit to this person."""


def _evening(tr: Translator, course: Course, night_on: date) -> str:
    """The position of an evening in its block: "evening 3 of 7"."""
    return tr.gettext("evening {number} of {total}").format(
        number=course.evening_of(night_on), total=course.block_days
    )


def _change(tr: Translator, course: Course, night_on: date) -> str:
    """What begins tomorrow, on the last evening of a block; "" on other evenings."""
    _ = tr.gettext
    if night_on == course.last_on:
        return _("The last evening of the test.")
    if course.evening_of(night_on) != course.block_days:
        return ""
    arm, following = course.arm_of(night_on), course.arm_of(night_on + timedelta(days=1))
    if following == WITH:
        return _("From tomorrow: with it again.") if arm == WITH else _("From tomorrow: with it.")
    if arm == WITHOUT:
        return _("From tomorrow: without it again.")
    return _("From tomorrow: without it.")


def running(tr: Translator, test: RunningTest) -> Message:
    """The card of a running test: the current block, and how full the diary is."""
    _ = tr.gettext
    course = test.course
    arm = course.arm_of(max(test.tonight, course.starts_on))
    what = with_text(tr, test.topic) if arm == WITH else without_text(tr, test.topic)
    lines = [title(_("Fair test: {name}").format(name=name(tr, test.topic)))]
    if test.tonight < course.starts_on:
        begins = _("Begins on {day}: {arm}.").format(
            day=formats.day(tr, course.starts_on), arm=arm_name(tr, arm or WITH)
        )
        lines += [f"<b>{escape(begins)}</b>", escape(_("What to do: {what}.").format(what=what))]
    elif arm is not None:
        now = _("Now: {arm}, {evening}.").format(
            arm=arm_name(tr, arm), evening=_evening(tr, course, test.tonight)
        )
        lines += [f"<b>{escape(now)}</b>", escape(_("What to do: {what}.").format(what=what))]
        if arm == WITH:
            lines += map(escape, care_lines(tr, test.cares))
        if change := _change(tr, course, test.tonight):
            lines.append(escape(change))
    else:
        lines.append(escape(_("The last night is not over yet. The result comes when it is.")))
    lines += ["", *map(escape, _so_far(tr, test))]
    lines.append(escape(_("The last night: {day}").format(day=formats.day(tr, course.last_on))))
    return Message("\n".join(lines), _running_rows(tr, test))


def _so_far(tr: Translator, test: RunningTest) -> Iterator[str]:
    """How many nights are logged, and how often the habit was kept."""
    if test.nights_over > 0:
        yield tr.ngettext(
            "Diary: {covered} of {count} night logged.",
            "Diary: {covered} of {count} nights logged.",
            test.nights_over,
        ).format(covered=test.covered, count=test.nights_over)
    if test.kept.known:
        yield tr.ngettext(
            "Habit kept in blocks with it: {done} of {count} evening you told me about.",
            "Habit kept in blocks with it: {done} of {count} evenings you told me about.",
            test.kept.known,
        ).format(done=test.kept.done, count=test.kept.known)


def _running_rows(tr: Translator, test: RunningTest) -> Rows:
    _ = tr.gettext
    rows: list[tuple[Button, ...]] = []
    if test.course.arm_of(test.yesterday) is not None:
        labels = {True: _("Yesterday: done"), False: _("Yesterday: not done")}
        if test.topic.subject is Subject.CAFFEINE:
            labels = {True: _("Yesterday: no late caffeine"), False: _("Yesterday: late caffeine")}
        rows.append(
            tuple(
                Button(
                    f"• {label}" if test.yesterday_answer is kept else label,
                    pack("experiments", "did", test.id, test.yesterday, int(kept)),
                )
                for kept, label in labels.items()
            )
        )
    rows.append(
        (
            Button(_("Your nights"), pack("history", "open")),
            Button(_("Stop the test"), pack("experiments", "stop", test.id), "danger"),
        )
    )
    return tuple(rows)


# Pauses ------------------------------------------------------------------------------------------


def _ends_on(tr: Translator, ends_on: date) -> str:
    return tr.gettext(
        "If you do not tell me that a doctor has seen it, the test ends on {day}, with its counts"
        " but without a result."
    ).format(day=formats.day(tr, ends_on))


def paused(
    tr: Translator,
    test_id: int,
    topic: Topic,
    signs: Sequence[str],
    ends_on: date,
    *,
    is_read: bool,
) -> Message:
    """A test is paused because of serious signs, and the question whether a doctor has seen them.

    Args:
        tr: the language.
        test_id: the row.
        topic: what it is about.
        signs: the names of the signs.
        ends_on: when it ends without a doctor's word.
        is_read: whether the person has tapped that they have read it.
    """
    _ = tr.gettext
    lines = [
        title(_("Your fair test is paused: {name}").format(name=name(tr, topic))),
        escape(_("This was noted, and it comes first:")),
        *(f"• <b>{escape(one)}</b>" for one in signs),
        escape(_("Until then I do not ask about the habit. Please keep logging your nights.")),
        escape(_("Was it a mistake? Correct the entry, and the test continues by itself.")),
        escape(_ends_on(tr, ends_on)),
    ]
    lines.append(escape(_("Has a doctor seen it, and is it fine to continue? Then tap below.")))
    fine = _("A doctor says it is fine")
    rows: list[tuple[Button, ...]] = [
        (Button(fine, pack("experiments", "fine", test_id), "success"),),
        (
            warnings_button(tr),
            Button(_("Stop the test"), pack("experiments", "end", test_id), "danger"),
        ),
    ]
    if not is_read:
        rows.append((Button(_("I have read it"), pack("experiments", "read", test_id)),))
    return Message("\n".join(lines), tuple(rows))


def paused_lines(tr: Translator, signs: Sequence[str], ends_on: date) -> tuple[str, str]:
    """The same in a line of a summary or check-in, until the person has read it: long, short.

    The short one is for a picture whose caption has no room for the long one.
    """
    short = tr.gettext("Your fair test is paused: {signs}. Has a doctor seen it?").format(
        signs=signs[0] if signs else tr.gettext("A warning sign")
    )
    text = tr.gettext("Your fair test is paused: {signs}. Has a doctor seen it?").format(
        signs=", ".join(signs)
    )
    return f"{text} {_ends_on(tr, ends_on)}", short


def resumed(tr: Translator, topic: Topic) -> Message:
    """A paused test goes on by itself, because the sign is no longer in the diary or was seen."""
    _ = tr.gettext
    text = _("The reason for the pause is settled. The order of the blocks is the same as before.")
    heading = title(_("Your fair test continues: {name}").format(name=name(tr, topic)))
    row = (Button(_("Show the test"), pack("experiments", "open")),)
    return Message(f"{heading}\n{escape(text)}", (row,))


def goes_on_line(tr: Translator) -> str:
    """Added to a nudge that only informs."""
    return tr.gettext("Your fair test continues.")


# Lines in other messages -------------------------------------------------------------------------


def reminder_line(tr: Translator, course: Course, night_on: date) -> str:
    """The line that a reminder of the habit gets; "" outside the test."""
    arm = course.arm_of(night_on)
    if arm is None:
        return ""
    text = tr.gettext("Fair test: {arm}, {evening}.").format(
        arm=arm_name(tr, arm), evening=_evening(tr, course, night_on)
    )
    return f"{text} {_change(tr, course, night_on)}".rstrip()


def morning_line(tr: Translator, topic: Topic, course: Course, today: date) -> str:
    """The line that the check-in gets, about the coming evening; "" outside the test."""
    arm = course.arm_of(today)
    if arm is None:
        return ""
    return tr.gettext("Fair test, {name}: today {arm}, {evening}.").format(
        name=name(tr, topic), arm=arm_name(tr, arm), evening=_evening(tr, course, today)
    )
