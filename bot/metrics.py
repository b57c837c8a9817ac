"""The numbers that operators look at, in Prometheus' form; never a name, an id or a secret among them."""

from prometheus_client import CollectorRegistry, generate_latest


class Metrics:
    def __init__(self) -> None:
        self._registry = CollectorRegistry()

    def text(self) -> bytes:
        """Return all numbers as a scrape takes them."""
        return generate_latest(self._registry)
