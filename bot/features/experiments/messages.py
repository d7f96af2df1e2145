"""A fair test in words and buttons.

Words about health keep to the health reference, section (g): no causes, no doses, no promise. A
result says what was counted, how easily chance brings it, and that it cannot tell why.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from fractions import Fraction
from html import escape

from bot.features.cramps.cards import sign_lines
from bot.features.cramps.red_flags import SIGNS, Tier
from bot.features.experiments.chart import WEEK, Lane, TrialLabels
from bot.features.experiments.design import PLANS, WITH, WITHOUT, Arm, Course, Plan, Result, Verdict
from bot.features.experiments.power import POOR, noticed
from bot.features.experiments.rules import LONGEST_WORDS, Refusal, Subject, Why
from bot.i18n import formats
from bot.i18n.formats import clock
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

ICON = "⚖️"
LONGEST_TITLE = 34
TIMES = (time(18, 0), time(20, 0), time(21, 30))
"""Offered for a reminder in one's own words."""
CLEAR_CONTRAST = Fraction(1, 2)
"""Below it the two kinds of weeks differed less than planned."""
LEAST_TOLD = 5
"""Evenings of an arm that must be told of before it is said how often the habit was kept."""


@dataclass(frozen=True)
class Subjected:
    """What a test is about: one of the kinds, and the person's own words for the last of them."""

    subject: Subject
    words: str | None = None


@dataclass(frozen=True)
class Kept:
    """Evenings on which the habit was kept, out of those told of."""

    done: int
    known: int


@dataclass(frozen=True)
class Running:
    """What is shown of a running test; nothing of its arms."""

    id: int
    about: Subjected
    course: Course
    tonight: date
    yesterday: date
    nights_over: int
    covered: int
    kept: Kept
    """In blocks with the habit."""
    said_yesterday: bool | None


@dataclass(frozen=True)
class Over:
    """What is shown of a test that has ended."""

    id: int
    about: Subjected
    course: Course
    result: Result
    kept: dict[str, Kept]
    """Arm → evenings."""
    why: Why | None = None
    """Why it was stopped; None when it was finished."""
    stopped_on: date | None = None
    may_go_on: bool = False


@dataclass(frozen=True)
class Item:
    """A test in the list of those that have ended."""

    id: int
    about: Subjected
    starts_on: date
    last_on: date


# What is tested ----------------------------------------------------------------------------------


def names(tr: Translator) -> dict[Subject, str]:
    """What can be tested, as buttons and titles name it."""
    _ = tr.gettext
    return {
        Subject.STRETCH: _("Stretching before bed"),
        Subject.CAFFEINE: _("No late caffeine"),
        Subject.DRINKS: _("Drinks through the day"),
        Subject.MEAL: _("A magnesium-rich meal"),
        Subject.OTHER: _("Something a clinician advised"),
    }


def name(tr: Translator, about: Subjected) -> str:
    """What a test is about."""
    if about.words:
        return tr.gettext("“{words}”").format(words=about.words)
    return names(tr)[about.subject]


def with_text(tr: Translator, about: Subjected) -> str:
    """What to do in the blocks with the habit."""
    _ = tr.gettext
    return {
        Subject.STRETCH: _("a short stretch every evening, right before bed"),
        Subject.CAFFEINE: _("no caffeine after your last-caffeine time"),
        Subject.DRINKS: _("a drink when I remind you"),
        Subject.MEAL: _("a magnesium-rich meal every day"),
        Subject.OTHER: _("“{words}”, every day").format(words=about.words or ""),
    }[about.subject]


def without_text(tr: Translator, about: Subjected) -> str:
    """What to do in the blocks without it."""
    _ = tr.gettext
    return {
        Subject.STRETCH: _(
            "no stretch before bed and no reminder. A cramp may be stretched away as ever"
        ),
        Subject.CAFFEINE: _("caffeine whenever you used to have it, and no reminder"),
        Subject.DRINKS: _("no reminder. Drink as you usually do, and whenever you are thirsty"),
        Subject.MEAL: _("eat as you usually do, and no reminder"),
        Subject.OTHER: _("leave it out, and no reminder"),
    }[about.subject]


def _title(text: str) -> str:
    return f"{ICON} <b>{escape(text)}</b>"


def _day(tr: Translator, day: date) -> str:
    return formats.day(tr, day)


def _back(tr: Translator) -> tuple[Button, ...]:
    return (Button(tr.gettext("◀ Fair tests"), pack("experiments", "open")),)


def _warnings(tr: Translator) -> Button:
    return Button(tr.gettext("Warning signs"), pack("cramps", "warnings"))


# Choosing ----------------------------------------------------------------------------------------


def choose(tr: Translator, *, has_earlier: bool) -> Message:
    """What a fair test is, and what can be tested."""
    _ = tr.gettext
    lines = [
        _title(_("A fair test of one thing")),
        escape(
            _(
                "Are there fewer cramp nights with a habit than without it? For some weeks you "
                "keep it, for some you leave it out, in an order drawn by lot. At the end I count "
                "both and say whether chance alone could explain the gap."
            )
        ),
        escape(_("Often the honest answer is: can't tell.")),
        "",
        escape(_("Which one thing?")),
    ]
    rows = [
        (Button(label, pack("experiments", "pick", subject.value)),)
        for subject, label in names(tr).items()
    ]
    if has_earlier:
        rows.append((Button(_("Earlier tests"), pack("experiments", "list")),))
    return Message("\n".join(lines), tuple(rows))


def earlier(tr: Translator, items: Sequence[Item]) -> Message:
    """The tests that have ended."""
    lines = [_title(tr.gettext("Earlier tests"))]
    rows: list[tuple[Button, ...]] = []
    for item in items:
        span = formats.days(tr, item.starts_on, item.last_on, "yMMMd")
        lines.append(escape(f"{name(tr, item.about)}: {span}"))
        label = _short(f"{formats.day(tr, item.starts_on, 'MMMd')}, {name(tr, item.about)}")
        rows.append((Button(label, pack("experiments", "show", item.id)),))
    return Message("\n".join(lines), (*rows, _back(tr)))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1].rstrip()}…"


def not_set_up(tr: Translator) -> Message:
    """A test follows the person's evenings, which the bot does not know yet."""
    text = tr.gettext(
        "A test follows your evenings, and I do not know them yet. Send /start first."
    )
    return Message(escape(text))


def begun(tr: Translator) -> str:
    """A toast: the order is drawn."""
    return tr.gettext("The lots are drawn.")


def gone(tr: Translator) -> str:
    """A toast: this test does not exist (any more), or is not this person's."""
    return tr.gettext("That test is not there any more.")


def refused(tr: Translator, subject: Subject, why: Refusal) -> Message:
    """It cannot start now."""
    _ = tr.gettext
    if why is Refusal.FLUIDS:
        text = _(
            "Your drinks may be limited, so I do not test drinks. Your care team knows how much "
            "suits you."
        )
        rows: Rows = (
            (Button(_("Change my answer about drinks"), pack("users", "fluids")),),
            _back(tr),
        )
        return Message(f"{_title(_('Not this one'))}\n{escape(text)}", rows)
    if why is Refusal.SIGN_TODAY:
        text = _(
            "You noted a warning sign today. That comes first: please look at the warning signs. "
            "A test can wait for another day."
        )
        rows = ((_warnings(tr),), _back(tr))
        return Message(f"{_title(_('Not today'))}\n{escape(text)}", rows)
    text = _(
        "Your diary met a warning sign in the last eight weeks. Let a doctor, nurse or pharmacist "
        "look at that first; then a test makes sense."
    )
    rows = (
        (_warnings(tr),),
        (Button(_("A doctor has seen it"), pack("experiments", "seen", subject.value)),),
        _back(tr),
    )
    return Message(f"{_title(_('Not yet'))}\n{escape(text)}", rows)


def ask_words(tr: Translator) -> Message:
    """Asks what a clinician advised."""
    _ = tr.gettext
    lines = [
        _title(names(tr)[Subject.OTHER]),
        escape(
            _("What did they advise? Type it in a few words, such as “raise my feet at night”.")
        ),
        escape(
            _(
                "Something to do, not to take: starting, stopping or changing a medicine or a "
                "supplement is for your clinician."
            )
        ),
    ]
    return Message("\n".join(lines), (_back(tr),))


def medicine_words(tr: Translator) -> Message:
    """The words are about a medicine, a supplement or a dose."""
    text = tr.gettext(
        "That sounds like something to take. Starting, stopping or changing a medicine or a "
        "supplement is for your clinician, so I do not test it. Is there something to do that you "
        "would like to test? Type it."
    )
    return Message(escape(text), (_back(tr),))


def unusable_words(tr: Translator) -> Message:
    """Words that are too long or none."""
    text = tr.ngettext(
        "A few words are best: up to {count} letter. Type it again.",
        "A few words are best: up to {count} letters. Type it again.",
        LONGEST_WORDS,
    ).format(count=LONGEST_WORDS)
    return Message(escape(text), (_back(tr),))


def no_room(tr: Translator) -> Message:
    """There are as many reminders as there may be."""
    text = tr.gettext(
        "The test needs a reminder, and there is no room for another one. Remove one first."
    )
    return Message(
        escape(text), ((Button(tr.gettext("Reminders"), pack("reminders", "list")),), _back(tr))
    )


def ask_time(tr: Translator, slot: int, words: str, *, unclear: bool = False) -> Message:
    """When the reminder of a test in one's own words is to come."""
    _ = tr.gettext
    lines = [
        _title(name(tr, Subjected(Subject.OTHER, words))),
        escape(_("When shall I remind you, on the evenings with it?")),
        escape(
            _("I could not read that. Type a time such as 19:30.")
            if unclear
            else _("Tap a time, or type one such as 19:30.")
        ),
    ]
    chips = tuple(
        Button(clock(tr, at), pack("experiments", "time", slot, f"{at:%H%M}")) for at in TIMES
    )
    return Message("\n".join(lines), (chips, _back(tr)))


# Safety first ------------------------------------------------------------------------------------


def signs(tr: Translator, about: Subjected, slot: int) -> Message:
    """The warning signs, before anything starts."""
    _ = tr.gettext
    lines = sign_lines(tr)

    def listed(tiers: Sequence[Tier]) -> list[str]:
        return [f"• {escape(lines[code])}" for tier in tiers for code in SIGNS[tier]]

    sources = _("Sources: those of the warning cards (NHS, Mayo Clinic, Merck Manual and others).")
    text = [
        _title(name(tr, about)),
        f"<b>{escape(_('First: is any of these there now?'))}</b>",
        *listed((Tier.EMERGENCY, Tier.URGENT)),
        "",
        f"<b>{escape(_('Or one of these that no doctor has seen?'))}</b>",
        *listed((Tier.SOON,)),
        "",
        f"<i>{escape(sources)}</i>",
    ]
    reference = (about.subject.value, slot)
    rows = (
        (Button(_("None of these"), pack("experiments", "none", *reference), "success"),),
        (Button(_("Yes, or not sure"), pack("experiments", "yes")),),
        _back(tr),
    )
    return Message("\n".join(text), rows)


def signs_there(tr: Translator) -> Message:
    """A sign is there: that comes first."""
    _ = tr.gettext
    text = _(
        "Then that comes first, and no test starts. The warning signs say who should look at it, "
        "and how soon."
    )
    return Message(f"{_title(_('Not now'))}\n{escape(text)}", ((_warnings(tr),), _back(tr)))


def ask_team(tr: Translator, about: Subjected, slot: int) -> Message:
    """Somebody's own team is to be asked first."""
    _ = tr.gettext
    if about.subject is Subject.OTHER:
        text = _(
            "Half of the time you would leave it out. Please ask whoever advised it whether that "
            "is fine, and ask your own team if you are pregnant, under 18, have a long-term "
            "illness or take several medicines."
        )
    else:
        text = _(
            "From what you told me of yourself: please ask your own team first, a doctor, nurse or "
            "pharmacist who knows you, whether this test is fine for you."
        )
    rows = (
        (
            Button(
                _("They said it is fine"),
                pack("experiments", "asked", about.subject.value, slot),
            ),
        ),
        _back(tr),
    )
    return Message(f"{_title(name(tr, about))}\n{escape(text)}", rows)


# The plan ----------------------------------------------------------------------------------------


def plan_name(tr: Translator, plan: Plan) -> str:
    """How long it is."""
    text = tr.ngettext("{count} week", "{count} weeks", plan.weeks).format(count=plan.weeks)
    if plan.block_days > WEEK:
        return tr.gettext("{weeks}, blocks of 2").format(weeks=text)
    return text


def odds(tr: Translator, plan: Plan, usual: float | None) -> str:
    """How likely it is that the test notices something, from the simulation.

    Args:
        tr: the text's language.
        plan: how long it is.
        usual: cramp nights a week lately; None when that is not known.
    """
    _ = tr.gettext
    if usual is not None and usual < 1:
        return _(
            "You logged less than one cramp night a week lately. With so few there is next to "
            "nothing to compare: {weeks} weeks will hardly be enough to tell."
        ).format(weeks=plan.weeks)
    nights = 3 if usual is None else max(round(usual), 1)
    known = noticed(plan.code, nights if usual is None else usual)
    start = (
        tr.ngettext(
            "With about {nights} cramp night a week, as lately:",
            "With about {nights} cramp nights a week, as lately:",
            nights,
        )
        if usual is not None
        else tr.ngettext(
            "I do not know your usual nights yet. With {nights} cramp night a week:",
            "I do not know your usual nights yet. With {nights} cramp nights a week:",
            nights,
        )
    ).format(nights=nights)
    says = _(
        "if the habit halved the cramps, {half} of 100 such tests would notice; if there were a "
        "third fewer, {third} of 100."
    ).format(half=known.half, third=known.third)
    weeks = tr.ngettext(
        "So {count} week may well not be enough to tell.",
        "So {count} weeks may well not be enough to tell.",
        plan.weeks,
    ).format(count=plan.weeks)
    end = weeks if known.half < POOR else _("So a smaller difference may well stay hidden.")
    return f"{start} {says} {end}"


def plan_card(
    tr: Translator,
    about: Subjected,
    slot: int,
    plan: Plan,
    starts_on: date,
    usual: float | None,
    *,
    asked: bool,
    nonce: int,
) -> Message:
    """Everything that is agreed beforehand."""
    _ = tr.gettext
    last_on = starts_on + timedelta(days=plan.nights - 1)
    each = plan.blocks // 2
    stops = _("I stop it when a warning sign comes up or hardly anything is logged.")
    if about.subject is Subject.DRINKS:
        stops = _(
            "I stop it when a warning sign comes up, your drinks become limited or hardly "
            "anything is logged."
        )
    points = [
        _("From {first} to the night of {last}.").format(
            first=_day(tr, starts_on), last=_day(tr, last_on)
        ),
        tr.ngettext(
            "{count} block of {days} evenings with it and as many without, in an order that I "
            "draw by lot when you begin. You learn each block when it comes.",
            "{count} blocks of {days} evenings with it and as many without, in an order that I "
            "draw by lot when you begin. You learn each block when it comes.",
            each,
        ).format(count=each, days=plan.block_days),
        _("With it: {what}.").format(what=with_text(tr, about)),
        _("Without it: {what}.").format(what=without_text(tr, about)),
        _("Log every night the same way in both: cramps, or none. Else it is not fair."),
        _("Until the end I show how full your diary is, not how the two compare: no peeking."),
        _(
            "Then I say “fewer cramp nights with it”, “more with it” or “can't tell”. Chance alone "
            "brings “fewer” in at most 1 of 40 tests."
        ),
        _("You can stop any time with one tap. {stops}").format(stops=stops),
    ]
    lines = [
        _title(f"{name(tr, about)}, {plan_name(tr, plan)}"),
        *(f"• {escape(point)}" for point in points),
        "",
        escape(odds(tr, plan, usual)),
    ]
    if about.subject is Subject.STRETCH:
        lines.append(
            escape(
                _(
                    "After recent leg or hip surgery or an injury, or with balance problems, ask a "
                    "doctor, nurse or pharmacist first."
                )
            )
        )
    reference = (about.subject.value, slot, int(asked))
    chips = [
        Button(
            f"• {plan_name(tr, one)}" if one == plan else plan_name(tr, one),
            pack("experiments", "plan", *reference, one.code),
        )
        for one in PLANS
    ]
    begin = Button(
        _("Begin on {day}").format(day=_day(tr, starts_on)),
        pack("experiments", "start", *reference, plan.code, nonce),
        "success",
    )
    return Message("\n".join(lines), (tuple(chips[:2]), tuple(chips[2:]), (begin,), _back(tr)))


# While it runs -----------------------------------------------------------------------------------


def arm_name(tr: Translator, arm: str) -> str:
    """With it or without it."""
    _ = tr.gettext
    return _("with it") if arm == WITH else _("without it")


def _evening(tr: Translator, course: Course, night_on: date) -> str:
    """Which evening of the block it is."""
    return tr.gettext("evening {number} of {total}").format(
        number=course.evening_of(night_on), total=course.block_days
    )


def _change(tr: Translator, course: Course, night_on: date) -> str:
    """What comes tomorrow, told on a block's last evening; "" on others."""
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


def running(tr: Translator, test: Running) -> Message:
    """A running test: where it stands and how full the diary is, nothing of the arms."""
    _ = tr.gettext
    course = test.course
    arm = course.arm_of(max(test.tonight, course.starts_on))
    what = with_text(tr, test.about) if arm == WITH else without_text(tr, test.about)
    lines = [_title(_("Fair test: {name}").format(name=name(tr, test.about)))]
    if test.tonight < course.starts_on:
        begins = _("Begins on {day}: {arm}.").format(
            day=_day(tr, course.starts_on), arm=arm_name(tr, arm or WITH)
        )
        lines += [f"<b>{escape(begins)}</b>", escape(_("That is: {what}.").format(what=what))]
    elif arm is not None:
        now = _("Now: {arm}, {evening}.").format(
            arm=arm_name(tr, arm), evening=_evening(tr, course, test.tonight)
        )
        lines += [f"<b>{escape(now)}</b>", escape(_("That is: {what}.").format(what=what))]
        if change := _change(tr, course, test.tonight):
            lines.append(escape(change))
    else:
        lines.append(escape(_("The last night is not over yet: the result comes at noon.")))
    lines.append("")
    if test.nights_over > 0:
        lines.append(
            escape(
                tr.ngettext(
                    "Diary: {covered} of {count} night logged.",
                    "Diary: {covered} of {count} nights logged.",
                    test.nights_over,
                ).format(covered=test.covered, count=test.nights_over)
            )
        )
    if test.kept.known:
        lines.append(
            escape(
                tr.ngettext(
                    "Kept in blocks with it: {done} of {count} evening you told of.",
                    "Kept in blocks with it: {done} of {count} evenings you told of.",
                    test.kept.known,
                ).format(done=test.kept.done, count=test.kept.known)
            )
        )
    lines.append(escape(_("The last night is that of {day}.").format(day=_day(tr, course.last_on))))
    return Message("\n".join(lines), _running_rows(tr, test))


def _running_rows(tr: Translator, test: Running) -> Rows:
    _ = tr.gettext
    rows: list[tuple[Button, ...]] = []
    if test.course.arm_of(test.yesterday) is not None:
        labels = {True: _("Yesterday: done"), False: _("Yesterday: not done")}
        if test.about.subject is Subject.CAFFEINE:
            labels = {True: _("Yesterday: none late"), False: _("Yesterday: some late")}
        day = test.yesterday.strftime("%Y%m%d")
        rows.append(
            tuple(
                Button(
                    f"• {label}" if test.said_yesterday is kept else label,
                    pack("experiments", "did", test.id, day, int(kept)),
                )
                for kept, label in labels.items()
            )
        )
    rows.append(
        (
            Button(_("My nights"), pack("history", "open")),
            Button(_("Stop the test"), pack("experiments", "stop", test.id), "danger"),
        )
    )
    return tuple(rows)


def reminder_line(tr: Translator, course: Course, night_on: date) -> str:
    """What a reminder of the tested habit says of the test."""
    arm = course.arm_of(night_on)
    if arm is None:
        return ""
    text = tr.gettext("Fair test: {arm}, {evening}.").format(
        arm=arm_name(tr, arm), evening=_evening(tr, course, night_on)
    )
    return f"{text} {_change(tr, course, night_on)}".rstrip()


def morning_line(tr: Translator, about: Subjected, course: Course, today: date) -> str:
    """What the morning check-in says of the evening to come."""
    arm = course.arm_of(today)
    if arm is None:
        return ""
    return tr.gettext("Fair test, {name}: today {arm}, {evening}.").format(
        name=name(tr, about), arm=arm_name(tr, arm), evening=_evening(tr, course, today)
    )


# When it is over ---------------------------------------------------------------------------------


def over_line(tr: Translator, *, is_finished: bool) -> str:
    """What the weekly summary says of a test whose end was not told yet."""
    _ = tr.gettext
    return _("Your fair test is over.") if is_finished else _("Your fair test has stopped.")


def open_button(tr: Translator) -> Button:
    """The way to the tests."""
    return Button(
        tr.gettext("{icon} Your fair test").format(icon=ICON), pack("experiments", "open")
    )


def why_stopped(tr: Translator, why: Why) -> str:
    """Why a test was stopped."""
    _ = tr.gettext
    return {
        Why.WISH: _("You stopped it."),
        Why.WARNING_SIGN: _("A warning sign came up, and that comes first."),
        Why.FLUIDS: _("Your drinks may be limited now, so drinks are no longer tested."),
        Why.NO_ENTRIES: _("Two blocks in a row had hardly any entries."),
    }[why]


def stopped_notice(tr: Translator, test: Over) -> Message:
    """Tells at once that a test was stopped by itself."""
    _ = tr.gettext
    title = _("Your fair test has stopped: {name}").format(name=name(tr, test.about))
    lines = [_title(title), escape(why_stopped(tr, test.why or Why.WISH))]
    lines.append(escape(_("Its reminder comes every day again, as it is set.")))
    rows: list[tuple[Button, ...]] = []
    if test.why is Why.WARNING_SIGN:
        rows.append((_warnings(tr),))
    rows.append((Button(_("Show the counts"), pack("experiments", "result", test.id)),))
    return Message("\n".join(lines), tuple(rows))


def stopped(tr: Translator, test: Over) -> Message:
    """A test that was stopped, before its counts are shown: a slip can be taken back till then."""
    _ = tr.gettext
    lines = [
        _title(_("Stopped: {name}").format(name=name(tr, test.about))),
        escape(why_stopped(tr, test.why or Why.WISH)),
        escape(_("Its reminder comes every day again, as it is set.")),
    ]
    rows: list[tuple[Button, ...]] = []
    if test.may_go_on:
        lines.append(escape(_("Was it a slip? Until you look at the counts, it can go on.")))
        rows.append((Button(_("Go on with the test"), pack("experiments", "goon", test.id)),))
    if test.why is Why.WARNING_SIGN:
        rows.append((_warnings(tr),))
    rows.append((Button(_("Show the counts"), pack("experiments", "result", test.id)),))
    rows.append(
        (
            Button(_("Reminders"), pack("reminders", "list")),
            Button(_("Another test"), pack("experiments", "new")),
        )
    )
    return Message("\n".join(lines), tuple(rows))


def before_result(tr: Translator, test: Over, missing: int) -> Message:
    """The test is over, but nights are missing: after the result it would be too late for them."""
    _ = tr.gettext
    lines = [
        _title(_("Your fair test is over: {name}").format(name=name(tr, test.about))),
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


def headline(tr: Translator, test: Over) -> str:
    """The result in a few words."""
    _ = tr.gettext
    if test.why is not None:
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
    """How often the draw alone brings such a gap. Rounded up, so that 5 of 100 is the line."""
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


def _verdict_lines(tr: Translator, test: Over) -> list[str]:
    _ = tr.gettext
    result = test.result
    if test.why is not None:
        return [why_stopped(tr, test.why), _("A test that stopped early gets no verdict.")]
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


def _kept_lines(tr: Translator, test: Over) -> list[str]:
    """How the habit was kept. Every block counts as it was drawn, whatever was kept."""
    _ = tr.gettext
    with_it, without_it = test.kept[WITH], test.kept[WITHOUT]
    if min(with_it.known, without_it.known) < LEAST_TOLD:
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


def result(tr: Translator, test: Over, picture: bytes) -> Message:
    """What came out, with its picture."""
    _ = tr.gettext
    lines = [
        _title(f"{name(tr, test.about)}: {headline(tr, test)}"),
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


def labels(tr: Translator, test: Over) -> TrialLabels:
    """The words of the picture."""
    _ = tr.gettext

    def lane(title: str, arm: Arm) -> Lane:
        count = tr.ngettext(
            "cramps on {cramps} of {count} night",
            "cramps on {cramps} of {count} nights",
            arm.covered,
        ).format(cramps=arm.cramp_nights, count=arm.covered)
        return Lane(title, count)

    course = test.course
    return TrialLabels(
        title=name(tr, test.about),
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
