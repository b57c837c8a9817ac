"""A test in which the canary token was logged fails."""

import logging
from collections.abc import Generator

import pytest

from tests.world import TOKEN

SECRET = TOKEN.partition(":")[2]


class Watch(logging.Handler):
    """Formats every record of every logger, and keeps who told the secret."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(message)s"))
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if SECRET in self.format(record):
            self.told.append(f"{record.name}, {record.pathname}:{record.lineno}")


WATCH = pytest.StashKey[Watch]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[WATCH] = Watch()
    # As the program logs: at DEBUG, which it never asks for, python-telegram-bot tells the token itself.
    logging.getLogger().setLevel(logging.INFO)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def pytest_unconfigure(config: pytest.Config) -> None:
    logging.getLogger().removeHandler(config.stash[WATCH])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Attach the watch anew: a test may have set the program's own logging up."""
    root, watch = logging.getLogger(), item.config.stash[WATCH]
    if watch not in root.handlers:
        root.addHandler(watch)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    watch = item.config.stash[WATCH]
    printed = [f"{title} of this test" for title, text in report.sections if SECRET in text]
    told, watch.told = [*watch.told, *printed], []
    if told and report.outcome != "failed":
        report.outcome = "failed"
        report.longrepr = "The token was told by:\n" + "\n".join(told)
    return report
