"""Reads whom an admin means from the message that her command answers."""

from enum import StrEnum

from telegram import (
    Message,
    MessageOrigin,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
    User,
)

from bot.config import MASKS
from bot.i18n import N_, Translator


class Nobody(StrEnum):
    """Why the message that was answered names nobody."""

    HIDDEN = "hidden"  # who wrote it lets Telegram name her to nobody
    CHAT = "chat"  # a group, an anonymous admin or a channel wrote it
    BOT = "bot"
    CONTACT = "contact"  # of somebody without Telegram


WORDS = {
    Nobody.HIDDEN: N_(
        "Telegram doesn’t tell me whose message that is: they hide their account when someone "
        "forwards what they write. Ask them for their ID; it’s in /account."
    ),
    Nobody.CHAT: N_(
        "A group or a channel wrote that, not a person. Answer one of the person’s own messages, "
        "or write their ID; it’s in /account."
    ),
    Nobody.BOT: N_(
        "A bot wrote that. Forward me one of the person’s own messages and answer it, or write "
        "their ID; it’s in /account."
    ),
    Nobody.CONTACT: N_("Telegram knows no account for this contact."),
}


def answered_person(message: Message | None) -> int | Nobody | None:
    """Return the id of the person whose message is answered, in this chat or another.

    Nobody: why the answered message names no person. None: no message is answered.
    """
    if message is None:
        return None
    if message.external_reply is not None:
        return _origin(message.external_reply.origin)
    answered = message.reply_to_message
    if answered is None or answered.forum_topic_created is not None:  # a topic's first message: no answer
        return None
    return _author(answered)


def _author(answered: Message) -> int | Nobody | None:
    """Return the person whose contact the message is, else who wrote it first, else who sent it."""
    if answered.contact is not None:
        return answered.contact.user_id or Nobody.CONTACT
    if answered.forward_origin is not None:
        return _origin(answered.forward_origin)
    if answered.sender_chat is not None:
        return Nobody.CHAT
    return None if answered.from_user is None else _user(answered.from_user)


def said(translator: Translator, nobody: Nobody) -> str:
    return translator.say(WORDS[nobody])


def _origin(origin: MessageOrigin) -> int | Nobody:
    match origin:
        case MessageOriginUser():
            return _user(origin.sender_user)
        case MessageOriginChat() | MessageOriginChannel():
            return Nobody.CHAT
        case MessageOriginHiddenUser():
            return Nobody.HIDDEN
        case _:
            return Nobody.HIDDEN


def _user(user: User) -> int | Nobody:
    if user.id in MASKS:
        return Nobody.CHAT
    return Nobody.BOT if user.is_bot else user.id
