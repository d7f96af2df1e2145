"""value sets of a cramp.

Thirteen columns take the values of their set only, and ``same_as_id`` gets the index that a foreign
key needs: without it, each deleted entry makes the database read the whole table.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

VALUES: Mapping[str, Sequence[str]] = {
    "time_precision": ("exact", "about", "night_only"),
    "event_type": ("cramp", "twitch", "urge_to_move", "other_pain"),
    "site": (
        "calf",
        "foot_sole",
        "toes",
        "shin",
        "thigh_front",
        "thigh_back",
        "thigh_inner",
        "hip_buttock",
        "hand_forearm",
        "arm",
        "abdomen",
        "chest",
        "back",
        "neck_shoulder",
        "eyelid_face",
    ),
    "side": ("left", "right", "both", "unsure"),
    "duration": ("lt_1min", "1_5min", "5_10min", "gt_10min", "unsure"),
    "woke_me": ("yes", "no_was_awake", "unsure"),
    "back_to_sleep": ("lt_15min", "15_60min", "gt_60min", "not_again"),
    "context": (
        "asleep",
        "lying_awake",
        "sitting",
        "after_long_sitting",
        "after_long_standing",
        "during_exercise",
        "after_exercise_same_day",
        "walking",
        "after_meal",
        "other",
    ),
    "relief_helped": ("not_at_all", "a_bit", "a_lot", "unsure"),
    "day_impact": ("none", "tired", "limited_activity"),
    "twitch_days": ("lt_1day", "1_3days", "4_14days", "gt_14days", "unsure"),
    "twitch_elsewhere": ("yes", "no"),
    "twitch_weak_or_stiff": ("yes", "no"),
}
STAND_INS = {"event_type": "other_pain", "time_precision": "exact"}
"""What replaces an unknown value where NULL is not allowed. The older version counted an entry of
an unknown type as no cramp, and showed the time of any entry but ``night_only`` ones."""
LONGEST_NOTE = 500
INDEX = "ix_cramps_same_as_id"


def upgrade() -> None:
    _mend_unknown_values()
    with op.batch_alter_table("cramps") as table:
        for column, values in VALUES.items():
            listed = ", ".join(f"'{value}'" for value in values)
            table.create_check_constraint(
                op.f(_constraint(column)), sa.text(f"{column} IN ({listed})")
            )
        table.create_index(op.f(INDEX), ["same_as_id"])


def downgrade() -> None:
    with op.batch_alter_table("cramps") as table:
        table.drop_index(op.f(INDEX))
        for column in VALUES:
            table.drop_constraint(op.f(_constraint(column)), type_="check")


def _constraint(column: str) -> str:
    return f"ck_cramps_{column}"


def _mend_unknown_values() -> None:
    """Make way for the constraints. The bot stored no other values; somebody else may have.

    Case and spaces are put right. A value that is still unknown is removed and, where there is
    room, kept in the entry's note, such as "site: knee".
    """
    cramps = sa.table("cramps", *map(sa.column, ("id", "note", *VALUES)))
    unknown = sa.or_(*(cramps.c[name].not_in(values) for name, values in VALUES.items()))
    connection = op.get_bind()
    for row in connection.execute(sa.select(cramps).where(unknown)).mappings().all():
        connection.execute(sa.update(cramps).where(cramps.c.id == row["id"]).values(_mended(row)))


def _mended(row: Mapping[Any, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    notes = [row["note"]] if row["note"] else []
    for column, values in VALUES.items():
        value = row[column]
        if value is None or value in values:
            continue
        known = value.strip().lower()
        changes[column] = known if known in values else STAND_INS.get(column)
        if known not in values and value.strip():
            notes.append(f"{column}: {value.strip()}")
    while notes and len("\n".join(notes)) > LONGEST_NOTE:
        notes.pop()
    return changes | {"note": "\n".join(notes) or row["note"]}
