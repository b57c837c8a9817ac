"""the field's words for tables and columns; renamed in place, so that no row is copied."""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

TABLES = (
    ('talking', 'update_owners'),
    ('marks', 'timestamps'),
    ('halts', 'cooldowns'),
    ('boards', 'status_messages'),
)
# By the tables' names after the renaming.
COLUMNS = (
    ('inbox', 'sender', 'user_id'),
    ('update_owners', 'sender', 'user_id'),
    ('status_messages', 'shown', 'shown_digest'),
    ('release_messages', 'shown', 'shown_digest'),
    ('news', 'shown', 'shown_digest'),
    ('feedback_posts', 'shown', 'shown_round'),
    ('releases', 'seen', 'folder_digest'),
    ('releases', 'old', 'outdated_languages'),
    ('releases', 'missing', 'missing_languages'),
    ('grants', 'why', 'revoke_request'),
)


def upgrade() -> None:
    for old, new in TABLES:
        op.rename_table(old, new)
        rename_constraints(new, old, new)
    for table, old, new in COLUMNS:
        rename_column(table, old, new)
    rename_notices('halt', 'cooldown')


def downgrade() -> None:
    rename_notices('cooldown', 'halt')
    for table, old, new in COLUMNS:
        rename_column(table, new, old)
    for old, new in TABLES:
        op.rename_table(new, old)
        rename_constraints(old, new, old)


def rename_column(table: str, old: str, new: str) -> None:
    # Not `alter_column`: on SQLite alembic would copy the table. Both databases rename in place.
    op.execute(sa.text(f'ALTER TABLE {table} RENAME COLUMN "{old}" TO "{new}"'))


def rename_notices(old: str, new: str) -> None:
    """Rename a kind of notice, in the keys as well: a notice must not be told again under another key."""
    statement = sa.text(
        'UPDATE notices SET kind = :new, key = :new || substr(key, CAST(:skip AS integer))'
        ' WHERE kind = :old'
    )
    op.execute(statement.bindparams(old=old, new=new, skip=len(old) + 1))


def rename_constraints(table: str, old: str, new: str) -> None:
    """Rename what PostgreSQL named after the table: its keys. SQLite names none of them."""
    connection = op.get_bind()
    if connection.dialect.name != 'postgresql':
        return
    query = sa.text('SELECT conname FROM pg_constraint WHERE conrelid = CAST(:table AS regclass)')
    for name in connection.execute(query, {'table': table}).scalars().all():
        if name.startswith(f'{old}_'):
            op.execute(sa.text(f'ALTER TABLE {table} RENAME CONSTRAINT {name} TO {new}{name[len(old):]}'))
