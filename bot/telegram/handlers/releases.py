"""The buttons under the question about an issue that waits: who presses learns what came of it."""

import html
from datetime import date

from bot.services.release_questions import Result
from bot.telegram.release_endings import said
from bot.telegram.release_scene import quoted
from bot.telegram.release_words import CODES
from bot.telegram.talk import Talk

LONGEST_NUMBER = 9
"""Digits of a round."""

ANSWERS = {code: answer for answer, code in CODES.items()}


async def press(talk: Talk, code: str, day: str, number: str) -> bool:
    """Take an admin's answer; False when the button says nothing that we know, or is none of an admin's."""
    answer, issue, round_ = ANSWERS.get(code), _day(day), _number(number)
    if answer is None or issue is None or round_ is None or not talk.is_admins_own:
        return False
    reader, standing, waiting = await talk.reader(), talk.standing, talk.desk.waiting_issues
    is_followed = standing is None or await waiting.follows(reader.id, issue, standing.message_id)
    answered = await talk.desk.release_questions.answer(issue, reader.id, answer, round_)
    words = said(await waiting.scene(reader, answered.stands), answer, answered)
    await talk.notice(words, alert=answered.result is not Result.TAKEN)
    if not is_followed:
        voice = await talk.voice()
        title = talk.desk.reading.title(issue, voice.language)
        named = voice.say("<b>{title}</b>", title=quoted(title))
        await talk.restate(f"{named}\n{html.escape(words, quote=False)}")
    return True


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else None
