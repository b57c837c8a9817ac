"""The context of an update while it is handled, which answers ask."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from bot.telegram.api.pacing.fair_queue import HURRY_SECONDS, SUPERSEDED, NoTurnError, Ticket

MANY = 10
"""A user who waits for more answers than this is told once to slow down, and is muted."""

SILENCE_SECONDS = 60.0
"""How long a user who wrote too fast is muted."""

PATIENCE_SECONDS = 30.0
"""An answer waits for a cooldown of at most this.

After a longer one it is owed (see `UpdateContext.owed`).
"""

SLOWER = "muted"  # why a muted user gets no turn


@dataclass(frozen=True, slots=True)
class UpdateSummary:
    """What can be told of an update before it is handled.

    - `command`: its answer may be owed, because it is a message or a tap that gives access.
    - `tap`: it is a tap on a button.
    - `turns`: (chat id, message id) of the message that a tap turns to another page; else None.
    - `thing`: equal for updates of one user that share one answer; None: the update has its own answer.
    """

    command: bool = False
    tap: bool = False
    turns: tuple[int, int] | None = None
    thing: Hashable = None
    begins: object | None = None
    """What kind of later updates may belong to this one; None: none."""


class UpdateContext:
    """One try to handle an update. The transport asks it before an answer, and notes in it what the answer
    met.

    Whoever handled the update reads the notes: `replied`, `left`, `owed`, `slow_down`, `began_silence`.
    """

    def __init__(
        self,
        asker: int | None = None,
        seen: UpdateSummary | None = None,
        behind: Iterable[UpdateSummary] = (),
        *,
        again: bool = False,
        once: bool = False,
        muted: bool = False,
        slots: asyncio.Semaphore | None = None,
        repeated: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        """Make the context of an update from the user `asker`; None where no user asked.

        - `behind`: this user's later updates.
        - `again`: its effect was done at an earlier try; only its answer is missing.
        - `once`: some of the answer may have arrived, so a send whose answer is lost is not made again.
        - `muted`: the user gets no answers for now.
        - `slots`: the handling holds one of these, and may lend it out (see `aside`).
        - `repeated`: tells whether the same button was tapped just before.
        """
        self.asker = asker
        self.seen = seen or UpdateSummary()
        self.again = again
        self.once = once
        self.muted = muted
        self.slow_down = False
        """Whether the user is to be told once that she writes too fast."""
        self.began_silence = False
        """Whether the user was muted during this try."""
        self.replied = False
        """Whether an answer was tried: commands of other bots in a group get none."""
        self.left = once
        """Whether some of the answer may have reached Telegram."""
        self.owed = 0.0
        """Seconds after which the answer is to be tried again: a cooldown ends, or there may be room or a
        connection. 0: nothing is owed.
        """
        self._repeated = repeated
        self._is_repeated: bool | None = None
        self._behind = [update for update in behind if self._is_news(update)]
        self._slots = slots
        self._is_aside = False
        self._ticket: Ticket | None = None
        self._turning = False
        self._ignores_mute = False

    @property
    def patience(self) -> float:
        """How many seconds of a cooldown its answers wait for."""
        return HURRY_SECONDS if self._behind else PATIENCE_SECONDS

    def add_behind(self, later: UpdateSummary) -> None:
        """Note a later update of the same user. An answer that waits is dropped where `later` replaces it,
        and else waits no longer than `HURRY_SECONDS`.
        """
        if not self._is_news(later):
            return
        self._behind.append(later)
        if self._ticket:
            self._ticket.behind = len(self._behind)
        if self._ticket and self._turning and self._is_replaced:
            self._ticket.leave(SUPERSEDED)
        elif self._ticket:
            self._ticket.hurry(HURRY_SECONDS)

    def wants(self, *, is_edit: bool) -> None:
        """Check that an answer may be given; `is_edit`: by editing the tapped message.

        Raises NoTurnError where the user is muted. She is muted from here on where more than `MANY` answers
        of hers wait.
        """
        self._turning = is_edit and self.seen.turns is not None
        if self._ignores_mute or self.again:  # no more than one answer of a user is owed
            return
        if not self.muted and self._wanted > MANY:
            self.muted = self.slow_down = self.began_silence = True
        if self.muted:
            raise NoTurnError(SLOWER)

    def begin_slow_down_answer(self) -> None:
        """Let the answer that tells the user to slow down through, although she is muted."""
        self.slow_down = False
        self.ignore_mute()

    def ignore_mute(self) -> None:
        """Let its answers through from here on, although the user is muted."""
        self._ignores_mute = True

    def waits(self, ticket: Ticket | None) -> None:
        """Note the ticket with which its answer waits for its turn; None: it waits no more."""
        self._ticket = ticket
        if ticket:
            ticket.behind = len(self._behind)
        if ticket and self._turning and self._is_replaced:
            ticket.leave(SUPERSEDED)

    @property
    def _wanted(self) -> int:
        """How many answers the later updates want: of the turns of one message only the last is shown."""
        turned = {update.turns for update in self._behind if update.turns}
        others = [update for update in self._behind if not update.turns and (update.command or update.tap)]
        things = {update.thing for update in others if update.thing is not None}
        return len(turned) + len(things) + sum(update.thing is None for update in others)

    def _is_news(self, later: UpdateSummary) -> bool:
        """Tell whether `later` wants an answer of its own, and does not share this one's."""
        return later.turns is not None or later.thing is None or later.thing != self.seen.thing

    async def is_repeated(self) -> bool:
        """Tell whether the same button was tapped just before, so that its message has been sent already."""
        if self._is_repeated is None:
            asked = self._repeated if self.seen.tap else None
            self._is_repeated = asked is not None and await asked()
        return self._is_repeated

    @property
    def _is_replaced(self) -> bool:
        return any(update.turns == self.seen.turns for update in self._behind)

    @asynccontextmanager
    async def aside(self) -> AsyncIterator[None]:
        """Give this update's slot to others during the block, which waits for Telegram or for its turn."""
        if self._slots is None or self._is_aside:
            yield
            return
        self._is_aside = True
        self._slots.release()
        try:
            yield
        finally:
            await self._slots.acquire()
            self._is_aside = False


_current: ContextVar[UpdateContext | None] = ContextVar("update_context", default=None)


def current() -> UpdateContext:
    """Return the context of the update that is being handled; an empty one outside of `handled`."""
    return _current.get() or UpdateContext()


@contextmanager
def handled(context: UpdateContext) -> Iterator[None]:
    """Let `current` return this context in the block."""
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)
