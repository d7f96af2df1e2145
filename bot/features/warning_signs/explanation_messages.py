"""The answer to "What does this mean?": what a rule counted, and where its threshold comes from."""

# TRANSLATORS, ALL: Why the bot mentions a pattern, and what it counted. {} are numbers. "I" is the
# bot; "mention" means that it sends a hint.

from datetime import date
from html import escape

from bot.features.warning_signs.nudge_messages import nights_line, warnings_row
from bot.features.warning_signs.selection import Nudge
from bot.i18n import formats
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, pack


def _listed(tr: Translator, numbers: tuple[str, ...]) -> str:
    *first, last = numbers
    if not first:
        return last
    return tr.gettext("{numbers} and {last}").format(numbers=", ".join(first), last=last)


def _counted(tr: Translator, rule: str, numbers: tuple[str, ...]) -> tuple[str, str]:
    """What a rule counted, and its threshold, as two sentences.

    Args:
        tr: the language.
        rule: ``P1`` to ``P14``.
        numbers: the numbers of the rule's finding, formatted, in their order.
    """
    _ = tr.gettext
    match rule:
        case "P1":
            return (
                _("Nights on which a cramp woke you, week by week, the newest first: {}.").format(
                    _listed(tr, numbers)
                ),
                _("I mention it when there are 3 or more such nights in 2 of 3 weeks."),
            )
        case "P2":
            return (
                _("Nights with cramps, week by week, the newest first: {}.").format(
                    _listed(tr, numbers)
                ),
                _("I mention it when there are 3 or more in each of three weeks."),
            )
        case "P3":
            return (
                _("Nights with cramps this week: {}; the week before: {}.").format(*numbers),
                _("I mention it when there are 5 or more in one week."),
            )
        case "P4":
            return (
                _(
                    "Cramp nights of the newest four weeks: {} of {} logged; of the eight before: "
                    "{} of {}."
                ).format(*numbers),
                _(
                    "I check every fourth week, and mention it when chance alone would give such "
                    "a rise in fewer than 1 of 100 checks."
                ),
            )
        case "P5":
            return (
                _("Cramp nights of eight weeks on one side only: left {}, right {}.").format(
                    *numbers
                ),
                _(
                    "I mention it from 10 such nights, when at least 4 of 5 are on the same side. "
                    "Chance alone gives that in at most 2 of 1,000 such diaries."
                ),
            )
        case "P6":
            return (
                _("Entries of two weeks with weakness, numbness or tingling: {}.").format(*numbers),
                _("I mention it when there are 2 or more."),
            )
        case "P7":
            return (
                _("Twitches in four weeks: {}; nights from first to last: {}; places: {}.").format(
                    *numbers[:3]
                ),
                _(
                    "I mention it when a twitch lasts over two weeks or spreads, or the "
                    "muscle is weak or stiff."
                ),
            )
        case "P8":
            return (
                _("Cramps of eight weeks with 7 or more of 10: {} of {} with a strength.").format(
                    *numbers
                ),
                _(
                    "I mention it from 12 cramps with a strength, when at least three of "
                    "four are 7 or more."
                ),
            )
        case "P9":
            return (
                _("Entries of two weeks while walking: {}.").format(*numbers),
                _("I mention it when there are 3 or more."),
            )
        case "P10":
            return (
                _("Medicines after which cramps began or got worse, as you said: {}.").format(
                    *numbers
                ),
                _("I mention it when there is 1 or more."),
            )
        case "P12":
            return (
                _(
                    "Evenings with a stretch: {} of 42. Cramp nights in the four weeks before you "
                    "began: {} of {} logged; in the newest four: {} of {}."
                ).format(*numbers),
                _("I mention it from 30 such evenings, whatever the nights were like."),
            )
        case _other:
            return (
                _("Nights with cramps this week: {}.").format(*numbers),
                _("I mention it when there are 2 or more."),
            )


def _threshold_source(tr: Translator, rule: str) -> str:
    """Who chose the threshold."""
    _ = tr.gettext
    if rule == "P7":
        return _("The two weeks and the other points come from the NHS.")
    if rule == "P12":
        return _(
            "In a trial, people stretched for six weeks before it was judged. The rest is our "
            "choice: no source gives a number."
        )
    return _("Where this limit lies is our choice: no source gives a number.")


def _sources(tr: Translator, rule: str) -> str:
    _ = tr.gettext
    match rule:
        case "P5":
            return _("Sources: NHS, Leg cramps, and other NHS pages.")
        case "P6" | "P9":
            return _("Sources: NHS, Leg cramps, and other NHS pages; Merck Manual, Muscle cramps.")
        case "P7":
            return _("Source: NHS, Twitching eyes and muscles, 2023.")
        case "P10":
            return _("Sources: Merck Manual, Muscle cramps; NHS, Twitching eyes and muscles, 2023.")
        case "P12":
            return _("Source: Journal of Physiotherapy, Stretching before sleep, 2012.")
        case "P14":
            return _("Source: NHS, Leg cramps.")
        case _other:
            return _(
                "Sources: NHS, Leg cramps; Mayo Clinic, Night leg cramps: when to see a doctor, "
                "2023."
            )


def explanation(tr: Translator, nudge: Nudge, hit_on: date) -> Message:
    """What was counted, the threshold, who chose it, and the sources.

    Args:
        tr: the language.
        nudge: the nudge that is explained.
        hit_on: the local date on which the rule was met.
    """
    _ = tr.gettext
    numbers = tuple(formats.number(tr, one) for one in nudge.counted.numbers)
    counted, threshold = _counted(tr, nudge.rule, numbers) if numbers else ("", "")
    day = formats.day(tr, hit_on, "MMMMd")
    found = (
        _("Found on {day}").format(day=day),
        counted,
        nights_line(tr, nudge.counted.nights) or "",
    )
    lines = [
        f"<b>{escape(_('What was counted'))}</b>",
        *(escape(line) for line in found if line),
        "",
        escape(" ".join(part for part in (threshold, _threshold_source(tr, nudge.rule)) if part)),
        escape(
            _(
                "It counts what you logged and does not look for a cause. Staying below the limit "
                "would be no all-clear."
            )
        ),
        f"<i>{escape(_sources(tr, nudge.rule))}</i>",
    ]
    back = Button(_("◀ Back"), pack("flags", "nudge", nudge.hit_id))
    return Message("\n".join(lines), (*warnings_row(tr), (back,)))
