"""What became of something that was handed to Telegram."""

from dataclasses import dataclass, field
from typing import Any, TypeAlias

UNAUTHORIZED = 401
"""The status of an answer to a wrong token: it says nothing about the message or its reader."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Accepted by Telegram; not "read"."""

    message_id: int
    answer: dict[str, Any] = field(default_factory=dict, repr=False)  # what Telegram said of it


@dataclass(frozen=True, slots=True)
class NotSent:
    """Certainly not handed over (refused, no connection, 429): it may be sent again after `wait` seconds.

    `limited`: this says nothing against the connection. Telegram said to wait (429), or the reason is ours.
    """

    reason: str
    wait: float = 0.0
    limited: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """The reader cannot be reached: blocked, deactivated, never started."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The same message to the same chat will be refused again. `code` is the HTTP status; `moved_to` the
    supergroup that the chat has become; `of_message`: what Telegram says speaks of the message, whoever it is
    for.
    """

    reason: str
    code: int = 400
    moved_to: int | None = None
    of_message: bool = False

    @property
    def refuses_rendering(self) -> bool:
        """Tell whether the message may be taken in another rendering: it is wrong as it is, or a method of
        this kind is not known.
        """
        return self.of_message or self.code == 404


@dataclass(frozen=True, slots=True)
class Unknown:
    """Handed to Telegram, answer lost: it may or may not have arrived, so it is never sent again silently."""

    reason: str


Outcome: TypeAlias = Sent | NotSent | Gone | Rejected | Unknown
