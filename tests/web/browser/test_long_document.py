"""A document of sixty pages in a browser: turned by mouse and by keys, and the page stays while what is wrong is said."""

import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from alongside.store import run_list
from alongside.workbench import Workbench, open_engagement
from web.browser.browsing import DESK, PHONE, receipts_engagement, visiting

pytestmark = [pytest.mark.system, pytest.mark.enable_socket]

NAME = "Tender for the Harbour Gate works, second lot, with all annexes, 2026-03-14"
APART = """() => {
  const tools = [...document.querySelectorAll('.paperhead :is(a, button, input, h2)')].filter((one) => one.offsetParent);
  const boxes = tools.map((one) => one.getBoundingClientRect()), pane = document.querySelector('.paperhead').getBoundingClientRect();
  return boxes.every((one, at) => one.left >= pane.left - 1 && one.right <= pane.right + 1
    && boxes.slice(at + 1).every((other) => one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top));
}"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tender")
    lines = [f"Section {number} of the works, lot {number}: {number}.50" for number in range(1, 59 * 60 + 20)]
    paper = folder / f"{NAME}.txt"
    paper.write_text("\n".join(lines))
    receipts_engagement(folder / "acme", [paper]).close()
    return folder / "acme"


@pytest.fixture
def bench(made: Path, tmp_path: Path) -> Workbench:
    shutil.copytree(made, tmp_path / "acme")
    return open_engagement(tmp_path / "acme")


def shown(page: Any, number: int) -> None:
    expect(page.locator(".paper svg[role=group]").first).to_have_attribute(
        "aria-label", re.compile(f"Page {number} of ")
    )


@pytest.mark.parametrize("width", [1024, 1280, 1440, 1920])
def test_pages_are_turned_by_mouse_whatever_the_documents_name(
    bench: Workbench, browser: Any, width: int
) -> None:
    with visiting(browser, bench, size=(width, 900)) as visit:
        page = visit.page
        page.get_by_role("link", name="Open the run").click()
        page.locator(".dock").wait_for()
        for no_page in ("", "two"):
            page.get_by_role("textbox", name="Page").fill(no_page)
            page.get_by_role("button", name="Go").click()
            assert "page=" not in page.url
        page.get_by_role("textbox", name="Page").fill("2")
        page.get_by_role("button", name="Go").click()
        shown(page, 2)
        page.get_by_role("link", name="Next page").click()
        shown(page, 3)
        page.get_by_role("button", name="Zoom").click()
        assert page.evaluate(APART)
        page.get_by_role("link", name="Previous page").click()
        shown(page, 2)


def test_by_keys_the_page_stays_while_what_is_wrong_is_said(bench: Workbench, browser: Any) -> None:
    with visiting(browser, bench, size=DESK) as visit:
        page, keys = visit.page, visit.page.keyboard
        (run,) = run_list.unjudged(bench.database, limit=9)
        page.goto(f"{visit.url}/runs/{run.id}")
        page.get_by_role("textbox", name="Page").fill("59")
        keys.press("Enter")
        shown(page, 59)
        page.locator("main").click(position={"x": 600, "y": 20})  # away from the field
        keys.press("]")
        shown(page, 60)
        keys.press("2")
        page.get_by_role("group", name="Which is wrong?").get_by_role("link", name="Total").click()
        shown(page, 60)
        page.get_by_role("button", name="Total should say 3545.50").click()
        page.get_by_role("status").get_by_text("Total should be 3545.50").wait_for()
        shown(page, 60)
        assert tomllib.loads(visit.cases()[0].read_text())["expected"] == {"total": "3545.50"}
        keys.press("z")
        page.locator("[data-toast]").wait_for(state="detached")
        shown(page, 60)
        keys.press("[")
        shown(page, 59)


def test_on_a_phone_a_page_is_chosen_by_its_number(bench: Workbench, browser: Any) -> None:
    with visiting(browser, bench, size=PHONE) as visit:
        page = visit.page
        page.get_by_role("textbox", name="Page").fill("60")
        page.get_by_role("button", name="Go").tap()
        shown(page, 60)
        page.locator("#selected").get_by_role("button", name="Wrong").tap()
        page.get_by_role("group", name="Which is wrong?").wait_for()
        shown(page, 60)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
