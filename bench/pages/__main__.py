"""What the pages weigh and how fast they are: `python -m bench.pages [--rounds N] [--sandbox docker|local]`.

Starts a Lockstep of its own and opens it in Chromium. For each page: kilobytes of JavaScript and CSS, gzipped, and the
milliseconds until the server's first byte. Then, in the playground: milliseconds from a print in the sandbox to its
text in the page; and how the page answers while ten megabytes of output come in: its longest task, the longest time
without a timer, and how late keys reach the editor. A program as busy that prints nothing gives the same figures for a
page with nothing to do, in the same run: what both have in common is the machine's. Clocks are this machine's, which
containers share.
"""

import argparse
import gzip
import os
import shutil

from playwright.sync_api import Browser, Page, Response, sync_playwright

from bench.latency.__main__ import lockstep, quantile

PAGES = (
    "/",
    "/lessons/",
    "/lessons/threads/",
    "/challenges/",
    "/challenges/thread-safe-counter/",
    "/play/",
    "/levels/",
    "/levels/lose-an-increment/",
    "/leaderboard/",
    "/profile/",
    "/accounts/login/",
)
STAMPS = """
import time
for _ in range(20):
    print(f"stamp {time.time():.6f}", flush=True)
    time.sleep(0.1)
"""
FLOOD = "line = 'x' * 99\nfor _ in range(105_000):\n    print(line)\nprint('the end')\n"
SILENCE = "import time\nuntil = time.process_time() + 1.5\nwhile time.process_time() < until:\n    pass\n"
KEY_EVERY_MS = 50
# Notes when each stamp is first in the page; the longest time that no timer could fire; the longest task; and how long
# each key waited until the page took it up, where that and the answer took long enough for the browser to tell.
WATCH = """() => {
    window.seen = []; window.deaf = 0; window.longest = 0; window.keys = [];
    new PerformanceObserver((list) => {
        for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
    }).observe({ type: "longtask" });
    new PerformanceObserver((list) => {
        for (const key of list.getEntries())
            if (key.name === "keydown") window.keys.push(key.processingStart - key.startTime);
    }).observe({ type: "event", durationThreshold: 16 });
    let last = performance.now();
    setInterval(() => {
        const now = performance.now();
        window.deaf = Math.max(window.deaf, now - last - 10);
        last = now;
    }, 10);
    const known = new Set();
    new MutationObserver(() => {
        const now = Date.now() / 1000;
        for (const row of document.querySelectorAll('.log-row .log-text')) {
            const stamp = row.textContent.match(/^stamp (.+)$/)?.[1];
            if (stamp && !known.has(stamp)) { known.add(stamp); window.seen.push(now - Number(stamp)); }
        }
    }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""


def weigh(browser: Browser, address: str, path: str, rounds: int) -> str:
    """One page, opened again and again with an empty cache."""
    sizes: dict[str, int] = {}
    first_bytes = []

    def loaded(answer: Response) -> None:
        if answer.url.endswith((".js", ".css")):
            sizes[answer.url] = len(gzip.compress(answer.body()))

    for _ in range(rounds):
        page = browser.new_page()
        page.on("response", loaded)
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
        first_bytes.append(
            page.evaluate("(([e]) => e.responseStart - e.requestStart)(performance.getEntriesByType('navigation'))")
        )
        page.close()
    kilobytes = {
        kind: sum(size for url, size in sizes.items() if url.endswith(kind)) / 1000 for kind in (".js", ".css")
    }
    times = f"{quantile(first_bytes, 0.5):6.0f} {quantile(first_bytes, 0.95):6.0f}"
    return f"{path:36}{kilobytes['.js']:8.1f}{kilobytes['.css']:8.1f}   {times}"


def run(page: Page, address: str, program: str, patience_s: int = 120, *, typing: bool = False) -> int:
    """The program in the playground, to its end. With `typing`, keys are pressed meanwhile; says how many."""
    page.goto(f"{address}/play/")
    page.get_by_role("textbox", name="Your program", exact=True).click()
    page.evaluate("text => navigator.clipboard.writeText(text)", program)
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+V")
    page.evaluate(WATCH)
    page.keyboard.press("Control+Enter")
    done = page.locator(".panel[data-state=done]")
    pressed = 0
    while typing and not done.is_visible():
        page.keyboard.press("ArrowUp")
        page.wait_for_timeout(KEY_EVERY_MS)
        pressed += 1
    done.wait_for(timeout=patience_s * 1000)
    return pressed


def answers(page: Page, pressed: int) -> str:
    """How the page did while a program ran."""
    longest, deaf, keys = page.evaluate("[window.longest, window.deaf, window.keys]")
    # Those that the browser does not tell of were quicker.
    late = sorted([*keys, *[0.0] * max(0, pressed - len(keys))])
    delays = f"p95 {quantile(late, 0.95):4.0f}, most {late[-1]:4.0f} ms"
    return f"longest task {longest:4.0f} ms, no timer for {deaf:4.0f} ms, {pressed} keys late by {delays}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sandbox", choices=("docker", "local"), default="docker")
    given = parser.parse_args()
    path = os.environ.get("LOCKSTEP_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with lockstep(given.sandbox) as (address, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--headless", "--no-sandbox", "--disable-gpu"])
        print(f"{'page':36}{'js kB':>8}{'css kB':>8}   {'ms p50':>6} {'p95':>6}")
        for each in PAGES:
            print(weigh(browser, address, each, given.rounds))
        context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
        page = context.new_page()
        seen: list[float] = []
        for _ in range(given.rounds):
            run(page, address, STAMPS)
            seen += page.evaluate("window.seen")
        times = f"p50 {1000 * quantile(seen, 0.5):.0f} ms, p95 {1000 * quantile(seen, 0.95):.0f} ms"
        print(f"from print to text in the page, {len(seen)} prints: {times}")
        for name, program in (("a silent program", SILENCE), ("10 MB of output", FLOOD)):
            pressed = run(page, address, program, typing=True)
            print(f"while {name:17} runs: {answers(page, pressed)}")
        print(f"of which the limit left {page.locator('.log-count').inner_text()}")
        browser.close()


if __name__ == "__main__":
    main()
