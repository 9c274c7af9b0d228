"""Load the shared fixtures for all tests, and make skipped tests fail in CI."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import TypeVar

import pytest

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

pytest_plugins = [
    "authwright.testing.plugin",
    "support.fixtures",
    "support.clock",
    "support.redis",
    "support.databases",
    "support.pgbouncer",
    "support.django_site",
]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _refuse_skip((yield), item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _refuse_skip((yield), collector.nodeid)


def _refuse_skip(report: Report, nodeid: str) -> Report:
    """Turn a skip into a failure if ``CI`` is set, so that CI cannot pass without a server that a test needs."""
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{nodeid} was skipped, but no test may be skipped in CI: {_reason(report.longrepr)}"
    return report


def _reason(longrepr: object) -> object:
    return longrepr[-1] if isinstance(longrepr, tuple) else longrepr
