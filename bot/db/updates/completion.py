"""What a handler leaves to the transaction that marks its update."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from bot.db.readers.open_pages import OpenPage


@dataclass(slots=True)
class Completion:
    """Open pages that the handler of an update has left; they are written when it is marked as handled."""

    pages: list[OpenPage] = field(default_factory=list)


_completion: ContextVar[Completion | None] = ContextVar("completion", default=None)


def leave(page: OpenPage) -> bool:
    """Leave an open page to the transaction that marks the update as handled.

    False where no update is handled in this context, or its pages are not collected: then the caller writes
    the page.
    """
    completion = _completion.get()
    if completion is None:
        return False
    completion.pages.append(page)
    return True


@contextmanager
def completing(completion: Completion | None) -> Iterator[None]:
    """Collect what is left in this block in `completion`. None: collect nothing, so `leave` returns False."""
    token = _completion.set(completion)
    try:
        yield
    finally:
        _completion.reset(token)
