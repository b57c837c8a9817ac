"""Prints progress, and each failure at once."""

import os
import time
from collections.abc import Callable, Generator
from typing import Any, Protocol, TypeAlias

import pytest

TERMINAL_SECONDS = 0.2
LOG_SECONDS = 30.0
"""Between two lines, where each line stays."""


Status: TypeAlias = tuple[str, Any, Any]
"""Category, letter and word of a test that ended."""


class Screen(Protocol):
    """What is used of pytest's terminal reporter."""

    def line(self, words: str) -> None: ...
    def rewrite(self, words: str) -> None: ...


class Progress:
    """Counts tests that ended. `terminal`: one line is written again and again; else new ones, seldom."""

    def __init__(
        self, screen: Screen, *, terminal: bool, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._screen = screen
        self._terminal = terminal
        self._seconds = TERMINAL_SECONDS if terminal else LOG_SECONDS
        self._monotonic = monotonic
        self._began = self._shown = monotonic()
        self._total = 0
        self._done = 0

    def expect(self, total: int) -> None:
        self._total = total

    def failed(self, name: str) -> None:
        self._screen.line(f"{self._fresh_line()}FAILED {name}")

    def ended(self) -> None:
        """Count one more test; show the count where it is time, and at the end."""
        self._done += 1
        now = self._monotonic()
        if now - self._shown >= self._seconds or self._done == self._total:
            self._shown = now
            self._show(f"{self._done:,} of {self._total:,} tests, {_span(now - self._began)}")

    def _show(self, words: str) -> None:
        if self._terminal:
            self._screen.rewrite(words)
        else:
            self._screen.line(words)

    def _fresh_line(self) -> str:
        return "\r" if self._terminal else ""


class Plugin:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        if session.items:  # the process that only hands tests to others has none
            self._progress.expect(len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self._progress.expect(len(ids))

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(self) -> Generator[None, Status, Status]:
        """Print no letter for each test: the count and the names tell it."""
        category, *_ = yield
        return category, "", ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._progress.failed(report.nodeid)
        if report.when == "teardown":
            self._progress.ended()


@pytest.hookimpl(trylast=True)  # once the terminal's own reporter is there
def pytest_configure(config: pytest.Config) -> None:
    screen = config.pluginmanager.get_plugin("terminalreporter")
    if screen is None or hasattr(config, "workerinput") or config.get_verbosity() > 0:
        return
    terminal = bool(screen.isatty) and not os.environ.get("CI")
    config.pluginmanager.register(Plugin(Progress(_Writer(screen), terminal=terminal)), "progress")


class _Writer:
    def __init__(self, reporter: Any) -> None:
        self._reporter = reporter

    def line(self, words: str) -> None:
        self._reporter.ensure_newline()
        self._reporter.write_line(words)
        self._reporter.flush()

    def rewrite(self, words: str) -> None:
        self._reporter.rewrite(words, erase=True)
        self._reporter.flush()


def _span(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
