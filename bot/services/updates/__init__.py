"""What Telegram sends: stored, ordered, handled once."""
