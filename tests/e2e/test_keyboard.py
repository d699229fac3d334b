"""Everything without a mouse."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.site import CHALLENGE, GRADING_MS, Site, solution

pytestmark = pytest.mark.browser


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until what has this accessible name is focused."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => { const e = document.activeElement; return e.getAttribute('aria-label') ?? e.textContent.trim() }"
        )
        if focused.startswith(name):
            return
    raise AssertionError(f"Tab never came to {name!r}; last at {focused!r}")


def test_a_challenge_is_solved_with_the_keyboard_alone(site: Site) -> None:
    page = site.page
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "Thread-safe counter")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{CHALLENGE}")
    expect(site.editor).to_be_visible()

    tab_to(page, "Your program")
    site.paste(solution("lock"))
    page.keyboard.press("Control+Enter")
    site.finished()
    page.keyboard.press("Control+Shift+Enter")
    site.gets("ACCEPTED")


def test_escape_stops(site: Site) -> None:
    site.open_playground()
    site.write("import time\nprint('begun', flush=True)\ntime.sleep(60)\n")
    site.page.keyboard.press("Control+Enter")
    expect(site.rows.first).to_have_text("begun", timeout=GRADING_MS)
    site.page.keyboard.press("Escape")
    site.gets("CANCELLED")


def test_tab_indents_and_does_not_trap(site: Site) -> None:
    site.open_challenge()
    site.write("x = 1")
    site.page.keyboard.press("Home")
    site.page.keyboard.press("Tab")
    expect(site.editor).to_have_text("    x = 1")
    expect(site.editor).to_be_focused()
    site.page.keyboard.press("Escape")
    site.page.keyboard.press("Tab")
    expect(site.editor).not_to_be_focused()
    site.page.keyboard.press("Shift+Tab")
    expect(site.editor).to_be_focused()


def test_the_sheet_of_shortcuts(site: Site) -> None:
    site.open_challenge()
    site.page.keyboard.press("?")
    sheet = site.page.get_by_role("dialog", name="Keyboard")
    expect(sheet).to_be_visible()
    site.page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    site.button("Keyboard shortcuts").click()
    expect(sheet).to_be_visible()


def test_tabs_by_arrow_keys(site: Site) -> None:
    site.open_challenge()
    site.page.get_by_role("tab", name="Task").focus()
    site.page.keyboard.press("ArrowRight")
    expect(site.page.get_by_role("tab", name="Your submissions")).to_be_focused()
    expect(site.page.get_by_text("Nothing yet.")).to_be_visible()
