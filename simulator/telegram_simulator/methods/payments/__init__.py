"""Methods about Telegram Stars."""
