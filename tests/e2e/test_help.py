"""Hints, giving up and the explanation on the challenge page, by keyboard too, and with nothing for axe to find."""

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.axe import violations
from tests.e2e.site import CHALLENGE, Site, solution

pytestmark = pytest.mark.browser


def help_of(page: Page) -> Locator:
    return page.get_by_role("region", name="Hints")


def test_hints_open_one_by_one_and_nothing_else_is_touched(site: Site) -> None:
    site.open_challenge()
    site.write("mine = 1\n")
    shown = help_of(site.page)
    expect(shown).to_contain_text("Solving it without a hint gives all 20 points.")
    wrong = violations(site.page)
    site.button("Open hint 1 of").focus()
    site.page.keyboard.press("Enter")
    first = shown.locator("summary", has_text="Hint 1")
    expect(first).to_be_focused()
    expect(shown).to_contain_text("Solving it now gives 18 of 20 points.")
    wrong += violations(site.page)
    # The page is the same one: the editor has not been made anew.
    site.editor.click()
    site.page.keyboard.press("Control+Z")
    expect(site.editor).not_to_contain_text("mine = 1")
    assert wrong == []
    site.page.reload()
    expect(first).to_be_visible()


def test_giving_up_asks_first_and_shows_everything(site: Site) -> None:
    site.page.set_viewport_size({"width": 390, "height": 844})
    site.open_challenge()
    shown = help_of(site.page)
    sure = shown.get_by_role("button", name="Yes, I give up")
    expect(sure).to_be_hidden()
    shown.get_by_text("Give up", exact=True).press("Enter")
    expect(shown).to_contain_text("Solving it afterwards gives no points. This cannot be taken back.")
    wrong = violations(site.page)
    sure.press("Enter")
    expect(shown).to_contain_text("You have given up on this one.")
    expect(shown.get_by_role("button")).to_have_count(0)
    wrong += violations(site.page)
    assert site.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert wrong == []


def test_a_solution_shows_its_points_at_once(site: Site) -> None:
    site.open_challenge()
    site.submit(solution("lock"))
    site.gets("ACCEPTED")
    expect(help_of(site.page)).to_contain_text("You have 20 of 20 points.")
    expect(site.page.locator("[data-role=challenge-chips]")).to_contain_text("Solved")
    assert violations(site.page) == []


def test_it_works_without_a_script(site: Site, context: BrowserContext) -> None:
    assert context.browser is not None
    site.page.goto(CHALLENGE)
    origin = site.page.evaluate("location.origin")
    with context.browser.new_context(base_url=origin, java_script_enabled=False) as plain:
        page = plain.new_page()
        page.goto(CHALLENGE)
        page.get_by_role("button", name="Open hint 1 of").click()
        expect(help_of(page)).to_contain_text("Solving it now gives 18 of 20 points.")
        help_of(page).get_by_text("Give up", exact=True).click()
        page.get_by_role("button", name="Yes, I give up").click()
        expect(help_of(page)).to_contain_text("You have given up on this one.")
