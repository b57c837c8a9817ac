"""Answers to what no capability declares, and to our own faults."""

from dataclasses import dataclass

from telegram import ChatMember

from bot.services.readers.readers import Readers
from bot.telegram.chat.conversation import Conversation
from bot.telegram.handlers.readers import feedback
from bot.telegram.handlers.reading.section_names import SectionHandlers
from bot.telegram.handlers.typed_words import TypedWordsHandlers


@dataclass(frozen=True, slots=True)
class FallbackHandlers:
    readers: Readers
    sections: SectionHandlers
    typed: TypedWordsHandlers

    async def words(self, conversation: Conversation) -> None:
        """Answer a message that is no command. In groups these are not meant for the bot."""
        if conversation.user.private and not await self.typed.answer(conversation):
            await unrecognised(conversation)

    async def unknown_command(self, conversation: Conversation) -> None:
        message = conversation.update.message
        if not conversation.user.private and f"@{conversation.username}" not in (
            (message.text if message else "") or ""
        ):
            return
        translator = await conversation.translator()
        text = translator.say("I don’t know that command. /help shows what you can ask me.")
        near = await self.sections.near(conversation)
        if near:
            text += "\n" + translator.say(
                "Did you mean {commands}?", commands=", ".join(f"/{name}" for name in near)
            )
        buttons = tuple((button,) for button in near.values() if button is not None)
        await (
            conversation.reply_to_message(text, buttons) if buttons else conversation.reply(text)
        )  # in a reply, so that a tap on a button finds the words

    async def membership(self, conversation: Conversation) -> None:
        """Note that a reader blocked or unblocked the bot."""
        change = conversation.update.my_chat_member
        if change is None or not conversation.user.private:
            return
        if change.new_chat_member.status == ChatMember.BANNED:
            await self.readers.leave(conversation.user.id)
        else:
            await self.readers.come_back(conversation.user.id)


async def unrecognised(conversation: Conversation) -> None:
    """Ask what to do with a message that nothing else answers."""
    translator = await conversation.translator()
    message = conversation.update.message
    if not conversation.is_admin and await feedback.offer(conversation):
        return
    text = translator.say(
        "I don’t know what to do with that message. /latest opens the current issue, and /help shows "
        "what you can ask me."
    )
    if conversation.is_admins_own:
        text += "\n\n" + translator.say("To send that message to readers, answer it with /broadcast.")
    elif conversation.is_admin and message is not None and message.forward_origin is not None:
        text += "\n\n" + translator.say(
            "To give access to whoever wrote that, answer it with /grant and how many days; with "
            "/revoke you take it back."
        )
    await conversation.reply(text)


async def slower(conversation: Conversation) -> None:
    """Tell a muted user why she gets no answers for the next minute."""
    translator = await conversation.translator()
    await conversation.reply(
        translator.say(
            "Slower, please: you’re writing faster than I can answer. I won’t answer for a minute; "
            "after that, ask again for what you want to read. Changes such as /stop still go "
            "through."
        )
    )


async def unknown_button(conversation: Conversation) -> None:
    translator = await conversation.translator()
    await conversation.answer_tap(
        translator.plain("This button is out of date. /latest opens the current issue."), alert=True
    )


async def private_only(conversation: Conversation, start: str = "") -> None:
    """Say that the bot does that in private only, with a button that goes there by the payload `start`."""
    translator = await conversation.translator()
    await conversation.answer_tap()
    await conversation.reply(
        translator.say("I only answer that in private: write to me in our chat."),
        ((conversation.private_button(translator.plain("Open in private"), start),),),
    )


async def apologise(conversation: Conversation) -> None:
    """Say once that something went wrong on our side."""
    translator = conversation.anonymous_translator()
    await conversation.answer_tap()
    await conversation.try_reply(
        translator.say("Something went wrong on my side. I’ve logged it; please try again in a moment.")
    )
