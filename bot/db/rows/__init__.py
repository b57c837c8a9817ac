"""The rows of each table, by wing."""
