"""What nothing else answers: unknown words, commands and buttons; blocking; our faults."""

from dataclasses import dataclass

from telegram import ChatMember

from bot.services.readers import Readers
from bot.telegram.handlers import feedback
from bot.telegram.handlers.named import NamedHandlers
from bot.telegram.handlers.typed import TypedHandlers
from bot.telegram.talk import Talk


@dataclass(frozen=True, slots=True)
class FallbackHandlers:
    readers: Readers
    named: NamedHandlers
    typed: TypedHandlers

    async def words(self, talk: Talk) -> None:
        """Answer what is no command; in groups people talk among themselves."""
        if talk.visitor.private and not await self.typed.answer(talk):
            await unrecognised(talk)

    async def unknown_command(self, talk: Talk) -> None:
        message = talk.update.message
        if not talk.visitor.private and f"@{talk.username}" not in ((message.text if message else "") or ""):
            return
        voice = await talk.voice()
        text = voice.say("I don’t know that command. /help shows what you can ask me.")
        near = await self.named.near(talk)
        if near:
            text += "\n" + voice.say(
                "Did you mean {commands}?", commands=", ".join(f"/{one}" for one in near)
            )
        buttons = tuple((button,) for button in near.values() if button is not None)
        await (talk.reply(text, buttons) if buttons else talk.say(text))  # a tap brings along what she wrote

    async def membership(self, talk: Talk) -> None:
        """Note that a reader blocked the bot, or took it back."""
        change = talk.update.my_chat_member
        if change is None or not talk.visitor.private:
            return
        if change.new_chat_member.status == ChatMember.BANNED:
            await self.readers.leave(talk.visitor.id)
        else:
            await self.readers.come_back(talk.visitor.id)


async def unrecognised(talk: Talk) -> None:
    """Ask what to do with a message in which no word of ours was found."""
    voice = await talk.voice()
    message = talk.update.message
    if not talk.is_admin and await feedback.offer(talk):
        return
    text = voice.say(
        "I don’t know what to do with that message. /latest opens the current issue, and /help shows "
        "what you can ask me."
    )
    if talk.is_admins_own:
        text += "\n\n" + voice.say("To send that message to readers, answer it with /broadcast.")
    elif talk.is_admin and message is not None and message.forward_origin is not None:
        text += "\n\n" + voice.say(
            "To give access to whoever wrote that, answer it with /grant and how many days; with "
            "/revoke you take it back."
        )
    await talk.say(text)


async def slower(talk: Talk) -> None:
    """Tell who writes faster than can be answered why the next minute is silent."""
    voice = await talk.voice()
    await talk.say(
        voice.say(
            "Slower, please: you’re writing faster than I can answer. I won’t answer for a minute; "
            "after that, ask again for what you want to read. Changes such as /stop still go "
            "through."
        )
    )


async def unknown_button(talk: Talk) -> None:
    voice = await talk.voice()
    await talk.notice(voice.plain("This button is out of date. /latest opens the current issue."), alert=True)


async def private_only(talk: Talk) -> None:
    voice = await talk.voice()
    await talk.notice()
    await talk.say(
        voice.say("I only answer that in private: write to me in our chat."),
        ((talk.private_button(voice.plain("Open in private")),),),
    )


async def apologise(talk: Talk) -> None:
    """Say once that something went wrong on our side."""
    voice = talk.stranger_voice()
    await talk.notice()
    await talk.try_to_say(
        voice.say("Something went wrong on my side. I’ve logged it; please try again in a moment.")
    )
