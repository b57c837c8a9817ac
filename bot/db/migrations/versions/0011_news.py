"""what admins were told of the content folder, and whether they want to be."""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('news',
    sa.Column('about', sa.String(), nullable=False),
    sa.Column('admin_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('message_id', sa.BigInteger(), nullable=True),
    sa.Column('shown', sa.String(), nullable=False),
    sa.Column('condition', sa.String(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('about', 'admin_id')
    )
    # Not in a batch: it would make the table anew, to which others refer.
    op.add_column('readers', sa.Column('news', sa.Boolean(), server_default=sa.text('true'), nullable=False))


def downgrade() -> None:
    op.drop_column('readers', 'news')
    op.drop_table('news')
