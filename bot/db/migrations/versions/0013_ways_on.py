"""what a reader had: when the trial, and since when access; the keyboards of frozen pages by way on."""

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
    op.add_column('frozen_pages', sa.Column('keyboards', sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column('frozen_pages', 'keyboards')
    for column in ('full_since', 'trial_at'):
        op.drop_column('readers', column)
