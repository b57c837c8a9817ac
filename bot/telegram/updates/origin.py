"""Where an update comes from: its chat, its topic, who sent it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.config import MASKS

HIGHEST = 2**63
SUBSCRIPTION = "subscription"
"""The kind of an update that names no chat: it is about the private chat of its user."""

REFUND = "refunded_payment"
"""The field of a message that the bot's own side writes into the payer's chat."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a question was asked, and so where its answer belongs.

    - `thread`: the topic; None for the chat itself and for a forum's General topic, which has no number.
    - `question`: the message to reply to; None: the answer is no reply.
    """

    chat_id: int
    thread: int | None = None
    question: int | None = None

    def parameters(self) -> dict[str, Any]:
        """Return the parameters of a send method that name this place, but for its chat."""
        parameters: dict[str, Any] = {}
        if self.thread is not None:
            parameters["message_thread_id"] = self.thread
        if self.question is not None:
            parameters["reply_parameters"] = {
                "message_id": self.question,
                "allow_sending_without_reply": True,
            }
        return parameters


@dataclass(frozen=True, slots=True)
class Origin:
    """Who sent an update, and where.

    - `user_id`: whose updates are handled in order. The user's id; behind a mask (an anonymous admin, a
      channel that writes in a group) the id of the chat that the mask names; else the chat's, else the
      update's own.
    - `spot`: where to answer; None where nobody can be answered.
    """

    user_id: int
    spot: Spot | None = None
    private: bool = False
    person: bool = False
    """Whether a person wrote or tapped: no bot, and no post that Telegram copied from a channel by itself."""
    first_hand: bool = False
    """Whether she wrote or tapped this herself: not forwarded, not through another bot, not behind a mask."""
    language: str | None = None
    message: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """The message that was written, or whose button was tapped, as Telegram sent it."""

    @property
    def asks(self) -> bool:
        """Whether somebody is there who may be answered."""
        return self.person and self.spot is not None


def origin(update: Mapping[str, Any]) -> Origin:
    """Read where an update comes from. Never raises for odd fields; only `update_id` must be there."""
    body = next((value for value in update.values() if isinstance(value, dict) and _names_someone(value)), {})
    author = _object(body, "from") or _object(body, "user")
    place = _object(body, "message") or body  # a tap names the message that it was made on
    chat, mask = _object(place, "chat"), _mask(body)
    if chat is None and author is not None and SUBSCRIPTION in update:
        chat = {**author, "type": "private"}
    if REFUND in place and chat is not None and chat.get("type") == "private":
        author = chat  # her own lane: behind the payment that was refunded
    spot = _spot(place, chat, tapped=place is not body)
    user_id = _number(mask or author or chat or _object(body, "chat"))
    code = author.get("language_code") if author else None
    return Origin(
        user_id=user_id if user_id is not None else int(update["update_id"]),
        spot=spot,
        private=chat is not None and chat.get("type") == "private",
        person=_is_person(body, author, mask),
        first_hand=user_id not in MASKS and _is_first_hand(update),
        language=code if isinstance(code, str) else None,
        message=place,
    )


def topic_of(message: Mapping[str, Any]) -> int | None:
    """Return the topic in which a message stands; None outside of topics.

    `message_thread_id` alone is no topic: replies in groups carry it too, and Telegram takes no answer there.
    """
    thread = message.get("message_thread_id")
    return thread if message.get("is_topic_message") is True and type(thread) is int and thread > 1 else None


def chat_of(message: Mapping[str, Any]) -> int | None:
    """Return the id of the chat in which a message stands; None where it is not readable."""
    return _number(_object(message, "chat"))


def is_private(message: object) -> bool:
    """Tell whether a message stands in a private chat; False for what is no readable message."""
    chat = _object(message, "chat") if isinstance(message, dict) else None
    return chat is not None and chat.get("type") == "private"


def _names_someone(body: Mapping[str, Any]) -> bool:
    return any(_number(_object(body, name)) is not None for name in ("from", "user", "chat", "sender_chat"))


def _object(body: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    value = body.get(name)
    return value if isinstance(value, dict) else None  # JSON has no other; Mapping is slow to ask


def _number(body: Mapping[str, Any] | None) -> int | None:
    number = body.get("id") if body else None
    return number if type(number) is int and -HIGHEST <= number < HIGHEST else None


def _mask(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the chat in whose name somebody writes in a group; in private nobody can."""
    chat, mask = _object(body, "chat"), _object(body, "sender_chat")
    hides = chat is not None and chat.get("type") != "private" and _number(mask) is not None
    return mask if hides else None


def _is_person(
    body: Mapping[str, Any], author: Mapping[str, Any] | None, mask: Mapping[str, Any] | None
) -> bool:
    if mask is not None:
        return body.get("is_automatic_forward") is not True
    return _number(author) is not None and author is not None and author.get("is_bot") is not True


def _is_first_hand(update: Mapping[str, Any]) -> bool:
    """Tell whether the user did this herself.

    A button may be on a message that was forwarded to the bot.
    """
    if (query := _object(update, "callback_query")) is not None:
        message = _object(query, "message")
        return message is None or message.get("forward_origin") is None
    message = _object(update, "message")
    return message is not None and all(
        message.get(name) is None for name in ("forward_origin", "via_bot", "sender_chat")
    )


def _spot(place: Mapping[str, Any], chat: Mapping[str, Any] | None, *, tapped: bool) -> Spot | None:
    chat_id = _number(chat)
    if chat is None or chat_id is None or chat.get("type") == "channel":
        return None
    number = place.get("message_id")
    replies = chat.get("type") != "private" and not tapped and type(number) is int and number > 0
    return Spot(chat_id, topic_of(place), number if replies else None)
