"""A simulator for tests, in a thread of its own."""

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self, TypeVar
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from telegram_simulator.clock import Clock, MovableClock
from telegram_simulator.payments.charges import Charge
from telegram_simulator.payments.subscriptions import Subscription
from telegram_simulator.server import Simulator
from telegram_simulator.state.messages import Bubble
from telegram_simulator.state.people import Person

TOKEN = "123456789:a-token-for-tests-of-any-bot-at-all"  # noqa: S105  # of no real bot
FIRST_ID = 5_000_000_001
SECONDS = 5.0
"""How long a wait lasts where nothing else is said."""

T = TypeVar("T")


class ControlError(Exception):
    """The control API refused a request; the text is its sentence."""


class TelegramSimulator:
    """A running simulator, used from any thread: its methods may be called in plain and in async tests.

    It is a context manager. Every method but `control` returns at once or after its `timeout`, in seconds.
    """

    def __init__(self, clock: Clock | None = None, *, strict: bool = False, token: str = TOKEN) -> None:
        """Take the bot's `token`; `strict` refuses parameters that no method documents."""
        self.token = token
        self.simulator: Simulator
        """The simulator itself: use it within `run` only."""
        self.base_url = ""
        """The address to give to a bot's library, as in http://127.0.0.1:40001."""
        self._clock = clock or MovableClock()
        self._strict = strict
        self._next_id = FIRST_ID
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="telegram-simulator", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.submit(self._start()).result()
        return self

    def __exit__(self, *_: object) -> None:
        self.submit(self.simulator.stop()).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def person(
        self, first_name: str = "Ana", *, language_code: str | None = "en", stars: int | None = None
    ) -> "PersonClient":
        """Make another person, who has not started the bot yet; with so many Telegram Stars, if given."""
        identity, self._next_id = self._next_id, self._next_id + 1
        person = self.run(
            lambda simulator: simulator.person(
                id=identity,
                first_name=first_name,
                language_code=language_code,
                token=self.token,
                stars=stars,
            )
        )
        return PersonClient(self, person)

    def control(self, path: str, body: Any = None, *, method: str | None = None) -> Any:
        """Ask the control API, as in `control("faults", {"method": "sendMessage", "kind": "TooMany"})`.

        With a body it is a POST, else a GET, unless `method` is given. Returns the JSON of the answer, None
        where it has none. ControlError.
        """
        data = None if body is None else json.dumps(body).encode()
        request = Request(  # noqa: S310  # our own server
            f"{self.base_url}/control/{path}",
            data,
            {"Content-Type": "application/json"},
            method=method or ("GET" if data is None else "POST"),
        )
        try:
            with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310  # likewise
                text = answer.read()
        except HTTPError as error:
            raise ControlError(f"{error.code}: {error.read().decode()}") from None
        return json.loads(text) if text else None

    def calls(self, method: str | None = None) -> list[dict[str, Any]]:
        """Return the parameters of the bot's calls in order: all of them, or those of one method."""
        rows = self.run(lambda simulator: list(simulator.ledger.of(method=method)))
        return [dict(row.payload) for row in rows]

    def wait_until_idle(self, timeout: float = SECONDS) -> None:
        """Wait until the bot has confirmed every update and no call is under way; TimeoutError."""
        self.submit(self.simulator.wait_until_idle(self.token, timeout)).result()

    def advance(self, **by: float) -> None:
        """Move the clock forward, as in `advance(days=30)`: what falls due until then has happened then.

        The names are those of timedelta. ControlError when the clock cannot be moved.
        """
        now = datetime.fromisoformat(self.control("clock")["now"])
        self.control("clock", {"to": (now + timedelta(**by)).isoformat()})

    def reset(self) -> None:
        """Forget all bots, people, chats, files, calls, faults and rates."""
        self.run(lambda simulator: simulator.reset())
        self._next_id = FIRST_ID

    def run(self, act: Callable[[Simulator], T]) -> T:
        """Return what `act` does with the simulator, in the simulator's own thread."""

        async def acting() -> T:
            return act(self.simulator)

        return self.submit(acting()).result()

    def submit(self, waiting: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin something of the simulator in its own thread; the future is of any thread."""
        return asyncio.run_coroutine_threadsafe(waiting, self._loop)

    async def _start(self) -> None:
        self.simulator = Simulator(self._clock, strict=self._strict, webhook_retry=0.05)
        await self.simulator.start()
        self.base_url = self.simulator.address


@dataclass(frozen=True, slots=True)
class PersonClient:
    """A person in a private chat with the bot. Waits raise TimeoutError, which says what was seen instead."""

    telegram: TelegramSimulator
    person: Person

    @property
    def id(self) -> int:
        return self.person.id

    @property
    def sees(self) -> list[Bubble]:
        """The messages that stand in the chat now, her own too, in order and as edited."""
        return self.telegram.run(lambda _: self.person.sees)

    @property
    def alerts(self) -> list[dict[str, Any]]:
        """What answered her taps: {text, show_alert}."""
        return self.telegram.run(lambda _: self.person.alerts)

    def send(self, text: str, *, reply_to: int | None = None) -> Bubble:
        """Send the bot a message; returns it."""
        return self.telegram.run(lambda _: self.person.writes(text, reply_to=reply_to))

    def tap(self, message: Bubble, label: str | None = None, *, data: str | None = None) -> None:
        """Tap the button of this label, or one with this callback data; LookupError names the buttons."""
        self.telegram.run(lambda _: self.person.taps(message.message_id, label, data=data))

    @property
    def stars(self) -> int:
        """How many Stars she has."""
        return self.telegram.run(lambda _: self.person.stars.balance)

    @property
    def subscriptions(self) -> list[Subscription]:
        """The list of "Telegram's settings → My Stars"."""
        return self.telegram.run(lambda _: self.person.stars.subscriptions)

    def set_stars(self, stars: int) -> None:
        """Give her so many Stars."""
        self.telegram.run(lambda _: setattr(self.person.stars, "balance", stars))

    def pay(self, what: str | Bubble) -> Charge:
        """Pay an invoice link or the invoice of a message, and wait for what becomes of it.

        PaymentRefused with what she reads instead.
        """
        return self.telegram.submit(self._paying(what)).result()

    async def pay_async(self, what: str | Bubble) -> Charge:
        """Do as `pay` does, in an async test whose event loop runs the bot."""
        return await asyncio.wrap_future(self.telegram.submit(self._paying(what)))

    def cancel(self, subscription: Subscription) -> None:
        """Cancel a subscription in Telegram's settings; the bot is told. LookupError without that button."""
        self.telegram.run(lambda _: self.person.stars.cancels(subscription))

    def renew(self, subscription: Subscription) -> None:
        """Switch a cancelled one on again, while its time runs. LookupError without that button."""
        self.telegram.run(lambda _: self.person.stars.renews(subscription))

    def subscribe_again(self, subscription: Subscription) -> Charge:
        """Pay the old link of one that has lapsed. LookupError without that button; PaymentRefused."""

        async def paying() -> Charge:
            return await self.person.stars.subscribes_again(subscription).pays()

        return self.telegram.submit(paying()).result()

    async def _paying(self, what: str | Bubble) -> Charge:
        return await self.person.pays(what if isinstance(what, str) else what.message_id)

    def block(self) -> None:
        """Block the bot, which is told so."""
        self.telegram.run(lambda _: self.person.blocks())

    def unblock(self) -> None:
        """Unblock the bot, which is told so."""
        self.telegram.run(lambda _: self.person.returns())

    def receive(self, count: int = 1, *, timeout: float = SECONDS) -> Bubble:
        """Wait until `count` things (messages, edits, answers) have come since she last did something.

        Returns the newest message of them, also when it was there already.
        """
        return self.telegram.submit(self.person.hears(count, timeout)).result()

    async def receive_async(self, count: int = 1, *, timeout: float = SECONDS) -> Bubble:  # noqa: ASYNC109  # a test's deadline
        """Do as `receive` does, in an async test whose event loop runs the bot."""
        return await asyncio.wrap_future(self.telegram.submit(self.person.hears(count, timeout)))
