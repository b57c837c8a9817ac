"""The local Telegram as a process with a crowd of people.

Run as `python -m tools.soak.local_telegram --token TOKEN --readers N`; it prints its address and ends on
SIGTERM. Every call takes effect at once, and is answered `latency` seconds later. With `--quiet` the people
have started the bot before, and write nothing by themselves.
"""

import argparse
import asyncio
import signal
import sys

from bot.clock import MovableClock
from telegram_simulator import Latency, Simulator

FIRST_ID = 6_000_000_001


async def serve(token: str, readers: int, latency: float, *, starts: bool) -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    simulator = Simulator(MovableClock())
    simulator.crowd(readers, token=token, first_id=FIRST_ID, starts=starts)
    if latency:
        simulator.faults.add(times=None, kind=Latency(latency))
    await simulator.start()
    sys.stdout.write(f"{simulator.address}\n")
    sys.stdout.flush()
    await stopping.wait()
    await simulator.stop()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--token", required=True)
    parser.add_argument("--readers", type=int, required=True)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--quiet", action="store_true")
    given = parser.parse_args()
    asyncio.run(serve(given.token, given.readers, given.latency, starts=not given.quiet))


if __name__ == "__main__":
    main()
