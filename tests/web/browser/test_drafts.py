"""What is typed and not saved, in a browser: it outlives a look elsewhere, a reload and a conflict, and goes once it is saved."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from web.browser.axe import whole
from web.browser.stage import Stage, staged
from web.fixable import PROMPT, RULES, make_fixable

pytestmark = [pytest.mark.system, pytest.mark.enable_socket]

TEXT = f"Prompt {PROMPT}"


@pytest.fixture
def stage(tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    make_fixable(tmp_path / "northmoor").close()
    with staged(tmp_path / "northmoor", browser) as stage:
        yield stage


def _drafts(page: Page) -> list[str]:
    return page.evaluate("Object.keys(sessionStorage).filter((name) => name.startsWith('draft '))")


def _asked(page: Page) -> list[str]:
    """The questions that the browser asked before it left a page; each is answered with yes."""
    asked: list[str] = []

    def answer(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    return asked


def _whole(page: Page) -> None:
    assert whole(page) == []


def test_what_is_typed_outlives_a_look_elsewhere_and_a_reload(stage: Stage) -> None:
    with stage.page("/fix") as page:
        asked = _asked(page)
        page.get_by_label(TEXT).fill(RULES + "- typed\n")
        page.locator(".rail").get_by_role("link", name="Runs").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Runs")
        page.locator(".rail").get_by_role("link", name="Fix").click()
        expect(page.get_by_label(TEXT)).to_have_value(RULES + "- typed\n")
        expect(page.locator("[data-drafted]")).to_be_visible()
        _whole(page)
        page.reload()
        expect(page.get_by_label(TEXT)).to_have_value(RULES + "- typed\n")
        assert asked == ["beforeunload"]
        (stage.root / PROMPT).write_text(RULES.replace("Return the", "Return all of the"))
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("[data-toast]")).to_contain_text("beside what somebody else changed")
        assert _drafts(page) == []
        page.reload()
        assert asked == ["beforeunload"]
    assert (stage.root / PROMPT).read_text() == RULES.replace("Return the", "Return all of the") + "- typed\n"


def test_a_draft_is_discarded(stage: Stage) -> None:
    with stage.page("/fix") as page:
        page.get_by_label(TEXT).fill("typed")
        page.reload()
        page.get_by_role("button", name="Discard it").click()
        expect(page.get_by_label(TEXT)).to_have_value(RULES)
        assert _drafts(page) == []


@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_conflict_outlives_a_reload(stage: Stage, width: str) -> None:
    with stage.page("/fix", width) as page:
        page.get_by_label(TEXT).fill(RULES.replace("as printed", "mine"))
        (stage.root / PROMPT).write_text(RULES.replace("as printed", "theirs"))
        for _ in range(2):
            page.get_by_role("button", name="Save", exact=True).click()
            expect(page.get_by_role("heading", level=1)).to_contain_text("Somebody else changed")
            _whole(page)
            page.reload()
            expect(page.get_by_label(TEXT)).to_have_value(RULES.replace("as printed", "mine"))
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_role("button", name="Keep theirs").click()
        expect(page.get_by_label(TEXT)).to_have_value(RULES.replace("as printed", "theirs"))
        assert _drafts(page) == []


def test_an_expectation_outlives_must_pass_beside_it(stage: Stage) -> None:
    path = next((stage.root / "cases").glob("osprey-*.toml"))
    case = path.stem.rpartition("-")[2]
    with stage.page(f"/cases/{case}") as page:
        page.keyboard.press("e")
        page.get_by_label("amount_due", exact=True).fill("99")
        page.get_by_role("button", name="Must pass").click()
        expect(page.get_by_role("button", name="Must pass")).to_have_attribute("aria-pressed", "true")
        expect(page.get_by_label("amount_due", exact=True)).to_have_value("99")
        _whole(page)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("definition").filter(has_text="amount_due = 99")).to_be_visible()
        assert _drafts(page) == []
    assert "must_pass = true" in path.read_text()


def test_what_is_refused_comes_back_with_the_field_in_focus(stage: Stage) -> None:
    with stage.page("/fix?tab=parameters") as page:
        page.get_by_label("currency").fill("EUR")
        page.get_by_label("digits").fill("two")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("digits is 2 now, a number")
        expect(page.get_by_label("digits")).to_be_focused()
        expect(page.get_by_label("currency")).to_have_value("EUR")
        _whole(page)
        page.reload()
        expect(page.get_by_label("currency")).to_have_value("EUR")
        page.get_by_label("digits").fill("3")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("[data-toast]")).to_contain_text("Saved")
        assert _drafts(page) == []
