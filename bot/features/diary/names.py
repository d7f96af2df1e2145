"""Lasting names of diary rows, by which an exported file knows them again. Pure."""

from uuid import UUID, uuid5

_NAMESPACE = UUID("6f0c1d0e-52a1-4f0a-9a44-0b6f3a7f7c51")


def uid_of(user_id: int, what: str, key: object) -> str:
    """The name of a row, 32 hexadecimal digits; the same for the same row, telling nothing of it.

    Args:
        user_id: whose row it is.
        what: the kind of row, such as ``cramp``.
        key: what tells it from the person's other rows of that kind, such as a message id.
    """
    return uuid5(_NAMESPACE, f"{user_id}/{what}/{key}").hex
