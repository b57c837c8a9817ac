"""Commands of an operator that are about subscriptions."""
