"""The control API of Telegram Stars."""
