"""/stop: end what is sent unasked, and take that back."""

from dataclasses import dataclass

from bot.domain.pages.page import Button
from bot.domain.readers.typed import Meaning
from bot.i18n import N_
from bot.services.readers.readers import Readers
from bot.telegram.chat.capability import CallbackButton, Capability, Command, Where
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.menu import Help


@dataclass(frozen=True, slots=True)
class StoppingHandlers:
    readers: Readers

    def capability(self) -> Capability:
        command = Command(
            "stop",
            self.stop,
            N_("stop receiving issues"),
            where=Where.PRIVATE,
            help=Help(N_("Stop receiving issues"), order=5),
        )
        return Capability(
            commands=(command,),
            buttons=(CallbackButton("resume", self.resume),),
            words={Meaning.STOP: self.stop},
        )

    async def stop(self, conversation: Conversation) -> None:
        """/stop: send nothing unasked from now on, with a button to undo that."""
        reader, translator = await conversation.reader(), await conversation.translator()
        if not conversation.again:
            await self.readers.stop(reader.id)
        elif reader.stopped_at is None:  # she has taken it back meanwhile
            await conversation.reply(translator.say("Everything is as it was before."))
            return
        await conversation.reply(
            translator.say(
                "Done. I won’t send you anything unless you ask. Your access and your settings stay, "
                "and you can keep reading with /latest. To get issues again: /settings."
            ),
            ((Button(translator.plain("Undo"), action="resume"),),),
        )

    async def resume(self, conversation: Conversation) -> None:
        reader = await conversation.reader()
        await self.readers.resume(reader.id)
        translator = await conversation.translator()
        await conversation.answer_tap(translator.plain("Undone."))
        await conversation.edit(translator.say("Everything is as it was before."))
