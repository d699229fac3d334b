"""An instructor changes a challenge: a draft, its validation as it goes on, and learners meet it once that is green."""

import re
import secrets

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import violations
from tests.e2e.conftest import Operator
from tests.e2e.site import GRADING_MS, PASSWORD, ROOT, Site

pytestmark = pytest.mark.browser
SOLUTIONS = ROOT / "content" / "challenges" / "two-threads-counting" / "solutions"
SUMMARY = "Two threads, each of which counts from 1 to 5."


def file(name: str, verdict: str) -> str:
    """One of the challenge's solutions, declared to get this verdict."""
    _, source = (SOLUTIONS / name).read_text().split("\n", 1)
    return f"# file: {name}\n# verdict: {verdict}\n{source}\n"


RIGHT = file("join_both.py", "ACCEPTED") + file("no_join.py", "LEAK, WRONG_ANSWER")
"""With a wrong one, because each test must be failed by somebody."""


def save(page: Page, solutions: str) -> None:
    page.get_by_role("link", name="Challenges", exact=True).first.click()
    page.get_by_role("link", name="two-threads-counting").click()
    page.get_by_label("Summary").fill(SUMMARY)
    page.get_by_label("Solutions").fill(solutions)
    page.get_by_role("button", name="Save", exact=True).click()


def test_a_change_is_a_draft_until_its_validation_is_green(site: Site, operator: Operator) -> None:
    page = site.page
    name = f"teacher-{secrets.token_hex(4)}"
    operator("createsuperuser", "--noinput", "--username", name, "--email", "", DJANGO_SUPERUSER_PASSWORD=PASSWORD)
    page.goto("/admin/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")

    # With a wrong solution that declares what it does not get.
    save(page, RIGHT + file("off_by_one.py", "DEADLOCK"))
    main = page.locator("#content")
    expect(main).to_contain_text("This is a draft: learners do not meet it.")
    publish = page.get_by_role("button", name="Publish")
    expect(publish).to_be_disabled()
    expect(page.get_by_role("progressbar", name="Gradings")).to_be_visible()
    found = violations(page)
    # The page follows by itself.
    expect(main).to_contain_text(re.compile(r"\d gradings with 1 seed, not green\."), timeout=GRADING_MS)
    expect(main).to_contain_text("off_by_one.py gets WRONG_ANSWER, and declares DEADLOCK")
    expect(publish).to_be_disabled()
    bad = page.get_by_role("row", name="off_by_one.py")
    expect(bad).to_contain_text("WRONG_ANSWER")
    expect(bad).to_have_class("validation-bad")
    found += violations(page)
    page.goto("/challenges/")
    expect(page.get_by_text(SUMMARY)).to_have_count(0)

    page.goto("/admin/")
    save(page, RIGHT + file("off_by_one.py", "WRONG_ANSWER"))
    expect(main).to_contain_text(re.compile(r"\d gradings with 1 seed, green\."), timeout=GRADING_MS)
    expect(main).to_contain_text("It can be published.")
    found += violations(page)
    publish.click()
    expect(main).to_contain_text("This is what learners meet.")
    expect(publish).to_have_count(0)
    page.goto("/challenges/")
    expect(page.get_by_text(SUMMARY)).to_be_visible()
    assert found == []
