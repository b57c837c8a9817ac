"""Brings updates to webhooks: in order, one at a time, again and again until they are taken."""

import asyncio
import json
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.simulator.updates import Waiting
from bot.simulator.world import Account, Webhook, World

PATIENCE = 60.0  # seconds for one answer
LONGEST_WAIT = 60.0  # seconds between two tries
SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # a header's name


class Webhooks:
    """`retry` is the first wait, in seconds, after an update was not taken; it doubles from try to try."""

    def __init__(self, world: World, session: ClientSession, retry: float) -> None:
        self._world = world
        self._session = session
        self._retry = retry
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def deliver(self, account: Account) -> None:
        """Bring this bot's updates to its webhook for as long as it has one."""
        task = self._tasks.get(account.token)
        if task is None or task.done():
            self._tasks[account.token] = asyncio.create_task(self._deliver(account))

    async def stop(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _deliver(self, account: Account) -> None:
        while account.webhook.url:
            await self._serve(account, account.webhook)

    async def _serve(self, account: Account, hook: Webhook) -> None:
        """Bring updates to this webhook until another one is set."""
        wait = self._retry

        def ready() -> bool:
            return account.webhook is not hook or account.updates.first() is not None

        while account.webhook is hook:
            await account.updates.signal.until(ready, None)
            waiting = account.updates.first()
            if waiting is None or account.webhook is not hook:
                continue
            failure = await self._bring(hook, waiting, account)
            if failure is None:
                account.updates.done(waiting)
                wait = self._retry
            else:
                hook.failure, hook.failed_at = failure, int(self._world.clock.now().timestamp())
                await self._world.pause(wait)
                wait = min(2 * wait, LONGEST_WAIT)

    async def _bring(self, hook: Webhook, waiting: Waiting, account: Account) -> str | None:
        """Return why the update was not taken, or None."""
        headers = {"Content-Type": "application/json"} | ({SECRET: hook.secret} if hook.secret else {})
        body = json.dumps(waiting.body).encode()
        try:
            async with self._session.post(
                hook.url,
                data=body,
                headers=headers,
                timeout=ClientTimeout(total=PATIENCE),
                allow_redirects=False,
            ) as answer:
                if not 200 <= answer.status < 300:
                    return f"Wrong response from the webhook: {answer.status} {answer.reason}"
                reply = _reply(await answer.read())
        except (ClientError, TimeoutError) as error:
            return f"Connection failed: {type(error).__name__}"
        if reply is not None:
            await self._world.perform(account, reply)
        return None


def _reply(content: bytes) -> dict[str, Any] | None:
    """Return the call that a webhook made by its answer, if it made one."""
    try:
        body = json.loads(content or b"null")
    except ValueError:
        return None
    return body if isinstance(body, dict) and isinstance(body.get("method"), str) else None
