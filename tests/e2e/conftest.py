"""A whole Lockstep, started as people start it, and Chromium in front of it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import docker.errors
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, sync_playwright

from tests.e2e.site import ROOT, Site
from tests.ops.conftest import Instance, free_port

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 30_000
COMMAND = (sys.executable, "manage.py", "up")
SETTINGS = {"WORKER_CONCURRENCY": "4", "VALIDATION_SEEDS": "1"}
"""What tests count on: how many programs run at a time, and how long an instructor waits."""

Operator = Callable[..., str]
"""Runs `manage.py` with these words on the instance behind the page, and gives what it prints."""


def engine_answers() -> bool:
    try:
        client = docker.from_env(timeout=5)
    except docker.errors.DockerException:
        return False
    client.close()
    return True


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium. Of the package and not of the session: Playwright's event loop must end before other tests begin."""
    path = os.environ.get("LOCKSTEP_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium: install it, or set LOCKSTEP_CHROMIUM to its path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def instances(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Instance]]:
    """Gives the running instance of a sandbox, started when first asked for."""
    running: dict[str, Instance] = {}

    def instance(sandbox: str) -> Instance:
        if sandbox == "docker" and not engine_answers():
            pytest.skip("no Docker engine answers")
        if sandbox not in running:
            var: Path = tmp_path_factory.mktemp(f"e2e-{sandbox}") / "var"
            running[sandbox] = Instance(var, free_port(), list(COMMAND), SANDBOX=sandbox, **SETTINGS)
            running[sandbox].ready()
        return running[sandbox]

    yield instance
    for one in running.values():
        one.stop()


@pytest.fixture
def sandbox() -> str:
    """The sandbox behind the page; a test that matters for both is parametrized with both_sandboxes."""
    return "docker" if engine_answers() else "local"


both_sandboxes = pytest.mark.parametrize("sandbox", [pytest.param("docker", marks=pytest.mark.docker), "local"])


@pytest.fixture
def operator(instances: Callable[[str], Instance], sandbox: str) -> Operator:
    """Whoever runs the site, at its command line."""
    environment = {**os.environ, "LOCKSTEP_VAR": str(instances(sandbox).var), "SANDBOX": sandbox}

    def run(*words: str, **more: str) -> str:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=ROOT, env=environment | more, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def context(browser: Browser, instances: Callable[[str], Instance], sandbox: str) -> Iterator[BrowserContext]:
    """A visitor that nobody knows yet."""
    instance = instances(sandbox)
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{instance.port}", viewport={"width": 1440, "height": 900}, locale="en-GB"
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which nothing may go wrong unseen: script errors and what the CSP refuses fail the test."""
    page = context.new_page()
    wrong: list[str] = []

    def told(message: ConsoleMessage) -> None:
        if (
            message.type == "error"
            and "Failed to load resource" not in message.text
            and "WebSocket" not in message.text
        ):
            wrong.append(message.text)

    def refuse(dialog: Dialog) -> None:
        wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("console", told)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", refuse)
    yield page
    assert wrong == []


@pytest.fixture
def site(page: Page) -> Site:
    return Site(page)
