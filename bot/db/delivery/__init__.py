"""Tables of campaigns: the ledger, drafts, cooldowns, leases."""
