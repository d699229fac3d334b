"""What the editor does beyond taking text: find, fold, complete, brackets; and what the output does with much of it."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import violations
from tests.e2e.site import GRADING_MS, Site

pytestmark = pytest.mark.browser
PROGRAM = "import threading\n\n\ndef work(number):\n    print(number)\n    print((number))\n\n\nwork(1)\n"


def test_find_fold_complete_and_brackets(site: Site) -> None:
    page = site.page
    site.open_playground()
    site.write(PROGRAM)
    page.keyboard.press("Control+F")
    expect(page.get_by_role("textbox", name="Find")).to_be_focused()
    page.keyboard.type("number")
    expect(page.locator(".cm-searchMatch")).to_have_count(3)
    found = violations(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("textbox", name="Find")).to_have_count(0)

    page.keyboard.press("Control+Home")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Shift+BracketLeft")
    expect(page.locator(".cm-foldPlaceholder")).to_be_visible()
    expect(site.editor).not_to_contain_text("print")
    found += violations(page)
    page.keyboard.press("Control+Shift+BracketRight")
    expect(site.editor).to_contain_text("print((number))")

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    expect(page.locator(".cm-matchingBracket")).to_have_count(2)

    page.keyboard.press("Control+End")
    page.keyboard.type("wo")
    page.keyboard.press("Control+Space")
    option = page.get_by_role("option", name="work")
    expect(option).to_be_visible()
    found += violations(page)
    # The list takes no key within its first moments, so that nobody accepts what only just opened.
    while option.is_visible():
        page.keyboard.press("Enter")
    expect(page.locator(".cm-line").filter(has_text=re.compile("^work$"))).to_have_count(1)
    assert found == []


def test_what_is_cut_is_announced_and_all_that_is_kept_is_copied(site: Site) -> None:
    page = site.page
    site.open_playground()
    site.run("print('first')\nwhile True:\n    print('x' * 99)\n")
    site.gets("OUTPUT_LIMIT")
    expect(page.locator(".log-note").last).to_contain_text("The rest of the output was cut", timeout=GRADING_MS)
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("first\nxxx")
    assert len(copied) > 100_000
