"""Setting up a fair test in words and buttons: habit, questions about health, signs and plan."""

# TRANSLATORS, ALL: Before a fair test. {name} is the habit as a title; "it" is the habit that is
# tested.

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from html import escape

from bot.features.cramps.sign_texts import sign_lines
from bot.features.cramps.signs import SIGNS, Tier
from bot.features.diary import limits
from bot.features.experiments.chart import WEEK
from bot.features.experiments.design import PLANS, Plan
from bot.features.experiments.power import MOST_USUAL, Odds, odds, rounded_down
from bot.features.experiments.rules import Care, Refusal, Subject, Topic
from bot.features.experiments.subject_messages import (
    back_row,
    care_lines,
    gate_reason,
    listed_names,
    name,
    title,
    warnings_button,
    with_text,
    without_text,
)
from bot.features.health_profile.messages import details, item_names
from bot.i18n import formats
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack


def choose(tr: Translator, *, has_earlier: bool, is_unlisted: bool = False) -> Message:
    """What a fair test is, and a button for each habit of the closed list.

    Args:
        tr: the language.
        has_earlier: whether there are ended tests to list.
        is_unlisted: whether the person asked for something that is not on the list.
    """
    _ = tr.gettext
    lines = [title(_("A fair test of one habit"))]
    if is_unlisted:
        lines.append(
            escape(
                _(
                    "I can test only what is on this list. For medicines, supplements and "
                    "anything a doctor advised, please ask a doctor or pharmacist."
                )
            )
        )
    else:
        lines.append(
            escape(
                _(
                    "Are there fewer cramp nights with a habit than without it? Some weeks you "
                    "keep the habit, some weeks you leave it out. The order is random, and at the "
                    "end I count both."
                )
            )
        )
    lines += [
        escape(_("In most tests the answer is “can't tell”.")),
        "",
        escape(_("Which habit do you want to test?")),
    ]
    buttons = [
        Button(label, pack("experiments", "pick", subject.value))
        for subject, label in listed_names(tr).items()
    ]
    rows = [tuple(buttons[first : first + 2]) for first in range(0, len(buttons), 2)]
    if has_earlier:
        rows.append((Button(_("Earlier tests"), pack("experiments", "list")),))
    return Message("\n".join(lines), tuple(rows))


def refused(
    tr: Translator, subject: Subject, why: Refusal, sign_names: Sequence[str] = ()
) -> Message:
    """Why a test cannot start now, except for a gate.

    Args:
        tr: the language.
        subject: what was to be tested.
        why: the reason.
        sign_names: the warning signs that keep it from starting.
    """
    _ = tr.gettext
    if why is Refusal.TOO_MANY:
        text = _("There are {most} tests here already, the most I can keep.")
        text = text.format(most=limits.FAIR_TESTS)
        return Message(f"{title(_('No new test'))}\n{escape(text)}", (back_row(tr),))
    named = [f"• {escape(one)}" for one in sign_names]
    if why is Refusal.SIGN_TODAY:
        text = _("You noted this today, and it comes first. A test can wait for another day.")
        lines = [title(_("Not today")), escape(text), *named]
        return Message("\n".join(lines), ((warnings_button(tr),), back_row(tr)))
    text = _(
        "You noted this in the last eight weeks. Let a doctor, nurse or pharmacist look at it "
        "first. After that, a test makes sense."
    )
    rows = (
        (warnings_button(tr),),
        (Button(_("A doctor has seen it"), pack("experiments", "seen", subject.value)),),
        back_row(tr),
    )
    return Message("\n".join([title(_("Not yet")), escape(text), *named]), rows)


# Questions about health --------------------------------------------------------------------------


def gate_shut(tr: Translator, topic: Topic, reasons: Iterable[str]) -> Message:
    """The habit is not offered, with the answers that are the reason."""
    _ = tr.gettext
    names = item_names(tr)
    known = [names[one] for one in reasons if one in names]
    lines = [title(_("Not possible now: {name}").format(name=name(tr, topic)))]
    if known:
        lines.append(escape(_("You told me:")))
        lines += [f"• {escape(one)}" for one in known]
    lines.append(escape(gate_reason(tr, topic.subject)))
    rows: Rows = ((Button(_("Change my answers"), pack("about", "open")),), back_row(tr))
    if topic.subject is Subject.DRINK_WITH_MEALS:
        drinks = Button(_("Change my answer about drinks"), pack("users", "fluids"))
        rows = ((drinks,), *rows)
    return Message("\n".join(lines), rows)


def ask_gate(tr: Translator, topic: Topic, items: Sequence[str]) -> Message:
    """Ask the questions about health that the habit needs, all at once."""
    _ = tr.gettext
    names, more = item_names(tr), details(tr)
    lines = [
        title(name(tr, topic)),
        f"<b>{escape(_('First: does any of these apply to you?'))}</b>",
    ]
    for item in items:
        if item in names:
            lines.append(f"• {escape(names[item])}")
        if item in more:
            lines.append(f"  <i>{escape(more[item])}</i>")
    code = topic.subject.value
    rows = (
        (Button(_("None of these applies"), pack("experiments", "gate", code, "none"), "success"),),
        (Button(_("One of these, or not sure"), pack("experiments", "gate", code, "some")),),
        back_row(tr),
    )
    return Message("\n".join(lines), rows)


def which_fits(tr: Translator, topic: Topic, items: Sequence[str]) -> Message:
    """Ask which of the questions is answered with yes or not sure."""
    _ = tr.gettext
    names = item_names(tr)
    lines = [title(name(tr, topic)), escape(_("Which one applies, or may apply?"))]
    code = topic.subject.value
    rows = [
        (Button(names[item], pack("experiments", "fits", code, item)),)
        for item in items
        if item in names
    ]
    return Message("\n".join(lines), (*rows, back_row(tr)))


def signs(tr: Translator, topic: Topic) -> Message:
    """Ask whether a sign for at once or for today is there, before a test can start."""
    _ = tr.gettext
    lines = sign_lines(tr)

    def listed(tier: Tier) -> list[str]:
        return [f"• {escape(lines[code])}" for code in SIGNS[tier]]

    text = [
        title(name(tr, topic)),
        f"<b>{escape(_('1. Is any of these happening now? Then call for help first.'))}</b>",
        *listed(Tier.EMERGENCY),
        "",
        f"<b>{escape(_('2. Or any of these?'))}</b>",
        *listed(Tier.URGENT),
    ]
    code = topic.subject.value
    rows = (
        (
            Button(
                tr.pgettext("warning signs", "None of these"),
                pack("experiments", "none", code, 0),
                "success",
            ),
        ),
        (
            Button(_("One from list 1"), pack("experiments", "sign", Tier.EMERGENCY.value)),
            Button(_("One from list 2"), pack("experiments", "sign", Tier.URGENT.value)),
        ),
        (Button(_("Not sure"), pack("experiments", "sign", Tier.URGENT.value)),),
        back_row(tr),
    )
    return Message("\n".join(text), rows)


def ask_doctor(tr: Translator, topic: Topic) -> Message:
    """The person should ask a doctor or pharmacist first."""
    _ = tr.gettext
    text = _(
        "After what you told me about your health, please ask a doctor or pharmacist first "
        "whether this test is fine for you."
    )
    rows = (
        (Button(_("They said it is fine"), pack("experiments", "asked", topic.subject.value, 0)),),
        back_row(tr),
    )
    return Message(f"{title(name(tr, topic))}\n{escape(text)}", rows)


# The plan ----------------------------------------------------------------------------------------


def plan_name(tr: Translator, plan: Plan) -> str:
    """The length of a plan."""
    text = tr.ngettext("{count} week", "{count} weeks", plan.weeks).format(count=plan.weeks)
    if plan.block_days > WEEK:
        return tr.gettext("{weeks}, in blocks of 2").format(weeks=text)
    return text


def odds_words(tr: Translator, plan: Plan, usual: float | None) -> str:
    """The odds of a plan for this person, from the simulation, with pauses and runs of nights.

    Args:
        tr: the language.
        plan: the plan.
        usual: cramp nights per week in the last weeks; None when that is not known.
    """
    _ = tr.gettext
    if usual is not None and usual < 1:
        return _(
            "You logged fewer than one cramp night a week lately. With so few there is hardly "
            "anything to compare: {weeks} weeks will probably not be enough to tell."
        ).format(weeks=plan.weeks)
    if usual is not None and usual > MOST_USUAL:
        return _(
            "You logged cramps on nearly every night lately. Even half as many cramps would still "
            "come on most nights: {weeks} weeks will probably not be enough to tell."
        ).format(weeks=plan.weeks)
    nights = 3 if usual is None else min(max(round(usual), 1), 6)
    known = odds(plan.code, nights if usual is None else usual)
    if usual is None:
        start = tr.ngettext(
            "I do not know your usual nights yet, so I assume {nights} cramp night a week.",
            "I do not know your usual nights yet, so I assume {nights} cramp nights a week.",
            nights,
        )
    else:
        start = tr.ngettext(
            "Lately you logged about {nights} cramp night a week.",
            "Lately you logged about {nights} cramp nights a week.",
            nights,
        )
    return f"{start.format(nights=nights)} {_shown_by(tr, known)}"


def _shown_by(tr: Translator, known: Odds) -> str:
    """How many of 100 tests would show a habit that halves the cramps."""
    _ = tr.gettext
    told, in_runs = rounded_down(known.says_fewer), rounded_down(known.says_fewer_in_runs)
    if not told:
        return _(
            "Even if the habit halved your cramps, fewer than 5 of 100 such tests would show it."
        )
    if in_runs:
        return _(
            "If the habit halved your cramps, about {count} of 100 such tests would show it. If "
            "your cramps come several nights in a row, about {fewer} would."
        ).format(count=told, fewer=in_runs)
    return _(
        "If the habit halved your cramps, about {count} of 100 such tests would show it, and "
        "fewer if your cramps come several nights in a row."
    ).format(count=told)


def plan_card(
    tr: Translator,
    topic: Topic,
    plan: Plan,
    starts_on: date,
    usual: float | None,
    *,
    cares: Iterable[Care],
    asked: bool,
    nonce: int,
) -> Message:
    """Everything that is settled before the test starts, and the button that starts it.

    Args:
        tr: the language.
        topic: what is tested.
        plan: the chosen length.
        starts_on: the first night.
        usual: cramp nights per week in the last weeks; None when that is not known.
        cares: what has to be said about the habit to this person.
        asked: the person has said that a doctor or pharmacist agrees.
        nonce: makes the start button start one test only.
    """
    _ = tr.gettext
    mostly = _("In most tests the answer is “can't tell”.")
    lines = [
        title(f"{name(tr, topic)}, {plan_name(tr, plan)}"),
        *(f"• {escape(point)}" for point in _points(tr, topic, plan, starts_on, cares)),
        "",
        f"<b>{escape(mostly)}</b>",
        escape(odds_words(tr, plan, usual)),
    ]
    reference = (topic.subject.value, 0, int(asked))
    chips = [
        Button(
            f"• {plan_name(tr, one)}" if one == plan else plan_name(tr, one),
            pack("experiments", "plan", *reference, one.code),
        )
        for one in PLANS
    ]
    begin = Button(
        _("Begin on {day}").format(day=formats.day(tr, starts_on)),
        pack("experiments", "start", *reference, plan.code, nonce),
        "success",
    )
    return Message("\n".join(lines), (tuple(chips[:2]), tuple(chips[2:]), (begin,), back_row(tr)))


def _points(
    tr: Translator, topic: Topic, plan: Plan, starts_on: date, cares: Iterable[Care]
) -> list[str]:
    """The rules of a test, which are settled before it starts."""
    _ = tr.gettext
    last_on = starts_on + timedelta(days=plan.nights - 1)
    each = plan.blocks // 2
    return [
        _("From {first} to the night of {last}").format(
            first=formats.day(tr, starts_on), last=formats.day(tr, last_on)
        ),
        tr.ngettext(
            "{count} block of {days} evenings with it and as many without it, in random order. I "
            "tell you about each block when it begins.",
            "{count} blocks of {days} evenings with it and as many without it, in random order. I "
            "tell you about each block when it begins.",
            each,
        ).format(count=each, days=plan.block_days),
        _("With it: {what}.").format(what=with_text(tr, topic)),
        _("Without it: {what}.").format(what=without_text(tr, topic)),
        *care_lines(tr, cares),
        _(
            "Log every night the same way, with it and without it: cramps, or none. "
            "Otherwise the test is not fair."
        ),
        _(
            "Until the end I only show how many nights are logged, not how the two compare: "
            "no peeking."
        ),
        _(
            "At the end I say “fewer cramp nights with it”, “more with it” or “can't tell”. By "
            "chance alone, at most 1 of 40 tests says “fewer”."
        ),
        _(
            "You can stop at any time with one tap. A serious warning sign pauses the test, and I "
            "ask whether a doctor has seen it. The test ends when hardly anything is logged."
        ),
    ]


def begun(tr: Translator) -> str:
    """A toast: the order of the blocks is drawn."""
    return tr.gettext("The order has been drawn at random.")
