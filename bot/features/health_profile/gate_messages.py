"""Messages about gates: their questions, why something is off, and what an answer changes.

The words are those of the health reference, section (m).
"""

# TRANSLATORS, ALL: What an answer about health changes. {names} is a list of reminders.

from collections.abc import Sequence
from html import escape

from bot.database.stored_values import Kind
from bot.features.cramps.relief import LEG_UNSEEN
from bot.features.health_profile.gates import (
    ALCOHOL,
    DRINKS,
    NUTS,
    POTASSIUM,
    PREGNANT,
    STRETCH,
    WARMTH,
    Gates,
)
from bot.features.health_profile.values import BLOOD_THINNER
from bot.i18n.translator import Translator
from bot.telegram.message import Button, Message, Rows, pack

QUESTIONS = ("food", "stretch")
"""Gates whose questions are asked all at once, in the place of their first reminder."""


def drinks_line(tr: Translator, *, is_on_dialysis: bool = False) -> str:
    """Why nothing is said of drinks; on dialysis with the advice to tell the unit."""
    _ = tr.gettext
    if is_on_dialysis:
        return _(
            "Drink as your care team told you. I will not remind you to drink. Tell the unit "
            "about cramps."
        )
    return _("Drink as your care team told you. I will not remind you to drink.")


def food_line(tr: Translator) -> str:
    """Why there are no meal ideas."""
    return tr.gettext("Meal ideas are off. Ask your care team which foods suit you.")


def greens_line(tr: Translator) -> str:
    """What to do about greens with warfarin."""
    return tr.gettext("With warfarin, keep greens about the same each day.")


def potassium_line(tr: Translator) -> str:
    """The caution about salt substitutes."""
    return tr.gettext("Salt substitutes can contain potassium. Ask first.")


def stretch_line(tr: Translator) -> str:
    """Why there is no stretch reminder."""
    return tr.gettext("Stretch reminders are off. Ask whoever treated you first.")


def leg_sign_line(tr: Translator) -> str:
    """Why there is no stretch reminder after the warning sign of a leg."""
    return tr.gettext(LEG_UNSEEN)


def standing_line(tr: Translator) -> str:
    """Which stretches suit somebody with a balance problem."""
    return tr.gettext("Stretch sitting or lying down, not standing.")


def warmth_line(tr: Translator) -> str:
    """Where neither heat nor ice belongs."""
    return tr.gettext("Warm pack, hot-water bottle, ice: not on skin that feels numb or is broken.")


def alcohol_line(tr: Translator) -> str:
    """The caution for people who drink much alcohol every day."""
    return tr.gettext("Do not stop at once. Speak to a doctor: stopping suddenly can be dangerous.")


def caffeine_line(tr: Translator) -> str:
    """The limit of caffeine in pregnancy and while breastfeeding."""
    return tr.gettext("Pregnant or breastfeeding: caffeine up to 200 mg a day.")


def nuts_line(tr: Translator) -> str:
    """What is left out of the meal ideas with a nut allergy."""
    return tr.gettext("Meal ideas leave out nuts and seeds.")


def reason_line(tr: Translator, gate: str, *, is_on_dialysis: bool = False) -> str:
    """Why a gate keeps its reminder off."""
    if gate == "food":
        return food_line(tr)
    if gate == "leg":
        return leg_sign_line(tr)
    if gate == "stretch":
        return stretch_line(tr)
    return drinks_line(tr, is_on_dialysis=is_on_dialysis)


def own_reminder_line(tr: Translator) -> str:
    """What is said once under a person's own reminder of a medicine, a dose or an amount."""
    return tr.gettext(
        "This is your own reminder. Ask your doctor or pharmacist if you are not sure."
    )


def consequences(tr: Translator, gates: Gates, item: str, value: str) -> list[str]:
    """What an answer that is not "no" means, each as one line; [] when it switches nothing off."""
    if value == "no":
        return []
    kidney = item in {"kidney_disease", "dialysis"}
    lines: list[tuple[bool, str]] = [
        (item in DRINKS, drinks_line(tr, is_on_dialysis=gates.is_on_dialysis)),
        (kidney or item in {"limit_potassium", "food_check"}, food_line(tr)),
        (item == BLOOD_THINNER and bool(gates.food.reasons), food_line(tr)),
        (item == BLOOD_THINNER and bool(gates.greens.reasons), greens_line(tr)),
        (item in POTASSIUM, potassium_line(tr)),
        (item in (*STRETCH, "stretch_check"), stretch_line(tr)),
        (item == "balance_problem", standing_line(tr)),
        (item in WARMTH, warmth_line(tr)),
        (item in ALCOHOL, alcohol_line(tr)),
        (item in PREGNANT, caffeine_line(tr)),
        (item in NUTS, nuts_line(tr)),
        (item == "bowel_disease", low_magnesium_line(tr)),
        (item == "low_calcium_potassium", ask_team_line(tr)),
    ]
    return [line for applies, line in lines if applies]


def low_magnesium_line(tr: Translator) -> str:
    """Where somebody can read who may lack magnesium."""
    return tr.gettext("Worth reading: /learn, Magnesium, A real lack of magnesium.")


def ask_team_line(tr: Translator) -> str:
    """Whom to ask if blood salts are known to be low."""
    return tr.gettext("Tell your care team about your cramps.")


def switched_off_line(tr: Translator, names: Sequence[str]) -> str:
    """Which reminders an answer has switched off."""
    return tr.gettext("Switched off: {names}.").format(names=", ".join(names))


def own_off_line(tr: Translator) -> str:
    """How to get an own reminder back that an answer has switched off."""
    return tr.gettext("You can switch your own reminders on again yourself: /reminders.")


def may_be_on_line(tr: Translator) -> str:
    """A gate has opened; its reminder waits for the person."""
    return tr.gettext("These reminders stay off until you switch them on.")


def switch_on_button(tr: Translator, kind: Kind) -> Button:
    """Switches a kind of reminder on."""
    _ = tr.gettext
    labels = {
        Kind.HYDRATION: _("Switch drink reminders on"),
        Kind.MEAL: _("Switch meal ideas on"),
        Kind.STRETCH: _("Switch stretch reminders on"),
    }
    return Button(labels[kind], pack("reminders", "on", kind, 1))


# The questions -----------------------------------------------------------------------------------


def gate_question(tr: Translator, gate: str, delivery_id: int = 0) -> Message:
    """The question of a gate, which is sent in the place of its reminder until it is answered.

    Args:
        tr: the translator for this person.
        gate: one of ``QUESTIONS``.
        delivery_id: the reminder that follows after a "no"; 0: none.
    """
    _ = tr.gettext
    if gate == "stretch":
        text = _(
            "One question before the stretch: does any of these apply to you? Surgery or an "
            "injury of a leg, hip or the back in the last 3 months, a broken bone, a plaster "
            "cast, a blood clot, or being told not to stretch."
        )
    else:
        text = _(
            "One question before the meal ideas: does any of these apply to you? Kidney disease "
            "or dialysis, being told to limit potassium, warfarin, or a blood thinner whose name "
            "you do not know."
        )
    rows: Rows = (
        (
            Button(_("Yes"), pack("about", "gate", gate, "yes", delivery_id)),
            Button(_("No"), pack("about", "gate", gate, "no", delivery_id)),
            Button(_("Not sure"), pack("about", "gate", gate, "unsure", delivery_id)),
        ),
    )
    return Message(escape(text), rows)


def gate_shut(tr: Translator, gate: str) -> Message:
    """What follows a "yes" or "not sure" to the question of a gate."""
    _ = tr.gettext
    lines = [reason_line(tr, gate)]
    if gate == "food":
        lines.append(_("Which one is it? With warfarin alone, most meal ideas stay on."))
    page = {"food": "food", "stretch": "legs"}[gate]
    rows: Rows = ((Button(_("Say which one"), pack("about", "page", page)),),)
    return Message("\n".join(map(escape, lines)), rows)


def gate_open(tr: Translator) -> Message:
    """What follows a "no" to the question of a gate whose reminder cannot be shown any more."""
    return Message(escape(tr.gettext("Thank you, noted.")))
