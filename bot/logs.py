"""Logs: one line an event, with every secret struck out."""

import logging
import sys
from collections.abc import Iterable

import structlog
from structlog.typing import EventDict, Processor

from bot.config import TOKEN

STRUCK = "[secret]"


class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Strikes out what looks like a bot's token, and the secrets it was given."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, sort_keys=False),
            ],
            foreign_pre_chain=_shared(),
        )
        self._secrets = tuple(secret for secret in secrets if secret)

    def format(self, record: logging.LogRecord) -> str:
        line = TOKEN.sub(STRUCK, super().format(record))
        for secret in self._secrets:
            line = line.replace(secret, STRUCK)
        return line


def set_up(secrets: Iterable[str] = (), *, level: int = logging.INFO) -> None:
    """Send the program's and its libraries' logs to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter(secrets))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in ("aiohttp.access", "httpx", "telegram", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # It warns of every second in which a job still runs, and tells of failed ones as errors.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=True),
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
