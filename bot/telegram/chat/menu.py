"""What a command menu lists, and what conversations ask of the menus."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.readers.reader import Reader


@dataclass(frozen=True, slots=True)
class Help:
    """How /help shows a command in private: as a line, or as a `button`, that of the lowest `order` first."""

    button: str | None = None
    order: int = 0


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A command as menus and /help show it; `about` is to be said in the reader's language."""

    name: str
    about: str
    help: Help | None = None


class CommandMenus(Protocol):
    """The command menus (see `menus`)."""

    async def follow(self, reader: Reader) -> None: ...

    def listed(self, *, admin: bool, private: bool) -> Sequence[MenuItem]: ...
