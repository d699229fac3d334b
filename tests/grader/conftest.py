"""A real worker, a real sandbox, a real broker: what the tests of the whole pipeline share."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from playground.models import Learner
from tests.playground.conftest import broker  # noqa: F401  (a fixture)
from tests.waiting import wait_for

ROOT = Path(__file__).resolve().parents[2]
QUEUES = "interactive,rejudge,validate"
OPTIONS = ["-P", "threads", "-Q", QUEUES, "--without-mingle", "--without-gossip", "--without-heartbeat"]
"""As `manage.py up` has them."""


class Worker:
    """A Celery worker on the tests' database and broker, as a process of its own."""

    def __init__(self, sandbox: str, **environment: str) -> None:
        database = connection.settings_dict["NAME"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "config", "worker", *OPTIONS],
            cwd=ROOT,
            env={
                **os.environ,
                "DATABASE_URL": f"sqlite:///{database}",
                "REDIS_URL": settings.REDIS_URL,
                "SANDBOX": sandbox,
                "WORKER_CONCURRENCY": "2",
                **environment,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout:
            for line in self.process.stdout:
                self.lines.append(line)

    def wait_until_ready(self) -> None:
        wait_for(
            "the worker to be ready",
            lambda: any(" ready." in line for line in self.lines) or self.process.poll() is not None,
            120,
        )
        assert self.process.poll() is None, "".join(self.lines)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)
        self._reader.join(5)

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            pytest.fail("the worker did not stop within 20 s:\n" + "".join(self.lines[-40:]))
        self._reader.join(5)


@contextmanager
def worker(sandbox: str, **environment: str) -> Iterator[Worker]:
    """A worker that is ready, and is stopped at the end if it is still there."""
    running = Worker(sandbox, **environment)
    try:
        running.wait_until_ready()
        yield running
    except BaseException:
        print("the worker said:", *running.lines[-60:], sep="\n    ")
        raise
    finally:
        if running.process.poll() is None:
            running.stop()


@pytest.fixture
def learner(transactional_db: None) -> Learner:
    return Learner.objects.create()
