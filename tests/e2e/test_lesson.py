"""A lesson's examples run where they stand."""

import gzip

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import both_sandboxes
from tests.e2e.site import GRADING_MS, Site

pytestmark = pytest.mark.browser
LESSON = "/lessons/threads/"


@both_sandboxes
def test_a_guest_runs_an_example(site: Site) -> None:
    site.page.goto(LESSON)
    cell = site.page.locator("figure.cell").first
    cell.get_by_role("button", name="Run example 1").click()
    expect(cell.locator(".log-text")).to_have_text(["Hello from a thread", "The thread has ended"], timeout=GRADING_MS)
    expect(cell.locator(".status-text")).to_have_text("Finished", timeout=GRADING_MS)


def test_a_visitor_who_starts_two_examples_at_once_is_one_guest(site: Site) -> None:
    site.page.goto(LESSON)
    site.page.evaluate(
        """() => { for (const cell of [...document.querySelectorAll("figure.cell")].slice(0, 2))
                       cell.querySelector("button[aria-label^='Run example']").click(); }"""
    )
    for number in (0, 1):
        status = site.page.locator("figure.cell").nth(number).locator(".status-text")
        expect(status).to_have_text("Finished", timeout=GRADING_MS)


def test_the_editor_is_fetched_only_when_an_example_is_edited(site: Site) -> None:
    sizes: dict[str, int] = {}
    site.page.on(
        "response",
        lambda answer: (
            sizes.update({answer.url: len(gzip.compress(answer.body()))}) if answer.url.endswith(".js") else None
        ),
    )
    site.page.goto(LESSON)
    site.page.wait_for_load_state("networkidle")
    assert 0 < sum(sizes.values()) < 30_000, sizes

    cell = site.page.locator("figure.cell").first
    cell.get_by_role("button", name="Edit example 1").click()
    editor = cell.get_by_role("textbox", name="Example 1")
    expect(editor).to_be_focused()
    site.paste("print('mine')")
    site.page.keyboard.press("Control+Enter")
    expect(cell.locator(".log-text")).to_have_text(["mine"], timeout=GRADING_MS)

    cell.get_by_role("button", name="Reset example 1").click()
    expect(editor).to_contain_text("Hello from a thread")
