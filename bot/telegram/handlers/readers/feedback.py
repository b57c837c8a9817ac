"""/feedback: what readers write to the newsroom."""

import json
import re
from dataclasses import dataclass
from typing import Any

from telegram import Message

from bot.domain.pages.page import Button, Buttons
from bot.domain.pages.text_cutting import shorten
from bot.domain.readers.feedback import MOST, Item, Kind, tidy_name
from bot.domain.readers.typed import Meaning, is_unseen, meaning
from bot.i18n import N_, Translator
from bot.services.readers.feedback import Feedback, Taken
from bot.telegram.api.update_context import current
from bot.telegram.chat.capability import CallbackButton, Capability, Command, MessageHook, Where
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.menu import Help
from bot.telegram.chat.typed_text import WORDS_LENGTH, clean
from bot.telegram.handlers.reading.archive_search import ArchiveSearchHandlers
from bot.telegram.updates import grouped

_COMMAND = re.compile(r"\s*/feedback(@\w+)?(?!\w)", re.IGNORECASE)
_FIRST = re.compile(r"\s*\S+")
LONGEST_NUMBER = 18
_FIND = "room:find"
_QUESTION = N_(
    "What would you like to tell the newsroom? Answer this message with a text, a photo or a voice message."
)
_QUOTED = 24
"""UTF-16 units of the reader's words on the button that searches for them."""


@dataclass(frozen=True, slots=True)
class FeedbackHandlers:
    feedback: Feedback
    archive_search: ArchiveSearchHandlers

    def capability(self) -> Capability:
        command = Command(
            "feedback",
            self.write,
            N_("write to the newsroom"),
            where=Where.PRIVATE,
            help=Help(N_("Write to the newsroom"), order=3),
            offered=lambda publication: publication.feedback,
        )
        return Capability(
            commands=(command,),
            buttons=(
                CallbackButton("room:send", self.send),
                CallbackButton("room:find", self.find),
                CallbackButton("room:send:{number}", self.send_all),
            ),
            messages=(MessageHook(self.takes),),
        )

    async def write(self, conversation: Conversation) -> None:
        """/feedback TEXT, or in answer to a message of one's own."""
        translator = await conversation.translator()
        if not is_open(conversation):
            await conversation.follow_menu()
            await conversation.reply(_closed(conversation, translator))
            return
        items = _items(conversation)
        answered = conversation.update.message.reply_to_message if conversation.update.message else None
        if not items and answered is not None and (item := _item(conversation, answered)) is not None:
            items = [item]
        if (
            conversation.original_message is not None
            and (item := _item(conversation, conversation.original_message, _FIRST)) is not None
        ):
            items = [item]  # a button under a mistyped /feedback was tapped
        if items:
            await self._keep(conversation, items)
        else:
            await conversation.ask(_QUESTION)

    async def takes(self, conversation: Conversation) -> bool:
        """Take an answer to the newsroom or to the question of /feedback, or a file with /feedback in its
        caption.

        False for anything else.
        """
        message = conversation.update.message
        if message is None or not conversation.user.private or not is_open(conversation):
            return False
        answered = message.reply_to_message
        is_answer = conversation.replies_to(_QUESTION) or (
            answered is not None and await self.feedback.is_ours(conversation.user.id, answered.message_id)
        )
        if not is_answer and not _COMMAND.match(message.caption or ""):
            return False
        items = _items(conversation)
        if items:
            await self._keep(conversation, items)
        return bool(items)

    async def send(self, conversation: Conversation) -> None:
        """Send the newsroom the reader's message that the tapped button is about."""
        translator, message = await conversation.translator(), conversation.original_message
        if message is None:
            await conversation.answer_tap(_message_gone(translator), alert=True)
        elif not is_open(conversation):
            await conversation.answer_tap(_closed(conversation, translator), alert=True)
        elif (item := _item(conversation, message)) is not None:
            await self._tell_tap(conversation, translator, [item])

    async def find(self, conversation: Conversation) -> None:
        """Search for the words of the reader's message that the tapped button is about."""
        translator, message = await conversation.translator(), conversation.original_message
        if message is None:
            await conversation.answer_tap(_message_gone(translator), alert=True)
            return
        conversation.words = clean(message.text or "").strip()[:WORDS_LENGTH]
        await conversation.answer_tap()
        await self.archive_search.search(conversation)

    async def send_all(self, conversation: Conversation, number: str) -> bool:
        """Send the newsroom all messages of a group; `number`: the id of the update that holds them.

        False for unknown data.
        """
        if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER):
            return False
        translator = await conversation.translator()
        body = await self.feedback.brought(conversation.user.id, int(number))
        messages = grouped.messages(json.loads(body)) if body else []
        items = _read(conversation, messages)
        if not is_open(conversation):
            await conversation.answer_tap(_closed(conversation, translator), alert=True)
        elif not items:
            gone = translator.plain(
                "Your messages are gone: I keep them for two days. Please send them again."
            )
            await conversation.answer_tap(gone, alert=True)
        else:
            await self._tell_tap(conversation, translator, items)
        return True

    async def _keep(self, conversation: Conversation, items: list[Item]) -> None:
        """Store messages for the newsroom, and reply with what came of it."""
        translator = await conversation.translator()
        taken, count = await self.feedback.take(name_of(conversation), *items)
        if taken in (Taken.FULL, Taken.PARTLY):
            # Who writes so fast may be muted, and would not be told of the limit.
            current().ignore_mute()
        await conversation.reply(
            _said(translator, taken, count, len(items)), _after(conversation, translator)
        )

    async def _tell_tap(self, conversation: Conversation, translator: Translator, items: list[Item]) -> None:
        taken, count = await self.feedback.take(name_of(conversation), *items)
        text = _said(translator, taken, count, len(items))
        if taken in (Taken.KEPT, Taken.PARTLY):
            await conversation.answer_tap()
            await conversation.edit(text)
        else:
            await conversation.answer_tap(text, alert=True)


def is_open(conversation: Conversation) -> bool:
    """Tell whether this user may write to the newsroom: it is open, and she is no admin."""
    return (
        conversation.publication.feedback
        and bool(conversation.admins)
        and conversation.user.id not in conversation.admins
    )


async def offer(conversation: Conversation) -> bool:
    """Ask whether to search for a message or to send it to the newsroom; False where neither is possible.

    Nothing is stored: the message stays in the reader's chat until she taps.
    """
    translator, message = await conversation.translator(), conversation.update.message
    if message is None:
        return False
    buttons = _ways(conversation, translator, message)
    if buttons:
        helped = translator.say("/help shows what you can ask me.")
        await conversation.reply_to_message(
            f"{_asked(translator, {button.action for (button,) in buttons})}\n\n{helped}", buttons
        )
    return bool(buttons)


def _asked(translator: Translator, actions: set[str | None]) -> str:
    """Return the question about a message for which these actions are possible."""
    if actions == {_FIND}:
        return translator.say("I don’t know what to do with that message. Should I search for it?")
    if _FIND not in actions:
        return translator.say("I don’t know what to do with that message. Should I send it to the newsroom?")
    return translator.say(
        "I don’t know what to do with that message. Should I search for it, or send it to the newsroom?"
    )


def _ways(conversation: Conversation, translator: Translator, message: Message) -> Buttons:
    rows: list[tuple[Button, ...]] = []
    words = " ".join(clean(message.text or "").split())
    if not is_unseen(words):
        label = translator.plain("Search for “{words}”", words=shorten(words, _QUOTED))
        rows.append((Button(label, action=_FIND),))
    if is_open(conversation) and _items(conversation):
        action = "room:send" if conversation.kind is None else f"room:send:{conversation.update.update_id}"
        rows.append((Button(translator.plain("Send it to the newsroom"), action=action),))
    return tuple(rows)


def _message_gone(translator: Translator) -> str:
    return translator.plain("Your message is gone, and I don’t keep copies. Please write it again.")


def _closed(conversation: Conversation, translator: Translator) -> str:
    if conversation.user.id in conversation.admins:
        return translator.plain("You’re the newsroom: what readers write comes to you.")
    return translator.plain("The newsroom doesn’t take messages here.")


def _after(conversation: Conversation, translator: Translator) -> Buttons:
    """Return a button for /stop, where the reader wrote the newsroom a word that means it."""
    if meaning(conversation.text) is not Meaning.STOP:
        return ()
    return ((Button(translator.plain("Stop sending me issues"), action="run:stop"),),)


def _said(translator: Translator, taken: Taken, sent: int, count: int) -> str:
    match taken:
        case Taken.KEPT:
            return translator.plain("Sent to the newsroom. If they answer, you’ll see it here.")
        case Taken.PARTLY:
            return translator.plain(
                "The newsroom takes up to {most} messages from you an hour. Of these {count}, the first "
                "{kept} were sent; send the others again later.",
                most=MOST,
                count=count,
                kept=sent,
            )
        case Taken.MUTED:
            return translator.plain("The newsroom isn’t taking your messages for now.")
        case _:
            return translator.plain(
                "The newsroom takes up to {most} messages from you an hour, and has had them. This "
                "one wasn’t sent; write again later.",
                most=MOST,
            )


def _items(conversation: Conversation) -> list[Item]:
    """Return what was written; several items where it came in several messages."""
    message = conversation.update.message
    parts = grouped.messages(conversation.update.api_kwargs)
    if parts:
        return _read(conversation, parts)
    item = _item(conversation, message) if message else None
    return [item] if item is not None else []


def _read(conversation: Conversation, messages: list[dict[str, Any]]) -> list[Item]:
    items = (_item(conversation, Message.de_json(message, None)) for message in messages)
    return [item for item in items if item is not None]


def _item(conversation: Conversation, message: Message, command: re.Pattern[str] = _COMMAND) -> Item | None:
    """Return a message of the reader's own without the `command`; None for what cannot be sent on."""
    author = message.from_user
    if author is None or author.id != conversation.user.id:
        return None
    text = clean(message.text or message.caption or "")
    begins = command.match(text)
    text = text[begins.end() if begins else 0 :].strip()
    kind, file_id = _file(message)
    if kind is Kind.TEXT and is_unseen(text):
        return None
    return Item(author.id, message.message_id, conversation.now(), kind, text, file_id)


def _file(message: Message) -> tuple[Kind, str | None]:
    for kind in Kind:
        file = getattr(message, kind.value)
        if kind is not Kind.TEXT and file:
            return kind, (file[-1] if kind is Kind.PHOTO else file).file_id
    return Kind.TEXT, None


def name_of(conversation: Conversation) -> str:
    """Return the user's name in Telegram, without characters that could disturb the text around it."""
    user = conversation.update.effective_user
    return tidy_name(clean(user.full_name)) if user else "?"
