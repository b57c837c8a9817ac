"""/audit: what admins did, the last first."""

import re
from dataclasses import dataclass, replace

from bot.domain.pages.page import Button, Buttons
from bot.i18n import N_, Translator, capital
from bot.services.operations.auditing import Auditing, AuditRecord
from bot.services.reading.reading import Reading
from bot.telegram.admin import audit_words
from bot.telegram.chat.capability import CallbackButton, Capability, Command, Where, Who
from bot.telegram.chat.conversation import Conversation

LISTED = 10
NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class AuditHandlers:
    auditing: Auditing
    reading: Reading

    def capability(self) -> Capability:
        about = N_("what admins did")
        return Capability(
            commands=(Command("audit", self.audit, about, who=Who.ADMINS, where=Where.PRIVATE),),
            buttons=(CallbackButton("audit:{after}", self.press, who=Who.ADMINS),),
        )

    async def audit(self, conversation: Conversation) -> None:
        """/audit: the last acts, with buttons to older ones."""
        await conversation.reply(*await self._listed(conversation, 0))

    async def press(self, conversation: Conversation, after: str) -> bool:
        """Edit the list to newer or older acts; False for unknown data."""
        if not NUMBER.fullmatch(after):
            return False
        await conversation.answer_tap()
        await conversation.edit(*await self._listed(conversation, int(after)))
        return True

    async def _listed(self, conversation: Conversation, after: int) -> tuple[str, Buttons]:
        translator = await conversation.translator()
        records = await self.auditing.last(LISTED + 1, after)
        if not records:
            return (
                await self._listed(conversation, 0)
                if after
                else (translator.say("No admin has done anything yet."), ())
            )
        entries = [await self._entry(conversation, translator, record) for record in records[:LISTED]]
        head = translator.say("<b>What admins did</b>, newest first")
        return "\n\n".join([head, *entries]), _turning(translator, after, more=len(records) > LISTED)

    async def _entry(self, conversation: Conversation, translator: Translator, record: AuditRecord) -> str:
        known = record.campaign and self.reading.titled(record.campaign, translator.language)
        named = replace(record, campaign=known)
        return translator.say(
            "{when}, {who}:\n{what}",
            when=capital(conversation.local_moment(translator, await conversation.reader(), record.at)),
            who=audit_words.who(translator, record, conversation.user.id),
            what=audit_words.words(translator, named),
        )


def _turning(translator: Translator, after: int, *, more: bool) -> Buttons:
    newer = Button(translator.plain("◀ Newer"), action=f"audit:{max(0, after - LISTED)}")
    older = Button(translator.plain("Older ▶"), action=f"audit:{after + LISTED}")
    row = (*((newer,) if after else ()), *((older,) if more else ()))
    return (row,) if row else ()
