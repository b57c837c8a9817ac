"""Words without a slash that are the whole message."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.readers.typed import Meaning, is_emoji, meaning
from bot.telegram.chat.capability import Handler
from bot.telegram.chat.conversation import Conversation
from bot.telegram.handlers.reading import section_names
from bot.telegram.handlers.reading.section_names import SectionHandlers


@dataclass(frozen=True, slots=True)
class TypedWordsHandlers:
    """`words`: what each known word asks for, as capabilities declare it."""

    words: Mapping[Meaning, Handler]
    sections: SectionHandlers

    async def answer(self, conversation: Conversation) -> bool:
        """Do what a known word, or a section's name, asks for; False for anything else.

        False for a forwarded message too: a forwarded "stop" is no wish of whoever forwards it.
        """
        message = conversation.update.message
        if message is not None and message.forward_origin is not None:
            return False
        what = meaning(conversation.text) or (Meaning.THANKS if is_emoji(conversation.text) else None)
        if what is None:
            return await self.sections.section_named(conversation, conversation.text)
        await self.words[what](conversation)
        return True

    async def command(self, conversation: Conversation) -> bool:
        """Do what a known word asks for that was written as a command (/ayuda); else False."""
        what = meaning(section_names.command(conversation)[0]) if conversation.user.private else None
        if what is not None:
            await self.words[what](conversation)
        return what is not None
