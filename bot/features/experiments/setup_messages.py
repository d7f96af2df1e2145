"""Setting up a fair test in words and buttons: subject, safety questions and plan."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from html import escape

from bot.features.cramps.sign_texts import sign_lines
from bot.features.cramps.signs import SIGNS, Tier
from bot.features.diary import limits
from bot.features.experiments.chart import WEEK
from bot.features.experiments.design import PLANS, Plan
from bot.features.experiments.power import POOR, noticed
from bot.features.experiments.rules import LONGEST_WORDS, Refusal, Subject, Topic
from bot.features.experiments.subject_messages import (
    back_row,
    name,
    names,
    title,
    warnings_button,
    with_text,
    without_text,
)
from bot.i18n import formats
from bot.i18n.formats import clock
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

TIMES = (time(18, 0), time(20, 0), time(21, 30))
"""Local times with a button, for the reminder of a test in the person's own words."""


def choose(tr: Translator, *, has_earlier: bool) -> Message:
    """What a fair test is, and a button for each subject."""
    _ = tr.gettext
    lines = [
        title(_("A fair test of one thing")),
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


def refused(tr: Translator, subject: Subject, why: Refusal) -> Message:
    """Why a test cannot start now."""
    _ = tr.gettext
    if why is Refusal.FLUIDS:
        text = _(
            "Your drinks may be limited, so I do not test drinks. Your care team knows how much "
            "suits you."
        )
        rows: Rows = (
            (Button(_("Change my answer about drinks"), pack("users", "fluids")),),
            back_row(tr),
        )
        return Message(f"{title(_('Not this one'))}\n{escape(text)}", rows)
    if why is Refusal.TOO_MANY:
        text = _("There are {most} tests here already. I cannot keep more than that.")
        text = text.format(most=limits.FAIR_TESTS)
        return Message(f"{title(_('Not this one'))}\n{escape(text)}", (back_row(tr),))
    if why is Refusal.SIGN_TODAY:
        text = _(
            "You noted a warning sign today. That comes first: please look at the warning signs. "
            "A test can wait for another day."
        )
        rows = ((warnings_button(tr),), back_row(tr))
        return Message(f"{title(_('Not today'))}\n{escape(text)}", rows)
    text = _(
        "Your diary met a warning sign in the last eight weeks. Let a doctor, nurse or pharmacist "
        "look at that first; then a test makes sense."
    )
    rows = (
        (warnings_button(tr),),
        (Button(_("A doctor has seen it"), pack("experiments", "seen", subject.value)),),
        back_row(tr),
    )
    return Message(f"{title(_('Not yet'))}\n{escape(text)}", rows)


def ask_words(tr: Translator) -> Message:
    """Ask what a clinician advised."""
    _ = tr.gettext
    lines = [
        title(names(tr)[Subject.OTHER]),
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
    return Message("\n".join(lines), (back_row(tr),))


def medicine_words(tr: Translator) -> Message:
    """The typed words are about a medicine, a supplement or a dose, which is not tested."""
    text = tr.gettext(
        "That sounds like something to take. Starting, stopping or changing a medicine or a "
        "supplement is for your clinician, so I do not test it. Is there something to do that you "
        "would like to test? Type it."
    )
    return Message(escape(text), (back_row(tr),))


def unusable_words(tr: Translator) -> Message:
    """The typed words are empty or too long."""
    text = tr.ngettext(
        "A few words are best: up to {count} letter. Type it again.",
        "A few words are best: up to {count} letters. Type it again.",
        LONGEST_WORDS,
    ).format(count=LONGEST_WORDS)
    return Message(escape(text), (back_row(tr),))


def no_room(tr: Translator) -> Message:
    """The person has the maximum number of reminders."""
    text = tr.gettext(
        "The test needs a reminder, and there is no room for another one. Remove one first."
    )
    return Message(
        escape(text), ((Button(tr.gettext("Reminders"), pack("reminders", "list")),), back_row(tr))
    )


def ask_time(tr: Translator, slot: int, words: str, *, unclear: bool = False) -> Message:
    """Ask for the time of the reminder; ``unclear`` after one that could not be read."""
    _ = tr.gettext
    lines = [
        title(name(tr, Topic(Subject.OTHER, words))),
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
    return Message("\n".join(lines), (chips, back_row(tr)))


# Safety questions --------------------------------------------------------------------------------


def signs(tr: Translator, topic: Topic, slot: int) -> Message:
    """Ask whether any of the warning signs is there, before a test can start."""
    _ = tr.gettext
    lines = sign_lines(tr)

    def listed(tiers: Sequence[Tier]) -> list[str]:
        return [f"• {escape(lines[code])}" for tier in tiers for code in SIGNS[tier]]

    sources = _("Sources: those of the warning cards (NHS, Mayo Clinic, Merck Manual and others).")
    text = [
        title(name(tr, topic)),
        f"<b>{escape(_('First: is any of these there now?'))}</b>",
        *listed((Tier.EMERGENCY, Tier.URGENT)),
        "",
        f"<b>{escape(_('Or one of these that no doctor has seen?'))}</b>",
        *listed((Tier.SOON,)),
        "",
        f"<i>{escape(sources)}</i>",
    ]
    reference = (topic.subject.value, slot)
    rows = (
        (Button(_("None of these"), pack("experiments", "none", *reference), "success"),),
        (Button(_("Yes, or not sure"), pack("experiments", "yes")),),
        back_row(tr),
    )
    return Message("\n".join(text), rows)


def signs_there(tr: Translator) -> Message:
    """The person has a warning sign, so no test starts."""
    _ = tr.gettext
    text = _(
        "Then that comes first, and no test starts. The warning signs say who should look at it, "
        "and how soon."
    )
    return Message(f"{title(_('Not now'))}\n{escape(text)}", ((warnings_button(tr),), back_row(tr)))


def ask_team(tr: Translator, topic: Topic, slot: int) -> Message:
    """The person should ask their own care team first."""
    _ = tr.gettext
    if topic.subject is Subject.OTHER:
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
                pack("experiments", "asked", topic.subject.value, slot),
            ),
        ),
        back_row(tr),
    )
    return Message(f"{title(name(tr, topic))}\n{escape(text)}", rows)


# The plan ----------------------------------------------------------------------------------------


def plan_name(tr: Translator, plan: Plan) -> str:
    """The length of a plan."""
    text = tr.ngettext("{count} week", "{count} weeks", plan.weeks).format(count=plan.weeks)
    if plan.block_days > WEEK:
        return tr.gettext("{weeks}, blocks of 2").format(weeks=text)
    return text


def odds(tr: Translator, plan: Plan, usual: float | None) -> str:
    """The power of a plan for this person, from the simulation.

    Args:
        tr: the language.
        plan: the plan.
        usual: cramp nights per week in the last weeks; None when that is not known.
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
    topic: Topic,
    slot: int,
    plan: Plan,
    starts_on: date,
    usual: float | None,
    *,
    asked: bool,
    nonce: int,
) -> Message:
    """Everything that is settled before the test starts, and the button that starts it.

    Args:
        tr: the language.
        topic: what is tested.
        slot: the slot of the reminder in the person's own words, else 0.
        plan: the chosen length.
        starts_on: the first night.
        usual: cramp nights per week in the last weeks; None when that is not known.
        asked: the person has said that their own care team agrees.
        nonce: makes the start button start one test only.
    """
    _ = tr.gettext
    last_on = starts_on + timedelta(days=plan.nights - 1)
    each = plan.blocks // 2
    stops = _("I stop it when a warning sign comes up or hardly anything is logged.")
    if topic.subject is Subject.DRINKS:
        stops = _(
            "I stop it when a warning sign comes up, your drinks become limited or hardly "
            "anything is logged."
        )
    points = [
        _("From {first} to the night of {last}.").format(
            first=formats.day(tr, starts_on), last=formats.day(tr, last_on)
        ),
        tr.ngettext(
            "{count} block of {days} evenings with it and as many without, in an order that I "
            "draw by lot when you begin. You learn each block when it comes.",
            "{count} blocks of {days} evenings with it and as many without, in an order that I "
            "draw by lot when you begin. You learn each block when it comes.",
            each,
        ).format(count=each, days=plan.block_days),
        _("With it: {what}.").format(what=with_text(tr, topic)),
        _("Without it: {what}.").format(what=without_text(tr, topic)),
        _("Log every night the same way in both: cramps, or none. Else it is not fair."),
        _("Until the end I show how full your diary is, not how the two compare: no peeking."),
        _(
            "Then I say “fewer cramp nights with it”, “more with it” or “can't tell”. Chance alone "
            "brings “fewer” in at most 1 of 40 tests."
        ),
        _("You can stop any time with one tap. {stops}").format(stops=stops),
    ]
    lines = [
        title(f"{name(tr, topic)}, {plan_name(tr, plan)}"),
        *(f"• {escape(point)}" for point in points),
        "",
        escape(odds(tr, plan, usual)),
    ]
    if topic.subject is Subject.STRETCH:
        lines.append(
            escape(
                _(
                    "After recent leg or hip surgery or an injury, or with balance problems, ask a "
                    "doctor, nurse or pharmacist first."
                )
            )
        )
    reference = (topic.subject.value, slot, int(asked))
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


def begun(tr: Translator) -> str:
    """A toast: the order of the blocks is drawn."""
    return tr.gettext("The lots are drawn.")
