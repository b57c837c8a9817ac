"""whether a reader was offered rich pages: once, and not if she has chosen herself."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: it would make the table anew, to which others refer.
    op.add_column(
        'readers', sa.Column('rich_offered', sa.Boolean(), server_default=sa.text('false'), nullable=False)
    )
    op.execute("UPDATE readers SET rich_offered = true WHERE rendering = 'rich'")


def downgrade() -> None:
    op.drop_column('readers', 'rich_offered')
