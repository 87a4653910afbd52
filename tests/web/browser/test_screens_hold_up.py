"""What the judging screens promise in a browser: nothing for axe to say, no sideways scroll, a long trace soon there."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from alongside.cli.demo.documents import arrive
from alongside.store import run_list
from alongside.workbench import Workbench, open_engagement
from web.browser.browsing import DESK, PHONE, receipts_engagement, visiting
from web.long_run import add_long_run

pytestmark = [pytest.mark.system, pytest.mark.enable_socket]

PAINT_MS = 500
PAINTED = """() => new Promise((done) => new PerformanceObserver((list) => {
  const found = list.getEntriesByName('first-contentful-paint')[0];
  if (found) done(found.startTime);
}).observe({ type: 'paint', buffered: true }))"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    receipts_engagement(folder / "acme", list(arrive(folder / "papers"))).close()
    return folder / "acme"


@pytest.fixture
def bench(read: Path, tmp_path: Path) -> Workbench:
    shutil.copytree(read, tmp_path / "acme")
    return open_engagement(tmp_path / "acme")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_has_nothing_to_say(bench: Workbench, browser: Any, size: tuple[int, int], dark: bool) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    run = run_list.unjudged(bench.database, limit=1)[0].id
    bench.judge(run_list.unjudged(bench.database, limit=2)[1].id, "wrong", by="Dana", note="VAT is missing")
    long = add_long_run(bench, spans=600)
    addresses = ["/", f"/?at={run}&wrong=1", "/runs", f"/runs/{run}", f"/runs/{run}?wrong=1"]
    addresses += [f"/runs/{long}/trace", f"/runs/{long}/trace?span=sp_000002"]
    said: list[str] = []
    with visiting(browser, bench, size=size, dark=dark) as visit:
        for address in addresses:
            visit.page.goto(visit.url + address, wait_until="load")
            found = axe.run(visit.page, options={"runOnly": TAGS})
            said += [
                f"{address}: {one['id']}: {node['html'][:160]}"
                for one in found.response["violations"]
                for node in one["nodes"][:2]
            ]
            wide = visit.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            said += [f"{address}: {wide} px too wide"] if wide > 0 else []
    assert said == []


def test_ten_thousand_spans_are_painted_soon(bench: Workbench, browser: Any) -> None:
    run = add_long_run(bench, spans=10_000)
    with visiting(browser, bench) as visit:
        took = []
        for _ in range(3):
            visit.page.goto(f"{visit.url}/runs/{run}/trace")
            took.append(visit.page.evaluate(PAINTED))
        print(f"painted after {min(took):.0f} ms, goal {PAINT_MS}")
        assert min(took) <= PAINT_MS
        assert visit.page.locator(".fold").count() >= 90
