"""Audit, backups, figures, notices, timestamps."""
