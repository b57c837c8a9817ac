"""Backups, figures, retention: what an operator needs."""
