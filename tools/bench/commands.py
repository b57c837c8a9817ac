"""What a /latest costs: the program, and the library's own way."""

from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tools.bench.figures import Figure, against
from tools.bench.processes import Child, child, worker
from tools.bench.server import BotApi

NAMES = {
    "whole": "the program whole (SQLite on disk)",
    "handlers": "its transport and handlers alone (no database)",
    "library": "python-telegram-bot's own transport and polling, one at a time (its default)",
    "library-side-by-side": "the same, 64 side by side",
}
FEW = 20
"""Commands of a round that waits for each of them."""


@dataclass(frozen=True, slots=True)
class Load:
    """How readers write: all at once or one `every` so many seconds; `latency`: what an answer takes.

    `patient` names the stacks that get only a few commands a round.
    """

    what: str
    latency: float = 0.0
    every: float = 0.0
    patient: tuple[str, ...] = ()


AT_ONCE = Load("/latest at 0 ms")
SLOW = Load("/latest at 50 ms", latency=0.05, patient=("library",))
ALONE = Load("/latest alone, 20 ms apart", every=0.02, patient=tuple(NAMES))


@dataclass(frozen=True, slots=True)
class Round:
    """One round of one stack: CPU milliseconds a command, replies a second."""

    cpu: float
    rate: float


Rounds = dict[str, list[Round]]


async def measure(folder: Path, content: Path, *, rounds: int, count: int) -> list[Figure]:
    """Run all stacks in turn, `rounds` times under each load; a first round warms them and is not kept."""
    async with BotApi() as telegram, AsyncExitStack() as stack:
        workers: dict[str, Child] = {}
        for name in NAMES:
            data = folder / name
            data.mkdir()
            arguments = worker(name, _token(name), telegram.address, content, data)
            workers[name] = await stack.enter_async_context(child(*arguments, ready=b'"ready"'))
        by_load = {
            load: await _interleaved(telegram, workers, load, rounds, count)
            for load in (AT_ONCE, SLOW, ALONE)
        }
    return [*_costs(by_load[AT_ONCE]), *_rows(by_load)]


async def _interleaved(
    telegram: BotApi, workers: dict[str, Child], load: Load, rounds: int, count: int
) -> Rounds:
    telegram.latency = load.latency
    rounds_of: Rounds = {name: [] for name in workers}
    for _ in range(rounds + 1):
        for name, process in workers.items():
            some = min(FEW, count) if name in load.patient else count
            rounds_of[name].append(await _round(telegram, name, process, some, load.every))
    return {name: samples[1:] for name, samples in rounds_of.items()}


async def _round(telegram: BotApi, name: str, process: Child, count: int, every: float) -> Round:
    before = await process.ask()
    served = await telegram.offer(_token(name), count, every=every)
    after = await process.ask()
    return Round((after["cpu"] - before["cpu"]) * 1_000 / count, served.rate)


def _costs(rounds: Rounds) -> Iterator[Figure]:
    """Hold the costs against the aims; each is the median of the rounds' own figures."""

    def cost(of: Callable[[Round, Round], float], name: str, other: str) -> float:
        return median(of(*pair) for pair in zip(rounds[name], rounds[other], strict=True))

    share = cost(lambda ours, theirs: ours.cpu / theirs.cpu, "handlers", "library")
    database = cost(lambda ours, theirs: ours.cpu - theirs.cpu, "whole", "handlers")
    yield against("CPU of transport and handlers alone ÷ python-telegram-bot's own", share, "", 0.45)
    yield against("the database's share of a command", database, " ms", 0.8)


def _rows(by_load: dict[Load, Rounds]) -> Iterator[Figure]:
    for load, rounds in by_load.items():
        for name, samples in rounds.items():
            cpu, rate = median(sample.cpu for sample in samples), median(sample.rate for sample in samples)
            speed = "" if load.every else f", {rate:,.0f} replies/s"
            yield Figure(f"{load.what}: {NAMES[name]}", f"{cpu:.2f} ms CPU{speed}")


def _token(name: str) -> str:
    """Return a token of its own for each stack."""
    return f"70000{list(NAMES).index(name)}:bench-token-of-no-bot-anywhere-at-all"
