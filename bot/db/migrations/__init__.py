"""The tables' history. `HEAD` names the newest step, so that a start need not load alembic to know it."""

HEAD = "0017"
