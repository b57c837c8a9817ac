"""Answers thanks and emoji, once where several come in a row."""

from dataclasses import dataclass

from bot.domain.typed import Meaning
from bot.telegram.capability import Capability
from bot.telegram.talk import Talk
from bot.telegram.thanks_limiter import ThanksLimiter


@dataclass(frozen=True, slots=True)
class ThanksHandlers:
    limiter: ThanksLimiter

    def capability(self) -> Capability:
        return Capability(words={Meaning.THANKS: self.welcome})

    async def welcome(self, talk: Talk) -> None:
        if self.limiter.is_due(talk.visitor.id, talk.update.update_id, talk.now()):
            await talk.say((await talk.voice()).say("You’re welcome."))
