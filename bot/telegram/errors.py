"""What an answer of the Bot API, or the lack of one, means."""

import json
from typing import Any

from telegram.error import NetworkError

from bot.domain.delivery import Gone, NotSent, Outcome, Rejected, Sent, Unknown

NOT_MODIFIED = "message is not modified"
STALE_CALLBACK = ("query is too old", "query id is invalid")
MISSING_MESSAGE = ("message to edit not found", "message can't be edited", "message to delete not found")
LONGEST_WAIT = 7 * 86_400.0
"""Seconds; more than a week is a slip of the server's."""

WRONG_FILE = ("wrong file_id", "wrong file identifier", "file_reference")
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
"""The reader cannot be reached, whatever she is sent: as Telegram's server says it, or passes on as it is."""

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
"""The message is wrong, whoever it is for. Only these speak of it: whatever else a 400 says may be true of
one reader alone.
"""

UNAUTHORIZED = 401


class NeverSentError(NetworkError):
    """No connection could be made: Telegram certainly has nothing."""


class AnswerLostError(NetworkError):
    """The request was handed over and no whole answer came: Telegram may or may not have acted."""


class TokenError(Exception):
    """Telegram knows no bot with this token."""


class UnreachableError(Exception):
    """Telegram did not say who we are; it may later."""


def outcome_of(status: int, body: bytes) -> Outcome:
    """Read an answer; anything that is not clearly an answer is Unknown."""
    answer = _answer(body)
    if answer is None:
        return Unknown(f"HTTP {status} with a body that is no answer of the Bot API")
    if status == 200 and answer.get("ok") is True:
        return _sent(answer.get("result"))
    if status == 200 or status >= 500:
        return Unknown(f"HTTP {status}: {_description(answer)}")
    return _refusal(status, answer)


def says(outcome: Outcome, *phrases: str) -> bool:
    """Tell whether a refusal says one of these phrases (texts are compared in lower case)."""
    return isinstance(outcome, Rejected | Gone) and any(
        phrase in outcome.reason.lower() for phrase in phrases
    )


def is_final(outcome: Outcome) -> bool:
    """Tell whether the same message to this chat would be refused for ever: not where the token is wrong."""
    return isinstance(outcome, Gone) or (isinstance(outcome, Rejected) and outcome.code != UNAUTHORIZED)


def _answer(body: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _sent(result: Any) -> Sent:
    if isinstance(result, dict):
        number = result.get("message_id", 0)
        return Sent(number if isinstance(number, int) else 0, result)
    return Sent(0)


def _refusal(status: int, answer: dict[str, Any]) -> Outcome:
    reason = _description(answer)
    if status == 429:
        return NotSent(reason, _wait(answer.get("parameters")), limited=True)
    if status == 403 or any(phrase in reason.lower() for phrase in GONE):
        return Gone(reason)
    return Rejected(reason, status, any(phrase in reason.lower() for phrase in OF_MESSAGE))


def _wait(parameters: Any) -> float:
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return min(float(wait), LONGEST_WAIT) if isinstance(wait, int | float) else 1.0


def _description(answer: dict[str, Any]) -> str:
    return str(answer.get("description", ""))[:300]
