"""The buttons under the question about an issue that waits."""

import html
from dataclasses import dataclass
from datetime import date

from bot.services.publishing.release_questions import ReleaseQuestions, Result
from bot.services.reading.reading import Reading
from bot.telegram.admin.release.endings import said
from bot.telegram.admin.release.scene import quoted
from bot.telegram.admin.release.waiting_issues import WaitingIssues
from bot.telegram.admin.release.words import CODES
from bot.telegram.chat.capability import CallbackButton, Capability, Who
from bot.telegram.chat.conversation import Conversation

LONGEST_NUMBER = 9
"""Digits of a round."""

ANSWERS = {code: answer for answer, code in CODES.items()}


@dataclass(frozen=True, slots=True)
class ReleaseHandlers:
    release_questions: ReleaseQuestions
    waiting_issues: WaitingIssues
    reading: Reading

    def capability(self) -> Capability:
        pattern = "issue:{answer}:{day}:{number}"
        return Capability(buttons=(CallbackButton(pattern, self.press, who=Who.ADMINS),))

    async def press(self, conversation: Conversation, code: str, day: str, number: str) -> bool:
        """Take an admin's answer and say what came of it; False for unknown data."""
        answer, issue, round_ = ANSWERS.get(code), _day(day), _number(number)
        if answer is None or issue is None or round_ is None:
            return False
        reader, tapped, waiting = (
            await conversation.reader(),
            conversation.tapped_message,
            self.waiting_issues,
        )
        is_followed = tapped is None or await waiting.follows(reader.id, issue, tapped.message_id)
        answered = await self.release_questions.answer(issue, reader.id, answer, round_)
        words = said(await waiting.scene(reader, answered.stands), answer, answered)
        await conversation.answer_tap(words, alert=answered.result is not Result.TAKEN)
        if not is_followed:
            translator = await conversation.translator()
            title = self.reading.title(issue, translator.language)
            named = translator.say("<b>{title}</b>", title=quoted(title))
            await conversation.edit(f"{named}\n{html.escape(words, quote=False)}")
        return True


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else None
