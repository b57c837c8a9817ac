"""One call of the Bot API, as its method sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram_simulator.api.errors import bad_request, forbidden
from telegram_simulator.api.parameters import Upload
from telegram_simulator.state.account import Account
from telegram_simulator.state.chats import Chat
from telegram_simulator.state.messages import Message
from telegram_simulator.state.state import State

_MISSING = {
    "from_chat_id": 'parameter "from_chat_id" is required',
    "deleteMessage": "chat identifier is not specified",
    "deleteMessages": "chat identifier is not specified",
}
"""What Telegram says where no chat is named, by parameter or method."""


@dataclass(frozen=True, slots=True)
class Call:
    """`values` are the parameters, each of its kind; absent ones are missing."""

    state: State
    account: Account
    method: str
    values: Mapping[str, Any]
    uploads: Mapping[str, Upload]

    def text(self, name: str) -> str:
        return str(self.values.get(name, ""))

    def integer(self, name: str, default: int = 0) -> int:
        return int(self.values.get(name, default))

    def flag(self, name: str) -> bool:
        return bool(self.values.get(name, False))

    def chat(self, name: str = "chat_id") -> Chat:
        """Return the chat that the call names; ApiError 400 when this bot does not know it."""
        chat_id = self.values.get(name)
        if chat_id is None:
            raise bad_request(_MISSING.get(self.method if name == "chat_id" else name, "chat_id is empty"))
        chat = self.account.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            text = "group chat was upgraded to a supergroup chat"
            raise bad_request(text, migrate_to_chat_id=chat.migrated_to)
        return chat

    def open_chat(self) -> Chat:
        """Return the chat, when the bot may write to it now."""
        chat = self.chat()
        if chat.deactivated:
            raise forbidden("user is deactivated")
        if not chat.started and chat.private:
            raise forbidden("bot can't initiate conversation with a user")
        if chat.blocked:
            kind = chat.fields["type"]
            left = "bot was blocked by the user" if chat.private else f"bot was kicked from the {kind} chat"
            raise forbidden(left)
        return chat

    def message(self, chat: Chat, missing: str, name: str = "message_id") -> Message:
        """Return the message that the call names; ApiError 400 with the text `missing` without one."""
        if "inline_message_id" in self.values and name not in self.values:
            raise bad_request("MESSAGE_ID_INVALID")
        message_id = self.integer(name)
        if message_id <= 0:
            raise bad_request("message identifier is not specified")
        if message_id not in chat.messages:
            raise bad_request(missing)
        return chat.messages[message_id]
