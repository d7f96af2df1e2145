"""The answer to "What does this mean?": what a rule counted, and where its threshold comes from."""

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
                _("I speak up from 3 such nights on, in 2 of 3 weeks."),
            )
        case "P2":
            return (
                _("Nights with cramps, week by week, the newest first: {}.").format(
                    _listed(tr, numbers)
                ),
                _("I speak up from 3 on in each of three weeks."),
            )
        case "P3":
            return (
                _("Nights with cramps this week: {}; the week before: {}.").format(*numbers),
                _("I speak up from 5 on in one week."),
            )
        case "P4":
            return (
                _(
                    "Cramp nights of the newest four weeks: {} of {} logged; of the eight before: "
                    "{} of {}."
                ).format(*numbers),
                _(
                    "I look every fourth week, and speak up when luck alone gives such a rise in "
                    "less than 1 of 100 such looks."
                ),
            )
        case "P5":
            return (
                _("Cramp nights of eight weeks on one side only: left {}, right {}.").format(
                    *numbers
                ),
                _(
                    "I speak up from 10 such nights on, with 4 of 5 or more on the same side. Luck "
                    "alone must give that in at most 2 of 1,000 such diaries."
                ),
            )
        case "P6":
            return (
                _("Entries of two weeks with weakness, numbness or tingling: {}.").format(*numbers),
                _("I speak up from 2 on."),
            )
        case "P7":
            return (
                _("Twitches in four weeks: {}; nights from first to last: {}; places: {}.").format(
                    *numbers[:3]
                ),
                _("I speak up when it lasts over two weeks, spreads, or is weak or stiff."),
            )
        case "P8":
            return (
                _("Cramps of eight weeks with 7 or more of 10: {} of {} with a strength.").format(
                    *numbers
                ),
                _("I speak up from 12 strengths on, when three of four are 7 or more."),
            )
        case "P9":
            return (
                _("Entries of two weeks while walking: {}.").format(*numbers),
                _("I speak up from 3 on."),
            )
        case "P10":
            return (
                _("Medicines after which cramps began or got worse, as you said: {}.").format(
                    *numbers
                ),
                _("I speak up from 1 on."),
            )
        case "P12":
            return (
                _(
                    "Evenings with a stretch: {} of 42. Cramp nights in the four weeks before you "
                    "began: {} of {} logged; in the newest four: {} of {}."
                ).format(*numbers),
                _("I speak up from 30 such evenings on, whatever the nights were like."),
            )
        case _other:
            return (
                _("Nights with cramps this week: {}.").format(*numbers),
                _("I speak up from 2 on."),
            )


def _threshold_source(tr: Translator, rule: str) -> str:
    """Who chose the threshold."""
    _ = tr.gettext
    if rule == "P7":
        return _("The two weeks are the NHS's, and so are the other points.")
    if rule == "P12":
        return _(
            "A trial stretched for six weeks before judging; the rest is our choice: no source "
            "gives a number."
        )
    return _("Where that line lies is our choice: no source gives a number.")


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
        _("Found on {day}.").format(day=day),
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
                "It counts what you logged and does not look for a cause. Staying below the line "
                "would be no all-clear."
            )
        ),
        f"<i>{escape(_sources(tr, nudge.rule))}</i>",
    ]
    back = Button(_("◀ Back"), pack("flags", "nudge", nudge.hit_id))
    return Message("\n".join(lines), (*warnings_row(tr), (back,)))
