"""The bot as a process that tells its weight.

Run as `python -m tools.soak.weighed` with what `tools.soak.program` takes. After `ready`, each line that it
reads is a question in JSON, and each line that it writes the answer; it ends on SIGTERM.
"""

import asyncio
import gc
import json
import os
import signal
import sys
import tracemalloc
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import logs
from bot.app import Program
from bot.clock import MovableClock
from bot.composition.parts import Parts
from bot.composition.timing import Timing
from bot.services.operations.retention import Retention
from bot.telegram.api.pacing.rate_limiter import CEILING
from tools.soak.holding import held
from tools.soak.program import TICK, parser, settings_of

FRAMES = 3
LONGEST = 1 << 20


class Weighed:
    """Answers questions about a program that runs; what is done every hour is done when it is asked for."""

    def __init__(self, program: Program, parts: Parts, clock: MovableClock) -> None:
        self._program = program
        self._parts = parts
        self._clock = clock

    async def answer(self, question: dict[str, str]) -> Any:
        match question["what"]:
            case "move":
                self._clock.move_to(datetime.fromisoformat(question["to"]))
            case "purge":
                await Retention(self._program.core.database, self._clock).purge()
                await self._program.core.cooldowns.forget()
            case "weigh":
                await self._parts.update_inbox.wait_until_handled()
                gc.collect()
                return resident()
            case "now":
                return resident()
            case "hold":
                return held()
            case "trace":
                return traced()
        return None


def resident() -> float:
    """Return what of this process is in memory now, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def traced() -> dict[str, int]:
    """Return the bytes that each line of code has allocated and not given back."""
    if not tracemalloc.is_tracing():
        return {}
    statistics = tracemalloc.take_snapshot().statistics("lineno")
    return {str(line.traceback): line.size for line in statistics}


async def serve(program: Program, clock: MovableClock) -> None:
    try:
        runner = await program.start()
        _say("ready")
        answering = asyncio.create_task(_answer(Weighed(program, runner.parts, clock)))
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, answering.cancel)
        with suppress(asyncio.CancelledError):
            await answering
    finally:
        await program.stop()


async def _answer(weighed: Weighed) -> None:
    """Answer until nobody can ask any more; what goes wrong ends the program."""
    reader = asyncio.StreamReader(limit=LONGEST)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        _say(json.dumps(await weighed.answer(json.loads(line))))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    asking = parser()
    asking.add_argument("--spacing", type=float, default=0.0)
    asking.add_argument("--ceiling", type=int, default=CEILING)
    asking.add_argument("--poll", type=int, default=1)
    asking.add_argument("--tick", type=float, default=TICK)
    asking.add_argument("--trace", action="store_true")
    given = asking.parse_args()
    if given.trace:
        tracemalloc.start(FRAMES)
    logs.set_up()
    clock = MovableClock(given.start)
    program = Program(
        settings_of(given),
        clock,
        Timing(
            spacing=given.spacing,
            ceiling=given.ceiling,
            poll_seconds=given.poll,
            tick_seconds=given.tick,
            status_message_seconds=given.tick,
        ),
    )
    asyncio.run(serve(program, clock))


if __name__ == "__main__":
    main()
