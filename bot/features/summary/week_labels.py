"""The words of the picture of a week."""

# TRANSLATORS, ALL: Words in the picture of a week: short; the legend in lower case, next to each
# sign.

from datetime import date, datetime, time, timedelta

from bot.features.diary.trend import FEWEST_IN_SPAN
from bot.features.summary.stats import NIGHTS, WeekFigures
from bot.features.summary.week_chart import FIRST_HOUR, HOUR_STEP, HOURS_DRAWN, WeekLabels
from bot.features.summary.week_report import WeekReport
from bot.i18n import formats
from bot.i18n.translator import Translator

HOUR = timedelta(hours=1)


def week_title(tr: Translator, week_on: date) -> str:
    """The dates of a week's nights: "10–16 Jan"."""
    last = week_on + timedelta(days=NIGHTS - 1)
    return formats.days(tr, week_on, last)


def headline(tr: Translator, figures: WeekFigures) -> str:
    """One line on how many nights had cramps."""
    _ = tr.gettext
    if figures.is_empty:
        return _("No entries yet")
    if figures.covered == 0:
        return _("No cramps logged")
    if figures.cramp_nights == 0:
        return tr.ngettext(
            "No cramps in {covered} logged night",
            "No cramps in {covered} logged nights",
            figures.covered,
        ).format(covered=figures.covered)
    return logged_nights(tr, figures.cramp_nights, figures.covered)


def logged_nights(tr: Translator, cramp_nights: int, covered: int) -> str:
    """Cramp nights among those that were logged; of fewer than five nights only their number."""
    if covered < FEWEST_IN_SPAN:
        return tr.ngettext(
            "Cramps on {nights} night", "Cramps on {nights} nights", cramp_nights
        ).format(nights=cramp_nights)
    return tr.ngettext(
        "Cramps on {cramps} of {covered} logged night",
        "Cramps on {cramps} of {covered} logged nights",
        covered,
    ).format(cramps=cramp_nights, covered=covered)


def kind_names(tr: Translator) -> dict[str, str]:
    """Kind of reminder → its name in picture and caption, in their order."""
    _ = tr.gettext
    return {
        "stretch": _("Stretch"),
        "caffeine": _("Caffeine"),
        "dinner_caffeine": _("Dinner"),
        "hydration": tr.pgettext("reminder", "Drinks"),
        "meal": _("Meal"),
        "custom": _("Own reminders"),
    }


def _hours_after_noon(clock: time | None) -> float | None:
    return None if clock is None else (clock.hour + clock.minute / 60 - 12) % 24


def labels(tr: Translator, report: WeekReport) -> WeekLabels:
    """The words of the week's picture."""
    _ = tr.gettext
    figures = report.figures
    empty = None
    if figures.is_empty:
        empty = _("Your nights will show up here. One tap logs a cramp.")
    sleep = report.sleep
    first = FIRST_HOUR + (0 if sleep is None else round(sleep.shift / HOUR))
    bed, wake = _hours_after_noon(report.bed_time), _hours_after_noon(report.wake_time)
    if sleep is not None:
        bed, wake = (one / HOUR - 12 for one in (sleep.bed, sleep.wake))
    anchor = datetime(2000, 1, 1, 12)  # noqa: DTZ001  (only its time of day is shown)
    return WeekLabels(
        title=week_title(tr, figures.week_on),
        headline=headline(tr, figures),
        weekdays=tuple(formats.day(tr, night.night_on, "EEE") for night in figures.nights),
        days=tuple(formats.day(tr, night.night_on, "d") for night in figures.nights),
        hours={
            hour: formats.hour(tr, anchor + timedelta(hours=hour))
            for hour in range(first, first + HOURS_DRAWN + 1, HOUR_STEP)
        },
        other_times=_("other"),
        kinds=kind_names(tr),
        cramp=_("cramp and its strength, 0 to 10"),
        cramp_unknown=_("cramp, strength not given"),
        none=_("no cramps"),
        no_entry=_("no entry"),
        done=_("done"),
        skipped=_("skipped"),
        no_answer=_("no answer"),
        counted=_("2 of 3 done"),
        in_bed=_("bedtime and getting up"),
        elsewhere=_("at another hour, or the time is not known"),
        empty=empty,
        bed_hours=bed,
        wake_hours=wake,
    )
