"""Alembic's entry: migrations run over the connection that `upgrade` was given."""

from alembic import context

from bot.db import tables

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=tables.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
