"""`telegram-simulator` runs the local Telegram until it is interrupted."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from telegram_simulator.clock import MovableClock
from telegram_simulator.server import Simulator
from telegram_simulator.state import seeding
from telegram_simulator.state.seeding import Seed
from telegram_simulator.text.texts import MissingParserError

HIGHEST_PORT = 65_535
MOST_PEOPLE = 200_000
LONGEST_RETRY = 60.0


def main(words: Sequence[str] | None = None) -> None:
    """Run with these command-line words, by default those of the process; SystemExit 1 with a sentence."""
    given = _parser().parse_args(words)
    try:
        asyncio.run(
            run(
                given.port,
                strict=given.strict,
                count=given.seed,
                people=given.people,
                webhook_retry=given.webhook_retry,
            )
        )
    except MissingParserError as error:
        sys.exit(str(error))


async def run(port: int, *, strict: bool, count: int, people: Path | None, webhook_retry: float) -> None:
    """Serve at this port until interrupted, with those of the file `people`, or without one with `count`
    people who have started no bot.

    SystemExit with a sentence when the port is taken (a bot would look for it at this very address), or when
    the file cannot be read.
    """
    stopping = _interruption()
    simulator = Simulator(MovableClock(), strict=strict, webhook_retry=webhook_retry)
    if people is None:
        simulator.introduce(count)
    else:
        simulator.plant(_seed(people))
    try:
        await simulator.start("127.0.0.1", port)
    except OSError:
        sys.exit(f"Port {port} is taken. Give another with --port.")
    sys.stdout.write(
        f"A local Telegram listens at {simulator.address}: set it as your bot's API address. "
        "Any well-formed token is a bot. Ctrl+C ends it.\n"
    )
    sys.stdout.flush()
    await stopping.wait()
    await simulator.stop()


def _seed(file: Path) -> Seed:
    try:
        return seeding.read(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        sys.exit(f"The people of {file} cannot be read: {error}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="telegram-simulator", description="Run a local Telegram, with a chat page, for any bot."
    )
    parser.add_argument(
        "--port",
        type=_between(int, 0, HIGHEST_PORT),
        default=8081,
        metavar="N",
        help="where it listens (8081); 0 takes any free port",
    )
    parser.add_argument("--strict", action="store_true", help="refuse parameters that no method documents")
    parser.add_argument(
        "--seed",
        type=_between(int, 0, MOST_PEOPLE),
        default=3,
        metavar="N",
        help="how many people there are at the start (3)",
    )
    parser.add_argument(
        "--people",
        type=Path,
        metavar="FILE",
        help="a JSON file of people and groups that are there at the start, instead of --seed",
    )
    parser.add_argument(
        "--webhook-retry",
        type=_between(float, 0, LONGEST_RETRY),
        default=1.0,
        metavar="SECONDS",
        help="the first wait before an update is brought again to a webhook that failed (1)",
    )
    return parser


def _between(kind: type[int] | type[float], lowest: float, highest: float) -> Callable[[str], float]:
    """Return what reads a number of this kind; what lies outside is refused."""

    def number(text: str) -> float:
        value = kind(text)
        if not lowest <= value <= highest:
            raise argparse.ArgumentTypeError(f"expected a number from {lowest:g} to {highest:g}")
        return value

    return number


def _interruption() -> asyncio.Event:
    """Return what is set when someone ends the program."""
    stopping = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    return stopping


if __name__ == "__main__":
    main()
