"""A fix in a browser, start to end: edit the words, see the forecast, prove it live, ship it, and be served by it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from web.browser.axe import whole
from web.browser.stage import Stage, staged
from web.fixable import FIXED, PROMPT, RULES, make_fixable
from web.served import Client

pytestmark = [pytest.mark.system, pytest.mark.enable_socket]


@pytest.fixture
def stage(tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    bench = make_fixable(tmp_path / "northmoor")
    toml = bench.root / "alongside.toml"
    toml.write_text(toml.read_text().replace("pause = 0.0", "pause = 0.6"))
    bench.close()
    with staged(tmp_path / "northmoor", browser) as stage:
        yield stage


def _served(stage: Stage) -> object:
    client = Client(int(stage.base.rpartition(":")[2]))
    return client.run("invoice", {"text": "supplier: a\nsubtotal: 1\ntotal: 2"}).json["answer"]["amount_due"]


def _no_violation(page: Page) -> None:
    assert whole(page) == []


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_edit_forecast_prove_ship(stage: Stage, width: str) -> None:
    assert _served(stage) == 1.0
    with stage.page("/fix", width) as page:
        _no_violation(page)
        page.get_by_label(f"Prompt {PROMPT}").fill(FIXED)
        page.get_by_role("button", name="Save").click()
        expect(page.locator("[data-forecast]")).to_contain_text("Re-runs at most 4 of 8 steps")
        expect(page.locator(".diff [data-d=add]")).to_contain_text('the figure beside "total"')
        assert (stage.root / PROMPT).read_text() == FIXED

        page.keyboard.press("Control+Enter")
        expect(page.locator("#proof .prog")).to_be_visible()
        page.get_by_label(f"Prompt {PROMPT}").fill(FIXED + "typed while it runs")
        expect(page.locator("#proof [data-tick=fixed]")).to_have_text("3")
        expect(page.locator("#proof [data-tick=done]")).to_have_text("4")
        expect(page.locator("#gate").get_by_role("button", name=re.compile("Ship v2"))).to_be_enabled()
        expect(page.get_by_label(f"Prompt {PROMPT}")).to_have_value(FIXED + "typed while it runs")
        _no_violation(page)
        page.locator("#gate").get_by_role("button", name=re.compile("Ship v2")).click()
        expect(page.locator("[data-toast]")).to_contain_text("v2 is live")
    assert _served(stage) == 2.0
    assert stage.foreign == []


def test_two_browsers_that_edit_at_once(stage: Stage) -> None:
    with stage.page("/fix") as one, stage.page("/fix") as other:
        one.get_by_label(f"Prompt {PROMPT}").fill(RULES + "- hers\n")
        other.get_by_label(f"Prompt {PROMPT}").fill(RULES + "- his\n")
        one.get_by_role("button", name="Save").click()
        expect(one.locator("[data-toast]")).to_contain_text("Saved")
        other.get_by_role("button", name="Save").click()
        expect(other.get_by_role("heading", level=1)).to_contain_text("Somebody else changed")
        expect(other.get_by_label("The text as it is now")).to_contain_text("- hers")
        expect(other.get_by_label("Your text")).to_have_value(RULES + "- his\n")
        _no_violation(other)
        other.get_by_label("Your text").fill(RULES + "- hers\n- his\n")
        other.get_by_role("button", name="Save this text").click()
        expect(other.locator("[data-toast]")).to_contain_text("Saved")
    assert (stage.root / PROMPT).read_text() == RULES + "- hers\n- his\n"


def test_a_case_is_edited_and_retired_by_keyboard(stage: Stage) -> None:
    with stage.page("/cases?show=all") as page:
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=2).locator("code")).to_be_visible()
        page.keyboard.press("e")
        expect(page.locator("details[open] .must .field").first).to_be_focused()
        page.keyboard.type("fgx")  # letters, no commands
        page.locator("h1").click()
        page.keyboard.press("x")
        page.keyboard.type("the vendor is gone")
        page.keyboard.press("Enter")
        expect(page.locator("[data-toast]")).to_contain_text("is retired: the vendor is gone")
        _no_violation(page)


def test_the_case_beside_the_matrix_is_that_of_the_line(stage: Stage) -> None:
    with stage.page("/cases?show=all") as page:
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page.locator("#selected h2 code")).to_be_visible()
        page.keyboard.press("j")
        page.keyboard.press("x")  # before the next case came, and for it
        expect(page.locator("#reason")).to_be_focused()
        chosen = page.locator("[data-walk] a[aria-current]").get_attribute("href") or ""
        retired = page.locator("form:has(#reason)").get_attribute("action")
        assert retired == chosen.partition("?")[0] + "/retire"
        assert chosen == page.locator("[data-walk] a").nth(1).get_attribute("href")


def test_on_a_phone_a_case_is_shown_from_its_top(stage: Stage) -> None:
    last = stage.cases()[-1]
    with stage.page(f"/cases/{last}", "phone") as page:
        expect(page.locator("aside h2").first).to_be_in_viewport()
        assert page.evaluate("scrollY") == 0
        page.goto(f"{stage.base}/cases?show=all")
        page.locator(f"[data-walk] a[href^='/cases/{last}']").tap()
        expect(page.locator("aside h2 code")).to_have_text(last)
        assert page.evaluate("scrollY") == 0


def test_find_or_do_is_walked_with_arrows(stage: Stage) -> None:
    with stage.page("/") as page:
        page.keyboard.press("Control+k")
        page.keyboard.type("report")
        row = page.locator("[data-found] li", has_text="Write the report").locator("a")
        expect(row).to_have_text(re.compile("act Write the report"))
        while not row.evaluate("one => one === document.activeElement"):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/report")
