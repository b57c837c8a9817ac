"""What a reader writes to the newsroom: at once, or by the button under what was not understood."""

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
from bot.telegram.chat.conversation import WORDS_LENGTH, Conversation, clean
from bot.telegram.chat.menu import Help
from bot.telegram.handlers.reading.archive_search import FindingHandlers
from bot.telegram.updates import grouped

_COMMAND = re.compile(r"\s*/feedback(@\w+)?(?!\w)", re.IGNORECASE)
_FIRST = re.compile(r"\s*\S+")
LONGEST_NUMBER = 18
_FIND = "room:find"
_QUESTION = N_(
    "What would you like to tell the newsroom? Answer this message with a text, a photo or a voice message."
)
_QUOTED = 24
"""UTF-16 units of her words on the button that searches for them."""


@dataclass(frozen=True, slots=True)
class FeedbackHandlers:
    feedback: Feedback
    finding: FindingHandlers

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
        """/feedback WORDS, or in answer to a message of one's own."""
        translator = await conversation.translator()
        if not is_open(conversation):
            await conversation.follow_menu()
            await conversation.say(_closed(conversation, translator))
            return
        items = _items(conversation)
        answered = conversation.update.message.reply_to_message if conversation.update.message else None
        if not items and answered is not None and (one := _item(conversation, answered)) is not None:
            items = [one]
        if (
            conversation.tapped is not None
            and (one := _item(conversation, conversation.tapped, _FIRST)) is not None
        ):
            items = [one]  # she had mistyped the command
        if items:
            await self._keep(conversation, items)
        else:
            await conversation.ask(_QUESTION)

    async def takes(self, conversation: Conversation) -> bool:
        """Take what answers the newsroom or the question of /feedback, or comes with it in its caption; False
        for anything else.
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
        """Send the newsroom the message that is answered above the button."""
        translator, message = await conversation.translator(), conversation.tapped
        if message is None:
            await conversation.notice(_message_gone(translator), alert=True)
        elif not is_open(conversation):
            await conversation.notice(_closed(conversation, translator), alert=True)
        elif (item := _item(conversation, message)) is not None:
            await self._tell_tap(conversation, translator, [item])

    async def find(self, conversation: Conversation) -> None:
        """Search for the words of the message that is answered above the button."""
        translator, message = await conversation.translator(), conversation.tapped
        if message is None:
            await conversation.notice(_message_gone(translator), alert=True)
            return
        conversation.words = clean(message.text or "").strip()[:WORDS_LENGTH]
        await conversation.notice()
        await self.finding.search(conversation)

    async def send_all(self, conversation: Conversation, number: str) -> bool:
        """Send all the messages that one thing came in, which stand in its update; False for a number that is
        none.
        """
        if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER):
            return False
        translator = await conversation.translator()
        body = await self.feedback.brought(conversation.user.id, int(number))
        messages = grouped.messages(json.loads(body)) if body else []
        items = _read(conversation, messages)
        if not is_open(conversation):
            await conversation.notice(_closed(conversation, translator), alert=True)
        elif not items:
            gone = translator.plain(
                "Your messages are gone: I keep them for two days. Please send them again."
            )
            await conversation.notice(gone, alert=True)
        else:
            await self._tell_tap(conversation, translator, items)
        return True

    async def _keep(self, conversation: Conversation, items: list[Item]) -> None:
        """Give all parts of one thing to the newsroom, and say what came of it."""
        translator = await conversation.translator()
        taken, kept = await self.feedback.take(name_of(conversation), *items)
        if taken in (Taken.FULL, Taken.PARTLY):
            # Who writes so fast may be muted by now, and would never hear of the limit.
            current().ignore_mute()
        await conversation.say(_said(translator, taken, kept, len(items)), _after(conversation, translator))

    async def _tell_tap(self, conversation: Conversation, translator: Translator, items: list[Item]) -> None:
        taken, kept = await self.feedback.take(name_of(conversation), *items)
        text = _said(translator, taken, kept, len(items))
        if taken in (Taken.KEPT, Taken.PARTLY):
            await conversation.notice()
            await conversation.restate(text)
        else:
            await conversation.notice(text, alert=True)


def is_open(conversation: Conversation) -> bool:
    """Tell whether this visitor may write to the newsroom: it may want nothing, and writes not to itself."""
    return (
        conversation.publication.feedback
        and bool(conversation.admins)
        and conversation.user.id not in conversation.admins
    )


async def offer(conversation: Conversation) -> bool:
    """Ask what is to become of what nobody understands: it lies in the reader's chat until she taps. False
    where nothing can become of it.
    """
    translator, message = await conversation.translator(), conversation.update.message
    if message is None:
        return False
    buttons = _ways(conversation, translator, message)
    if buttons:
        helped = translator.say("/help shows what you can ask me.")
        await conversation.reply(
            f"{_asked(translator, {button.action for (button,) in buttons})}\n\n{helped}", buttons
        )
    return bool(buttons)


def _asked(translator: Translator, actions: set[str | None]) -> str:
    """Ask what is to become of a message of which this is possible."""
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
    """Offer what a word means that was written to the newsroom: who wants no issues may say so to it."""
    if meaning(conversation.text) is not Meaning.STOP:
        return ()
    return ((Button(translator.plain("Stop sending me issues"), action="run:stop"),),)


def _said(translator: Translator, taken: Taken, kept: int, count: int) -> str:
    match taken:
        case Taken.KEPT:
            return translator.plain("Sent to the newsroom. If they answer, you’ll see it here.")
        case Taken.PARTLY:
            return translator.plain(
                "The newsroom takes up to {most} messages from you an hour. Of these {count}, the first "
                "{kept} were sent; send the others again later.",
                most=MOST,
                count=count,
                kept=kept,
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
    """Return what was written, in all the messages that it came in."""
    message = conversation.update.message
    parts = grouped.messages(conversation.update.api_kwargs)
    if parts:
        return _read(conversation, parts)
    one = _item(conversation, message) if message else None
    return [one] if one is not None else []


def _read(conversation: Conversation, messages: list[dict[str, Any]]) -> list[Item]:
    found = [_item(conversation, Message.de_json(one, None)) for one in messages]
    return [one for one in found if one is not None]


def _item(conversation: Conversation, message: Message, command: re.Pattern[str] = _COMMAND) -> Item | None:
    """Read a message of the reader's own, without the `command`; None for what cannot be sent on."""
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
    """Return the name that Telegram shows of whoever wrote or tapped, fit to stand beside others' words."""
    user = conversation.update.effective_user
    return tidy_name(clean(user.full_name)) if user else "?"
