"""A program and a failing interleaving, shared by a link, opened by somebody else, and withdrawn."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.axe import violations
from tests.e2e.conftest import PATIENCE_MS
from tests.e2e.site import GRADING_MS, Site
from tests.e2e.test_interleaving import explored, program

pytestmark = pytest.mark.browser


@pytest.fixture
def friend(browser: Browser, page: Page) -> Iterator[Page]:
    """Another browser on another machine."""
    page.goto("/")
    context = browser.new_context(base_url=page.evaluate("location.origin"), viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def link(page: Page) -> str:
    """The link that is offered, then copied; the dialog is closed with the keyboard."""
    dialog = page.get_by_role("dialog", name="Share")
    expect(dialog).to_be_visible()
    assert violations(page) == []
    found = dialog.get_by_label("Link").input_value()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("status")).to_have_text("The link is copied.")
    assert page.evaluate("navigator.clipboard.readText()") == found
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    return found


def test_an_interleaving_is_replayed_by_another_browser_until_it_is_withdrawn(site: Site, friend: Page) -> None:
    page = site.page
    site.open_playground()
    site.write(program("lost_update"))
    site.button("Explore").click()
    found = explored(site)
    found.get_by_role("button", name="Share this interleaving").click()
    address = link(page)

    friend.goto(address)
    expect(friend.get_by_text("Somebody shares this interleaving with you.")).to_be_visible()
    expect(friend.get_by_role("textbox", name="Your program", exact=True)).to_contain_text("threading")
    friend.get_by_role("button", name="Replay the interleaving").click()
    expect(friend.locator(".trace-headline")).to_contain_text("An update is lost", timeout=GRADING_MS)
    expect(friend.locator(".outcome-output")).to_have_text(["1"])
    assert violations(friend) == []

    page.goto("/profile/")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("status")).to_contain_text("The link is withdrawn")
    assert friend.reload().status == 404  # type: ignore[union-attr]
    expect(friend.get_by_role("heading", name="Nothing is shared here")).to_be_visible()


def test_what_a_visitor_changes_is_the_visitors_alone(site: Site, friend: Page) -> None:
    page = site.page
    site.open_playground()
    site.write("print('mine')\n")
    page.locator(".stdin summary").click()
    page.get_by_label("What your program reads").fill("two\nlines")
    site.button("Share").click()
    address = link(page)

    theirs = Site(friend)
    friend.context.grant_permissions(["clipboard-read", "clipboard-write"])
    theirs.open_playground()
    theirs.write("print('their own work')\n")
    friend.goto(address)
    expect(theirs.editor).to_have_text("print('mine')")
    expect(friend.get_by_label("What your program reads")).to_have_value("two\nlines")
    theirs.run("print(input(), 'changed')\n")
    theirs.finished()
    assert theirs.printed() == ["two changed"]
    friend.reload()
    expect(theirs.editor).to_contain_text("changed")
    theirs.open_playground()
    expect(theirs.editor).to_contain_text("their own work")

    page.goto(address)
    expect(site.editor).to_have_text("print('mine')")
    site.button("Withdraw").click()
    expect(page.get_by_role("status")).to_contain_text("The link is withdrawn")
    assert page.goto(address).status == 404  # type: ignore[union-attr]
