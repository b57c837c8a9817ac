"""what a reader had: when the trial, and since when access."""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

# The earliest grant begins at once, unless it was over before it could.
FILL = """
UPDATE readers SET
    trial_at = (
        SELECT MIN(given_at) FROM grants WHERE grants.reader_id = readers.id AND source = 'trial'
    ),
    full_since = (
        SELECT MIN(given_at) FROM grants
        WHERE grants.reader_id = readers.id
        AND (revoked_at IS NULL OR revoked_at > given_at)
        AND (until IS NULL OR until > given_at)
    )
WHERE id IN (SELECT reader_id FROM grants)
"""


def upgrade() -> None:
    op.add_column('readers', sa.Column('trial_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('readers', sa.Column('full_since', sa.DateTime(timezone=True), nullable=True))
    op.execute(FILL)


def downgrade() -> None:
    for column in ('full_since', 'trial_at'):
        op.drop_column('readers', column)
