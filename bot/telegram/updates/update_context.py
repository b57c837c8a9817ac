"""The context of the update that is handled: its user, her later updates, what its answers met."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from telegram.ext import filters

from bot.domain.pages.page import Place as Page
from bot.telegram.api.keyboard import ACTION
from bot.telegram.api.pacing.fair_queue import HURRY_SECONDS, REPLACED, NoTurnError, Ticket
from bot.telegram.updates.grouped import Kind, begins, thing
from bot.telegram.updates.origin import chat_of, origin

MANY = 10
"""A user who waits for more answers than this is told once to slow down, and gets none for a minute."""

SILENCE_SECONDS = 60.0
PATIENCE_SECONDS = 30.0
"""A longer cooldown is not waited for: an answer (`UpdateSummary.command`) is owed, and given after it."""

SERVICE = frozenset(name.lower() for name in vars(filters.StatusUpdate) if name.isupper())
"""Fields of messages that nobody wrote (something was pinned, say): they get no answer."""

SLOWER = "slower"  # please: she writes too fast


@dataclass(frozen=True, slots=True)
class UpdateSummary:
    """What can be told of an update before it is handled.

    `command`: its answer may be owed: a message, or a tap that starts the trial.
    `tap`: a button was tapped.
    `turns`: (chat, message) that a tap turns to another page.
    `thing`: equal for updates of one user that want one answer between them; None: it wants its own.
    """

    command: bool = False
    tap: bool = False
    turns: tuple[int, int] | None = None
    thing: Hashable = None
    begins: Kind | None = None
    """What may follow it and belong to it."""


def summarise(update: Mapping[str, Any]) -> UpdateSummary:
    """Look at an update; anything may stand in it."""
    query, message = update.get("callback_query"), update.get("message")
    if isinstance(query, dict):
        starts = origin(update).private and str(query.get("data")).startswith(f"{ACTION}trial")
        return UpdateSummary(command=starts, tap=True, turns=_turns(query), thing=thing(update))
    if not isinstance(message, dict):
        return UpdateSummary()
    text = message.get("text") or message.get("caption")
    is_private = origin(update).private and SERVICE.isdisjoint(message)
    is_command = is_private or (isinstance(text, str) and text.startswith("/"))
    return UpdateSummary(command=is_command, thing=thing(update), begins=begins(update))


def _turns(query: Mapping[str, Any]) -> tuple[int, int] | None:
    data, message = query.get("data"), query.get("message")
    if not isinstance(data, str) or not isinstance(message, dict) or Page.read(data) is None:
        return None
    chat_id, number = chat_of(message), message.get("message_id")
    return (chat_id, number) if chat_id is not None and isinstance(number, int) else None


class UpdateContext:
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
        """`again`: only its answer is still to be given, its effect was done when it came; `once`: some of it
        may have arrived already, so that no message is sent twice now. `muted`: she gets no answers for now.
        `slots`: one is taken while it is handled. `repeated` says whether it is a tap that was made just
        before.
        """
        self.asker = asker
        self.seen = seen or UpdateSummary()
        self.again = again
        self.once = once
        self.muted = muted
        self.slow_down = False
        """Whether she is to be told so."""
        self.began_silence = False
        """Whether she gets no answers from here on."""
        self.replied = False
        """Whether an answer was to be given: others' commands in a group get none."""
        self.left = once
        """Whether some of its answer may have arrived."""
        self.owed = 0.0
        """Seconds until the end of a halt that an answer met, or until it may have room, or a connection; 0
        for none.
        """
        self._repeated = repeated
        self._is_repeated: bool | None = None
        self._behind = [one for one in behind if self._is_news(one)]
        self._slots = slots
        self._is_aside = False
        self._place: Ticket | None = None
        self._turning = False
        self._ignores_mute = False

    @property
    def patience(self) -> float:
        """How many seconds of a halt its answers wait for."""
        return HURRY_SECONDS if self._behind else PATIENCE_SECONDS

    def hears(self, later: UpdateSummary) -> None:
        """A later update of the same user has come: an answer that waits may be replaced, or hurries."""
        if not self._is_news(later):
            return
        self._behind.append(later)
        if self._place:
            self._place.behind = len(self._behind)
        if self._place and self._turning and self._is_replaced:
            self._place.leave(REPLACED)
        elif self._place:
            self._place.hurry(HURRY_SECONDS)

    def wants(self, *, turning: bool) -> None:
        """Check that an answer may be given (`page_buttons`: by editing the message).

        NoTurnError where the user is muted, or is to be from now on because too many of hers wait.
        """
        self._turning = turning and self.seen.turns is not None
        if self._ignores_mute or self.again:  # one answer of each reader is owed at the most
            return
        if not self.muted and self._wanted > MANY:
            self.muted = self.slow_down = self.began_silence = True
        if self.muted:
            raise NoTurnError(SLOWER)

    def tells(self) -> None:
        """From here on she is told to slow down, whatever other answers she gets."""
        self.slow_down = False
        self.ignore_mute()

    def ignore_mute(self) -> None:
        """Give its answers from here on although the reader is muted for flooding."""
        self._ignores_mute = True

    def waits(self, place: Ticket | None) -> None:
        """Note the place in which its answer waits for its turn; None: it waits no more."""
        self._place = place
        if place:
            place.behind = len(self._behind)
        if place and self._turning and self._is_replaced:
            place.leave(REPLACED)

    @property
    def _wanted(self) -> int:
        """How many answers those behind it want: of one message's turns only the last is shown."""
        turned = {one.turns for one in self._behind if one.turns}
        others = [one for one in self._behind if not one.turns and (one.command or one.tap)]
        things = {one.thing for one in others if one.thing is not None}
        return len(turned) + len(things) + sum(one.thing is None for one in others)

    def _is_news(self, later: UpdateSummary) -> bool:
        """Tell whether it wants an answer of its own: what is one thing with this gets the same."""
        return later.turns is not None or later.thing is None or later.thing != self.seen.thing

    async def is_repeated(self) -> bool:
        """Tell whether this is a tap that she made just before too: its message stands there already."""
        if self._is_repeated is None:
            asked = self._repeated if self.seen.tap else None
            self._is_repeated = asked is not None and await asked()
        return self._is_repeated

    @property
    def _is_replaced(self) -> bool:
        return any(one.turns == self.seen.turns for one in self._behind)

    @asynccontextmanager
    async def aside(self) -> AsyncIterator[None]:
        """Lend this update's slot to others while it waits for something else than our own work."""
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


_asking: ContextVar[UpdateContext | None] = ContextVar("asking", default=None)


def current() -> UpdateContext:
    """Return the context of the update that is handled now; an empty one where nobody asked (a notice)."""
    return _asking.get() or UpdateContext()


@contextmanager
def handled(asking: UpdateContext) -> Iterator[None]:
    """Let `current` return this context in the block."""
    token = _asking.set(asking)
    try:
        yield
    finally:
        _asking.reset(token)
