"""Tables of updates: inbox, ownership, processes."""
