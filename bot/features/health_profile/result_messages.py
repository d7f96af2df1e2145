"""What a change of gates has switched off, in words."""

from bot.database.stored_values import Kind
from bot.features.health_profile import gate_messages
from bot.features.health_profile.gate_queries import Change
from bot.features.reminders.messages.names import name_of
from bot.i18n.translator import Translator

KIND_OF_GATE = {"drinks": Kind.HYDRATION, "food": Kind.MEAL, "stretch": Kind.STRETCH}


def result_lines(tr: Translator, change: Change) -> list[str]:
    """What a change of gates has switched off, and what can be switched on again."""
    names = [name_of(tr, kind, None) for kind in change.switched_off]
    names += list(change.own_off)
    lines = [gate_messages.switched_off_line(tr, names)] if names else []
    if change.own_off:
        lines.append(gate_messages.own_off_line(tr))
    if any(gate in KIND_OF_GATE for gate in change.opened):
        lines.append(gate_messages.may_be_on_line(tr))
    return lines


def reopened(change: Change) -> list[Kind]:
    """The kinds of reminders that can be switched on again."""
    return [KIND_OF_GATE[gate] for gate in change.opened if gate in KIND_OF_GATE]
