"""Subscriptions: how a reader gets access, and when it ends."""
