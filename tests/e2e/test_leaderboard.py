"""The leaderboard, as it is looked at while somebody solves something."""

import secrets

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.site import Site, solution

pytestmark = pytest.mark.browser


def test_it_changes_while_it_is_looked_at_and_who_does_not_want_to_be_on_it_is_not(site: Site, page: Page) -> None:
    name = f"ada-{secrets.token_hex(4)}"
    site.sign_up(name)
    watcher = page.context.browser.new_context(base_url=page.evaluate("location.origin"))  # type: ignore[union-attr]
    other = watcher.new_page()
    # It is told, and does not ask: no timer fires on this page.
    other.add_init_script("window.setInterval = () => 0;")
    with other.expect_response("**/leaderboard/?part=1"):
        other.goto("/leaderboard/")
    site.open_challenge()
    site.submit(solution("lock"))
    site.gets("ACCEPTED")
    expect(other.get_by_role("rowheader", name=name)).to_be_visible(timeout=30_000)

    page.goto("/profile/")
    page.get_by_label("Display name").fill(f"Countess {name}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name=f"Countess {name}")).to_be_visible()
    expect(other.get_by_role("rowheader", name=f"Countess {name}")).to_be_visible(timeout=30_000)

    page.get_by_label("Show me on the leaderboard").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(other.get_by_role("rowheader", name=name)).to_have_count(0, timeout=30_000)
    page.goto("/leaderboard/?time=month")
    expect(page.locator("tr.is-you")).to_contain_text(name)
    watcher.close()
