"""Readers: settings, grants, words that they type."""
