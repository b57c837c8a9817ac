"""Metrics for Prometheus; no name, id or secret is ever among them."""

import math
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

OTHER = "other"
"""The label of what is not known beforehand: no reader's word may become a label."""

UPDATES = ("message", "callback_query", "my_chat_member", "pre_checkout_query", "subscription", OTHER)
KINDS = ("issue", "broadcast", "reminder", "test")
DROPPED = ("cooldown", "queue_full", "superseded", "duplicate", "muted")
REPAIRED = ("payment", "refund")
OUTCOMES = ("sent", "failed", "skipped", "unknown", "not_sent")

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

Ask = Callable[[], float | None]
"""Called at each scrape; None where there is no value."""


@dataclass(frozen=True, slots=True)
class DatabaseSnapshot:
    """The database's figures at the moment of a scrape. Times in seconds."""

    readers: Mapping[tuple[str, str], int]  # by language and access
    campaigns: Mapping[str, int]  # by state
    inbox_waiting: int
    cooldowns: int
    cooldown_seconds: float
    answers_owed: int
    lag_seconds: float
    push_late_seconds: float | None
    push_missing: bool


class Metrics:
    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._updates = Counter("briefing_updates", "Updates handled", ["kind"], registry=self._registry)
        self._deliveries = Counter(
            "briefing_deliveries",
            "What became of deliveries",
            ["kind", "outcome"],
            registry=self._registry,
        )
        self._dropped = Counter(
            "briefing_answers_dropped",
            "Answers that were not given, by reason: a tap in a cooldown, a full queue, a later turn, "
            "the same tap twice, a muted reader",
            ["reason"],
            registry=self._registry,
        )
        self._star_repairs = Counter(
            "briefing_star_repairs",
            "Payments and refunds that were found in Telegram's transactions alone",
            ["kind"],
            registry=self._registry,
        )
        self._show_zeros()
        self._ready = self._gauge("briefing_ready", "1 when /readyz answers 200")
        self._database = _SnapshotCollector()
        self._registry.register(self._database)

    def update(self, kind: str) -> None:
        """Count an update by its kind, which is the name of the field that Telegram put it in."""
        self._updates.labels(kind if kind in UPDATES else OTHER).inc()

    def of_commands(self, names: Collection[str]) -> "CommandMetrics":
        """Begin to count commands, once, by these names; every other one counts as "other"."""
        return CommandMetrics(self._registry, names)

    def delivered(self, kind: str, outcome: str, count: int = 1) -> None:
        """Count deliveries by a campaign's kind and what became of them: one of OUTCOMES, where "not_sent"
        waits for another try.
        """
        self._deliveries.labels(kind, outcome).inc(count)

    def dropped(self, reason: str) -> None:
        """Count an answer that is not given; `reason` is one of DROPPED."""
        self._dropped.labels(reason).inc()

    def star_repair(self, kind: str, count: int) -> None:
        """Count what the repair has mended; `kind` is one of REPAIRED."""
        self._star_repairs.labels(kind).inc(count)

    def waits(self, reply: Ask, campaign: Callable[[], float]) -> None:
        self._gauge("briefing_reply_wait_seconds", "How long the longest waiting answer has waited", reply)
        about = "Seconds that campaigns have waited for the sake of answers, since the start"
        self._registry.register(_CounterOf("briefing_campaign_wait_seconds", about, campaign))

    def rate(self, ask: Ask) -> None:
        self._gauge("briefing_send_rate", "Messages sent in the last second", ask)

    def window(self, size: int, in_use: Ask) -> None:
        self._gauge("briefing_window_size", "The most claims that may be open", lambda: size)
        self._gauge("briefing_window_in_use", "Claims without an outcome on disk", in_use)

    def leader(self, ask: Ask) -> None:
        self._gauge("briefing_leader", "1 in the process that sends", ask)

    def last_poll(self, ask: Ask) -> None:
        self._gauge("briefing_last_poll_seconds", "Seconds since getUpdates was answered", ask)

    def webhook(self, ask: Ask) -> None:
        self._gauge("briefing_webhook_set", "1 once Telegram brings updates to the webhook", ask)

    def clock_skew(self, ask: Ask) -> None:
        about = "Seconds by which this machine's clock is ahead of the database's"
        self._gauge("briefing_clock_skew_seconds", about, ask)

    def ready(self, ready: bool) -> None:
        self._ready.set(ready)

    def database(self, snapshot: DatabaseSnapshot | None) -> None:
        """Note what the database says; None: it is down, and only `briefing_database_up` is exported."""
        self._database.snapshot = snapshot

    def text(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        return generate_latest(self._registry)

    def _show_zeros(self) -> None:
        # A counter must be exported as 0 before its first count, or Prometheus misses the first rise.
        for kind in UPDATES:
            self._updates.labels(kind)
        for reason in DROPPED:
            self._dropped.labels(reason)
        for kind in REPAIRED:
            self._star_repairs.labels(kind)
        for kind in KINDS:
            for outcome in OUTCOMES:
                self._deliveries.labels(kind, outcome)

    def _gauge(self, name: str, about: str, ask: Ask | None = None) -> Gauge:
        gauge = Gauge(name, about, registry=self._registry)
        if ask is not None:
            gauge.set_function(lambda: math.nan if (value := ask()) is None else float(value))
        return gauge


class CommandMetrics:
    """How often each command was given, and how long its answer took."""

    def __init__(self, registry: CollectorRegistry, names: Collection[str]) -> None:
        self._names = frozenset(names) | {OTHER}
        self._commands = Counter("briefing_commands", "Commands handled", ["command"], registry=registry)
        self._seconds = Histogram(
            "briefing_command_seconds",
            "Seconds from a command to the end of its answer",
            ["command"],
            buckets=SECONDS,
            registry=registry,
        )
        for name in self._names:  # exported as 0: see `_show_zeros`
            self._commands.labels(name)
            self._seconds.labels(name)

    @contextmanager
    def command(self, name: str) -> Iterator[None]:
        """Count a command and its seconds, also when it fails."""
        label = name if name in self._names else OTHER
        self._commands.labels(label).inc()
        began = time.perf_counter()
        try:
            yield
        finally:
            self._seconds.labels(label).observe(time.perf_counter() - began)


@dataclass(frozen=True)
class _CounterOf(Collector):
    """A counter whose value another object keeps."""

    name: str
    about: str
    ask: Callable[[], float]

    def collect(self) -> Iterator[CounterMetricFamily]:
        yield CounterMetricFamily(self.name, self.about, value=self.ask())


class _SnapshotCollector(Collector):
    """Exports the database's figures; while it is down, only `briefing_database_up 0`."""

    snapshot: DatabaseSnapshot | None = None

    def collect(self) -> Iterator[GaugeMetricFamily]:
        snapshot = self.snapshot
        yield GaugeMetricFamily(
            "briefing_database_up", "1 when the database answered", value=snapshot is not None
        )
        if snapshot is None:
            return
        yield _by("briefing_readers", "Readers", ["language", "access"], snapshot.readers.items())
        campaigns = [((state,), count) for state, count in snapshot.campaigns.items()]
        yield _by("briefing_campaigns", "Campaigns", ["state"], campaigns)
        for name, about, value in _plain(snapshot):
            if value is not None:
                yield GaugeMetricFamily(name, about, value=float(value))


def _plain(snapshot: DatabaseSnapshot) -> tuple[tuple[str, str, float | None], ...]:
    return (
        ("briefing_inbox_waiting", "Updates kept but not handled", snapshot.inbox_waiting),
        ("briefing_cooldowns", "Cooldowns that Telegram asked for and that still run", snapshot.cooldowns),
        ("briefing_cooldown_seconds", "Seconds left of the longest cooldown", snapshot.cooldown_seconds),
        ("briefing_answers_owed", "Answers that are given once a cooldown is over", snapshot.answers_owed),
        ("briefing_delivery_lag_seconds", "How late the oldest due delivery is", snapshot.lag_seconds),
        (
            "briefing_last_push_late_seconds",
            "How late the last issue's campaign was opened",
            snapshot.push_late_seconds,
        ),
        ("briefing_push_missing", "1 when an issue is out and not pushed", snapshot.push_missing),
    )


def _by(
    name: str, about: str, labels: list[str], counts: Iterable[tuple[tuple[str, ...], int]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, about, labels=labels)
    for values, count in sorted(counts):
        family.add_metric(values, count)
    return family
