"""Admins answer readers' feedback, mute readers, and see whole threads."""

from dataclasses import dataclass

from telegram import Message

from bot.domain.delivery.outcome import Rejected, Sent
from bot.domain.pages.page import Button
from bot.domain.pages.text_cutting import units
from bot.domain.readers.feedback import Answer, Item, Kind, Thread
from bot.i18n import Translator
from bot.services.readers.feedback import Answered, Feedback
from bot.telegram.admin.feedback_words import earlier
from bot.telegram.api.keyboard import ACTION
from bot.telegram.chat.capability import CallbackButton, Capability, MessageHook, Who
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.typed_text import clean
from bot.telegram.handlers.readers.feedback import name_of

LONGEST = 3_600
"""UTF-16 units of an answer. The rest of the message says from whom it comes."""

PART = 3_800
LONGEST_NUMBER = 18
AT_ONCE = 10
"""Messages of a reader that one tap shows."""

METHODS = {
    Kind.PHOTO: "sendPhoto",
    Kind.VOICE: "sendVoice",
    Kind.VIDEO_NOTE: "sendVideoNote",
    Kind.ANIMATION: "sendAnimation",
    Kind.VIDEO: "sendVideo",
    Kind.AUDIO: "sendAudio",
    Kind.STICKER: "sendSticker",
    Kind.DOCUMENT: "sendDocument",
}


@dataclass(frozen=True, slots=True)
class NewsroomHandlers:
    feedback: Feedback

    def capability(self) -> Capability:
        return Capability(
            buttons=(
                CallbackButton("room:reply:{reader}", self.reply, who=Who.ADMINS),
                CallbackButton("room:mute:{reader}", self.mute, who=Who.ADMINS),
                CallbackButton("room:unmute:{reader}", self.unmute, who=Who.ADMINS),
                CallbackButton("room:all:{reader}", self.show_all, who=Who.ADMINS),
                CallbackButton("room:all:{reader}:{skip}", self.show_all, who=Who.ADMINS),
            ),
            messages=(MessageHook(self.takes, who=Who.ADMINS, commands=True),),
        )

    async def takes(self, conversation: Conversation) -> bool:
        """Take an admin's answer to a reader's thread; False for anything else."""
        message = conversation.update.message
        answered = message.reply_to_message if message else None
        if message is None or answered is None:
            return False
        reader_id = await self.feedback.reader_of(conversation.user.id, answered.message_id)
        translator, text = await conversation.translator(), clean(message.text or "").strip()
        if reader_id is None and not _is_thread(answered):
            return False
        if reader_id is None or await self.feedback.thread(reader_id) is None:
            # True all the same: else the message would be taken for the text of a broadcast
            await conversation.reply(translator.say("That has been deleted: it’s kept for 90 days."))
            return True
        if conversation.kind is not None or units(text) > LONGEST:
            await conversation.reply(
                translator.say(
                    "An answer can have up to {most} characters. Make it shorter.",
                    most=translator.number(LONGEST),
                )
            )
        elif not text:
            await conversation.reply(translator.say("I can only send readers text, so nothing was sent."))
        else:
            answer = Answer(
                conversation.user.id,
                message.message_id,
                reader_id,
                name_of(conversation),
                text,
                conversation.now(),
            )
            await conversation.reply(_said(translator, await self.feedback.answer(answer)))
        return True

    async def reply(self, conversation: Conversation, reader: str) -> bool:
        """Ask for the text of an answer to the reader; False where no reader is named."""
        if not _is_number(reader):
            return False
        if thread := await self._thread(conversation, int(reader)):
            await conversation.answer_tap()
            await self._ask(conversation, await conversation.translator(), int(reader), thread.name)
        return True

    async def mute(self, conversation: Conversation, reader: str) -> bool:
        translator = await conversation.translator()
        text = translator.plain(
            "Muted: nothing more comes from this reader, and they’re told so if they write."
        )
        return await self._set_muted(conversation, reader, name_of(conversation), text)

    async def unmute(self, conversation: Conversation, reader: str) -> bool:
        translator = await conversation.translator()
        text = translator.plain("This reader is no longer muted.")
        return await self._set_muted(conversation, reader, None, text)

    async def show_all(self, conversation: Conversation, reader: str, skip: str = "0") -> bool:
        """Show older messages of a reader; `skip`: how many of the newest were shown before.

        False for unknown data.
        """
        if not _is_number(reader) or not _is_number(skip):
            return False
        if await self._thread(conversation, int(reader)):
            await conversation.answer_tap()
            await self._show_all(conversation, await conversation.translator(), int(reader), int(skip))
        return True

    async def _set_muted(self, conversation: Conversation, reader: str, by: str | None, text: str) -> bool:
        """Mute a reader in the name `by`, None: unmute; answer the tap with `text`.

        False where no reader is named.
        """
        if not _is_number(reader):
            return False
        if await self._thread(conversation, int(reader)):
            await self.feedback.mute(int(reader), by)
            await conversation.answer_tap(text)
        return True

    async def _thread(self, conversation: Conversation, reader_id: int) -> Thread | None:
        """Return a reader's thread; None where it is deleted, which the answer to the tap says."""
        thread = await self.feedback.thread(reader_id)
        if thread is None:
            translator = await conversation.translator()
            await conversation.answer_tap(
                translator.plain("That has been deleted: it’s kept for 90 days."), alert=True
            )
        return thread

    async def _ask(
        self, conversation: Conversation, translator: Translator, reader_id: int, name: str
    ) -> None:
        outcome = await conversation.reply(
            translator.say(
                "Answer this message with what you want to tell <b>{name}</b>. It goes out in the "
                "newsroom’s name.",
                name=name,
            )
        )
        if isinstance(outcome, Sent):
            await self.feedback.asks_for(conversation.user.id, outcome.message_id, reader_id)

    async def _show_all(
        self, conversation: Conversation, translator: Translator, reader_id: int, skip: int
    ) -> None:
        """Send `AT_ONCE` messages, oldest first, after the `skip` newest; a button asks for older ones."""
        items, older = await self.feedback.items(reader_id, AT_ONCE, skip)
        for item in items:
            await _show(conversation, translator, item)
        if older:
            button = Button(translator.plain("Older ▶"), action=f"room:all:{reader_id}:{skip + len(items)}")
            await conversation.reply(earlier(translator, older), ((button,),))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER


def _is_thread(message: Message) -> bool:
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return any(str(button.callback_data).startswith(f"{ACTION}room:reply:") for row in rows for button in row)


def _said(translator: Translator, answered: Answered) -> str:
    match answered:
        case Answered.GOES:
            return translator.say("On its way. You’ll see the result below what the reader wrote.")
        case Answered.GONE:
            return translator.say("This reader has blocked the bot, so your answer wasn’t sent.")
        case Answered.NO_READER:
            return translator.say("This reader is no longer registered, so your answer wasn’t sent.")


async def _show(conversation: Conversation, translator: Translator, item: Item) -> None:
    """Send a message of a reader in full, with its file."""
    for part in _parts(item.text):
        await conversation.reply(translator.say("<blockquote>{text}</blockquote>", text=part))
    if item.file_id is not None:
        outcome = await conversation.replies.reply(METHODS[item.kind], {item.kind.value: item.file_id})
        if isinstance(outcome, Rejected):
            await conversation.reply(
                translator.say("Telegram no longer gives me this file: {why}", why=outcome.reason)
            )


def _parts(text: str) -> list[str]:
    """Cut a text into parts of at most `PART` UTF-16 units. No character is lost or cut."""
    parts = [""]
    for sign in text:
        if units(parts[-1]) + units(sign) > PART:
            parts.append("")
        parts[-1] += sign
    return [part for part in parts if part.strip()]
