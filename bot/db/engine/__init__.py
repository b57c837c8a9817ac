"""Engine, transactions, dialects, errors, locks."""
