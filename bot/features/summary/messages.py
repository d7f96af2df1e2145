"""A week in words, and its buttons."""

# TRANSLATORS, ALL: A week in words, short sentences one below the other. {name} is a reminder,
# {day} like "Mon 11", {parts} like "Stretch 4 of 7 · Drinks 9 of 20".

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, timedelta
from html import escape, unescape

from bot.features.summary.detail_messages import cramps_words
from bot.features.summary.reminder_figures import STRETCH, KindFigures
from bot.features.summary.stats import NIGHTS, Night, NightState, WeekFigures
from bot.features.summary.trend_messages import trend_words
from bot.features.summary.week_labels import kind_names, week_title
from bot.features.summary.week_report import WeekReport
from bot.features.warning_signs.nudge_messages import nudge_lines, nudge_rows
from bot.features.warning_signs.selection import Nudge
from bot.i18n import formats
from bot.i18n.translator import Translator
from bot.telegram.message import LONGEST_CAPTION, Button, Message, Rows, pack

LEFT_OUT_FIRST = ("reminders", "sleep", "twitches", "strength")
"""Parts of a caption that are left out, in this order, until it is short enough."""
MOST_BUTTONS = 6
"""Buttons below a week."""
TAG = re.compile(r"<[^>]*>")


def no_night_yet(tr: Translator) -> str:
    """Say that there is nothing to count before the first night is over, and what comes then."""
    return tr.gettext(
        "There is no night to count yet. The first one shows up here once it is over, or as soon "
        "as you log a cramp."
    )


def add_button(tr: Translator) -> Button:
    """The way to the first entry, below a page that has no night to count."""
    return Button(tr.gettext("Add a cramp…"), pack("cramps", "add"))


def _has_no_night(figures: WeekFigures) -> bool:
    """Whether no night of a week is over, and none has an entry."""
    return figures.finished == 0 and figures.covered == 0


def _coverage(tr: Translator, figures: WeekFigures) -> str:
    _ = tr.gettext
    if _has_no_night(figures):
        return no_night_yet(tr)
    total = max(figures.finished, figures.covered)
    is_running = any(night.state is NightState.TO_COME for night in figures.nights)
    if figures.is_empty:
        so_far = _("No entries so far, and that is fine.")
        return so_far if is_running else _("No entries this week, and that is fine.")
    if figures.covered == 0:
        return _("Only twitches so far.") if is_running else _("Only twitches this week.")
    one, many = "You logged {covered} of {total} night.", "You logged {covered} of {total} nights."
    if is_running:
        text = tr.ngettext(
            "You logged {covered} of {total} night so far.",
            "You logged {covered} of {total} nights so far.",
            total,
        )
    else:
        text = tr.ngettext(one, many, total)
    return text.format(covered=figures.covered, total=total)


def _cramps(tr: Translator, figures: WeekFigures) -> list[str]:
    _ = tr.gettext
    if figures.covered == 0:
        return []
    if figures.cramps == 0:
        return [_("No cramps on the nights you logged.")]
    count = cramps_words(tr, figures.cramps, at_least=figures.at_least)
    lines = [
        tr.ngettext(
            "Cramps on {nights} night: {count}.",
            "Cramps on {nights} nights: {count}.",
            figures.cramp_nights,
        ).format(nights=figures.cramp_nights, count=count)
    ]
    if figures.median_intensity is not None:
        strength = formats.number(tr, figures.median_intensity)
        lines.append(
            tr.ngettext(
                "Typical strength: {strength} of 10, from {count} cramp.",
                "Typical strength: {strength} of 10, from {count} cramps.",
                figures.with_intensity,
            ).format(count=figures.with_intensity, strength=strength)
            if figures.with_intensity > 1
            else _("Strength: {strength} of 10.").format(strength=strength)
        )
    if figures.woke_answered:
        lines.append(
            tr.ngettext(
                # TRANSLATORS: {answered} cramps whose person said whether they woke them; {woke} of
                # these did.
                "{woke} of {answered} woke you.",
                "{woke} of {answered} woke you.",
                figures.woke,
            ).format(woke=figures.woke, answered=figures.woke_answered)
        )
    return lines


def _escaped(words: str | None) -> list[str]:
    """A line of HTML, or none."""
    return [escape(words)] if words else []


def _done(tr: Translator, kinds: Iterable[KindFigures]) -> str | None:
    """For each kind of reminder how many were done, and apart from that how many had no answer."""
    _ = tr.gettext
    found = {kind.kind: kind for kind in kinds if kind.delivered}
    parts = [
        (
            _("{name} {done} of {sent} (no answer: {none})")
            if found[kind].no_answer
            else _("{name} {done} of {sent}")
        ).format(
            name=name,
            done=found[kind].done,
            sent=found[kind].delivered,
            none=found[kind].no_answer,
        )
        for kind, name in kind_names(tr).items()
        if kind in found
    ]
    return _("Done: {parts}").format(parts=" · ".join(parts)) if parts else None


def _stretch_nights(tr: Translator, kinds: Iterable[KindFigures]) -> str | None:
    """The evenings with a stretch, unless the reminders that were done say as much."""
    for kind in kinds:
        if kind.kind == STRETCH and kind.nights_done != kind.done:
            return tr.ngettext(
                "Stretched on {nights} of 7 evenings.",
                "Stretched on {nights} of 7 evenings.",
                kind.nights_done,
            ).format(nights=kind.nights_done)
    return None


def caption(tr: Translator, report: WeekReport) -> str:
    """The caption of a week: coverage first, then counts (health reference, sections g and h).

    What matters least is left out when all of it would be too long. Coverage, cramp nights, the
    trend and a warning sign always stay.
    """
    text = ""
    for number in range(len(LEFT_OUT_FIRST) + 1):
        text = "\n".join(_lines(tr, report, LEFT_OUT_FIRST[:number]))
        if len(unescape(TAG.sub("", text)).encode("utf-16-le")) // 2 <= LONGEST_CAPTION:
            break
    return text


def _lines(tr: Translator, report: WeekReport, without: Collection[str]) -> list[str]:
    """The lines of a caption as HTML, without some of :data:`LEFT_OUT_FIRST`."""
    _ = tr.gettext
    figures = report.figures
    lines = [f"<b>{escape(week_title(tr, figures.week_on))}</b>"]
    if report.is_last_seven:
        lines.append(escape(_("Your week has just begun, so these are the last seven nights.")))
    lines.append(_coverage(tr, figures))
    cramps = _cramps(tr, figures)
    lines += cramps[:1] if "strength" in without else cramps
    if figures.twitches and "twitches" not in without:
        lines.append(
            tr.ngettext("{count} twitch.", "{count} twitches.", figures.twitches).format(
                count=figures.twitches
            )
        )
    if figures.sleep_quality is not None and "sleep" not in without:
        lines.append(escape(sleep_words(tr, figures.sleep_quality, figures.sleep_mornings)))
    is_over = all(night.state is not NightState.TO_COME for night in figures.nights)
    if is_over and figures.is_partial and not figures.is_empty:
        lines.append(_("A partial week, so it is not compared with others."))
    elif report.trend is not None and not _is_rise(report.nudge):
        lines += _escaped(trend_words(tr, report.trend))
    if "reminders" not in without:
        lines += _escaped(_done(tr, figures.kinds))
        lines += _escaped(_stretch_nights(tr, figures.kinds))
    if report.limited is not None and asks_limited(report):
        lines.append(escape(_limited(tr, report.limited)))
    lines += nudge_lines(tr, report.nudge)
    lines += ["", caveat(tr)]
    if report.limited is None and asks_limited(report):  # last: next to its answers
        lines += ["", escape(_("Did cramps limit you this week?"))]
    return lines


def _is_rise(nudge: Nudge | None) -> bool:
    """Whether a warning sign says the same as the trend, with the same counts."""
    return nudge is not None and nudge.rule == "P4"


def sleep_words(tr: Translator, quality: float, mornings: int) -> str:
    """The median of the answers to how the nights were slept."""
    return tr.ngettext(
        "Typical sleep: {quality} of 10, where 10 is worst, from {count} morning.",
        "Typical sleep: {quality} of 10, where 10 is worst, from {count} mornings.",
        mornings,
    ).format(quality=formats.number(tr, quality), count=mornings)


def caveat(tr: Translator) -> str:
    """What the counts do not say, in italics: the last line of every summary."""
    words = tr.gettext(
        "This counts what you logged; missing nights are not counted as free of cramps."
    )
    return f"<i>{escape(words, quote=False)}</i>"


def asks_limited(report: WeekReport) -> bool:
    """Whether to ask if cramps limited the person.

    It is asked of the weeks of summaries that are over and had cramps, and after a warning sign
    that waits for an answer: one question at a time.
    """
    is_free = report.nudge is None or report.nudge.answer is not None
    is_over = report.is_compared and report.is_over
    return is_over and report.figures.cramp_nights > 0 and (is_free or report.limited is not None)


def limited_names(tr: Translator) -> dict[str, str]:
    """Code of an answer to whether cramps limited the person → the label of its button."""
    _ = tr.gettext
    return {"no": _("No"), "a_bit": _("A bit"), "a_lot": _("A lot")}


def _limited(tr: Translator, limited: str) -> str:
    _ = tr.gettext
    return {
        "no": _("They did not limit you."),
        "a_bit": _("They limited you a bit."),
        "a_lot": _("They limited you a lot."),
    }[limited]


def fillable_nights(report: WeekReport) -> list[Night]:
    """Nights that can be marked as free of cramps: over, or last night in the morning."""
    return [
        night
        for night in report.figures.nights
        if night.state in {NightState.NO_ENTRY, NightState.NONE}
        or (night.state is NightState.TO_COME and night.night_on == report.last_night_on)
    ]


def _answers(tr: Translator, report: WeekReport) -> tuple[Button, ...]:
    """The answers to whether cramps limited the person; the one that was given has a dot.

    They make room for a warning sign that waits for an answer.
    """
    if not asks_limited(report) or (report.nudge is not None and report.nudge.answer is None):
        return ()
    return tuple(
        Button(
            f"• {label}" if code == report.limited else label,
            pack("summary", "limited", report.week_on, code),
        )
        for code, label in limited_names(tr).items()
    )


def _rows(tr: Translator, report: WeekReport, room: int) -> Rows:
    """At most ``room`` buttons: what is asked, then the ways to other nights and to more.

    The newest week keeps the warning signs, the month and the nights to fill in, an older one the
    arrows.
    """
    _ = tr.gettext
    answers = _answers(tr, report)
    rows = [answers] if answers else []
    left = room - len(answers) - 1
    for row in nudge_rows(tr, report.nudge):
        fitting = row[:1] if answers else row  # beside another question only "Take back"
        if len(fitting) < left:
            rows.append(fitting)
            left -= len(fitting)
    others = {"warnings": _warnings_button(tr), "month": month_button(tr, report)}
    fill = {"fill": _fill_button(tr, report)} if _has_open_nights(report) else {}
    arrows: dict[str, Button] = {}
    if report.earlier_on is not None:
        arrows["earlier"] = _earlier_button(tr, report.earlier_on)
    if report.later_on is not None:
        title = week_title(tr, report.later_on)
        arrows["later"] = Button(f"{title} ▶", pack("summary", "week", report.later_on))
    ways = others | fill | arrows if report.later_on is None else arrows | fill | others
    if _has_no_night(report.figures):
        ways = {"add": add_button(tr)} | ways
    shown = dict(list(ways.items())[: max(left, 0)])
    layout = (("add",), ("earlier", "later"), ("fill",), ("month", "warnings"))
    *upper, last = (tuple(shown[name] for name in row if name in shown) for row in layout)
    more = Button(_("More"), pack("summary", "more", report.week_on))
    return (*rows, *(row for row in upper if row), (*last, more))


def _has_open_nights(report: WeekReport) -> bool:
    """Whether there are nights that can be filled in as free of cramps."""
    return any(night.state is not NightState.NONE for night in fillable_nights(report))


def _fill_button(tr: Translator, report: WeekReport) -> Button:
    return Button(tr.gettext("Mark cramp-free nights"), pack("summary", "fill", report.week_on))


def _earlier_button(tr: Translator, week_on: date) -> Button:
    return Button(f"◀ {week_title(tr, week_on)}", pack("summary", "week", week_on))


def _warnings_button(tr: Translator) -> Button:
    return Button(tr.gettext("Warning signs"), pack("cramps", "warnings"))


def month_button(tr: Translator, report: WeekReport) -> Button:
    """The button to the month of a week's newest night, or to the present month."""
    is_newest = report.later_on is None
    month = () if is_newest else (f"{report.week_on + timedelta(days=NIGHTS - 1):%Y%m}",)
    return Button(tr.gettext("Month"), pack("summary", "month", *month))


def week_message(
    tr: Translator, report: WeekReport, picture: bytes, room: int = MOST_BUTTONS
) -> Message:
    """The week: picture, caption, and at most ``room`` buttons."""
    return Message(caption(tr, report), _rows(tr, report, room), picture=picture)


def more_message(tr: Translator, report: WeekReport, picture: bytes) -> Message:
    """The week with the buttons that are needed less often."""
    _ = tr.gettext
    week_on = report.week_on
    last_on = () if report.later_on is None else (week_on + timedelta(days=NIGHTS - 1),)
    other = _warnings_button(tr) if report.later_on is not None else month_button(tr, report)
    if report.later_on is None and report.earlier_on is not None:
        other = _earlier_button(tr, report.earlier_on)
    rows: list[tuple[Button, ...]] = [
        (
            Button(_("Details"), pack("summary", "details", week_on)),
            Button(_("In words"), pack("summary", "words", "week", week_on)),
        ),
        (
            other,
            Button(_("3 months"), pack("summary", "quarter", *last_on)),
        ),
    ]
    if _has_open_nights(report):
        rows.append((_fill_button(tr, report),))
    rows.append((Button(_("◀ Back"), pack("summary", "week", week_on)),))
    return Message(caption(tr, report), tuple(rows), picture=picture)


def fill_message(tr: Translator, report: WeekReport, picture: bytes) -> Message:
    """The week with a button for each night that can be marked as free of cramps."""
    _ = tr.gettext
    rows = []
    for night in fillable_nights(report):
        day = formats.day(tr, night.night_on, "Ed")
        is_none = night.state is NightState.NONE
        label = _("✓ {day}: no cramps") if is_none else _("{day}: no cramps?")
        value = 0 if is_none else 1
        target = pack("summary", "none", night.night_on, value, report.week_on)
        rows.append((Button(label.format(day=day), target),))
    rows.append((Button(_("◀ Back"), pack("summary", "week", report.week_on)),))
    question = _("Which nights had no cramps? Tap a night to mark it, tap again to undo.")
    text = caption(tr, replace(report, nudge=None, is_compared=False))
    return Message(f"{text}\n\n{question}", tuple(rows), picture=picture)
