"""Permanent ids (uids) of diary rows, by which an import recognizes exported rows. Pure."""

from uuid import UUID, uuid5

_NAMESPACE = UUID("6f0c1d0e-52a1-4f0a-9a44-0b6f3a7f7c51")


def uid_of(user_id: int, what: str, key: object) -> str:
    """Compute the uid of a row: 32 hexadecimal digits.

    The same arguments always give the same uid, and the uid does not reveal them.

    Args:
        user_id: whose row it is.
        what: the kind of row, such as ``cramp``.
        key: identifies the row among the person's rows of that kind, such as a message id.
    """
    return uuid5(_NAMESPACE, f"{user_id}/{what}/{key}").hex
