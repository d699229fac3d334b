"""Guests and accounts: work comes along, and what is somebody's is nobody else's."""

import secrets

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import violations
from tests.e2e.conftest import Operator, both_sandboxes
from tests.e2e.site import PASSWORD, Site, solution

pytestmark = pytest.mark.browser


def new_name() -> str:
    return f"ada-{secrets.token_hex(4)}"


@both_sandboxes
def test_a_guest_keeps_the_work_on_signing_up_and_is_on_the_leaderboard(site: Site) -> None:
    site.open_challenge()
    site.submit(solution("lock"))
    site.gets("ACCEPTED")
    name = new_name()
    site.sign_up(name)

    site.open_challenge()
    expect(site.editor).to_contain_text("threading.Lock()")
    expect(site.page.get_by_role("tab", name="Your submissions 1")).to_be_visible()
    expect(site.page.locator(".chip-good")).to_have_text("Solved")

    site.page.goto("/leaderboard/")
    own = site.page.locator("tr.is-you")
    expect(own).to_contain_text(name)
    expect(own).to_contain_text("20")


def test_log_out_and_in_again(site: Site) -> None:
    name = new_name()
    site.sign_up(name)
    site.open_challenge()
    site.submit(solution("lock"))
    site.gets("ACCEPTED")
    site.log_out()
    site.open_challenge()
    expect(site.editor).to_contain_text("self.value += 1")
    expect(site.editor).not_to_contain_text("threading.Lock()")
    site.log_in(name)
    site.open_challenge()
    expect(site.editor).to_contain_text("threading.Lock()")
    expect(site.page.get_by_role("tab", name="Your submissions 1")).to_be_visible()


def test_a_wrong_password_is_told(site: Site) -> None:
    site.page.goto("/accounts/login/")
    site.page.get_by_label("Username").fill("nobody")
    site.page.get_by_label("Password").fill(PASSWORD)
    site.page.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(site.page.get_by_role("alert")).to_contain_text("not correct")


def test_an_own_row_is_seen_before_anything_is_solved(site: Site) -> None:
    site.page.goto("/leaderboard/")
    expect(site.page.get_by_role("main").get_by_role("link", name="Sign up")).to_be_visible()


def test_a_forgotten_password_is_reset_by_the_operators_link(site: Site, operator: Operator) -> None:
    page = site.page
    name = new_name()
    site.sign_up(name)
    site.log_out()
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Forgot your password?").click()
    expect(page.get_by_role("main")).to_contain_text("Ask whoever runs it")

    address = operator("reset_password", name, "--site", page.evaluate("location.origin")).strip()
    page.goto(address)
    page.get_by_label("New Password", exact=True).fill(f"{PASSWORD}-new")
    page.get_by_label("New Password (again)").fill(f"{PASSWORD}-new")
    found = violations(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your password is changed")).to_be_visible()
    assert found + violations(page) == []

    page.goto("/accounts/login/")
    for password, heading in ((PASSWORD, "Log in"), (f"{PASSWORD}-new", "Concurrency makes sense")):
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(password)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        expect(page.get_by_role("alert")).to_have_count(1 if password == PASSWORD else 0)
    # Once and no more.
    page.goto(address)
    expect(page.get_by_label("New Password", exact=True)).to_have_count(0)


def test_an_account_is_deleted_from_the_profile_and_all_that_is_its(site: Site) -> None:
    page = site.page
    name = new_name()
    site.sign_up(name)
    site.open_challenge()
    site.submit(solution("lock"))
    site.gets("ACCEPTED")
    page.goto("/leaderboard/")
    expect(page.get_by_role("rowheader", name=name)).to_be_visible()

    page.goto("/profile/")
    page.get_by_role("link", name="Delete account").click()
    expect(page.get_by_role("main")).to_contain_text("your programs (1)")
    found = violations(page)
    page.get_by_label("Password").fill("not mine")
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_role("main")).to_contain_text("your programs (1)")
    expect(page.locator(".errorlist")).not_to_be_empty()
    assert found + violations(page) == []
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Delete my account").click()
    expect(site.header.get_by_role("link", name="Log in")).to_be_visible()

    page.goto("/leaderboard/")
    expect(page.get_by_role("rowheader", name=name)).to_have_count(0)
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not correct")
