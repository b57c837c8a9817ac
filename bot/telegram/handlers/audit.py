"""/audit: what admins did, the last first."""

import re
from dataclasses import dataclass, replace

from bot.domain.page import Button, Buttons
from bot.i18n import Speech, capital, noted
from bot.services.auditing import Auditing, Deed
from bot.services.reading import Reading
from bot.telegram import deed_words
from bot.telegram.capability import CallbackButton, Capability, Command, Where, Who
from bot.telegram.talk import Talk

LISTED = 10
NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class AuditHandlers:
    auditing: Auditing
    reading: Reading

    def capability(self) -> Capability:
        about = noted("what admins did")
        return Capability(
            commands=(Command("audit", self.audit, about, who=Who.ADMINS, where=Where.PRIVATE),),
            buttons=(CallbackButton("audit:{after}", self.press, who=Who.ADMINS),),
        )

    async def audit(self, talk: Talk) -> None:
        """/audit: the last acts, with buttons to older ones."""
        await talk.say(*await self._listed(talk, 0))

    async def press(self, talk: Talk, after: str) -> bool:
        """Turn the list to newer or older acts."""
        if not NUMBER.fullmatch(after):
            return False
        await talk.notice()
        await talk.restate(*await self._listed(talk, int(after)))
        return True

    async def _listed(self, talk: Talk, after: int) -> tuple[str, Buttons]:
        voice = await talk.voice()
        found = await self.auditing.last(LISTED + 1, after)
        if not found:
            return (
                await self._listed(talk, 0) if after else (voice.say("No admin has done anything yet."), ())
            )
        entries = [await self._entry(talk, voice, deed) for deed in found[:LISTED]]
        head = voice.say("<b>What admins did</b>, newest first")
        return "\n\n".join([head, *entries]), _turning(voice, after, more=len(found) > LISTED)

    async def _entry(self, talk: Talk, voice: Speech, deed: Deed) -> str:
        known = deed.campaign and self.reading.titled(deed.campaign, voice.language)
        named = replace(deed, campaign=known)
        return voice.say(
            "{when}, {who}:\n{what}",
            when=capital(talk.local(voice, await talk.reader(), deed.at)),
            who=deed_words.who(voice, deed, talk.visitor.id),
            what=deed_words.words(voice, named),
        )


def _turning(voice: Speech, after: int, *, more: bool) -> Buttons:
    newer = Button(voice.plain("◀ Newer"), action=f"audit:{max(0, after - LISTED)}")
    older = Button(voice.plain("Older ▶"), action=f"audit:{after + LISTED}")
    row = (*((newer,) if after else ()), *((older,) if more else ()))
    return (row,) if row else ()
