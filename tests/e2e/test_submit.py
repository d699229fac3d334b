"""Submit: a right program and wrong ones get their verdict, live, with what there is to say."""

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import violations
from tests.e2e.conftest import both_sandboxes
from tests.e2e.site import GRADING_MS, Site, solution

pytestmark = pytest.mark.browser


@both_sandboxes
def test_a_right_program_is_accepted(site: Site) -> None:
    site.open_challenge()
    site.submit(solution("lock"))
    site.gets("ACCEPTED")
    expect(site.verdict).to_contain_text("Accepted")
    expect(site.page.get_by_role("status").filter(has_text="Accepted")).to_be_visible()
    tests = site.page.locator(".test")
    assert tests.count() >= 2
    expect(site.page.locator(".test[data-tone=good]")).to_have_count(tests.count())


@both_sandboxes
def test_lost_increments_are_a_wrong_answer(site: Site) -> None:
    site.open_challenge()
    site.submit(solution("drops_increments"))
    site.gets("WRONG_ANSWER")
    failed = site.page.locator(".test[data-tone=bad]").first
    expect(failed.locator(".test-state")).to_have_text("Wrong answer")
    expect(failed.locator(".test-message")).not_to_be_empty()


@both_sandboxes
def test_a_lock_taken_twice_is_a_deadlock_and_the_line_is_shown(site: Site) -> None:
    source = solution("takes_its_lock_twice")
    site.open_challenge()
    site.submit(source)
    site.gets("DEADLOCK")
    stacks = site.page.locator(".stack").first
    expect(stacks.locator(".thread").first).to_be_visible()
    assert violations(site.page) == []
    site.page.locator(".stack .line-link").first.click()
    expect(site.editor).to_be_focused()


def test_a_syntax_error_is_marked_in_the_editor(site: Site) -> None:
    site.open_challenge()
    site.submit("class Counter:\n    def increment(self)\n        pass\n")
    site.gets("SYNTAX_ERROR")
    expect(site.page.locator(".cm-lint-marker-error")).to_be_visible()
    expect(site.page.locator(".cm-lintRange-error")).to_have_text("def increment(self)")
    expect(site.page.locator(".test-detail").first).to_contain_text("^")
    site.page.get_by_role("button", name="line 2", exact=True).first.click()
    expect(site.editor).to_be_focused()


def test_a_refused_program_stays_in_the_editor(site: Site) -> None:
    site.open_challenge()
    site.write("# " + 70_000 * "x")
    site.button("Submit").click()
    expect(site.page.locator(".failure")).to_contain_text("shorten it")
    site.page.reload()
    expect(site.editor).to_contain_text("xxxxxxxx")


def test_earlier_submissions_can_be_taken_back(site: Site) -> None:
    site.open_challenge()
    site.submit(solution("lock"))
    site.gets("ACCEPTED")
    site.button("Starter").click()
    expect(site.editor).not_to_contain_text("Lock")
    site.page.reload()
    site.page.get_by_role("tab", name="Your submissions 1").click()
    row = site.page.locator(".past")
    expect(row).to_contain_text("Accepted")
    row.get_by_role("button", name="Load").click()
    expect(site.editor).to_contain_text("threading.Lock()")
    site.gets("ACCEPTED")

    # Its own page, too.
    ident = site.page.evaluate("JSON.parse(document.getElementById('page').textContent).submissions[0].id")
    site.page.goto(f"/submissions/{ident}/")
    expect(site.verdict).to_contain_text("Accepted", timeout=GRADING_MS)
    expect(site.page.locator(".source")).to_contain_text("threading.Lock()")


def test_a_draft_outlives_the_page_until_it_is_back_to_the_starter(site: Site) -> None:
    site.open_challenge()
    site.write("# my own idea\n")
    site.page.reload()
    expect(site.editor).to_contain_text("my own idea")
    site.button("Starter").click()
    expect(site.editor).to_contain_text("class Counter")
    site.page.reload()
    expect(site.editor).to_contain_text("class Counter")
    expect(site.editor).not_to_contain_text("my own idea")
