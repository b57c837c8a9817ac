"""Topics of a forum, and of a private chat: which there are, and which take messages."""

from dataclasses import dataclass, field
from itertools import count

from telegram_simulator.errors import bad_request

PRIVATE = 1_000_000
"""In private, topics are named by numbers of the person's own, which are none of the bot's messages'."""


@dataclass(slots=True)
class Topic:
    """`thread` is its number, that of the service message by which it began (in private: another one)."""

    thread: int
    name: str
    closed: bool = False


@dataclass(slots=True)
class Topics:
    """`general_closed`: the General topic, which has no number, takes no messages."""

    is_forum: bool = False
    general_closed: bool = False
    _open: dict[int, Topic] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=lambda: count(PRIVATE))

    def begin(self, name: str, thread: int | None) -> Topic:
        """Begin a topic under this number, or under one of its own."""
        topic = Topic(next(self._numbers) if thread is None else thread, name)
        self._open[topic.thread] = topic
        return topic

    def delete(self, thread: int) -> None:
        self._open.pop(thread, None)

    def find(self, thread: int) -> Topic | None:
        return self._open.get(thread)

    def takes(self, thread: int | None) -> int | None:
        """Return the topic in which a message of the bot comes to stand; ApiError 400 where none can."""
        if not thread:
            if self.is_forum and self.general_closed:
                raise bad_request("TOPIC_CLOSED")
            return None
        topic = self._open.get(thread)
        if topic is None:
            raise bad_request("message thread not found")
        if topic.closed:
            raise bad_request("TOPIC_CLOSED")
        return topic.thread
