"""The history of the tables, and its newest step."""

HEAD = "0018"
"""The newest step's number. Written here so that a start need not load alembic to know it."""
