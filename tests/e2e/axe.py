"""axe-core, the checker of accessibility, in the page."""

from typing import Any

from playwright.sync_api import Page

from tests.e2e.site import ROOT

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FADED = """() => Promise.all(document.getAnimations().filter((each) => each instanceof CSSTransition)
    .map((each) => each.finished.catch(() => null))).then(() => null)"""
SCHEMES: tuple[Any, ...] = ("light", "dark")


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page as it stands, in light and in dark: one entry for each element."""
    # Evaluated over the debugging protocol, which the page's CSP does not govern.
    page.evaluate(AXE.read_text())
    page.emulate_media(reduced_motion="reduce")
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        # The admin's own style sheet fades from one scheme into the other.
        page.evaluate(FADED)
        result: dict[str, Any] = page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
        for one in result["violations"]:
            found += [f"{scheme}: {one['id']}: {node['target']} {node['failureSummary']}" for node in one["nodes"]]
    return found
