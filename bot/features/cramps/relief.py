"""What may help right now, during a cramp: the lines, a card of them, and the first two.

Health reference, section (f). Statements that it marks as not confirmed are left out.
``bot/features/relief`` shows the same lines one move at a time.
"""

# TRANSLATORS, ALL: What to do during a cramp, in short lines, numbered. {number} is the number of
# the line.

import html
from collections.abc import Collection

from bot.features.health_profile.gates import LEG
from bot.i18n.translator import N_, Translator

RELIEF_DRAWING = "calf_seated"
"""The drawing of the card, in ``bot/drawing/stretches.py``."""
SIT_UP = N_("Sit up or hold on to something. Light on before you stand.")
FOOT_UP = N_("Leg straight. Pull your foot up toward your shin. Hold till it lets go.")
TOWEL = N_("Cannot reach? Loop a towel or sheet round your foot and pull.")
RUB = N_("Rub the muscle firmly. When it eases, walk a few steps.")
WARM = N_("Warm pack or shower if tight, cool if sore. Not on skin that feels numb.")
ASK_WHO_TREATED = N_("Do not stretch or rub it. Ask whoever treated you first.")
NEVER_SWOLLEN = N_("Do not stretch or rub a leg that is swollen, hot or red.")
LEG_UNSEEN = N_(
    "A leg was swollen, hot or sore. Do not stretch or rub it before a doctor has seen it."
)
AFTER_TEN = N_("Still cramping after 10 minutes? Leg swollen, hot or weak? Tap “Warning signs”.")


def _first(shut: Collection[str]) -> tuple[str, ...]:
    if LEG in shut:
        return (LEG_UNSEEN, SIT_UP)
    return (SIT_UP, ASK_WHO_TREATED if "seated" in shut else FOOT_UP)


def first_lines(tr: Translator, shut: Collection[str] = ()) -> tuple[str, ...]:
    """What to do at once; the answer to a cramp that was just logged says only this.

    Args:
        tr: the texts' language.
        shut: codes of the gates that are shut for this person; ``seated`` is the one of all
            stretches, after surgery or an injury and while a leg may hold a clot.
    """
    return tuple(tr.gettext(line) for line in _first(shut))


def relief_card(tr: Translator, shut: Collection[str] = ()) -> str:
    """The text of the card, as HTML (NHS, Mayo Clinic, Merck Manual, AAOS, NHS Fife).

    Args:
        tr: the texts' language.
        shut: codes of the gates that are shut for this person: ``seated`` leaves out stretching
            and rubbing, ``warmth`` leaves out warmth and cold.
    """
    _ = tr.gettext
    lines = list(_first(shut))
    if "seated" not in shut:
        lines += [TOWEL, RUB]
    if "warmth" not in shut:
        # Warmth and cold can injure skin that has lost its feeling.
        lines.append(WARM)
    lines.append(AFTER_TEN)
    source = _(
        "Sources: NHS, Leg cramps; Mayo Clinic, Night leg cramps: when to see a doctor, 2023; "
        "Merck Manual, Runner's stretch; American Academy of Orthopaedic Surgeons; "
        "NHS Fife, Calf stretches."
    )
    numbered = "\n".join(
        f"{number}. {html.escape(_(line))}" for number, line in enumerate(lines, 1)
    )
    title = html.escape(_("Right now"))
    folded = f"<blockquote expandable><i>{html.escape(source)}</i></blockquote>"
    return f"<b>{title}</b>\n{numbered}\n<b>{html.escape(_(NEVER_SWOLLEN))}</b>\n{folded}"
