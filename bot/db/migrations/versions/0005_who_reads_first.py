"""who reads first is sent first: a row's class, and the index of what is pending begins with it."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

PENDING = {'sqlite_where': sa.text("state = 'pending'"), 'postgresql_where': sa.text("state = 'pending'")}


def upgrade() -> None:
    with op.batch_alter_table('deliveries', schema=None) as batch_op:
        batch_op.drop_index('ix_deliveries_pending', **PENDING)
        batch_op.add_column(sa.Column('rank', sa.SmallInteger(), nullable=False, server_default='0'))
        batch_op.create_index('ix_deliveries_pending', ['campaign_id', 'rank', 'due_at', 'reader_id'], unique=False, **PENDING)


def downgrade() -> None:
    with op.batch_alter_table('deliveries', schema=None) as batch_op:
        batch_op.drop_index('ix_deliveries_pending', **PENDING)
        batch_op.drop_column('rank')
        batch_op.create_index('ix_deliveries_pending', ['campaign_id', 'due_at', 'reader_id'], unique=False, **PENDING)
