"""The further questions of a check-in in words and buttons, and the setting for them."""

# TRANSLATORS, ALL: Pairs of buttons about the day before: yes and no. The person speaks.

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape

from bot.database.stored_values import Exposure
from bot.features.check_in.more_questions import SLEEP_QUALITIES, asked_on
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

IN_A_ROW = 6
"""Numbers of the sleep scale in one row of buttons."""


@dataclass(frozen=True)
class More:
    """The further questions of one morning, with the answers so far."""

    asked: tuple[Exposure, ...]
    exposures: Mapping[Exposure, bool]
    sleep_quality: int | None = None
    """0, the best, to 10, the worst."""


def more_of(
    night_on: date,
    habits: Collection[str],
    exposures: Mapping[Exposure, bool],
    sleep_quality: int | None,
) -> More:
    """The further questions about a night, with the answers so far."""
    asked = tuple(Exposure(one) for one in asked_on(night_on, habits))
    return More(asked, exposures, sleep_quality)


def exposure_labels(tr: Translator) -> dict[Exposure, tuple[str, str]]:
    """Exposure → the labels of its yes button and its no button."""
    _ = tr.gettext
    return {
        Exposure.ALCOHOL_EVENING: (_("Alcohol"), _("No alcohol")),
        Exposure.LONG_STANDING: (_("Stood a lot"), _("Stood little")),
        Exposure.LONG_SITTING: (_("Sat a lot"), _("Sat little")),
        Exposure.HOT_DAY: (_("Hot day"), _("Not a hot day")),
        Exposure.HARD_EXERCISE: (_("Hard exercise"), _("No hard exercise")),
        Exposure.CAFFEINE_LATE: (_("Late caffeine"), _("No late caffeine")),
        Exposure.POOR_SLEEP: (_("Slept badly"), _("Slept well enough")),
        Exposure.STRESS: (_("Stress"), _("No stress")),
    }


def more_line(tr: Translator) -> str:
    """What the numbers below the further questions mean."""
    return tr.gettext("How did you sleep? 0 is best, 10 is worst.")


def more_rows(tr: Translator, delivery_id: int, more: More) -> Rows:
    """A row of yes and no for each exposure, and the sleep scale. A second tap takes it back."""
    labels = exposure_labels(tr)
    rows = []
    for exposure in more.asked:
        known = more.exposures.get(exposure)
        row = []
        for label, value in zip(labels[exposure], (True, False), strict=True):
            is_chosen = known is value
            target = "x" if is_chosen else int(value)
            row.append(
                Button(
                    f"• {label}" if is_chosen else label,
                    pack("checkin", "exposure", delivery_id, exposure, target),
                )
            )
        rows.append(tuple(row))
    numbers = [
        Button(
            f"• {number}" if number == more.sleep_quality else str(number),
            pack("checkin", "sleep", delivery_id, "x" if number == more.sleep_quality else number),
        )
        for number in SLEEP_QUALITIES
    ]
    rows += [tuple(numbers[:IN_A_ROW]), tuple(numbers[IN_A_ROW:])]
    return tuple(rows)


def switch(tr: Translator, delivery_id: int, *, is_on: bool) -> Button:
    """The button of a check-in that starts or ends the further questions."""
    _ = tr.gettext
    label = _("Ask fewer questions") if is_on else _("Ask more questions")
    return Button(label, pack("checkin", "more", delivery_id, int(not is_on)))


def switched(tr: Translator, *, is_on: bool) -> str:
    """A toast: what changes from now on."""
    _ = tr.gettext
    if is_on:
        return _("I will ask a few more questions each morning. Every answer is optional.")
    return _("I will ask fewer questions. Your answers so far are kept.")


def setting(tr: Translator, *, is_on: bool) -> Message:
    """The card of the setting, with a button that changes it."""
    _ = tr.gettext
    lines = [
        f"<b>{escape(_('Morning question'))}</b>",
        escape(
            _(
                "I can ask a few more questions: how you slept, and up to three things about the "
                "day before. I ask after nights without cramps too. Only then can you compare "
                "nights with something and nights without it."
            )
        ),
        escape(
            _("At the moment I ask a few more questions.")
            if is_on
            else _("At the moment I ask the short question.")
        ),
    ]
    label = _("Ask fewer questions") if is_on else _("Ask more questions")
    rows: Rows = (
        (Button(label, pack("checkin", "setting", int(not is_on))),),
        (Button(_("◀ Settings"), pack("users", "settings")),),
    )
    return Message("\n".join(lines), rows)
