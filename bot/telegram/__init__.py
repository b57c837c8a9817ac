"""The reader's door and the way out: the only room that knows python-telegram-bot."""
