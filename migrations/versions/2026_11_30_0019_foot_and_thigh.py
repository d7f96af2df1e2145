"""a foot or a thigh, of which the exact part is not known."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SITES = (
    *("calf", "foot_sole", "toes", "shin", "thigh_front", "thigh_back", "thigh_inner"),
    *("hip_buttock", "hand_forearm", "arm", "abdomen", "chest", "back", "neck_shoulder"),
    "eyelid_face",
)
WHOLE = ("foot", "thigh")


def upgrade() -> None:
    _allow((*SITES, *WHOLE))


def downgrade() -> None:
    """An older version knows only their parts: it is not told any more where the cramp was."""
    cramps = sa.table("cramps", sa.column("site"))
    op.execute(sa.update(cramps).where(cramps.c.site.in_(WHOLE)).values(site=None))
    _allow(SITES)


def _allow(sites: Sequence[str]) -> None:
    listed = ", ".join(f"'{site}'" for site in sites)
    with op.batch_alter_table("cramps") as table:
        table.drop_constraint(op.f("ck_cramps_site"), type_="check")
        table.create_check_constraint(op.f("ck_cramps_site"), sa.text(f"site IN ({listed})"))
