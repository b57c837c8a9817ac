"""Words without a slash that are the whole message."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.typed import Meaning, is_emoji, meaning
from bot.telegram.capability import Handler
from bot.telegram.handlers import named
from bot.telegram.handlers.named import NamedHandlers
from bot.telegram.talk import Talk


@dataclass(frozen=True, slots=True)
class TypedHandlers:
    """`words`: what each known word asks for, as capabilities declare it."""

    words: Mapping[Meaning, Handler]
    named: NamedHandlers

    async def answer(self, talk: Talk) -> bool:
        """Do what a known word, or a section's name, asks for; False for anything else, and for what somebody
        else wrote: a forwarded "stop" is no wish of whoever forwards it.
        """
        message = talk.update.message
        if message is not None and message.forward_origin is not None:
            return False
        what = meaning(talk.text) or (Meaning.THANKS if is_emoji(talk.text) else None)
        if what is None:
            return await self.named.section_named(talk, talk.text)
        await self.words[what](talk)
        return True

    async def command(self, talk: Talk) -> bool:
        """Do what a known word asks for that somebody wrote as a command, such as /ayuda."""
        what = meaning(named.command(talk)[0]) if talk.visitor.private else None
        if what is not None:
            await self.words[what](talk)
        return what is not None
