"""What a handlers class declares: its commands, buttons, words and messages."""

from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto
from itertools import chain, combinations
from typing import TypeAlias, TypeVar

from bot.domain.content.publication import Publication
from bot.domain.readers.typed import Meaning
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.menu import Help, MenuItem

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Handler: TypeAlias = Callable[[Conversation], Awaitable[object]]
DATE = "{date}"
REST = "*"


class Who(Enum):
    EVERYONE = auto()
    ADMINS = auto()
    """Admins, by a message of their own or a button sent to them (see `Conversation.is_admins_own`)."""


class Where(Enum):
    ANYWHERE = auto()
    PRIVATE = auto()
    """Only in a private chat; in a group the answer says so."""


def _nowhere(_: str) -> str:
    return ""


def _always(_publication: Publication) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Command:
    """A command by its name, without the slash.

    `about` is what menus say of it; `in_menus` is False where no menu lists it; `offered` tells whether this
    publication offers it. `start` returns the payload of the deep link that does in private what the words
    behind the command ask for; "" where there is none.
    """

    name: str
    handler: Handler
    about: str
    who: Who = Who.EVERYONE
    where: Where = Where.ANYWHERE
    help: Help | None = None
    in_menus: bool = True
    offered: Callable[[Publication], bool] = _always
    start: Callable[[str], str] = _nowhere


@dataclass(frozen=True, slots=True)
class CallbackButton:
    """A button by its callback data, as in "set:{what}:{value}".

    A name in braces stands for any one word, `{date}` for a date as in 2025-12-22, and `*` at the end for all
    words that follow. The handler gets their values in this order (the last as one list), and returns False
    for a value that it does not know.
    """

    pattern: str
    handler: Callable[..., Awaitable[object]]
    who: Who = Who.EVERYONE
    where: Where = Where.PRIVATE

    @property
    def parts(self) -> list[str]:
        return self.pattern.split(":")

    def arguments(self, words: Sequence[str]) -> list[object] | None:
        """Return what the handler gets for these words; None where they do not fit the pattern."""
        parts, following = self.parts, list[object]()
        if parts[-1] == REST:
            parts = parts[:-1]
            words, following = words[: len(parts)], [list(words[len(parts) :])]
        if len(parts) != len(words) or not all(map(_fits, parts, words)):
            return None
        values = [_value(part, word) for part, word in zip(parts, words, strict=True) if _is_variable(part)]
        return values + following

    def overlaps(self, other: "CallbackButton") -> bool:
        """Tell whether some data may fit both patterns."""
        pairs = list(zip(self.parts, other.parts, strict=False))
        has_rest = REST in (self.parts[-1], other.parts[-1])
        return (has_rest or len(self.parts) == len(other.parts)) and all(
            mine == theirs or any(part == REST or _is_variable(part) for part in (mine, theirs))
            for mine, theirs in pairs
        )


def _is_variable(part: str) -> bool:
    return part.startswith("{")


def _fits(part: str, word: str) -> bool:
    if part == DATE:
        return _date(word) is not None
    return _is_variable(part) or part == word


def _value(part: str, word: str) -> object:
    return _date(word) if part == DATE else word


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class MessageHook:
    """Asked about each message that is no command; `take` returns True where it has taken the message.

    `commands`: it is asked about messages that begin with a reader's command, too.
    """

    take: Callable[[Conversation], Awaitable[bool]]
    who: Who = Who.EVERYONE
    commands: bool = False


@dataclass(frozen=True, slots=True)
class Capability:
    """What one handlers class adds to the bot. `words`: what known words without a slash ask for."""

    commands: Sequence[Command] = ()
    buttons: Sequence[CallbackButton] = ()
    words: Mapping[Meaning, Handler] = field(default_factory=dict)
    messages: Sequence[MessageHook] = ()


class Capabilities:
    """All capabilities. Menus list commands, and hooks are asked about messages, in the order given."""

    def __init__(self, declared: Iterable[Capability]) -> None:
        """Raise ValueError where two declare the same command or word, or buttons that overlap."""
        together = tuple(declared)
        self.commands = tuple(chain.from_iterable(capability.commands for capability in together))
        self.messages = tuple(chain.from_iterable(capability.messages for capability in together))
        self._buttons = tuple(chain.from_iterable(capability.buttons for capability in together))
        self._by_name = _unique((command.name, command) for command in self.commands)
        self.words = _unique(chain.from_iterable(capability.words.items() for capability in together))
        for button, other in combinations(self._buttons, 2):
            if button.overlaps(other):
                raise ValueError(f"The same data may fit both buttons {button.pattern} and {other.pattern}.")

    @property
    def names(self) -> list[str]:
        """The names of all commands."""
        return list(self._by_name)

    def command(self, name: str) -> Command | None:
        return self._by_name.get(name)

    def button(self, words: Sequence[str]) -> tuple[CallbackButton, list[object]] | None:
        """Return the button whose pattern fits callback data (split at its colons), and its handler's
        arguments.
        """
        for button in self._buttons:
            arguments = button.arguments(words)
            if arguments is not None:
                return button, arguments
        return None

    @property
    def menu_items(self) -> list[MenuItem]:
        """The commands that menus may list."""
        return [
            MenuItem(
                command.name,
                command.about,
                command.help,
                admins_only=command.who is Who.ADMINS,
                private_only=command.where is Where.PRIVATE,
                offered=command.offered,
            )
            for command in self.commands
            if command.in_menus
        ]


def _unique(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, Value]:
    unique: dict[Key, Value] = {}
    for key, value in pairs:
        if key in unique:
            raise ValueError(f"{key} is declared twice.")
        unique[key] = value
    return unique
