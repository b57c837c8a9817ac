"""In CI a skipped test is a failure: everything that tests want is there, except ../shared."""

import os
from collections.abc import Generator
from typing import TypeVar

import pytest

from tests.shared import ABSENT, SHARED

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _strict((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _strict((yield))


def _strict(report: Report) -> Report:
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if reason == f"Skipped: {ABSENT}" and not SHARED.is_dir():
            return report
        report.outcome = "failed"
        report.longrepr = f"In CI a skipped test is a failure. {reason}"
    return report
