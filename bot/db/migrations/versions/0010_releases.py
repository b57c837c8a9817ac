"""which issues are out and why others wait, the messages that ask about them, and last good sources."""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('releases',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('hour', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen', sa.String(), server_default='', nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('broken_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('question', sa.Integer(), server_default='0', nullable=False),
    sa.Column('round', sa.Integer(), server_default='0', nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.String(), nullable=True),
    sa.Column('answered_by', sa.BigInteger(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('how', sa.String(), nullable=True),
    sa.Column('old', sa.String(), nullable=True),
    sa.Column('missing', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('day')
    )
    op.create_table('release_messages',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('question', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('admin_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('message_id', sa.BigInteger(), nullable=False),
    sa.Column('shown', sa.String(), nullable=False),
    sa.Column('settled', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.PrimaryKeyConstraint('day', 'question', 'admin_id')
    )
    op.create_table('sources',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('source', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'language')
    )


def downgrade() -> None:
    op.drop_table('sources')
    op.drop_table('release_messages')
    op.drop_table('releases')
