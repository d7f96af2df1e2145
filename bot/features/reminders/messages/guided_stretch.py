"""The cards of the guided stretch."""

from html import escape

from bot.features.reminders.guided_stretch import (
    ROUTINE,
    routine_introduction,
    step_text,
    step_title,
)
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, pack


def routine_step(tr: Translator, delivery_id: int, number: int, *, is_seated: bool) -> Message:
    """One step of the guided stretch: which muscle, what to do and for how long."""
    _ = tr.gettext
    step = ROUTINE[number]
    lines = [
        f"<b>{escape(step_title(tr, step))}</b> · "
        + escape(_("{number} of {total}").format(number=number + 1, total=len(ROUTINE))),
        escape(step_text(tr, step, is_seated=is_seated)),
    ]
    if number == 0:
        lines += ["", f"<i>{escape(routine_introduction(tr))}</i>"]
    seated = int(is_seated)
    other = _("Standing instead") if is_seated else _("Seated instead")
    ways = []
    if number > 0:
        ways.append(Button(_("◀ Back"), pack("reminders", "step", delivery_id, number - 1, seated)))
    if number + 1 < len(ROUTINE):
        ways.append(Button(_("Next ▶"), pack("reminders", "step", delivery_id, number + 1, seated)))
    else:
        ways.append(Button(_("Finished"), pack("reminders", "done", delivery_id), "success"))
    rows = (
        tuple(ways),
        (
            Button(other, pack("reminders", "step", delivery_id, number, 1 - seated)),
            Button(_("Stop here"), pack("reminders", "back", delivery_id)),
        ),
    )
    return Message("\n".join(lines), rows)
