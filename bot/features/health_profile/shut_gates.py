"""Which gates are shut for a person right now, for cards and the guided stretch."""

from bot.database.engine import Session
from bot.database.models import Fluids, User
from bot.dispatch.planning import shut_codes
from bot.features.health_profile.gate_queries import has_leg_sign
from bot.features.health_profile.gates import LEG

UNASKED = frozenset({"drinks?", "food?", "stretch?"})
"""The gates that are shut for somebody who has answered nothing yet."""
SHUT_BY_LEG = frozenset({LEG, "stretch", "standing", "seated", "warmth"})
"""The gates that are shut while a leg may have a clot: stretches, and warmth and cold."""


async def shut_gates(
    session: Session, user: User, *, has_sign: bool | None = None
) -> frozenset[str]:
    """The codes of the gates that are shut for a person.

    A code that ends in ``?`` is a gate that is shut only because its question is not answered.
    While a leg was swollen, hot or sore and nobody has seen it, all stretches are shut, and warmth
    and cold. A nut allergy
    that nobody told of leaves nuts on the cards, which are tables to read; only meal ideas wait
    for that answer.

    Args:
        session: the open transaction.
        user: whose gates.
        has_sign: whether there is such a leg; None: it is read here.
    """
    codes = shut_codes(user.shut_gates) - {"nuts?"}
    if user.fluids is None:
        codes |= UNASKED
    elif user.fluids is not Fluids.FREE:
        codes |= {"drinks"}
    if has_sign is None:
        has_sign = await has_leg_sign(session, user.id)
    return codes | SHUT_BY_LEG if has_sign else codes
