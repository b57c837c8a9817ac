"""What the bot does: one method, one use case, one transaction."""
