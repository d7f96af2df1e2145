"""consents that were taken back are remembered beside erasures."""

import hashlib
import hmac
from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PERSON = sqlmodel.sql.sqltypes.AutoString(length=32)
INSTANT = sqlmodel.sql.sqltypes.UTCDateTime()


def upgrade() -> None:
    """Take over the erasures, and who has taken back their consent."""
    revocations = op.create_table(
        "revocations",
        sa.Column("person", PERSON, nullable=False),
        sa.Column("what", sa.String(10), nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "what IN ('erased', 'consent', 'agreed')", name=op.f("ck_revocations_revoked")
        ),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_revocations")),
    )
    op.create_index(op.f("ix_revocations_revoked_at"), "revocations", ["revoked_at"])
    op.execute(
        "INSERT INTO revocations (person, what, revoked_at) "
        "SELECT person, 'erased', erased_at FROM erasures"
    )
    op.drop_table("erasures")
    connection = op.get_bind()
    facts = sa.table("facts", sa.column("name"), sa.column("value"))
    users = sa.table("users", sa.column("id"), sa.column("consent_withdrawn_at", INSTANT))
    secret = connection.scalar(sa.select(facts.c.value).where(facts.c.name == "secret"))
    if secret is None:
        return
    key = hmac.digest(secret.encode(), b"erasures", hashlib.sha256)
    withdrawn = connection.execute(
        sa.select(users.c.id, users.c.consent_withdrawn_at).where(
            users.c.consent_withdrawn_at.is_not(None)
        )
    ).all()
    rows = [
        {
            "person": hmac.digest(key, b"consent %d" % user_id, hashlib.sha256).hex()[:32],
            "what": "consent",
            "revoked_at": at,
        }
        for user_id, at in withdrawn
    ]
    if rows:
        connection.execute(sa.insert(revocations), rows)


def downgrade() -> None:
    """An older version knows only erasures."""
    op.create_table(
        "erasures",
        sa.Column("person", PERSON, nullable=False),
        sa.Column("erased_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_erasures")),
    )
    op.create_index(op.f("ix_erasures_erased_at"), "erasures", ["erased_at"])
    op.execute(
        "INSERT INTO erasures (person, erased_at) "
        "SELECT person, revoked_at FROM revocations WHERE what = 'erased'"
    )
    op.drop_table("revocations")
