"""Open pages that wait for the transaction that marks their update."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from bot.db.readers.open_pages import OpenPage


@dataclass(slots=True)
class Completion:
    """Open pages of the update that is handled now, in the order in which they were shown.

    They are on disk once it is marked as handled, or earlier: `added` is called after each.
    """

    added: Callable[["Completion"], object]
    pages: list[OpenPage] = field(default_factory=list)

    def take(self) -> list[OpenPage]:
        """Return the pages and forget them: whoever takes them writes them."""
        pages, self.pages = self.pages, []
        return pages


_completion: ContextVar[Completion | None] = ContextVar("completion", default=None)


def leave(page: OpenPage) -> bool:
    """Leave a page to the update that is handled here; False where none is, or it takes no pages: then the
    caller writes it.
    """
    completion = _completion.get()
    if completion is None:
        return False
    completion.pages.append(page)
    completion.added(completion)
    return True


@contextmanager
def completing(completion: Completion | None) -> Iterator[None]:
    """Collect what is left in this block in `completion`. None: collect nothing, so `leave` returns False."""
    token = _completion.set(completion)
    try:
        yield
    finally:
        _completion.reset(token)
