"""Answers thanks and emoji, once where several come in a row."""

from dataclasses import dataclass

from bot.domain.readers.typed import Meaning
from bot.telegram.chat.capability import Capability
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.thanks_limiter import ThanksLimiter


@dataclass(frozen=True, slots=True)
class ThanksHandlers:
    limiter: ThanksLimiter

    def capability(self) -> Capability:
        return Capability(words={Meaning.THANKS: self.welcome})

    async def welcome(self, conversation: Conversation) -> None:
        if self.limiter.is_due(conversation.user.id, conversation.update.update_id, conversation.now()):
            await conversation.reply((await conversation.translator()).say("You’re welcome."))
