"""A list corrected row by row in a browser: on the run page, on the case, and on a phone behind a review link."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from alongside.store import feedback, run_list
from alongside.views.questions import choose_questions
from alongside.workbench import Workbench, open_engagement, review_links
from web.bills import make_bills
from web.browser.axe import whole
from web.browser.stage import Stage, staged

pytestmark = [pytest.mark.system, pytest.mark.enable_socket]

BOLTS: dict[str, Any] = {
    "item": "bolts", "quantity": 1, "price": "1.50", "day": "2026-03-14", "paid": False, "unit": "piece", "serial": 2**53 + 1, "note": "",
}  # fmt: skip
WASHERS = {**BOLTS, "item": "washers", "quantity": 3, "price": "4.50"}
ROPE = {
    **BOLTS,
    "item": "rope",
    "quantity": "2",
    "price": None,
    "day": "27.3.2018",
    "paid": True,
    "unit": "hour",
    "serial": "7",
}


@pytest.fixture
def stage(tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    make_bills(tmp_path / "bills").close()
    with staged(tmp_path / "bills", browser) as stage:
        yield stage


@pytest.fixture
def bench(stage: Stage) -> Iterator[Workbench]:
    with open_engagement(stage.root) as bench:
        yield bench


@pytest.fixture
def run(bench: Workbench) -> str:
    return run_list.unjudged(bench.database, limit=1)[0].id


def mend(page: Page) -> None:
    """Take nuts out, say what washers cost, add rope."""
    page.get_by_role("button", name="Remove row 2").click()
    page.get_by_label("Price, row 2").fill("59,24")
    page.get_by_role("button", name="Add a row").click()
    page.keyboard.type("rope")
    page.get_by_label("Quantity, row 3").fill("2")
    page.get_by_label("Day, row 3").fill("27.3.2018")
    page.get_by_label("Paid, row 3").select_option("yes")
    page.get_by_label("Unit, row 3").select_option("hour")
    page.get_by_label("Serial, row 3").fill("7")


def expected(stage: Stage) -> Any:
    (file,) = (stage.root / "cases").glob("**/*.toml")
    return tomllib.loads(file.read_text())["expected"]["lines"]


def whole_in_both_themes(page: Page) -> None:
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        assert whole(page) == []


def test_on_the_run_page_and_on_its_case(stage: Stage, run: str) -> None:
    with stage.page(f"/runs/{run}?wrong=1&field=lines") as page:
        keys = page.keyboard
        keys.press("t")  # to the first cell, where letters are no commands
        keys.type("1f2g")
        expect(page.get_by_label("Item, row 1")).to_have_value("1f2g")
        page.get_by_label("Item, row 1").fill("bolts")
        keys.press("Enter")  # a row further, and nothing is sent
        expect(page.get_by_label("Item, row 2")).to_be_focused()
        mend(page)
        whole_in_both_themes(page)
        page.get_by_role("button", name="As text").click()
        text = page.locator("#expected").input_value()
        assert '"price": "59,24"' in text
        page.locator("#expected").fill(text.replace("59,24", "never"))
        page.get_by_role("button", name="As text").click()
        page.get_by_role("button", name="Make it a case").click()
        expect(page.get_by_role("alert")).to_contain_text(
            "Lines, row 2: price is a number, and 'never' is none"
        )
        amiss = page.get_by_label("Price, row 2")
        expect(amiss).to_be_focused()
        expect(amiss).to_have_attribute("aria-invalid", "true")
        amiss.fill("59,24")
        page.get_by_role("button", name="Make it a case").click()
        expect(page.get_by_role("status")).to_contain_text("should be")
        rope = {**ROPE, "price": {"null": True}}  # as TOML says it
        assert expected(stage) == [BOLTS, {**WASHERS, "price": "59,24"}, rope]
        page.goto(f"{stage.base}/cases/{stage.cases()[0]}?edit=1")
        page.get_by_role("button", name="Remove row 1").click()
        page.get_by_role("button", name="Put back bolts").click()
        assert page.evaluate(
            "document.querySelector('[data-rows]').value === document.querySelector('[data-rows]').defaultValue"
        )
        page.get_by_role("button", name="Remove row 3").click()
        page.get_by_label("Quantity, row 2").fill("4")
        whole_in_both_themes(page)
        page.locator(".rail").get_by_role("link", name="Runs").click()  # what isn't saved is a draft
        expect(page.get_by_role("heading", level=1)).to_have_text("Runs")
        page.go_back()
        expect(page.get_by_label("Quantity, row 2")).to_have_value("4")
        expect(page.get_by_label("Quantity, row 3")).to_have_count(0)
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".kv").first).not_to_contain_text("rope")
        assert expected(stage) == [BOLTS, {**WASHERS, "price": "59,24", "quantity": "4"}]


def drafts(page: Page) -> list[str]:
    return page.evaluate("Object.keys(sessionStorage).filter((name) => name.startsWith('draft '))")


def test_what_is_typed_and_not_sent_is_a_draft_and_a_row_that_is_emptied_goes(stage: Stage, run: str) -> None:
    with stage.page(f"/runs/{run}?wrong=1&field=lines") as page:
        page.on("dialog", lambda dialog: dialog.accept())  # whoever leaves is asked: something isn't sent yet
        page.get_by_label("Item, row 1").fill("screws")
        page.get_by_role("link", name="Number").first.click()
        expect(page.locator(".rowsedit")).to_have_count(0)
        page.go_back()
        expect(page.get_by_label("Item, row 1")).to_have_value("screws")
        expect(page.locator("[data-drafted]")).to_be_visible()
        whole_in_both_themes(page)
        page.reload()
        expect(page.get_by_label("Item, row 1")).to_have_value("screws")
        page.get_by_role("button", name="As text").click()
        text = page.locator("#expected").input_value()
        page.locator("#expected").fill(text[:-1])
        page.get_by_role("button", name="Make it a case").click()
        expect(page.get_by_role("alert")).to_contain_text("This isn't JSON")
        page.locator("#expected").fill(text)
        page.get_by_role("button", name="As text").click()  # mended, it is rows again
        page.locator("[aria-label$='row 2'].field:not(select)").evaluate_all(
            "cells => cells.forEach((one) => { one.value = ''; one.dispatchEvent(new Event('input', { bubbles: true })); })"
        )
        for cell in ("Paid", "Unit"):
            page.get_by_label(f"{cell}, row 2").select_option("")
        expect(page.get_by_label("Item, row 2")).to_have_value("washers")
        page.get_by_role("button", name="Make it a case").click()
        expect(page.get_by_role("status")).to_contain_text("should be")
        assert drafts(page) == []
        assert [line["item"] for line in expected(stage)] == ["screws", "washers"]


def test_by_a_review_link_on_a_phone(stage: Stage, bench: Workbench, run: str) -> None:
    secret, _ = review_links.make(bench, choose_questions(bench, count=2), person="Dana", by="kim", hours=1)
    with stage.context("phone", token="") as context:
        page = context.new_page()
        page.goto(f"{stage.base}/in/{secret}")
        page.get_by_role("button").first.tap()
        expect(page.get_by_role("heading")).to_have_text("Nothing was found for due. Right?")
        whole_in_both_themes(page)
        page.get_by_role("button", name="Right").tap()
        expect(page.get_by_role("heading")).to_have_text("Are these 3 rows right for lines?")
        whole_in_both_themes(page)
        page.get_by_role("button", name="Wrong").tap()
        expect(page.locator("[data-cards]")).to_be_visible()
        mend(page)
        page.get_by_role("link", name="Back").tap()
        page.get_by_role("button", name="Wrong").tap()
        expect(page.locator("[data-drafted]")).to_be_visible()
        whole_in_both_themes(page)
        page.get_by_role("button", name="That is it").tap()
        expect(page.get_by_role("heading")).to_contain_text("That was all")
    words = {word.field: word for word in feedback.of_run(bench.database, run)}
    assert (words["due"].judgement, words["due"].has_expected) == ("right", False)
    assert words["lines"].expected == [BOLTS, {**WASHERS, "price": "59,24"}, ROPE]
    case = bench.add_case(run, name="bill")
    assert case.expected["lines"] == words["lines"].expected
