"""Logs: one line an event, whatever the event holds, and no secret in any."""

import logging
import warnings
from collections.abc import Iterator

import pytest
import structlog

from bot import logs

TOKEN = "123456789:CANARY-another-token-for-these-lines"


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Every test sets the program's logging up; others keep pytest's."""
    root = logging.getLogger()
    handlers, level, before = root.handlers, root.level, structlog.get_config()
    yield
    root.handlers, root.level = handlers, level
    structlog.configure(**before)


def test_secrets_are_struck_out_of_every_kind_of_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(["CANARY-key"])
    log, library = structlog.get_logger("bot.test"), logging.getLogger("library")
    error = ValueError(f"refused {TOKEN}")
    event = f"event {TOKEN}"
    log.info(event, value=TOKEN, more=["CANARY-key"])
    library.warning("at /bot%s/getMe", TOKEN)
    library.error("failed", exc_info=error)
    log.error("failed", exc_info=error)
    text = capsys.readouterr().err
    assert "CANARY" not in text
    assert text.count(logs.STRUCK) == 6


def test_foreign_text_cannot_write_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(["CANARY-key"])
    forged = "x\n2026-01-01 00:00:00 [error    ] forged\r\x1b[2J\u2028y\x85z"
    structlog.get_logger("bot.test").warning("reply not sent", outcome=forged, more=[forged])
    logging.getLogger("library").warning("refused: %s", forged)
    text = capsys.readouterr().err
    assert len(text.splitlines()) == 2
    assert "\x1b" not in text


def test_an_error_is_followed_by_its_trace_and_by_no_warning(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(["CANARY-key"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        structlog.get_logger("bot.test").error("update given up", update_id=7, exception="Trace:\n  line")
    first, *rest = capsys.readouterr().err.splitlines()
    assert "update given up" in first
    assert rest == ["Trace:", "  line"]
