"""What a handler leaves to the transaction that marks its update as handled."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from bot.db.readers.open_pages import OpenPage


@dataclass(slots=True)
class Completion:
    """Open pages of the update that is handled now; they are on disk once it is marked as handled."""

    pages: list[OpenPage] = field(default_factory=list)


_completion: ContextVar[Completion | None] = ContextVar("completion", default=None)


def leave(page: OpenPage) -> bool:
    """Leave a page to the end of the update; False where none is handled here, or it takes no pages: then
    the caller writes it.
    """
    completion = _completion.get()
    if completion is None:
        return False
    completion.pages.append(page)
    return True


@contextmanager
def completing(completion: Completion | None) -> Iterator[None]:
    """Let what is left in this block go to `completion`; None: let everything be written at once."""
    token = _completion.set(completion)
    try:
        yield
    finally:
        _completion.reset(token)
