"""Subscriptions: purchases, offers, codes."""
