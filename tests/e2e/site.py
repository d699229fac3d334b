"""What a learner does on the pages, in the learner's words."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

ROOT = Path(__file__).parent.parent.parent
SOLUTIONS = ROOT / "content" / "challenges" / "thread-safe-counter" / "solutions"
CHALLENGE = "/challenges/thread-safe-counter/"
PASSWORD = "left-right-left-1"

GRADING_MS = 60_000
"""Until a verdict counts as never coming; on a loaded machine a sandbox may take long to start."""


def solution(name: str) -> str:
    return (SOLUTIONS / f"{name}.py").read_text()


class Site:
    """One learner in front of one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    # ------------------------------------------------------------------------------------------------ going

    def open_challenge(self) -> None:
        self.page.goto(CHALLENGE)
        expect(self.editor).to_be_visible()

    def open_playground(self) -> None:
        self.page.goto("/play/")
        expect(self.editor).to_be_visible()

    def sign_up(self, name: str) -> None:
        self.page.goto("/accounts/signup/")
        self.page.get_by_label("Username").fill(name)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_label("Password (again)").fill(PASSWORD)
        self.page.get_by_role("main").get_by_role("button", name="Sign up").click()
        expect(self.header.get_by_text(name)).to_be_visible()

    def log_in(self, name: str) -> None:
        self.page.goto("/accounts/login/")
        self.page.get_by_label("Username").fill(name)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("main").get_by_role("button", name="Log in").click()
        expect(self.header.get_by_text(name)).to_be_visible()

    def log_out(self) -> None:
        self.header.get_by_role("button", name="Log out").click()
        expect(self.header.get_by_role("link", name="Log in")).to_be_visible()

    # ---------------------------------------------------------------------------------------------- working

    def paste(self, source: str) -> None:
        """Replaces everything where the focus is."""
        self.page.evaluate("text => navigator.clipboard.writeText(text)", source)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Control+V")

    def write(self, source: str) -> None:
        """Replaces what is in the editor."""
        self.editor.click()
        self.paste(source)
        expect(self.page.locator("[data-role=saved]")).to_have_text("Saved in this browser")

    def run(self, source: str) -> None:
        self.write(source)
        self.button("Run").click()

    def submit(self, source: str) -> None:
        self.write(source)
        self.button("Submit").click()

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Asks the API, as the page's own script does it."""
        script = """([path, body]) => fetch(path, {method: "POST", body, headers: {"Content-Type": "application/json",
            "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content}}).then((answer) => answer.json())"""
        return self.page.evaluate(script, [f"/api/{path}", None if body is None else json.dumps(body)])

    # ---------------------------------------------------------------------------------------------- seeing

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("main").get_by_role("button", name=name)

    @property
    def header(self) -> Locator:
        return self.page.get_by_role("banner")

    @property
    def editor(self) -> Locator:
        return self.page.get_by_role("textbox", name="Your program", exact=True)

    @property
    def panel(self) -> Locator:
        return self.page.locator(".panel")

    @property
    def verdict(self) -> Locator:
        return self.page.locator(".verdict")

    @property
    def rows(self) -> Locator:
        """The rows of the output."""
        return self.page.locator(".log-row .log-text")

    def printed(self) -> list[str]:
        return self.rows.all_text_contents()

    def finished(self) -> None:
        """Waits until what was sent has ended."""
        expect(self.page.locator(".panel[data-state=done]")).to_be_visible(timeout=GRADING_MS)

    def gets(self, verdict: str) -> None:
        """Waits for a verdict, and sees that it is this one."""
        expect(self.verdict).to_be_visible(timeout=GRADING_MS)
        assert self.verdict.get_attribute("data-verdict") == verdict, self.panel.inner_text()
