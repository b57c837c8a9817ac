"""What admins may do: give access."""

from bot.services.subscriptions import LONGEST_GRANT_DAYS
from bot.telegram.talk import Talk


async def grant(talk: Talk) -> None:
    """/grant ID DAYS: let a reader read everything for so many days."""
    voice = await talk.voice()
    wanted = _read(talk.words)
    if wanted is None:
        await talk.say(
            voice.say(
                "Write /grant, the reader’s number and a number of days from 1 to {most}, as in "
                "<code>/grant 123456789 30</code>. Readers find their number in /account.",
                most=voice.number(LONGEST_GRANT_DAYS),
            )
        )
        return
    reader_id, days = wanted
    until = await talk.desk.subscriptions.give(reader_id, days, by=talk.visitor.id, request=_request(talk))
    if until is None:
        await talk.say(voice.say("Nobody with the number {id} has started the bot.", id=reader_id))
        return
    reader = await talk.reader()
    await talk.say(
        voice.say(
            "Done: {days} days more for {id}, who can read everything until {until}. I do not tell them.",
            days=voice.number(days),
            id=reader_id,
            until=talk.local(voice, reader, until),
        )
    )


def _request(talk: Talk) -> str:
    """Name this request: Telegram may hand it over twice, and its update's number may come again."""
    message = talk.update.message
    return f"{talk.visitor.id}:{message.message_id if message else talk.update.update_id}"


def _read(words: str) -> tuple[int, int] | None:
    parts = words.split()
    if len(parts) != 2 or not all(part.isascii() and part.isdecimal() and len(part) < 19 for part in parts):
        return None
    reader_id, days = map(int, parts)
    return (reader_id, days) if 1 <= days <= LONGEST_GRANT_DAYS else None
