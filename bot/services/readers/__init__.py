"""Readers: settings, and what they write to the newsroom."""
