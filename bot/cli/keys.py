"""A lost HASH_KEY, given up by its name."""

from bot.cli.database import OperatorError, with_database
from bot.clock import Clock
from bot.services.operations.key_check import give_up_key

GIVEN_UP = (
    "Everyone can then have the trial and each offer again, and codes and payment links that were made with "
    "the old key no longer work."
)


def give_up(url: str, clock: Clock, name: str) -> str:
    """Let the next start use another key than the one named by its fingerprint; return a sentence about it.

    OperatorError: the database was used with another key, or with none.
    """
    stored = with_database(url, clock, lambda database, _: give_up_key(database, name))
    if stored is None:
        return f"The key {name} is given up. The next start notes the key that it finds."
    if not stored:
        raise OperatorError("The database names no key: the next start notes the one that it finds.")
    raise OperatorError(f"The database was not used with a key {name}, but with {stored}. Name that one.")
