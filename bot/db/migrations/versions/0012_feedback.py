"""what readers write to the newsroom, and what it answers."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('feedback',
    sa.Column('reader_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('message_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('file_id', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('reader_id', 'message_id')
    )
    op.create_table('feedback_threads',
    sa.Column('reader_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('spoke_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('full_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('muted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('muted_by', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('reader_id')
    )
    op.create_table('feedback_posts',
    sa.Column('admin_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('reader_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('shown', sa.Integer(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('message_id', sa.BigInteger(), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('admin_id', 'reader_id')
    )
    op.create_table('feedback_handles',
    sa.Column('admin_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('message_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('reader_id', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('admin_id', 'message_id')
    )
    op.create_table('feedback_answers',
    sa.Column('admin_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('message_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('reader_id', sa.BigInteger(), nullable=False),
    sa.Column('admin_name', sa.String(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('sent_id', sa.BigInteger(), nullable=True),
    sa.Column('epoch', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('admin_id', 'message_id')
    )


def downgrade() -> None:
    for table in ('answers', 'handles', 'posts', 'threads'):
        op.drop_table(f'feedback_{table}')
    op.drop_table('feedback')
