"""What an answer of the Bot API means, or its lack."""

import json
from typing import Any

from telegram.error import NetworkError, TelegramError

from bot.config import TELEGRAM
from bot.domain.delivery.outcome import UNAUTHORIZED, Gone, NotSent, Outcome, Rejected, Sent, Unknown

NOT_MODIFIED = "message is not modified"
STALE_CALLBACK = ("query is too old", "query id is invalid")
MISSING_TO_DELETE = "message to delete not found"
MISSING_MESSAGE = ("message to edit not found", "message can't be edited", MISSING_TO_DELETE)
LONGEST_WAIT = 7 * 86_400.0
"""Seconds: a longer `retry_after` must be a mistake of the server."""

WRONG_FILE = ("wrong file_id", "wrong file identifier", "wrong remote file identifier", "file_reference")
GONE = (
    "bot was blocked by the user",
    "user is deactivated",
    "bot can't initiate conversation",
    "chat not found",
    "user not found",
    "bot was kicked",
    "peer_id_invalid",
    "user_id_invalid",
    "user_is_blocked",
    "user_deactivated",  # also as INPUT_USER_DEACTIVATED
)
"""Words, in lower case, that say: the reader cannot be reached, whatever she is sent."""

TOPIC_SHUT = ("message thread not found", "topic_closed", "topic_deleted", "topic_id_invalid")
"""Words that say: this topic takes no messages, but its chat does. So nobody is gone."""

OF_MESSAGE = (
    "rich_message_",  # RICH_MESSAGE_EMAIL_INVALID, _BLOCKS_INVALID, _CONTENT_REQUIRED …
    "inputrichmessage",
    "can't parse",
    "message text is empty",
    "is too long",
    "message_too_long",
    "unsupported parse_mode",
    "button_",  # BUTTON_DATA_INVALID …
    "inline keyboard",
    "reply_markup_too_long",
    "media_",
    "photo_",
    "webpage_",
    "image_process_failed",
    "failed to get http url content",
    "wrong type of the web page content",
)
"""Words that say: the message is wrong, whoever gets it. Any other 400 may be true of one reader alone."""

_REFUSES_TOKEN = frozenset({UNAUTHORIZED, 404})


class NeverSentError(NetworkError):
    """No connection could be made: nothing has reached Telegram."""


class AnswerLostError(NetworkError):
    """The request was written and no whole answer came: Telegram may have acted."""


class TokenError(TelegramError):
    """The server knows no bot with this token, or is no Bot API server."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status

    def sentence(self, api_url: str) -> str:
        """Return what is wrong and what to do, for an operator."""
        if self.status == UNAUTHORIZED:
            return "Telegram does not know this BOT_TOKEN. Ask @BotFather for the right one."
        if api_url == TELEGRAM:
            return (
                "Telegram does not know this BOT_TOKEN. Ask @BotFather for the right one. "
                "(TELEGRAM_API_URL is not set: Telegram itself was asked.)"
            )
        return (
            f"TELEGRAM_API_URL: {api_url.rpartition('@')[2]} answers 404. Either it is not the address of a "
            "Bot API server, or that server does not know this BOT_TOKEN. Look at the address first; the "
            "right token comes from @BotFather."
        )


class UnreachableError(Exception):
    """Telegram did not answer `getMe`; it may later."""


def outcome_of(status: int, body: bytes, *, message: bool = False) -> Outcome:
    """Return the outcome that an HTTP answer means.

    Unknown: a body that is no answer of the Bot API, a 5xx, or, where a `message` was sent, a 200 without it.
    """
    answer = answer_of(body)
    if answer is None:
        return Unknown(f"HTTP {status} with a body that is no answer of the Bot API")
    if status == 200 and answer.get("ok") is True:
        sent = _sent(answer.get("result"))
        return Unknown("HTTP 200 without the message") if message and not sent.message_id else sent
    if status == 200 or status >= 500:
        return Unknown(f"HTTP {status}: {_description(answer)}")
    return _refusal(status, answer)


def says(outcome: Outcome, *phrases: str) -> bool:
    """Tell whether a refusal contains one of these phrases, which are in lower case."""
    return isinstance(outcome, Rejected | Gone) and any(
        phrase in outcome.reason.lower() for phrase in phrases
    )


def is_final(outcome: Outcome) -> bool:
    """Tell whether the same message to this chat would always be refused; False where the token is wrong."""
    return isinstance(outcome, Gone) or (isinstance(outcome, Rejected) and not outcome.is_of_token)


def refuses_token(status: int) -> bool:
    """Tell whether this HTTP status means that the server knows no bot with this token."""
    return status in _REFUSES_TOKEN


def answer_of(body: bytes) -> dict[str, Any] | None:
    """Return the JSON object of an answer of the Bot API; None where the body is anything else."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _sent(result: Any) -> Sent:
    if isinstance(result, dict):
        number = result.get("message_id")
        return Sent(number if type(number) is int else 0, result)
    return Sent(0)


def _refusal(status: int, answer: dict[str, Any]) -> Outcome:
    reason = _description(answer)
    if status == 429:
        return NotSent(reason, _wait(answer.get("parameters")), limited=True)
    lower = reason.lower()
    if any(phrase in lower for phrase in TOPIC_SHUT):
        return Rejected(reason, status)
    if status == 403 or any(phrase in lower for phrase in GONE):
        return Gone(reason)
    of_message = any(phrase in lower for phrase in OF_MESSAGE)
    return Rejected(reason, status, _moved_to(answer.get("parameters")), of_message)


def _moved_to(parameters: Any) -> int | None:
    chat_id = parameters.get("migrate_to_chat_id") if isinstance(parameters, dict) else None
    return chat_id if isinstance(chat_id, int) else None


def _wait(parameters: Any) -> float:
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return min(float(wait), LONGEST_WAIT) if isinstance(wait, int | float) else 1.0


def _description(answer: dict[str, Any]) -> str:
    return str(answer.get("description", ""))[:300]
