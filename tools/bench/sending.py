"""What sending costs, and the rate it reaches, beside its peers."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count as numbers
from pathlib import Path
from statistics import median

from tools.bench.figures import Figure, against, at_least
from tools.bench.processes import Child, child, script
from tools.bench.senders import issue

NAMES = {
    "program": "the program whole (SQLite on disk)",
    "way-out": "its way out alone (no ledger)",
    "aiogram": "aiogram with aiolimiter",
    "library": "python-telegram-bot with AIORateLimiter",
}
FAST = 1_000
RATES = (25, 30, FAST)
FEWER = {"aiogram": 0.5, "library": 0.1, "way-out": 0.5}
"""What share of a fast round's messages a slower stack sends; the cost is counted for each message."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round of one stack: the share of the permitted rate, refusals (429), the most that came within a
    second, and CPU microseconds a call.
    """

    share: float
    refused: int
    busiest: int
    cpu: float


class Field:
    """Where stacks send: content, and a folder for each process's data."""

    def __init__(self, folder: Path, content: Path) -> None:
        self._folder = folder
        self.content = folder / "content"
        self._numbers = numbers()
        self.content.mkdir()
        issue(content, self.content)

    def data(self) -> Path:
        data = self._folder / f"data{next(self._numbers)}"
        data.mkdir()
        return data

    @asynccontextmanager
    async def errand(
        self, stack: str, address: str, rate: int, count: int, *database: str
    ) -> AsyncIterator[Child]:
        """Have a stack ready to send in a process of its own."""
        arguments = (stack, address, str(self.content), str(self.data()), str(rate), str(count), *database)
        async with child(script("errand.py"), *arguments, ready=b'"ready"') as process:
            yield process


@asynccontextmanager
async def ceiling(limit: int) -> AsyncIterator[tuple[Child, str]]:
    """Run the server that takes so many messages a second; with its address."""
    async with child(script("ceiling.py"), str(limit), ready=b'"ready"') as server:
        yield server, json.loads(server.line)["address"]


async def measure(folder: Path, content: Path, *, rounds: int, slowly: int, fast: int) -> list[Figure]:
    """Let all stacks send in turn, `rounds` times at each rate."""
    field = Field(folder, content)
    by_rate: dict[int, dict[str, list[Round]]] = {}
    for rate in RATES:
        by_stack = by_rate[rate] = {name: [] for name in NAMES if rate == FAST or name != "way-out"}
        for _ in range(rounds):
            for name, figures in by_stack.items():
                many = int(fast * FEWER.get(name, 1)) if rate == FAST else slowly
                figures.append(await _round(field, name, rate, many))
    return [*_aims(by_rate), *_rows(by_rate)]


async def _round(field: Field, name: str, rate: int, count: int) -> Round:
    async with ceiling(rate) as (server, address), field.errand(name, address, rate, count) as process:
        used, came = await process.ask(), await server.ask()
    cpu = used["cpu"] * 1_000_000 / (came["sent"] + came["refused"])
    return Round(came["rate"] / rate, came["refused"], came["busiest"], cpu)


def _aims(by_rate: Mapping[int, Mapping[str, list[Round]]]) -> Iterator[Figure]:
    for rate, stacks in by_rate.items():
        rounds = stacks["program"]
        share, refused = median(sample.share for sample in rounds), sum(sample.refused for sample in rounds)
        busiest = max(sample.busiest for sample in rounds)
        said = f", {refused} refused (429), {busiest:,} in the busiest second"
        figure = at_least(f"{rate:,} messages a second permitted: reached", share, 0.97, said)
        missed = figure.missed or refused > 0 or busiest > rate
        yield Figure(figure.what, figure.measured, f"{figure.aim}, no 429", missed=missed)
    costs = {name: [sample.cpu for sample in rounds] for name, rounds in by_rate[FAST].items()}
    for peer, aim in (("library", 0.05), ("aiogram", 0.45)):
        pairs = zip(costs["program"], costs[peer], strict=True)
        ratio = median(ours / theirs for ours, theirs in pairs)
        yield against(f"CPU of a message at 1,000/s ÷ {NAMES[peer]}", ratio, "", aim, digits=3)


def _rows(by_rate: Mapping[int, Mapping[str, list[Round]]]) -> Iterator[Figure]:
    for rate, stacks in by_rate.items():
        for name, rounds in stacks.items():
            share = median(sample.share for sample in rounds)
            refused, busiest = (
                median(sample.refused for sample in rounds),
                max(sample.busiest for sample in rounds),
            )
            cost = f", {median(sample.cpu for sample in rounds):,.0f} µs CPU each" if rate == FAST else ""
            said = f"{share:.0%}, {refused:.0f} refused, busiest second {busiest:,}{cost}"
            yield Figure(f"sending at {rate:,}/s: {NAMES[name]}", said)
