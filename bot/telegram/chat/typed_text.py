"""Text as people type it, made fit for the database and messages."""

WORDS_LENGTH = 256
"""Characters; more of what a reader types is ignored."""


def after_command(text: str) -> str:
    """Return the words behind the first one, at most `WORDS_LENGTH` characters."""
    return " ".join(text.split(maxsplit=1)[1:]).strip()[:WORDS_LENGTH]


def clean(text: str) -> str:
    """Drop what no database and no message can hold: NUL and lone surrogates."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()
