"""What holds for every test: the shared fixtures, and that CI leaves none out."""

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
    """With ``CI`` set, a skip is a failure: a machine that lacks something must not pass for one that has it."""
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{nodeid} was skipped, and CI skips nothing: {_reason(report.longrepr)}"
    return report


def _reason(longrepr: object) -> object:
    return longrepr[-1] if isinstance(longrepr, tuple) else longrepr
