"""Logs: one line an event, whatever the event holds, and no secret in any."""

import json
import logging
import math
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from bot import config, logs
from bot.cli.terminal import set_up_logs

TOKEN = "123456789:CANARY-another-token-for-these-lines"


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Every test sets the program's logging up; others keep pytest's."""
    root = logging.getLogger()
    handlers, level, before = root.handlers, root.level, structlog.get_config()
    yield
    root.handlers, root.level = handlers, level
    logging.captureWarnings(capture=False)
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


def json_lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    lines = capsys.readouterr().err.splitlines()
    return [dict(json.loads(line)) for line in lines]


def test_json_lines_are_one_object_each_with_time_level_event_and_values(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.set_up(form="json")
    structlog.get_logger("bot.test").info("issue loaded", date="2025-12-22", sections=3, free=None)
    logging.getLogger("library").warning("refused: %s", "a\nb\u2028c")
    loaded, refused = json_lines(capsys)
    assert list(loaded)[:4] == ["timestamp", "level", "event", "logger"]
    assert datetime.fromisoformat(str(loaded.pop("timestamp"))).tzinfo == UTC
    assert loaded == {
        "level": "info",
        "event": "issue loaded",
        "logger": "bot.test",
        "date": "2025-12-22",
        "sections": 3,
        "free": None,
    }
    assert (refused["level"], refused["logger"]) == ("warning", "library")
    assert str(refused["event"]).startswith("refused: a")


def test_a_trace_is_a_field_of_its_json_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(form="json")
    structlog.get_logger("bot.test").error("failed", exc_info=ValueError("two\nlines"))
    (failed,) = json_lines(capsys)
    assert "ValueError: two\nlines" in str(failed["exception"])


@pytest.mark.parametrize("secret", ["CANARY-key", 'CANARY"quoted\\ñ', "7305481290364758192"])
@pytest.mark.parametrize("form", ["console", "json"])
def test_secrets_are_struck_out_however_a_format_spells_them(
    capsys: pytest.CaptureFixture[str], secret: str, form: str
) -> None:
    logs.set_up([secret], form=form)
    log, event = structlog.get_logger("bot.test"), f"event {secret}"
    log.warning(event, value=f"'{secret}", deep={"key": [(secret,)], secret: 1})
    log.warning("number", value=int(secret) if secret.isdecimal() else secret, what=Exception(secret))
    log.error("failed", exc_info=ValueError(secret), nothing=math.nan)
    text = capsys.readouterr().err
    assert "CANARY" not in text
    assert "730548" not in text
    assert text.count(logs.STRUCK) == 7
    if form == "json":
        assert [json.loads(line)["level"] for line in text.splitlines()] == ["warning", "warning", "error"]


def test_a_token_behind_an_accent_leaves_a_line_that_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(form="json")
    structlog.get_logger("bot.test").warning("refused", words=f"ñ{TOKEN}")
    (refused,) = json_lines(capsys)
    assert refused["words"] == f"ñ{logs.STRUCK}"


@pytest.mark.parametrize(
    ("level", "events"),
    [("info", ["i", "w", "e"]), ("warning", ["w", "e"]), ("error", ["e"])],
)
def test_the_level_holds_for_the_program_and_for_its_libraries(
    capsys: pytest.CaptureFixture[str], level: str, events: list[str]
) -> None:
    logs.set_up(level=level, form="json")
    for log in (structlog.get_logger("bot.test"), logging.getLogger("alembic")):
        log.debug("d")
        log.info("i")
        log.warning("w")
        log.error("e")
    lines = json_lines(capsys)
    assert [line["event"] for line in lines if line["logger"] == "bot.test"] == events
    assert [line["event"] for line in lines if line["logger"] == "alembic"] == [
        event for event in events if event != "i"
    ]


def test_a_warning_of_python_is_a_line_like_any_other(capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logs.set_up(form="json")
        warnings.warn("odd", RuntimeWarning, stacklevel=1)
        logging.captureWarnings(capture=False)
    (line,) = json_lines(capsys)
    assert "odd" in str(line["event"])


@pytest.mark.parametrize(
    ("level", "quiet", "events"),
    [("info", False, ["i", "w", "e"]), ("info", True, ["w", "e"]), ("error", True, ["e"])],
)
def test_a_verb_logs_as_the_settings_say_and_less_where_it_prints_its_own_sentences(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, level: str, *, quiet: bool, events: list[str]
) -> None:
    key = "CANARY" * 6
    settings = config.load(
        _env_file=None, content_dir=tmp_path, log_format="json", log_level=level, hash_key=key
    )
    set_up_logs(settings, quiet=quiet)
    log = structlog.get_logger("bot.test")
    log.info("i")
    log.warning("w")
    log.error("e", value=key)
    lines = json_lines(capsys)
    assert [line["event"] for line in lines] == events
    assert lines[-1]["value"] == logs.STRUCK
