"""What axe says against a page, by the rules of WCAG 2.2 AA and its best practice; and whether it scrolls sideways."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

__all__ = ["violations", "whole"]

_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Of all that axe tells, what it tells of thousands of elements that are well isn't carried over.
_RUN = """(rules) => axe.run(document, { ...rules, resultTypes: ['violations'] }).then((found) => found.violations.flatMap(
  (one) => one.nodes.slice(0, 3).map((node) => `${one.id}: ${one.help} at ${node.target}`)))"""
_PAST = "document.documentElement.scrollWidth - innerWidth"


def violations(page: Any) -> list[str]:
    """What is against the rules, and where: three places of each at most."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(_RUN, _RULES)


def whole(page: Any) -> list[str]:
    """The same, and by how much the page is too wide."""
    past = page.evaluate(_PAST)
    return violations(page) + ([f"{past} px too wide"] if past > 0 else [])
