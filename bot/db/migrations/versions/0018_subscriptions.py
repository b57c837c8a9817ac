"""subscriptions: charges, offers, codes, reminders; who has had the trial, kept without her id."""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
FILL = """
INSERT INTO redemptions (offer, person, nth, at)
SELECT '', source_id, 1, given_at FROM grants WHERE source = 'trial'
"""


def upgrade() -> None:
    op.create_table('charges',
    sa.Column('charge_id', sa.String(), nullable=False),
    sa.Column('reader_id', sa.BigInteger(), nullable=True),
    sa.Column('person', sa.String(), nullable=True),
    sa.Column('payload', sa.Text(), nullable=True),
    sa.Column('stars', sa.Integer(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('paid_at', MOMENT, nullable=True),
    sa.Column('is_first', sa.Boolean(), nullable=True),
    sa.Column('first_charge_id', sa.String(), nullable=True),
    sa.Column('expires_at', MOMENT, nullable=True),
    sa.Column('refunded_at', MOMENT, nullable=True),
    sa.Column('refunded_by', sa.BigInteger(), nullable=True),
    sa.Column('told_at', MOMENT, nullable=True),
    sa.PrimaryKeyConstraint('charge_id')
    )
    op.create_index(op.f('ix_charges_reader_id'), 'charges', ['reader_id'])
    op.create_index(op.f('ix_charges_payload'), 'charges', ['payload'])
    op.create_table('star_subscriptions',
    sa.Column('payload', sa.String(), nullable=False),
    sa.Column('reader_id', sa.BigInteger(), nullable=False),
    sa.Column('stars', sa.Integer(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('first_charge_id', sa.String(), nullable=True),
    sa.Column('expires_at', MOMENT, nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('cancelled_by', sa.String(), nullable=True),
    sa.Column('heard_at', MOMENT, nullable=False),
    sa.Column('last_charge_id', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('payload')
    )
    op.create_index(op.f('ix_star_subscriptions_reader_id'), 'star_subscriptions', ['reader_id'])
    op.create_table('checkouts',
    sa.Column('payer_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.PrimaryKeyConstraint('payer_id')
    )
    op.create_table('offers',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('taken', sa.Integer(), nullable=False),
    sa.Column('ended_at', MOMENT, nullable=True),
    sa.Column('ended_by', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('redemptions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('offer', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('nth', sa.Integer(), nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('offer', 'person', 'nth')
    )
    op.execute(FILL)
    op.create_table('codes',
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('offer', sa.String(), nullable=False),
    sa.Column('made_at', MOMENT, nullable=False),
    sa.Column('redeemed_at', MOMENT, nullable=True),
    sa.Column('redeemed_by', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('code')
    )
    op.create_index('ix_codes_offer', 'codes', ['offer'])
    op.create_table('code_tries',
    sa.Column('request', sa.String(), nullable=False),
    sa.Column('reader_id', sa.BigInteger(), nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.PrimaryKeyConstraint('request')
    )
    op.create_index('ix_code_tries_reader_id_at', 'code_tries', ['reader_id', 'at'])
    op.create_table('reminders',
    sa.Column('reader_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('ends', MOMENT, nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('reader_id', 'ends', 'kind')
    )
    op.create_table('counters',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('value', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.create_table('fingerprints',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.add_column('readers', sa.Column('promotion', sa.String(), nullable=True))
    op.add_column('readers', sa.Column('reminders', sa.Boolean(), server_default=sa.text('true'), nullable=False))


def downgrade() -> None:
    for column in ('reminders', 'promotion'):
        op.drop_column('readers', column)
    for table in ('fingerprints', 'counters', 'reminders', 'code_tries', 'codes', 'redemptions', 'offers',
                  'checkouts', 'star_subscriptions', 'charges'):
        op.drop_table(table)
