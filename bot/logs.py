"""Logs: one event a line on standard error, without secrets."""

import json
import logging
import math
import sys
from collections.abc import Iterable, Mapping

import structlog
from structlog.typing import EventDict, Processor

from bot.config import TOKEN

STRUCK = "[secret]"
FIRST = ("timestamp", "level", "event", "logger")
"""The fields that every JSON line begins with, in this order."""

QUIET = ("aiohttp.access", "httpx", "telegram", "alembic")
"""Libraries that log each call at `info`."""


class Redaction:
    """Replaces tokens and the given secrets by `[secret]`."""

    def __init__(self, secrets: Iterable[str]) -> None:
        plain = set(filter(None, secrets))
        quoted = {repr(secret)[1:-1] for secret in plain}  # as a value stands in a console line
        self._secrets = sorted(plain | quoted, key=len, reverse=True)

    def text(self, text: str) -> str:
        text = TOKEN.sub(STRUCK, text)
        for secret in self._secrets:
            text = text.replace(secret, STRUCK)
        return text

    def value(self, value: object) -> object:
        """Return the value as JSON can hold it, redacted at every depth; other objects become their repr."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.value(each) for key, each in value.items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self.value(each) for each in value]
        if isinstance(value, float) and not math.isfinite(value):
            return str(value)  # JSON has no NaN
        if value is None or isinstance(value, (bool, int, float)):
            return value if self.text(str(value)) == str(value) else STRUCK
        return self.text(repr(value))


class ConsoleFormatter(structlog.stdlib.ProcessorFormatter):
    """Formats a record for people; the finished text is redacted."""

    def __init__(self, redaction: Redaction) -> None:
        renderer = structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, sort_keys=False)
        super().__init__(
            processors=[self.remove_processors_meta, renderer],
            foreign_pre_chain=_shared("%Y-%m-%d %H:%M:%S"),
        )
        self._redaction = redaction

    def format(self, record: logging.LogRecord) -> str:
        return self._redaction.text(super().format(record))


class JsonFormatter(structlog.stdlib.ProcessorFormatter):
    """Formats a record as one JSON object in ASCII, on one line.

    Values are redacted before they are encoded: afterwards a secret may be spelled with escapes, and striking
    out a part of an escape would leave a line that is no JSON.
    """

    def __init__(self, redaction: Redaction) -> None:
        super().__init__(
            processors=[self.remove_processors_meta, self._encode],
            foreign_pre_chain=_shared("iso"),
        )
        self._redaction = redaction

    def _encode(self, _logger: object, _method: str, event: EventDict) -> str:
        first = {name: event[name] for name in FIRST if name in event}
        return json.dumps(self._redaction.value({**first, **event}))


FORMATTERS = {"console": (ConsoleFormatter, "%Y-%m-%d %H:%M:%S"), "json": (JsonFormatter, "iso")}


def set_up(secrets: Iterable[str] = (), *, level: str = "info", form: str = "console") -> None:
    """Send the program's and its libraries' logs to standard error.

    `level` is info, warning, error or critical; `form` is console or json. There is no debug: that level of
    the libraries would write down what readers send.
    """
    formatter, time = FORMATTERS[form]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(Redaction(secrets)))
    root = logging.getLogger()
    root.handlers = [handler]
    number = logging.getLevelNamesMapping()[level.upper()]
    root.setLevel(number)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
    # It warns of every second in which a job still runs, and tells of failed ones as errors.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.captureWarnings(capture=True)  # else Python writes them between the lines, in a form of its own
    structlog.configure(
        processors=[*_shared(time), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _shared(time: str) -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt=time, utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _on_one_line,
    ]


def _on_one_line(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Foreign text in a message must not begin a line of its own; values are written with quotes anyway."""
    text = str(event.get("event", ""))
    if not text.isprintable():
        event["event"] = "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
    return event
