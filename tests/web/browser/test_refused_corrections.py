"""A correction that is refused, in a browser: what is said of it can be read, and nothing is kept of what wasn't typed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, expect

from alongside.store import run_list
from alongside.workbench import open_engagement
from web.bills import make_bills
from web.browser.stage import Stage, staged

pytestmark = [pytest.mark.system, pytest.mark.enable_socket]

SLIP = """
from dataclasses import dataclass
from datetime import datetime

from alongside import File, parse, workflow


@dataclass(frozen=True)
class Slip:
    number: str
    received: datetime


@workflow
def slip(document: File) -> Slip:
    return Slip(next(parse(document).lines()).text, datetime(2026, 3, 14, 9))
"""


@pytest.fixture
def stage(tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    make_bills(tmp_path / "bills").close()
    with staged(tmp_path / "bills", browser) as stage:
        yield stage


@pytest.fixture
def run(stage: Stage) -> str:
    with open_engagement(stage.root) as bench:
        return run_list.unjudged(bench.database, limit=1)[0].id


@pytest.mark.parametrize("width", [390, 1000, 1280, 1440])
@pytest.mark.parametrize("field", ["due", "lines.1.price"])
def test_what_is_said_of_it_stands_in_a_line_and_leaves_the_document_in_sight(
    stage: Stage, run: str, width: int, field: str
) -> None:
    with stage.context() as context:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(f"{stage.base}/runs/{run}?wrong=1&field={field}")
        page.locator("#expected").fill("a lot, as it seems")
        page.get_by_role("button", name="Make it a case").click()
        told, dock = page.get_by_role("alert").bounding_box(), page.locator(".dock").bounding_box()
        assert told
        assert dock
        assert told["width"] > 0.8 * dock["width"]
        assert told["height"] <= 62, told  # two lines
        assert dock["height"] <= (300 if width == 390 else 160)
        page.reload()
        again = page.locator("[data-drafted]")
        expect(again).to_be_visible()
        box = again.bounding_box()
        assert box
        assert (box["width"] > 0.8 * dock["width"], box["height"] <= 80) == (True, True)


@pytest.fixture
def timed(tmp_path: Path, browser: Browser) -> Iterator[tuple[Stage, str]]:
    """A run that answers a time of the day that its page prints without one: a touch of that day is refused."""
    root = tmp_path / "timed"
    make_bills(root).close()
    (root / "workflows" / "slip.py").write_text(SLIP)
    (root / "slip.txt").write_text("S-1\nreceived 2026-03-14\n")
    with open_engagement(root) as bench:
        run = bench.run("slip", root / "slip.txt").run
    with staged(root, browser) as stage:
        yield stage, f"{stage.base}/runs/{run}?wrong=1&field=received"


def test_of_a_touch_that_is_refused_nothing_is_a_draft(timed: tuple[Stage, str]) -> None:
    stage, at = timed
    with stage.context() as context:
        page = context.new_page()
        asked: list[str] = []

        def answer(dialog: Dialog) -> None:
            asked.append(dialog.type)
            dialog.accept()

        page.on("dialog", answer)
        page.goto(at)
        page.locator("button[name=pick]:visible").first.click()
        expect(page.get_by_role("alert")).to_contain_text("on that day")
        page.wait_for_timeout(300)  # a draft would be kept once the page has settled
        page.goto(f"{stage.base}/cases")
        assert asked == []
        page.goto(at)
        page.locator("#expected").fill("2026-03-14 10:30")
        page.reload()
        assert asked == ["beforeunload"]


def test_what_was_typed_before_a_touch_was_refused_stands_there_again(timed: tuple[Stage, str]) -> None:
    stage, at = timed
    with stage.context() as context:
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(at)
        page.get_by_text("Why").first.click()
        page.locator("#note").fill("read it again")
        page.locator("button[name=pick]:visible").first.click()
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.locator("#note")).to_have_value("read it again")
        page.goto(at)
        expect(page.locator("#note")).to_have_value("read it again")


def test_a_page_for_users_has_its_own_address_after_a_refusal(stage: Stage, run: str) -> None:
    with stage.context() as context:
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{stage.base}/app/bill/{run}?wrong=due")
        page.locator("#expected").fill("32 April")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("alert").first).to_be_visible()
        expect(page).to_have_url(f"{stage.base}/app/bill/{run}?wrong=due")
        page.reload()
        expect(page.locator("#expected")).to_have_value("32 April")
