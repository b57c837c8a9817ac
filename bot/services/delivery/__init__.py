"""Campaigns: who sends them, how fast, and what became of each copy."""
