"""Which gates are shut for a person: health reference, section (m)."""

from bot.database.models import User

UNASKED = "drinks?,food?,stretch?"
"""What is shut for somebody who has answered nothing yet."""


def shut_gates(person: User) -> frozenset[str]:
    """The codes of the gates that are shut for a person.

    A code that ends in ``?`` is a gate that is shut only because its questions are not answered.
    """
    stored: str | None = getattr(person, "shut_gates", None)
    return frozenset(code for code in (UNASKED if stored is None else stored).split(",") if code)
