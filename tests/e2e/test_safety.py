"""Script in what learners write is shown, never run."""

import pytest
from playwright.sync_api import expect

from tests.e2e.site import Site

pytestmark = pytest.mark.browser

MARKUP = '<img src=x onerror="alert(1)"><script>alert(2)</script>'


def test_script_in_source_output_and_thread_names_is_text(site: Site) -> None:
    site.open_challenge()
    site.run(
        f"# {MARKUP}\n"
        "import sys, threading\n"
        f"one = threading.Thread(target=print, args=({MARKUP!r},), name={MARKUP!r})\n"
        "one.start()\none.join()\n"
        f"print({MARKUP!r}, file=sys.stderr)\n"
    )
    site.finished()
    # The page fixture fails on any dialog that opens.
    expect(site.rows.filter(has_text=MARKUP)).to_have_count(2)
    expect(site.page.locator(".log-who .thread").first).to_have_attribute("title", f"thread {MARKUP}")
    assert site.page.locator(".panel img, .panel script").count() == 0

    site.page.get_by_role("tab", name="Your submissions").click()
    site.page.locator(".past").get_by_role("button", name="Load").click()
    expect(site.editor).to_contain_text(MARKUP)
    ident = site.page.evaluate("() => fetch('/challenges/thread-safe-counter/').then(r => r.text())")
    assert "<script>alert(2)" not in ident


def test_terminal_codes_are_taken_out(site: Site) -> None:
    site.open_playground()
    site.run(
        "import sys, time\n"
        "print('\\x1b[31mred\\x1b[0m and \\x1b]0;title\\x07plain')\n"
        "for piece in ('cut \\x1b[3', '1mhere\\x1b', '[0m too\\r', '\\n'):\n"
        "    sys.stdout.write(piece)\n"
        "    sys.stdout.flush()\n"
        "    time.sleep(0.15)\n"
        "print('1%\\r100%')\n"
        "print('nul \\0 here')\n"
    )
    site.finished()
    assert site.printed() == ["red and plain", "cut here too", "100%", "nul ␀ here"]


def test_only_our_own_scripts_may_run(site: Site) -> None:
    answer = site.page.goto("/challenges/thread-safe-counter/")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["script-src"] == "'self'"
    assert "unsafe" not in policy
    assert site.page.locator("script:not([src]):not([type='application/json'])").count() == 0
