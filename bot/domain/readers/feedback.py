"""Feedback: a reader's thread, and when an admin is shown it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

MOST = 20
"""Messages of one reader kept in a `WINDOW`, at most; an album counts as one."""

LOT = 10
"""Parts that count as one message: an album has no more, several forwards may."""

WINDOW = timedelta(hours=1)
"""At most one new message about a reader reaches an admin in this time."""

KEPT = timedelta(days=90)
"""How long feedback and its answers are kept."""

LONGEST_NAME = 64
AGAIN = timedelta(minutes=1)
"""A message that may not have arrived is sent again after this time, then after twice it."""

TRIES = 3
GIVEN_UP = timedelta(days=1)
"""An answer that could not be sent for this long is given up, and the admin is told."""

_UNSEEN = re.compile(r"[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


class Kind(StrEnum):
    """What a reader sent; each but a text is a file of hers, by Telegram's name for its field."""

    TEXT = "text"
    PHOTO = "photo"
    VOICE = "voice"
    VIDEO_NOTE = "video_note"
    ANIMATION = "animation"
    VIDEO = "video"
    AUDIO = "audio"
    STICKER = "sticker"
    DOCUMENT = "document"


class State(StrEnum):
    """The state of an answer of the newsroom."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    GONE = "gone"  # the reader has blocked the bot
    REFUSED = "refused"
    UNKNOWN = "unknown"  # it may have arrived


class Step(StrEnum):
    NOTHING = "nothing"
    SEND = "send"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class Item:
    """One message of a reader: its text or caption, and the id of its file."""

    reader_id: int
    message_id: int
    at: datetime
    kind: Kind
    text: str
    file_id: str | None = None
    follows: bool = False
    """Whether it counts together with a part before it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An admin's answer, and the message she wrote it in. `sent_id`: the message in the reader's chat."""

    admin_id: int
    message_id: int
    reader_id: int
    admin_name: str
    text: str
    at: datetime
    state: State = State.PENDING
    sent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """All feedback of one reader. `round` rises with each change; `spoke_at`: when she wrote last."""

    reader_id: int
    name: str
    round: int
    spoke_at: datetime
    full_at: datetime | None = None
    muted_at: datetime | None = None
    muted_by: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """The message in an admin's chat that shows a thread, as it was in round `shown`.

    Without a `message_id` it was handed to Telegram at `sent_at`, and may not have arrived.
    """

    admin_id: int
    reader_id: int
    shown: int
    sent_at: datetime
    message_id: int | None = None
    tries: int = 1


def step(post: Post | None, thread: Thread, now: datetime, *, quiet: bool) -> Step:
    """Return how a thread is to be shown to an admin now.

    A reader's news come in a new message, one in a `WINDOW` at most and outside quiet hours; other changes
    edit the last one. One that may not have arrived is sent again, `TRIES` times in all.
    """
    if post is None:
        return Step.NOTHING if quiet or thread.muted_at else Step.SEND
    if post.message_id is None and post.tries < TRIES:
        return Step.SEND if not quiet and now - post.sent_at >= AGAIN * post.tries else Step.NOTHING
    is_news = thread.spoke_at > post.sent_at and thread.muted_at is None
    if is_news and not quiet and now - post.sent_at >= WINDOW:
        return Step.SEND
    return Step.EDIT if post.message_id is not None and thread.round > post.shown else Step.NOTHING


def fitting(parts: Sequence[Item], counted: int) -> list[Item]:
    """Return the parts of one thing that still fit, where `counted` messages were kept in this `WINDOW`."""
    room = max(0, MOST - counted) * LOT
    return [replace(part, follows=number % LOT > 0) for number, part in enumerate(parts[:room])]


def tidy_name(name: str) -> str:
    """Return a name on one line, shortened, without signs that turn the direction of the text beside it."""
    return " ".join(_UNSEEN.sub(" ", name).split())[:LONGEST_NAME] or "?"
