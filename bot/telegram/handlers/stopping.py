"""/stop: end what is sent unasked, and take that back."""

from dataclasses import dataclass

from bot.domain.page import Button
from bot.domain.typed import Meaning
from bot.i18n import noted
from bot.services.readers import Readers
from bot.telegram.capability import CallbackButton, Capability, Command, Where
from bot.telegram.menu import Help
from bot.telegram.talk import Talk


@dataclass(frozen=True, slots=True)
class StoppingHandlers:
    readers: Readers

    def capability(self) -> Capability:
        command = Command(
            "stop",
            self.stop,
            noted("stop receiving issues"),
            where=Where.PRIVATE,
            help=Help(noted("Stop receiving issues"), order=5),
        )
        return Capability(
            commands=(command,),
            buttons=(CallbackButton("resume", self.resume),),
            words={Meaning.STOP: self.stop},
        )

    async def stop(self, talk: Talk) -> None:
        """End everything that is sent unasked, with one tap to undo."""
        reader, voice = await talk.reader(), await talk.voice()
        if not talk.again:
            await self.readers.stop(reader.id)
        elif reader.stopped_at is None:  # she has taken it back meanwhile
            await talk.say(voice.say("Everything is as it was before."))
            return
        await talk.say(
            voice.say(
                "Done. I won’t send you anything unless you ask. Your access and your settings stay, "
                "and you can keep reading with /latest. To get issues again: /settings."
            ),
            ((Button(voice.plain("Undo"), action="resume"),),),
        )

    async def resume(self, talk: Talk) -> None:
        reader = await talk.reader()
        await self.readers.resume(reader.id)
        voice = await talk.voice()
        await talk.notice(voice.plain("Undone."))
        await talk.restate(voice.say("Everything is as it was before."))
