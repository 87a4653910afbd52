"""A run with ten thousand spans: soon painted, nothing for axe to say, no sideways scroll."""

from pathlib import Path
from typing import Any

import pytest

from web.browser.axe import whole
from web.browser.browsing import DESK, PHONE, visiting
from web.long_run import add_long_run
from web.served import make_engagement

pytestmark = [pytest.mark.system, pytest.mark.enable_socket]

PAINT_MS = 500
LOOKS = 8  # of which one must be in time: a busy machine delays some
PAINTED = """() => new Promise((done) => new PerformanceObserver((list) => {
  const found = list.getEntriesByName('first-contentful-paint')[0];
  if (found) done(found.startTime);
}).observe({ type: 'paint', buffered: true }))"""


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_ten_thousand_spans_are_painted_soon(tmp_path: Path, browser: Any, size: tuple[int, int]) -> None:
    bench = make_engagement(tmp_path / "acme")
    run = add_long_run(bench, spans=10_000)
    with visiting(browser, bench, size=size) as visit:
        page, took = visit.page, list[float]()
        while len(took) < LOOKS and min(took, default=PAINT_MS + 1) > PAINT_MS:
            page.goto(f"{visit.url}/runs/{run}/trace")
            took.append(page.evaluate(PAINTED))
        print(f"painted after {min(took):.0f} ms, goal {PAINT_MS}")
        assert min(took) <= PAINT_MS
        assert page.locator(".fold").count() >= 90
        page.get_by_role("link", name="Next odd one").click()
        page.locator("#selected").wait_for()
        assert whole(page) == []
