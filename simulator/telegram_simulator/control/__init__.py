"""The control API and the chat page, for people and tests."""
