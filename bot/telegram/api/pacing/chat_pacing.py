"""Chat pacing: the spacing and the cooldown of each chat."""

from collections.abc import Callable, Mapping

SPACING_SECONDS = 1.0
"""Between two messages to one reader: Telegram's limit is about one a second."""

GROUP = 3.1
"""How many times as long the spacing of a group is: Telegram takes 20 messages a minute there, one in three
seconds. The tenth above that is a margin, since messages arrive less evenly than they leave.
"""

REPEAT_SECONDS = 10.0
"""A 429 for another chat within this time means the whole bot, unless Telegram has accepted a message for
some other chat since.
"""

CHATS_KEPT = 10_000
COOLDOWNS_KEPT = 1_000
"""Entries in memory from which on those that are over are dropped."""


class ChatPacing:
    """The earliest time of each chat's next message, on the monotonic clock. All waits are in seconds.

    There are two such times, because a reply waits for the first, and is put off where the second is long:

    - spaced until: the end of the spacing after the last message that left for the chat, or of the delay
      after a failed connection;
    - cooling until: the end of the cooldown that Telegram asked for (429, `retry_after`), for the chat or for
      the whole bot (None).
    """

    def __init__(self, spacing: float, monotonic: Callable[[], float]) -> None:
        """`spacing` is in seconds between two messages to one reader."""
        self._spacing = spacing
        self._monotonic = monotonic
        self._spaced_until: dict[int, float] = {}
        self._cooling_until: dict[int | None, float] = {}
        # Whose 429 was the last, and until when another chat's is a repeated one.
        self._limited: tuple[int, float] | None = None

    def spacing_of(self, chat_id: int) -> float:
        """Return the seconds between two messages to this chat. Groups have negative ids."""
        return self._spacing * GROUP if chat_id < 0 else self._spacing

    def sent(self, chat_id: int, now: float) -> None:
        """Note that a message leaves for this chat now."""
        self._spaced_until[chat_id] = now + self.spacing_of(chat_id)
        if len(self._spaced_until) > CHATS_KEPT:
            self._spaced_until = {chat: at for chat, at in self._spaced_until.items() if at > now}

    def delay(self, chat_id: int, seconds: float) -> None:
        """Let nothing leave for this chat for so long; called after a failed connection."""
        until = self._monotonic() + seconds
        self._spaced_until[chat_id] = max(until, self._spaced_until.get(chat_id, until))

    def free_at(self, chat_id: int, now: float) -> float:
        """Return the time of this chat's next message, `now` at the earliest. Cooldowns of the whole bot are
        not counted.
        """
        return max(self._cooling_until.get(chat_id, now), self._spaced_until.get(chat_id, now))

    def chat_wait(self, chat_id: int) -> float:
        """Return the seconds until `free_at`; 0 for now."""
        now = self._monotonic()
        return self.free_at(chat_id, now) - now

    def wait(self, chat_id: int) -> float:
        """Return the seconds until this chat may get a message, the bot's cooldowns counted."""
        now = self._monotonic()
        return max(self.free_at(chat_id, now), self._cooling_until.get(None, now)) - now

    def cooldown_left(self, chat_id: int | None = None) -> float:
        """Return the seconds until the cooldowns of the whole bot and of this chat are over; 0 for none."""
        now = self._monotonic()
        return max(now, self._cooling_until.get(None, now), self._cooling_until.get(chat_id, now)) - now

    def too_many_requests(self, chat_id: int, seconds: float) -> int | None:
        """Begin the cooldown of a 429, and return whose it is: that of the chat, or of the whole bot (None)
        where a 429 of another chat is not over yet. A group's is always its own.
        """
        if chat_id < 0:
            self.begin_cooldown(chat_id, seconds)
            return chat_id
        now = self._monotonic()
        # Telegram does not say whether it means the chat or the bot. Two chats in a row: it means the bot.
        before, self._limited = self._limited, (chat_id, now + max(REPEAT_SECONDS, seconds))
        is_repeated = before is not None and before[0] != chat_id and now < before[1]
        whom = None if is_repeated else chat_id
        self.begin_cooldown(whom, seconds)
        return whom

    def accepted(self, chat_id: int) -> None:
        """Note that Telegram took a message for this chat: so a 429 of another chat did not mean the bot."""
        if self._limited and self._limited[0] != chat_id:
            self._limited = None

    def begin_cooldown(self, chat_id: int | None, seconds: float) -> None:
        """Begin a cooldown of a chat, or of the whole bot (None). A longer one goes on."""
        until = self._monotonic() + seconds
        self._cooling_until[chat_id] = max(until, self._cooling_until.get(chat_id, until))
        if len(self._cooling_until) > COOLDOWNS_KEPT:
            self.cooldowns()

    def adopt(self, cooldowns: Mapping[int | None, float]) -> None:
        """Begin cooldowns that were stored, by chat, with the seconds that are left of each."""
        for chat_id, seconds in cooldowns.items():
            self.begin_cooldown(chat_id, seconds)

    def cooldowns(self) -> dict[int | None, float]:
        """Drop the cooldowns that are over; return the seconds that are left of the others, by chat."""
        now = self._monotonic()
        self._cooling_until = {chat: until for chat, until in self._cooling_until.items() if until > now}
        return {chat: until - now for chat, until in self._cooling_until.items()}
