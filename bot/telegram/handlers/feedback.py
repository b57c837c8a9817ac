"""What a reader writes to the newsroom: at once, or by the button under what was not understood."""

import json
import re
from dataclasses import dataclass
from typing import Any

from telegram import Message

from bot.domain.feedback import MOST, Item, Kind, tidy_name
from bot.domain.page import Button, Buttons
from bot.domain.sentences import shorten
from bot.domain.typed import Meaning, is_unseen, meaning
from bot.i18n import Speech, noted
from bot.services.feedback import Feedback, Taken
from bot.telegram import together
from bot.telegram.asking import current
from bot.telegram.capability import CallbackButton, Capability, Command, MessageHook, Where
from bot.telegram.handlers.finding import FindingHandlers
from bot.telegram.menu import Help
from bot.telegram.talk import WORDS_LENGTH, Talk, clean

_COMMAND = re.compile(r"\s*/feedback(@\w+)?(?!\w)", re.IGNORECASE)
_FIRST = re.compile(r"\s*\S+")
LONGEST_NUMBER = 18
_FIND = "room:find"
_QUESTION = noted(
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
            noted("write to the newsroom"),
            where=Where.PRIVATE,
            help=Help(noted("Write to the newsroom"), order=3),
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

    async def write(self, talk: Talk) -> None:
        """/feedback WORDS, or in answer to a message of one's own."""
        voice = await talk.voice()
        if not is_open(talk):
            await talk.follow_menu()
            await talk.say(_closed(talk, voice))
            return
        items = _items(talk)
        answered = talk.update.message.reply_to_message if talk.update.message else None
        if not items and answered is not None and (one := _item(talk, answered)) is not None:
            items = [one]
        if talk.tapped is not None and (one := _item(talk, talk.tapped, _FIRST)) is not None:
            items = [one]  # she had mistyped the command
        if items:
            await self._keep(talk, items)
        else:
            await talk.ask(_QUESTION)

    async def takes(self, talk: Talk) -> bool:
        """Take what answers the newsroom or the question of /feedback, or comes with it in its caption; False
        for anything else.
        """
        message = talk.update.message
        if message is None or not talk.visitor.private or not is_open(talk):
            return False
        answered = message.reply_to_message
        is_answer = talk.replies_to(_QUESTION) or (
            answered is not None and await self.feedback.is_ours(talk.visitor.id, answered.message_id)
        )
        if not is_answer and not _COMMAND.match(message.caption or ""):
            return False
        items = _items(talk)
        if items:
            await self._keep(talk, items)
        return bool(items)

    async def send(self, talk: Talk) -> None:
        """Send the newsroom the message that is answered above the button."""
        voice, message = await talk.voice(), talk.tapped
        if message is None:
            await talk.notice(_message_gone(voice), alert=True)
        elif not is_open(talk):
            await talk.notice(_closed(talk, voice), alert=True)
        elif (item := _item(talk, message)) is not None:
            await self._tell_tap(talk, voice, [item])

    async def find(self, talk: Talk) -> None:
        """Search for the words of the message that is answered above the button."""
        voice, message = await talk.voice(), talk.tapped
        if message is None:
            await talk.notice(_message_gone(voice), alert=True)
            return
        talk.words = clean(message.text or "").strip()[:WORDS_LENGTH]
        await talk.notice()
        await self.finding.search(talk)

    async def send_all(self, talk: Talk, number: str) -> bool:
        """Send all the messages that one thing came in, which stand in its update; False for a number that is
        none.
        """
        if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER):
            return False
        voice = await talk.voice()
        body = await self.feedback.brought(talk.visitor.id, int(number))
        messages = together.messages(json.loads(body)) if body else []
        items = _read(talk, messages)
        if not is_open(talk):
            await talk.notice(_closed(talk, voice), alert=True)
        elif not items:
            gone = voice.plain("Your messages are gone: I keep them for two days. Please send them again.")
            await talk.notice(gone, alert=True)
        else:
            await self._tell_tap(talk, voice, items)
        return True

    async def _keep(self, talk: Talk, items: list[Item]) -> None:
        """Give all parts of one thing to the newsroom, and say what came of it."""
        voice = await talk.voice()
        taken, kept = await self.feedback.take(name_of(talk), *items)
        if taken in (Taken.FULL, Taken.PARTLY):
            # Who writes so fast may be muted by now, and would never hear of the limit.
            current().ignore_mute()
        await talk.say(_said(voice, taken, kept, len(items)), _after(talk, voice))

    async def _tell_tap(self, talk: Talk, voice: Speech, items: list[Item]) -> None:
        taken, kept = await self.feedback.take(name_of(talk), *items)
        text = _said(voice, taken, kept, len(items))
        if taken in (Taken.KEPT, Taken.PARTLY):
            await talk.notice()
            await talk.restate(text)
        else:
            await talk.notice(text, alert=True)


def is_open(talk: Talk) -> bool:
    """Tell whether this visitor may write to the newsroom: it may want nothing, and writes not to itself."""
    return talk.publication.feedback and bool(talk.admins) and talk.visitor.id not in talk.admins


async def offer(talk: Talk) -> bool:
    """Ask what is to become of what nobody understands: it lies in the reader's chat until she taps. False
    where nothing can become of it.
    """
    voice, message = await talk.voice(), talk.update.message
    if message is None:
        return False
    buttons = _ways(talk, voice, message)
    if buttons:
        helped = voice.say("/help shows what you can ask me.")
        await talk.reply(f"{_asked(voice, {button.action for (button,) in buttons})}\n\n{helped}", buttons)
    return bool(buttons)


def _asked(voice: Speech, actions: set[str | None]) -> str:
    """Ask what is to become of a message of which this is possible."""
    if actions == {_FIND}:
        return voice.say("I don’t know what to do with that message. Should I search for it?")
    if _FIND not in actions:
        return voice.say("I don’t know what to do with that message. Should I send it to the newsroom?")
    return voice.say(
        "I don’t know what to do with that message. Should I search for it, or send it to the newsroom?"
    )


def _ways(talk: Talk, voice: Speech, message: Message) -> Buttons:
    rows: list[tuple[Button, ...]] = []
    words = " ".join(clean(message.text or "").split())
    if not is_unseen(words):
        label = voice.plain("Search for “{words}”", words=shorten(words, _QUOTED))
        rows.append((Button(label, action=_FIND),))
    if is_open(talk) and _items(talk):
        action = "room:send" if talk.kind is None else f"room:send:{talk.update.update_id}"
        rows.append((Button(voice.plain("Send it to the newsroom"), action=action),))
    return tuple(rows)


def _message_gone(voice: Speech) -> str:
    return voice.plain("Your message is gone, and I don’t keep copies. Please write it again.")


def _closed(talk: Talk, voice: Speech) -> str:
    if talk.visitor.id in talk.admins:
        return voice.plain("You’re the newsroom: what readers write comes to you.")
    return voice.plain("The newsroom doesn’t take messages here.")


def _after(talk: Talk, voice: Speech) -> Buttons:
    """Offer what a word means that was written to the newsroom: who wants no issues may say so to it."""
    if meaning(talk.text) is not Meaning.STOP:
        return ()
    return ((Button(voice.plain("Stop sending me issues"), action="run:stop"),),)


def _said(voice: Speech, taken: Taken, kept: int, count: int) -> str:
    match taken:
        case Taken.KEPT:
            return voice.plain("Sent to the newsroom. If they answer, you’ll see it here.")
        case Taken.PARTLY:
            return voice.plain(
                "The newsroom takes up to {most} messages from you an hour. Of these {count}, the first "
                "{kept} were sent; send the others again later.",
                most=MOST,
                count=count,
                kept=kept,
            )
        case Taken.MUTED:
            return voice.plain("The newsroom isn’t taking your messages for now.")
        case _:
            return voice.plain(
                "The newsroom takes up to {most} messages from you an hour, and has had them. This "
                "one wasn’t sent; write again later.",
                most=MOST,
            )


def _items(talk: Talk) -> list[Item]:
    """Return what was written, in all the messages that it came in."""
    message = talk.update.message
    parts = together.messages(talk.update.api_kwargs)
    if parts:
        return _read(talk, parts)
    one = _item(talk, message) if message else None
    return [one] if one is not None else []


def _read(talk: Talk, messages: list[dict[str, Any]]) -> list[Item]:
    found = [_item(talk, Message.de_json(one, None)) for one in messages]
    return [one for one in found if one is not None]


def _item(talk: Talk, message: Message, command: re.Pattern[str] = _COMMAND) -> Item | None:
    """Read a message of the reader's own, without the `command`; None for what cannot be sent on."""
    author = message.from_user
    if author is None or author.id != talk.visitor.id:
        return None
    text = clean(message.text or message.caption or "")
    begins = command.match(text)
    text = text[begins.end() if begins else 0 :].strip()
    kind, file_id = _file(message)
    if kind is Kind.TEXT and is_unseen(text):
        return None
    return Item(author.id, message.message_id, talk.now(), kind, text, file_id)


def _file(message: Message) -> tuple[Kind, str | None]:
    for kind in Kind:
        file = getattr(message, kind.value)
        if kind is not Kind.TEXT and file:
            return kind, (file[-1] if kind is Kind.PHOTO else file).file_id
    return Kind.TEXT, None


def name_of(talk: Talk) -> str:
    """Return the name that Telegram shows of whoever wrote or tapped, fit to stand beside others' words."""
    user = talk.update.effective_user
    return tidy_name(clean(user.full_name)) if user else "?"
