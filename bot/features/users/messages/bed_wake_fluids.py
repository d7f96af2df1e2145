"""The questions for bed time, wake time and fluids."""

# TRANSLATORS, ALL: Questions about bedtime, getting up and limited drinks; {time} is a time of day.

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from html import escape

from bot.database.stored_values import Fluids
from bot.features.health_profile.gate_messages import drinks_line
from bot.i18n.formats import clock
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

BED_FIRST, WAKE_FIRST = time(21, 0), time(5, 30)
"""The earliest bed and wake time on the first page of buttons; each page shows half hours."""
BED_BY_DAY_FIRST = time(6, 30)
"""The earliest bed time on the buttons for who works at night."""
DAY_BEGINS, DAY_ENDS = time(4, 0), time(17, 0)
"""Who goes to bed in between sleeps by day."""
SHORTEST_SLEEP = 5
"""Hours from a bed time by day to the first wake time on the buttons."""
CLOCKS_SHOWN = 8
"""Times of day on one page of buttons."""


def _clock_rows(tr: Translator, verb: str, first: time, rows_of: int = 4) -> Rows:
    start = datetime.combine(date(2000, 1, 2), first)
    half_hour = timedelta(minutes=30)
    slots = [(start + half_hour * number).time() for number in range(CLOCKS_SHOWN)]
    buttons = [Button(clock(tr, slot), pack("users", verb, f"{slot:%H%M}")) for slot in slots]
    earlier = (start - half_hour * CLOCKS_SHOWN).time()
    later = (start + half_hour * CLOCKS_SHOWN).time()
    _ = tr.gettext
    return (
        *(tuple(buttons[at : at + rows_of]) for at in range(0, CLOCKS_SHOWN, rows_of)),
        (
            Button(_("◀ Earlier"), pack("users", verb, "from", f"{earlier:%H%M}")),
            Button(_("Later ▶"), pack("users", verb, "from", f"{later:%H%M}")),
        ),
    )


def bed_question(tr: Translator, first: time = BED_FIRST) -> Message:
    """Ask for the usual bed time.

    Args:
        tr: the translator for this person.
        first: the earliest time of day on the buttons.
    """
    text = tr.gettext("When do you usually go to bed? Tap a time, or type one.")
    return Message(escape(text), _clock_rows(tr, "bed", first))


def first_wake_time(bed: time | None) -> time:
    """The earliest wake time on the first page of buttons, after a bed time."""
    if bed is None or not DAY_BEGINS <= bed < DAY_ENDS:
        return WAKE_FIRST
    return time((bed.hour + SHORTEST_SLEEP) % 24, 30 if bed.minute >= 30 else 0)


def wake_question(tr: Translator, first: time = WAKE_FIRST) -> Message:
    """Ask for the usual wake time; the arguments are those of ``bed_question``."""
    text = tr.gettext("And when do you usually get up? Tap a time, or type one.")
    return Message(escape(text), _clock_rows(tr, "wake", first))


def understood(tr: Translator, verb: str, chosen: time) -> str:
    """How a typed bed time (verb "bed") or wake time was understood."""
    _ = tr.gettext
    text = _("Bedtime: {time}") if verb == "bed" else _("Getting up: {time}")
    return text.format(time=clock(tr, chosen))


def which_half(tr: Translator, verb: str, options: Sequence[time]) -> Message:
    """Ask which half of the day a typed time means.

    Args:
        tr: the translator for this person.
        verb: "bed" or "wake".
        options: the times that it can be, the likelier first.
    """
    _ = tr.gettext
    text = _("Just to be sure: when do you go to bed?")
    if verb == "wake":
        text = _("Just to be sure: when do you get up?")
    rows = tuple(
        (Button(part_of_day(tr, one), pack("users", verb, f"{one:%H%M}")),) for one in options
    )
    return Message(escape(text), rows)


def part_of_day(tr: Translator, at: time) -> str:
    """A time and the part of the day it is in: "In the morning, 08:00"."""
    _ = tr.gettext
    if at < time(4):
        text = _("At night, {time}")
    elif at < time(12):
        text = _("In the morning, {time}")
    elif at < time(18):
        text = _("In the afternoon, {time}")
    else:
        text = _("In the evening, {time}")
    return text.format(time=clock(tr, at))


def times_follow(tr: Translator) -> str:
    """A note: default times of reminders follow a new bed or wake time, chosen ones do not."""
    return tr.gettext("Your reminders follow. Times you chose yourself stay.")


def unclear_time(tr: Translator, *, may_skip: bool = False) -> str:
    """Says that a time of day could not be read, and during the setup how to go on without one."""
    _ = tr.gettext
    unclear = _("I could not read that time. Try 22:45 or 10.45pm.")
    return f"{unclear} {_('If it varies, type “skip”.')}" if may_skip else unclear


def for_now(tr: Translator, usual: time) -> str:
    """Says which time counts for who did not say one."""
    text = tr.gettext("I take {time} for now. You can change it at any time in the settings.")
    return text.format(time=clock(tr, usual))


def after_work(tr: Translator) -> str:
    """Stands above the question for the bedtime of somebody who works at night."""
    return tr.gettext(
        "You work nights: then I go by your sleep after work. You can change it whenever your "
        "shifts change."
    )


def same_times(tr: Translator) -> str:
    """Says that a bedtime is the time of getting up, or the other way round."""
    return tr.gettext("Bedtime and getting up cannot be at the same time.")


def with_reason(why: str, question: Message | None = None) -> Message:
    """Why an answer cannot be, above the question if it is given."""
    if question is None:
        return Message(escape(why))
    return replace(question, text=f"{escape(why)}\n\n{question.text}")


def fluid_question(tr: Translator, *, is_last: bool = False) -> Message:
    """Ask whether drinks are limited, before any drink reminder (health reference, section g).

    Args:
        tr: the translator for this person.
        is_last: whether it is the last question after the first /start.
    """
    _ = tr.gettext
    lead = (
        _("The last question is for the drink reminders.")
        if is_last
        else _("This question is for the drink reminders.")
    )
    question = _(
        "Has anyone told you to limit drinks or salt? Heart failure, kidney disease or dialysis, "
        "liver disease with swelling, low blood sodium, or water tablets?"
    )
    text = f"{lead} {question}"
    rows = (
        (
            Button(_("Yes"), pack("users", "fluids", Fluids.LIMITED.value)),
            Button(_("No"), pack("users", "fluids", Fluids.FREE.value)),
            Button(_("Not sure"), pack("users", "fluids", Fluids.UNSURE.value)),
        ),
    )
    return Message(escape(text), rows)


def fluid_consequence(tr: Translator, fluids: Fluids, *, is_on_dialysis: bool = False) -> str:
    """Why drink reminders stay off.

    Args:
        tr: the translator for this person.
        fluids: the answer to the fluid question; a free one means that the profile says otherwise.
        is_on_dialysis: then the person is asked to tell the unit about cramps.
    """
    _ = tr.gettext
    line = drinks_line(tr, is_on_dialysis=is_on_dialysis)
    if fluids is Fluids.FREE:
        more = _("This follows from your answers about your health or medicines.")
    else:
        more = _(
            "They can tell you how much is right for you; you can change this answer at any time."
        )
    return f"{line} {more}"


def drinks_are_on(tr: Translator) -> str:
    """Drinks are not limited, and the reminders of them are on."""
    return tr.gettext("Drink reminders are on.")


def drinks_may_be_on(tr: Translator) -> str:
    """Drinks are not limited, and the reminders of them were switched off before."""
    return tr.gettext("Noted. Drink reminders stay off until you switch them on.")


def profile_row(tr: Translator) -> tuple[Button, ...]:
    """Leads to what the health profile says about drinks."""
    return (Button(tr.gettext("Answers about health"), pack("about", "page", "drinks")),)
