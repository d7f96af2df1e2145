"""The answer to "What does this mean?": what a rule counted, and where its threshold comes from."""

from datetime import date
from html import escape

from bot.features.warning_signs.nudge_messages import warnings_row
from bot.features.warning_signs.selection import Nudge
from bot.i18n import formats
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, pack


def _listed(tr: Translator, numbers: tuple[str, ...]) -> str:
    *first, last = numbers
    if not first:
        return last
    return tr.gettext("{numbers} and {last}").format(numbers=", ".join(first), last=last)


def _rates(tr: Translator, numbers: tuple[str, ...]) -> str:
    return tr.gettext(
        "{nights} of {covered} logged nights, before that {earlier} of {known}"
    ).format(nights=numbers[0], covered=numbers[1], earlier=numbers[2], known=numbers[3])


def _counted(tr: Translator, rule: str, numbers: tuple[str, ...]) -> tuple[str, str]:
    """What a rule counted, and its threshold, as two sentences.

    Args:
        tr: the language.
        rule: ``P1`` to ``P14``.
        numbers: the numbers of the rule's finding, formatted, in their order.
    """
    _ = tr.gettext
    if rule in {"P4", "P10"} and len(numbers) < 4:
        return _("No medicine is noted now."), ""
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
                _("Nights with cramps in two weeks: {}.").format(_rates(tr, numbers)),
                _("I speak up from 4 on, when the share has risen by half."),
            )
        case "P5":
            return (
                _("Cramps of four weeks with a side: left {}, right {}, of {} in all.").format(
                    *numbers[:3]
                ),
                _("I speak up from 5 cramps on, with 4 of 5 on one side."),
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
                _("Typical strength in two weeks: {} of 10, from {} entries.").format(*numbers),
                _("I speak up from 7 on, with 4 entries or more."),
            )
        case "P9":
            return (
                _("Entries of two weeks while walking: {}.").format(*numbers),
                _("I speak up from 3 on."),
            )
        case "P10":
            return (
                _("Nights with cramps since then: {}.").format(_rates(tr, numbers)),
                _("I speak up from 3 on, when the share has risen by half."),
            )
        case "P12":
            return (
                _(
                    "Evenings with a stretch: {} of 42. Nights with cramps in the first two weeks: "
                    "{} of {} logged, in the newest two: {} of {}."
                ).format(*numbers),
                _("I speak up after 30 such evenings when the share has not fallen by a quarter."),
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
            "A trial stretched for six weeks before judging, and reviews use a quarter; the rest "
            "is our choice: no source gives a number."
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
            return _(
                "Sources: Journal of Physiotherapy, Stretching before sleep, 2012; Cochrane "
                "Review on muscle cramps, 2020."
            )
        case "P14":
            return _("Source: NHS, Leg cramps.")
        case _other:
            return _(
                "Sources: NHS, Leg cramps; Mayo Clinic, Night leg cramps: when to see a doctor, "
                "2023."
            )


def explanation(tr: Translator, nudge: Nudge, hit_on: date, numbers: tuple[float, ...]) -> Message:
    """What was counted, the threshold, who chose it, and the sources.

    Args:
        tr: the language.
        nudge: the nudge that is explained.
        hit_on: the local date on which the rule was met.
        numbers: what the rule counts for that date, by the diary as it is now.
    """
    _ = tr.gettext
    counted, threshold = _counted(tr, nudge.rule, tuple(formats.number(tr, one) for one in numbers))
    day = formats.day(tr, hit_on, "MMMMd")
    lines = [
        f"<b>{escape(_('What was counted'))}</b>",
        escape(_("The nights before {day}, as your diary stands now.").format(day=day)),
        escape(counted),
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
