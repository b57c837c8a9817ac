"""Topics of forums and private chats, and which take messages."""

from dataclasses import dataclass, field
from itertools import count

from telegram_simulator.api.errors import bad_request

PRIVATE = 1_000_000
"""Topics of private chats are numbered from here: the numbers are no message ids of the bot."""


@dataclass(slots=True)
class Topic:
    """`thread`: its message_thread_id. In a forum it is the id of the service message that began it."""

    thread: int
    name: str
    closed: bool = False


@dataclass(slots=True)
class Topics:
    """A chat's topics. `general_closed`: no messages outside of numbered topics are taken."""

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
        """Return the topic that a message of the bot goes into; ApiError 400 when it takes none."""
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
