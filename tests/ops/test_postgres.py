"""The database of a server: the tests that talk to a database, on a real PostgreSQL."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.grader.conftest import ROOT
from tests.waiting import wait_for

# Which Debian keeps off the path, and which refuses to run as root.
PROGRAMS = os.pathsep.join([os.environ["PATH"], *map(str, Path("/usr/lib/postgresql").glob("*/bin"))])
USER = "nobody" if os.geteuid() == 0 else None
# Threads of the tests keep their connections, which a file does not mind: neither may what removes the database.
LENIENT = ["--reuse-db", "-W", "ignore::ResourceWarning", "-W", "ignore::pytest.PytestUnraisableExceptionWarning"]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an empty database, in a cluster of its own that listens on a socket only."""
    initdb, postgres = (shutil.which(name, path=PROGRAMS) for name in ("initdb", "postgres"))
    if initdb is None or postgres is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    # Not below pytest's folder, which is its owner's alone, and whose path is too long for a socket.
    folder = Path(tempfile.mkdtemp(prefix="lockstep-postgres-"))
    try:
        if USER:
            shutil.chown(folder, USER)
        made = [initdb, "-D", "data", "-A", "trust", "-U", "lockstep", "-E", "UTF8", "--no-sync"]
        subprocess.run(made, cwd=folder, user=USER, check=True, capture_output=True)
        options = ["-D", "data", "-k", str(folder), "-h", "", "-c", "fsync=off"]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen([postgres, *options], cwd=folder, user=USER, stdout=log, stderr=log)
        try:
            wait_for("PostgreSQL", lambda: (folder / ".s.PGSQL.5432").exists() or server.poll() is not None)
            assert server.poll() is None, (folder / "log").read_text()
            yield f"postgres://lockstep@{str(folder).replace('/', '%2F')}/postgres"
        finally:
            server.send_signal(signal.SIGINT)  # which does not wait for its clients
            server.wait(30)
    finally:
        shutil.rmtree(folder)


def on(database: str, *tests: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-m", "not full", *LENIENT, *tests]
    # What this run was told is not for that one: it has a data folder of its own.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LOCKSTEP_VAR", "PYTEST"))}
    environment["TEST_DATABASE_URL"] = database
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.timeout(300)
def test_who_writes_at_the_same_time(database: str) -> None:
    on(database, *(f"tests/playground/test_{name}.py" for name in ("claim", "leaderboard", "rejudge", "submit")))


@pytest.mark.full
@pytest.mark.timeout(900)
def test_everything_that_is_kept(database: str) -> None:
    on(database, "tests/playground")
