"""Outcomes: what became of a message for Telegram."""

from dataclasses import dataclass, field
from typing import Any, TypeAlias

UNAUTHORIZED = 401
"""The HTTP status for a wrong token."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Accepted by Telegram; whether it was read nobody knows."""

    message_id: int
    answer: dict[str, Any] = field(default_factory=dict, repr=False)  # the `result`


@dataclass(frozen=True, slots=True)
class NotSent:
    """Certainly not accepted (no connection, 429, or held back by us): it may be sent again after `wait`
    seconds.

    `limited`: the connection is fine. Telegram asked to wait (429), or the reason is ours.
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
    """Refused: the same message to the same chat will be refused again.

    `code` is the HTTP status, `moved_to` the supergroup that the group has become. `of_message`: the reason
    is the message itself, so that no chat would get it.
    """

    reason: str
    code: int = 400
    moved_to: int | None = None
    of_message: bool = False

    @property
    def is_of_token(self) -> bool:
        """Tell whether the token is wrong: this says nothing about the message or its reader."""
        return self.code == UNAUTHORIZED

    @property
    def refuses_rendering(self) -> bool:
        """Tell whether Telegram may take the message in another rendering: this one is wrong for everybody,
        or the server does not know its method.
        """
        return self.of_message or self.code == 404


@dataclass(frozen=True, slots=True)
class Unknown:
    """Handed to Telegram, answer lost: it may have arrived, so it is never sent again unasked."""

    reason: str


Outcome: TypeAlias = Sent | NotSent | Gone | Rejected | Unknown
