"""In CI a skipped test is a failure.

Everything that tests want is there. So is a test that is marked to fail and says no reason, or may pass
unnoticed.
"""

import os
from collections.abc import Generator
from typing import TypeVar

import pytest

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if os.environ.get("CI") and hasattr(report, "wasxfail"):
        return _explained(report, item)
    return _strict(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _strict((yield))


def _explained(report: pytest.TestReport, item: pytest.Item) -> pytest.TestReport:
    """Let a test fail as it is marked to, if each mark is strict and says why."""
    by_default = item.config.getini("xfail_strict")
    expected_failures = list(item.iter_markers("xfail"))
    if not expected_failures or not all(
        failure.kwargs.get("reason") and failure.kwargs.get("strict", by_default) is True
        for failure in expected_failures
    ):
        report.outcome = "failed"
        report.longrepr = "In CI xfail wants strict=True and a reason, in a mark of the test."
        del report.wasxfail
    return report


def _strict(report: Report) -> Report:
    if report.skipped and os.environ.get("CI"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"In CI a skipped test is a failure. {reason}"
    return report
