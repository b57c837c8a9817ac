"""/audit: what admins did, the last first."""

import re
from dataclasses import replace

from bot.domain.page import Button, Buttons
from bot.i18n import Speech, capital
from bot.services.auditing import Deed
from bot.telegram import deed_words
from bot.telegram.talk import Talk

LISTED = 10
NUMBER = re.compile(r"[0-9]{1,9}")


async def audit(talk: Talk) -> None:
    """/audit: the last acts, with buttons to older ones."""
    await talk.say(*await _listed(talk, 0))


async def press(talk: Talk, after: str) -> bool:
    """Turn the list to newer or older acts."""
    if not NUMBER.fullmatch(after) or not talk.is_admins_own:
        return False
    await talk.notice()
    await talk.restate(*await _listed(talk, int(after)))
    return True


async def _listed(talk: Talk, after: int) -> tuple[str, Buttons]:
    voice = await talk.voice()
    found = await talk.desk.auditing.last(LISTED + 1, after)
    if not found:
        return await _listed(talk, 0) if after else (voice.say("No admin has done anything yet."), ())
    entries = [await _entry(talk, voice, deed) for deed in found[:LISTED]]
    head = voice.say("<b>What admins did</b>, newest first")
    return "\n\n".join([head, *entries]), _turning(voice, after, more=len(found) > LISTED)


async def _entry(talk: Talk, voice: Speech, deed: Deed) -> str:
    known = deed.campaign and talk.desk.reading.titled(deed.campaign, voice.language)
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
