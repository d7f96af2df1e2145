"""The messages of the guided stretch: captions of its drawings."""

# TRANSLATORS, ALL: A stretch that is counted aloud, step by step. {number} of {total} are steps or
# holds; "s" is seconds.

from collections.abc import Collection
from html import escape

from bot.features.reminders.guided_stretch import HOLDS, ROUTINE, Moment, Phase
from bot.features.reminders.stretch_positions import (
    ASK_FIRST,
    NEVER_SWOLLEN,
    WAYS,
    open_ways,
)
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack


def ways_of(tr: Translator) -> dict[str, str]:
    """Way to stretch → the label of its button."""
    _ = tr.gettext
    return dict(zip(WAYS, (_("Standing"), _("Seated"), _("Lying down")), strict=True))


def introduction(tr: Translator, delivery_id: int, shut: Collection[str]) -> Message:
    """How hard, how long, who asks first, and the choice of a way.

    Args:
        tr: the language.
        delivery_id: the reminder that led here; 0 without one.
        shut: codes of the gates that are shut for this person.
    """
    _ = tr.gettext
    ways = open_ways(shut)
    lines = [
        _("Both legs, calf and thigh: 3 holds of 10 seconds each, about 3 minutes."),
        _("A moderate pull, never pain. Keep breathing."),
        _("Hold on to something firm. Seated and lying down, a towel helps."),
        _(NEVER_SWOLLEN),
    ]
    if len(ways) < len(WAYS):
        is_unasked = "stretch?" in shut and not {"stretch", "standing"} & set(shut)
        lines.append(
            _("Before the standing stretch, I have a question about your health.")
            if is_unasked
            else _("No standing stretch for now: ask whoever treated you first.")
        )
    else:
        lines.append(
            _(
                "Surgery, an injury, a plaster cast or balance problems? Ask whoever treated "
                "you first."
            )
        )
    text = "\n".join(escape(line, quote=False) for line in lines)
    labels = ways_of(tr)
    rows: Rows = (
        tuple(
            Button(labels[way], pack("reminders", "pose", delivery_id, 0, way), "primary")
            for way in ways
        ),
        (_stop(tr, delivery_id),),
    )
    if len(ways) < len(WAYS) and "stretch?" in shut:
        rows = (
            rows[0],
            (Button(_("Answer the question"), pack("learn", "ask", "stretch")),),
            rows[1],
        )
    return Message(f"<b>{escape(_('Stretch with me'))}</b>\n{text}", rows)


def not_now(tr: Translator) -> str:
    """The text in place of a stretch, for people who should ask a professional first."""
    return tr.gettext(ASK_FIRST)


def _stop(tr: Translator, delivery_id: int) -> Button:
    return Button(tr.gettext("Stop here"), pack("reminders", "enough", delivery_id))


def routine_step(
    tr: Translator,
    delivery_id: int,
    number: int,
    way: str,
    ways: Collection[str] = WAYS,
    moment: Moment | None = None,
) -> Message:
    """One step: which muscle of which leg, and what to do; with a count while one runs.

    Args:
        tr: the language.
        delivery_id: the reminder that led here; 0 without one.
        number: of the step, from 0.
        way: standing, seated or lying.
        ways: the ways that are open to this person.
        moment: what is counted now; None: nothing.
    """
    _ = tr.gettext
    step = ROUTINE[number]
    head = _("{number} of {total}").format(number=number + 1, total=len(ROUTINE))
    lines = [f"<b>{escape(_(step.title))}</b> · {escape(head)}"]
    if moment is not None:
        lines += [f"<b>{escape(_count(tr, moment))}</b>", ""]
    said = (_(step.leg), *(_(line) for line in step.position(way).lines))
    lines += [f"{place}. {escape(line)}" for place, line in enumerate(said, 1)]
    if moment is None:
        lines.append(
            escape(_("Count slowly to 10, rest just as long, 3 times in all. Or let me count."))
        )
    return Message("\n".join(lines), _rows(tr, delivery_id, number, way, ways, moment))


def _count(tr: Translator, moment: Moment) -> str:
    """The line that counts."""
    _ = tr.gettext
    match moment.phase:
        case Phase.READY:
            return _("Get ready: it starts in {count} s.").format(count=moment.seconds)
        case Phase.HOLD:
            said = _("Hold {number} of {total}: {count} s.")
        case Phase.REST:
            said = _("Rest {count} s, then hold {number} of {total}.")
        case Phase.END:
            return _("All done: both legs, calf and thigh.")
    return said.format(count=moment.seconds, number=moment.hold, total=HOLDS)


def _rows(
    tr: Translator,
    delivery_id: int,
    number: int,
    way: str,
    ways: Collection[str],
    moment: Moment | None,
) -> Rows:
    _ = tr.gettext
    is_counting = moment is not None and moment.phase is not Phase.END
    verb = "count" if is_counting else "pose"
    rows: list[tuple[Button, ...]] = []
    if is_counting:
        pause = pack("reminders", "pose", delivery_id, number, way)
        rows.append((Button(_("⏸ Stop counting"), pause),))
    elif moment is None:
        count = pack("reminders", "count", delivery_id, number, way)
        rows.append((Button(_("▶ Count for me"), count, "primary"),))
    if number > 0:
        back = pack("reminders", verb, delivery_id, number - 1, way)
    else:
        back = pack("reminders", "intro", delivery_id)
    finish = pack("reminders", "finish", delivery_id)
    on = (
        Button(_("Next ▶"), pack("reminders", verb, delivery_id, number + 1, way))
        if number + 1 < len(ROUTINE)
        else Button(_("Finished"), finish, "success")
    )
    rows.append((Button(_("◀ Back"), back), on))
    if not is_counting:
        labels = ways_of(tr)
        others = tuple(
            Button(labels[other], pack("reminders", "pose", delivery_id, number, other))
            for other in ways
            if other != way
        )
        rows.append(others)
    rows.append((_stop(tr, delivery_id),))
    return tuple(row for row in rows if row)


def many_are_stretching(tr: Translator) -> str:
    """A toast: the bot cannot count for anybody else right now."""
    return tr.gettext("Many people are stretching right now. Count slowly to 10 yourself.")


def finished(tr: Translator) -> str:
    """A toast at the end of a stretch that no reminder led to."""
    return tr.gettext("All done: both legs, calf and thigh.")
