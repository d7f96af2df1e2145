"""What may help right now, during a cramp: a card with a drawing, and two lines of it.

Health reference, section (f). What it marks as not confirmed is left out.
"""

import html
from collections.abc import Collection

from bot.i18n.translator import Translator

RELIEF_DRAWING = "calf_seated"
"""The drawing of the card, in ``bot/drawing/stretches.py``."""


def first_lines(tr: Translator, shut: Collection[str] = ()) -> tuple[str, ...]:
    """What to do at once; the answer to a cramp that was just logged says only this.

    Args:
        tr: the texts' language.
        shut: codes of the gates that are shut for this person; ``seated`` is the one of all
            stretches, after surgery or an injury and while a leg may hold a clot.
    """
    _ = tr.gettext
    return (
        _("Sit up or hold on to something. Light on before you stand."),
        _("Do not stretch or rub it. Ask whoever treated you first.")
        if "seated" in shut
        else _("Leg straight. Pull your foot up toward your shin. Hold till it lets go."),
    )


def relief_card(tr: Translator, shut: Collection[str] = ()) -> str:
    """The text of the card, as HTML (NHS, Mayo Clinic, Merck Manual, AAOS, NHS Fife).

    Args:
        tr: the texts' language.
        shut: codes of the gates that are shut for this person: ``seated`` leaves out stretching
            and rubbing, ``warmth`` leaves out warmth and cold.
    """
    _ = tr.gettext
    lines = list(first_lines(tr, shut))
    if "seated" not in shut:
        lines += [
            _("Cannot reach? Loop a towel or sheet round your foot and pull."),
            _("Rub the muscle firmly. When it eases, walk a few steps."),
        ]
    if "warmth" not in shut:
        # Warmth and cold can injure skin that has lost its feeling.
        lines.append(_("Warm pack or shower if tight, cool if sore. Not on skin that feels numb."))
    lines.append(
        _("Still cramping after 10 minutes? Leg swollen, hot or weak? Tap “Warning signs”.")
    )
    caution = _("Do not stretch or rub a leg that is swollen, hot or red.")
    source = _(
        "Sources: NHS, Leg cramps; Mayo Clinic, Night leg cramps: when to see a doctor, 2023; "
        "Merck Manual, Runner's stretch; American Academy of Orthopaedic Surgeons; "
        "NHS Fife, Calf stretches."
    )
    numbered = "\n".join(f"{number}. {html.escape(line)}" for number, line in enumerate(lines, 1))
    title = html.escape(_("Right now"))
    folded = f"<blockquote expandable><i>{html.escape(source)}</i></blockquote>"
    return f"<b>{title}</b>\n{numbered}\n<b>{html.escape(caution)}</b>\n{folded}"
