"""Readers: settings, access, what they write to the newsroom."""
