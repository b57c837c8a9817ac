"""One call is lost, or answered 502: does the reader notice?"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.world import MONDAY, sample
from tools.soak.attack.harness.environment import Environment
from tools.soak.attack.harness.findings import Finding, at_most

LONGEST_WAIT = 3.0
PATIENCE = 6.0
LOOK_SECONDS = 0.05
PAGE = "p:"
TURN, DELETE, ANSWER = "editMessageText", "deleteMessage", "answerCallbackQuery"
FAULTS: dict[str, dict[str, object]] = {
    "502": {"kind": "Status", "code": 502, "description": "Bad Gateway"},
    "reset": {"kind": "ResetBefore"},
}
NOT_EDITED: dict[str, object] = {
    "kind": "Status",
    "code": 400,
    "description": "Bad Request: message can't be edited",
}
"""After this the page is sent anew, and the old message deleted."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How many readers meet each fault."""

    times: int


SMALL = Plan(times=1)
WHOLE = Plan(times=10)


@dataclass(frozen=True, slots=True)
class Figures:
    """The longest wait for each fault of each call, in seconds."""

    waits: dict[str, float]

    def findings(self) -> list[Finding]:
        return [at_most(f"after {name}", wait, LONGEST_WAIT, " s") for name, wait in self.waits.items()]


async def play(plan: Plan, database: str, folder: Path) -> Figures:
    sample(folder / "content")
    async with Environment(database, folder, readers=plan.times * (len(ACTS) + 1) * len(FAULTS)) as env:
        await env.program(start=MONDAY, spacing=1.0)
        await asyncio.gather(*(env.crowd.asks(reader, "/latest") for reader in env.readers))
        await asyncio.sleep(1.1)  # her next turn
        readers = iter(env.readers)
        tries = {
            f"{fault} to {what}": [act(env, next(readers), FAULTS[fault]) for _ in range(plan.times)]
            for what, act in ACTS.items()
            for fault in FAULTS
        }
        # One kind after another: all at once would wait for their turns, of which there are 30 a second.
        seconds = [await asyncio.gather(*acts) for acts in tries.values()]
        waits = {name: max(waited) for name, waited in zip(tries, seconds, strict=True)}
        for fault, order in FAULTS.items():  # whose tap it befalls cannot be chosen, so these are alone
            whom = [next(readers) for _ in range(plan.times)]
            waits[f"{fault} to the answer to a tap"] = await _answers(env, whom, order)
        return Figures(waits)


async def _reply(env: Environment, reader: int, fault: dict[str, object]) -> float:
    await env.tell("faults", method="sendMessage", chat_id=reader, **fault)
    return await env.crowd.wait(reader, "/help", PATIENCE)


async def _edit(env: Environment, reader: int, fault: dict[str, object]) -> float:
    await env.tell("faults", method=TURN, chat_id=reader, **fault)
    before = (await env.crowd.sees(reader))[-1]
    await _tap(env, reader)
    return await _seconds(lambda: _has_turned(env, reader, before.text))


async def _delete(env: Environment, reader: int, fault: dict[str, object]) -> float:
    """Return how long an old page stands beside the one that was sent in its place."""
    await env.tell("faults", method=TURN, chat_id=reader, **NOT_EDITED)
    await env.tell("faults", method=DELETE, chat_id=reader, **fault)
    before = (await env.crowd.sees(reader))[-1].message_id
    await _tap(env, reader)
    await _seconds(lambda: _stands(env, reader, before, newer=True))
    return await _seconds(lambda: _stands(env, reader, before, newer=False))


ACTS = {"a reply": _reply, "an edit": _edit, "a delete": _delete}


async def _answers(env: Environment, readers: Sequence[int], fault: dict[str, object]) -> float:
    before = await _answered(env)
    await env.tell("faults", method=ANSWER, times=len(readers), **fault)
    await asyncio.gather(*(_tap(env, reader) for reader in readers))
    return await _seconds(lambda: _have_been_answered(env, before + len(readers)))


async def _tap(env: Environment, reader: int) -> None:
    """Tap what turns to a page, once there is one: between two pages there is none. TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        while not (buttons := await _turning(env, reader)):  # noqa: ASYNC110  # another process tells nobody
            await asyncio.sleep(LOOK_SECONDS)
    await env.crowd.press(reader, *buttons[0])


async def _turning(env: Environment, reader: int) -> list[tuple[int, str]]:
    buttons = await env.crowd.buttons(reader)
    return [(message, data) for message, _, data in buttons if data.startswith(PAGE)]


async def _has_turned(env: Environment, reader: int, before: str) -> bool:
    return (await env.crowd.sees(reader))[-1].text != before


async def _stands(env: Environment, reader: int, message_id: int, *, newer: bool) -> bool:
    """Tell whether a newer page stands: beside the old one, or (not `newer`) alone."""
    numbers = [bubble.message_id for bubble in await env.crowd.sees(reader)]
    return max(numbers, default=0) > message_id and (newer or message_id not in numbers)


async def _have_been_answered(env: Environment, count: int) -> bool:
    return await _answered(env) >= count


async def _answered(env: Environment) -> int:
    """Return how many taps have been answered: what such an answer does is seen nowhere but in the calls."""
    calls: list[dict[str, Any]] = await env.told("calls?limit=5000")
    return sum(call["method"] == ANSWER and bool(call["answer"]["ok"]) for call in calls)


async def _seconds(has_come: Callable[[], Awaitable[bool]]) -> float:
    """Return the seconds until it has come; PATIENCE when it has not by then."""
    began = time.monotonic()
    while not await has_come() and time.monotonic() - began < PATIENCE:  # noqa: ASYNC110  # another process tells nobody
        await asyncio.sleep(LOOK_SECONDS)
    return min(PATIENCE, time.monotonic() - began)
