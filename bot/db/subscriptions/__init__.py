"""Tables of subscriptions: charges, offers, codes, reminders."""
