"""what a kind answer and a tidy chat need.

One pair of functions for each part, so that each can be read alone.
"""

from collections.abc import Sequence

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Each part adds its columns and tables."""


def downgrade() -> None:
    """The same parts in the opposite order."""
