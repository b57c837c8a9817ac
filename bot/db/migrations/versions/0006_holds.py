"""which hold of a process a sender's updates are handled under; the lock that tells that a process is dead."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('talking', schema=None) as batch_op:
        batch_op.add_column(sa.Column('epoch', sa.BigInteger(), nullable=False, server_default='0'))
    with op.batch_alter_table('processes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('lock', sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('processes', schema=None) as batch_op:
        batch_op.drop_column('lock')
    with op.batch_alter_table('talking', schema=None) as batch_op:
        batch_op.drop_column('epoch')
