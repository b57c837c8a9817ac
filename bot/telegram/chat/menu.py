"""What a command menu lists."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.content.publication import Publication


@dataclass(frozen=True, slots=True)
class Help:
    """How /help shows a command in private: as a line, or as a `button`, that of the lowest `order` first."""

    button: str | None = None
    order: int = 0


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A command as menus and /help show it; `about` is to be said in the reader's language.

    `offered` tells whether a publication offers it.
    """

    name: str
    about: str
    help: Help | None
    admins_only: bool
    private_only: bool
    offered: Callable[[Publication], bool]

    def is_listed(self, publication: Publication, *, admin: bool, private: bool) -> bool:
        """Tell whether the menu of an admin or a reader lists it in a private chat or a group."""
        return (
            (admin or not self.admins_only)
            and (private or not self.private_only)
            and self.offered(publication)
        )
