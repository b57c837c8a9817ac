"""Engine, transactions, dialects, outages, locks of sessions."""
