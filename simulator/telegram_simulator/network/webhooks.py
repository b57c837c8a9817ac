"""Delivers updates to webhooks: in order per chat, chats in parallel."""

import asyncio
import errno
import os
import socket
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult

from aiohttp import ClientConnectorError, ClientError, ClientResponse, ClientSession, ClientTimeout

from telegram_simulator.api.urls import split
from telegram_simulator.network.updates import PendingUpdate
from telegram_simulator.network.webhook_replies import call_of
from telegram_simulator.state.account import Account, Webhook
from telegram_simulator.state.state import State

ANSWER_TIMEOUT = 60.0  # seconds for one answer
MAX_BACKOFF = 60.0  # seconds between two tries
MAX_RETRY_AFTER = 3600.0  # seconds that a Retry-After is obeyed
FROM_SIMULATOR = "X-Telegram-Simulator"
"""A header of these requests: the guard refuses them, so that no bot moves the simulator by its webhook."""

REPLY_LIMIT = 1024 * 1024
SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # a header's name

_OF_CHATS = frozenset({
    "message", "edited_message", "channel_post", "edited_channel_post", "my_chat_member", "chat_member",
    "chat_join_request",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an update was not accepted. `wait`: the webhook's Retry-After, in seconds."""

    reason: str
    wait: float | None = None


class WebhookDelivery:
    """Delivers updates with exponential backoff.

    1. There is one queue per chat (for taps and queries: per person). A failing update blocks only its queue.
    2. A failed update is retried at once, then after 2, 4, … times `retry` seconds, or its Retry-After.
    3. At most `max_connections` requests of a webhook are in flight.
    """

    def __init__(self, state: State, session: ClientSession, retry: float) -> None:
        self._state = state
        self._session = session
        self._retry = retry
        self._serving: dict[str, asyncio.Task[None]] = {}
        self._queues: set[asyncio.Task[None]] = set()

    def deliver(self, account: Account) -> None:
        """Start delivering this bot's updates, until its webhook is removed. Safe to call again."""
        task = self._serving.get(account.token)
        if task is None or task.done():
            self._serving[account.token] = asyncio.create_task(self._deliver(account))

    async def stop(self) -> None:
        tasks = [*self._serving.values(), *self._queues]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _deliver(self, account: Account) -> None:
        while account.webhook.url:
            await self._serve(account, account.webhook)

    async def _serve(self, account: Account, hook: Webhook) -> None:
        """Dispatch updates to the queues until another webhook is set."""
        slots = asyncio.Semaphore(max(1, hook.max_connections))
        queues: dict[object, deque[PendingUpdate]] = {}
        serial = 0

        def ready() -> bool:
            return account.webhook is not hook or bool(account.updates.after(serial))

        while account.webhook is hook:
            for waiting in account.updates.after(serial):
                serial, key = waiting.serial, _queue_of(waiting.body)
                if key in queues:
                    queues[key].append(waiting)
                else:
                    queues[key] = deque([waiting])
                    self._start(self._drain(account, hook, slots, queues, key))
            await account.updates.changed.wait_for(ready, None)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._queues.add(task)
        task.add_done_callback(self._queues.discard)

    async def _drain(
        self,
        account: Account,
        hook: Webhook,
        slots: asyncio.Semaphore,
        queues: dict[object, deque[PendingUpdate]],
        key: object,
    ) -> None:
        while queues[key]:
            await self._deliver_until_accepted(account, hook, slots, queues[key].popleft())
        del queues[key]

    async def _deliver_until_accepted(
        self, account: Account, hook: Webhook, slots: asyncio.Semaphore, waiting: PendingUpdate
    ) -> None:
        """Retry one update until it is accepted, dropped, or the webhook is replaced."""
        wait = 0.0
        while account.webhook is hook and account.updates.holds(waiting):
            async with slots:
                failure = await self._post(hook, waiting, account)
            if failure is None:
                account.updates.done(waiting)
                return
            hook.failure, hook.failed_at = failure.reason, int(self._state.clock.now().timestamp())
            await self._state.pause(wait if failure.wait is None else failure.wait)
            wait = min(2 * (wait or self._retry), MAX_BACKOFF)

    async def _post(self, hook: Webhook, waiting: PendingUpdate, account: Account) -> Failure | None:
        """Send one update; return why it was not accepted, or None."""
        try:
            addresses = [hook.ip_address] if hook.ip_address else await _look_up(hook.url)
        except socket.gaierror as error:
            return Failure(f"Failed to resolve host: {error.strerror}")
        failure: Failure | None = None
        for address in addresses:
            try:
                failure = await self._post_to(address, hook, waiting, account)
            except ClientConnectorError as error:
                failure = Failure(os.strerror(error.os_error.errno or errno.ECONNREFUSED))
                continue
            hook.ip_address = address
            return failure
        if not hook.fixed_address:
            hook.ip_address = ""  # it may have moved: the name is looked up again
        return failure

    async def _post_to(
        self, address: str, hook: Webhook, waiting: PendingUpdate, account: Account
    ) -> Failure | None:
        """Send one update to this IP address, under the name of the URL. Raises ClientConnectorError."""
        parts = split(hook.url)
        headers = {FROM_SIMULATOR: "webhook", "Host": parts.netloc.rpartition("@")[2]}
        try:
            async with self._session.post(
                parts._replace(netloc=_netloc(address, parts)).geturl(),
                json=waiting.body,
                headers=headers | ({SECRET: hook.secret} if hook.secret else {}),
                server_hostname=parts.hostname if parts.scheme == "https" else None,
                timeout=ClientTimeout(total=ANSWER_TIMEOUT),
                allow_redirects=False,
            ) as answer:
                if not 200 <= answer.status < 300:
                    return _refused(answer)
                reply = call_of(answer.content_type, await _beginning(answer))
        except ClientConnectorError:
            raise
        except TimeoutError:
            return Failure("Read timeout expired")
        except ClientError:
            return Failure("Connection closed")
        if reply is not None:
            await self._state.run_call(account, reply)
        return None


async def _look_up(url: str) -> list[str]:
    """Return the IP addresses of the URL's host, those of version 4 first. Raises gaierror."""
    entries = await asyncio.get_running_loop().getaddrinfo(split(url).hostname, None, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in sorted(entries, key=lambda entry: entry[0] != socket.AF_INET)]


def _netloc(address: str, parts: SplitResult) -> str:
    """Return the place of a URL, with this IP address for its host."""
    login, at, _ = parts.netloc.rpartition("@")
    host = f"[{address}]" if ":" in address else address
    return f"{login}{at}{host}" if parts.port is None else f"{login}{at}{host}:{parts.port}"


async def _beginning(answer: ClientResponse) -> bytes:
    """Return the answer's body; of one that is longer than a call may be, nothing."""
    content = bytearray()
    async for chunk in answer.content.iter_any():
        content += chunk
        if len(content) > REPLY_LIMIT:
            return b""
    return bytes(content)


def _queue_of(update: dict[str, Any]) -> object:
    """Return the key of an update's queue: its chat; for taps and queries, their kind and person."""
    kind, body = next(((kind, body) for kind, body in update.items() if isinstance(body, dict)), ("", {}))
    place = body.get("chat" if kind in _OF_CHATS else "user" if kind == "subscription" else "from")
    number = place.get("id") if isinstance(place, dict) else None
    return ("chat" if kind in _OF_CHATS else kind, number)


def _refused(answer: ClientResponse) -> Failure:
    reason = f"Wrong response from the webhook: {answer.status} {answer.reason}"
    asked = answer.headers.get("Retry-After", "")
    if answer.status == 429 and asked.isdecimal():
        return Failure(reason, min(float(asked), MAX_RETRY_AFTER))
    return Failure(reason)
