"""When the next message to a chat may leave: spacing and cooldowns."""

from collections.abc import Callable, Mapping

SPACING_SECONDS = 1.0
GROUP = 3.1
"""How many times longer a group is spaced: Telegram takes 20 messages a minute to one."""

REPEAT_SECONDS = 10.0
"""A 429 of another chat within this time says that the whole bot is meant, unless Telegram has accepted a
message for somebody else since.
"""

CHATS_KEPT = 10_000
COOLDOWNS_KEPT = 1_000


class ChatPacing:
    """The earliest time of each chat's next message, on the monotonic clock.

    Two times are kept apart, because a reply waits for the first and is put off by a long second one:

    - spaced until: a second after the last message that was sent there, or longer after a failed connection;
    - cooling until: the end of the pause that Telegram asked for (429, `retry_after`), of the chat or of the
      whole bot (None).
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
        """Return the seconds between two messages to this chat; groups have negative ids."""
        return self._spacing * GROUP if chat_id < 0 else self._spacing

    def sent(self, chat_id: int, now: float) -> None:
        """Note that a message leaves now."""
        self._spaced_until[chat_id] = now + self.spacing_of(chat_id)
        if len(self._spaced_until) > CHATS_KEPT:
            self._spaced_until = {chat: at for chat, at in self._spaced_until.items() if at > now}

    def delay(self, chat_id: int, seconds: float) -> None:
        """Send nothing to this chat for so long, because a connection failed."""
        until = self._monotonic() + seconds
        self._spaced_until[chat_id] = max(until, self._spaced_until.get(chat_id, until))

    def free_at(self, chat_id: int, now: float) -> float:
        """Return the time of this chat's next message, `now` at the earliest, whatever holds for everyone."""
        return max(self._cooling_until.get(chat_id, now), self._spaced_until.get(chat_id, now))

    def chat_wait(self, chat_id: int) -> float:
        """Return how many seconds that is away; 0 is now."""
        now = self._monotonic()
        return self.free_at(chat_id, now) - now

    def wait(self, chat_id: int) -> float:
        """Return the same, and no less than a cooldown of the whole bot."""
        now = self._monotonic()
        return max(self.free_at(chat_id, now), self._cooling_until.get(None, now)) - now

    def cooldown_left(self, chat_id: int | None = None) -> float:
        """Return how many seconds Telegram wants nothing sent to anyone, or to this chat; 0 for none."""
        now = self._monotonic()
        return max(now, self._cooling_until.get(None, now), self._cooling_until.get(chat_id, now)) - now

    def too_many_requests(self, chat_id: int, seconds: float) -> int | None:
        """Begin the cooldown of a 429: of its chat, or of the whole bot (None) when another chat's 429 is not
        over yet; return which. A group's says nothing about the bot as a whole.
        """
        if chat_id < 0:
            self.begin_cooldown(chat_id, seconds)
            return chat_id
        now = self._monotonic()
        # Two chats in a row: Telegram does not say whether it means the chat or the bot, and this tells.
        before, self._limited = self._limited, (chat_id, now + max(REPEAT_SECONDS, seconds))
        is_repeated = before is not None and before[0] != chat_id and now < before[1]
        whom = None if is_repeated else chat_id
        self.begin_cooldown(whom, seconds)
        return whom

    def accepted(self, chat_id: int) -> None:
        """Note that Telegram took a message for this chat: another chat's 429 did not mean the whole bot."""
        if self._limited and self._limited[0] != chat_id:
            self._limited = None

    def begin_cooldown(self, chat_id: int | None, seconds: float) -> None:
        """Begin a cooldown; one that lasts longer already stays."""
        until = self._monotonic() + seconds
        self._cooling_until[chat_id] = max(until, self._cooling_until.get(chat_id, until))
        if len(self._cooling_until) > COOLDOWNS_KEPT:
            self.cooldowns()

    def adopt(self, cooldowns: Mapping[int | None, float]) -> None:
        """Begin the cooldowns that the database holds."""
        for chat_id, seconds in cooldowns.items():
            self.begin_cooldown(chat_id, seconds)

    def cooldowns(self) -> dict[int | None, float]:
        """Forget the cooldowns that are over; return the seconds that are left of the others."""
        now = self._monotonic()
        self._cooling_until = {chat: until for chat, until in self._cooling_until.items() if until > now}
        return {chat: until - now for chat, until in self._cooling_until.items()}
