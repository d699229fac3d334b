"""Run: what a program prints is on the page while it runs, whatever happens to the page."""

import itertools
import re

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import SETTINGS, both_sandboxes
from tests.e2e.site import GRADING_MS, Site

pytestmark = pytest.mark.browser

TICKS = """\
import time

for number in range(30):
    print("tick", number)
    time.sleep(0.1)
"""
ENDLESS = """\
import itertools
import time

for number in itertools.count():
    print("round", number)
    time.sleep(0.02)
"""
# Notes when each row of the output came to be.
WATCH = """
() => {
  window.seen = new Map();
  new MutationObserver(() => {
    for (const row of document.querySelectorAll(".log-row .log-text"))
      if (!window.seen.has(row.textContent)) window.seen.set(row.textContent, performance.now());
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}
"""


@both_sandboxes
def test_lines_are_seen_one_by_one_while_the_program_runs(site: Site) -> None:
    site.open_playground()
    site.page.evaluate(WATCH)
    site.run(TICKS)
    expect(site.rows.nth(4)).to_have_text("tick 4", timeout=GRADING_MS)
    expect(site.panel).to_have_attribute("data-state", "running")
    site.finished()
    assert site.printed() == [f"tick {number}" for number in range(30)]
    expect(site.page.locator(".ran-on")).to_have_text(re.compile(r"Ran on Python 3\.\d+\.\d+ in a \w+ sandbox\."))

    times = [site.page.evaluate("line => window.seen.get(line)", f"tick {number}") for number in range(30)]
    gaps = [after - before for before, after in itertools.pairwise(times)]
    # Printed 100 ms apart; a line may be late and the next one then sooner, but not many come in one lump.
    assert times[-1] - times[0] > 2000, times
    assert sum(gap > 40 for gap in gaps) >= 20, gaps


@both_sandboxes
def test_stop_ends_a_program_within_a_second(site: Site) -> None:
    site.open_playground()
    site.run(ENDLESS)
    expect(site.rows.nth(5)).to_be_visible(timeout=GRADING_MS)
    took = site.page.evaluate(
        """() => new Promise((resolve) => {
          const panel = document.querySelector(".panel");
          const start = performance.now();
          new MutationObserver(() => {
            if (panel.dataset.state === "done") resolve(performance.now() - start);
          }).observe(panel, { attributes: true });
          document.querySelector("[data-role=stop]").click();
        })"""
    )
    site.gets("CANCELLED")
    assert took < 1000, f"{took:.0f} ms"
    assert "round 0" in site.printed()
    expect(site.button("Run")).to_be_enabled()


def test_a_reload_misses_nothing_and_doubles_nothing(site: Site) -> None:
    site.open_playground()
    site.run(TICKS)
    expect(site.rows.nth(4)).to_be_visible(timeout=GRADING_MS)
    site.page.reload()
    expect(site.rows.nth(4)).to_be_visible(timeout=GRADING_MS)
    expect(site.panel).to_have_attribute("data-state", "running")
    site.finished()
    assert site.printed() == [f"tick {number}" for number in range(30)]
    # And once it has ended, it is still there, and where it ran.
    site.page.reload()
    site.finished()
    assert site.printed() == [f"tick {number}" for number in range(30)]
    expect(site.page.get_by_text(re.compile(r"^Ran on Python [\d.]+ in a \w+ sandbox\.$"))).to_be_visible()


def test_a_lost_connection_is_told_and_made_up_for(site: Site) -> None:
    site.open_playground()
    site.run(TICKS)
    expect(site.rows.nth(4)).to_be_visible(timeout=GRADING_MS)
    banner = site.page.get_by_text("Connection lost, reconnecting…")
    site.page.context.set_offline(True)
    expect(banner).to_be_visible()
    site.page.context.set_offline(False)
    expect(banner).to_be_hidden()
    site.finished()
    assert site.printed() == [f"tick {number}" for number in range(30)]


def test_a_program_reads_the_input_it_was_given(site: Site) -> None:
    site.open_playground()
    site.page.get_by_text("Standard input", exact=True).click()
    site.page.get_by_label("What your program reads").fill("Ada\n")
    site.run('print("Hello,", input())')
    site.finished()
    assert site.printed() == ["Hello, Ada"]


def test_stdout_and_stderr_are_told_apart_by_more_than_colour(site: Site) -> None:
    site.open_playground()
    site.run('import sys\nprint("fine", flush=True)\nprint("not fine", file=sys.stderr)')
    site.finished()
    expect(site.page.locator(".log-stdout .log-text")).to_have_text("fine")
    expect(site.page.locator(".log-stderr")).to_contain_text("stderr")
    expect(site.page.locator(".log-stderr .log-text")).to_have_text("not fine")


def test_the_line_of_an_exception_is_marked(site: Site) -> None:
    site.open_playground()
    site.run('print("so far")\nraise ValueError("so good")\n')
    site.gets("RUNTIME_ERROR")
    marked = site.page.locator(".cm-lintRange-error")
    expect(marked).to_have_text('raise ValueError("so good")')

    # It was found in that program: in another it is no mark, and undone the program is that one again.
    site.editor.click()
    site.page.keyboard.press("Control+Home")
    site.page.keyboard.type("#")
    expect(marked).to_have_count(0)
    expect(site.page.locator(".cm-lint-marker")).to_have_count(0)
    site.page.keyboard.press("Control+Z")
    expect(marked).to_have_text('raise ValueError("so good")')


def test_which_thread_printed_is_shown(site: Site) -> None:
    site.open_playground()
    site.run(
        "import threading\n"
        'print("first")\n'
        'one = threading.Thread(target=print, args=("hello",), name="courier")\n'
        "one.start()\none.join()\n"
    )
    site.finished()
    row = site.page.locator(".log-row").filter(has_text="hello")
    expect(row.locator(".thread")).to_have_text("courier")
    expect(row.locator(".thread .mark")).to_be_visible()
    main = site.page.locator(".log-row").filter(has_text="first")
    expect(main.locator(".thread")).to_have_text("main")


def test_a_flood_leaves_the_page_awake(site: Site) -> None:
    site.open_playground()
    site.run("for number in range(20_000):\n    print('line', number)\n")
    site.finished()
    expect(site.rows.last).to_have_text("line 19999")
    assert site.rows.count() <= 3100
    expect(site.page.get_by_text("earlier lines are not shown here")).to_be_visible()


def test_output_stays_where_the_reader_is(site: Site) -> None:
    site.open_playground()
    site.run(ENDLESS)
    expect(site.rows.nth(60)).to_be_visible(timeout=GRADING_MS)
    log = site.page.locator(".log-scroller")
    log.hover()
    site.page.mouse.wheel(0, -600)
    newest = site.page.get_by_role("button", name="Newest output")
    expect(newest).to_be_visible()
    where = log.evaluate("log => log.scrollTop")
    count = site.rows.count()
    expect(site.rows.nth(count + 20)).to_be_attached()
    assert log.evaluate("log => log.scrollTop") == where
    newest.click()
    expect(newest).to_be_hidden()
    assert log.evaluate("log => log.scrollTop") > where
    site.page.keyboard.press("Escape")
    site.gets("CANCELLED")


def test_who_waits_sees_the_place_in_line_and_may_leave_it(site: Site, browser: Browser) -> None:
    site.open_playground()
    origin = site.page.evaluate("location.origin")
    others = [Site(browser.new_page(base_url=origin)) for _ in range(2)]
    running = []
    for other in others:
        other.open_playground()
        sleeper = {"kind": "run", "source": "import time\ntime.sleep(100)\n", "challenge": None, "stdin": ""}
        running += [(other, other.post("submissions", sleeper)["id"]) for _ in range(2)]
    assert len(running) == int(SETTINGS["WORKER_CONCURRENCY"])

    site.run("print('my turn')\n")
    status = site.page.locator(".status-text")
    expect(status).to_have_text("Queued: next in line", timeout=GRADING_MS)
    site.page.keyboard.press("Escape")
    site.gets("CANCELLED")
    site.button("Run").click()
    expect(status).to_have_text("Queued: next in line", timeout=GRADING_MS)
    for other, ident in running:
        other.post(f"submissions/{ident}/stop")
    site.finished()
    assert site.printed() == ["my turn"]
    for other in others:
        other.page.close()
