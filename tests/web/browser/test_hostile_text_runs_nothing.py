"""Two hundred payloads on every page in Chromium: no dialog, no request elsewhere, no script of theirs; and sign-in by hand."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from playwright.sync_api import Browser, expect

from alongside.workbench import open_engagement
from web.browser.stage import Stage, staged
from web.hostile import CONTEXTS, TEMPLATES, Planted, mark, plant
from web.served import Client
from web.test_hostile_text import pages

ANSWER = "return Receipt(Value(\"<img src=x onerror=alert('answer')>\"), draft.date, draft.total)"
pytestmark = [pytest.mark.system, pytest.mark.enable_socket, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    made = plant(tmp_path_factory.mktemp("hostile") / "acme")
    made.bench.close()
    return made


@pytest.fixture(scope="module")
def stage(planted: Planted, browser: Browser) -> Iterator[Stage]:
    with staged(planted.bench.root, browser) as stage:
        yield stage


def test_no_payload_runs(planted: Planted, stage: Stage) -> None:
    client = Client(int(stage.base.rpartition(":")[2]))
    with open_engagement(stage.root) as bench:
        known = pages(replace(planted, bench=bench), client)
    told: list[str] = []
    with stage.context() as context:
        page = context.new_page()
        page.on("dialog", lambda shown: (told.append(f"dialog {shown.message}"), shown.dismiss()))
        page.on("pageerror", lambda error: told.append(f"script: {error}"))
        files = (".json", ".png", "/report.html", "/report.md")
        paths = [path for path in known if not path.endswith(files)]
        for path in paths:
            page.goto(stage.base + path)
            page.evaluate(
                "document.querySelectorAll('[autofocus], .box, a, button').forEach((one) => one.focus?.())"
            )
            page.mouse.move(700, 400)
            assert page.url.startswith(stage.base), path
        page.wait_for_timeout(500)
    assert len(paths) > 60
    assert (told, stage.foreign) == ([], [])


def test_nothing_runs_in_what_a_script_puts_into_a_page(stage: Stage) -> None:
    """What *Find or do* finds, a forecast, and a proof whose answers come in while it is looked at."""
    told: list[str] = []
    with stage.page("/") as page:
        page.on("dialog", lambda shown: (told.append(f"dialog {shown.message}"), shown.dismiss()))
        page.on("pageerror", lambda error: told.append(f"script: {error}"))
        page.keyboard.press("Control+k")
        for context, template in product(("file name", "case name"), (0, 4, 5, 6, 8)):
            text = mark(CONTEXTS.index(context), template)
            page.locator("[data-palette]").fill(text)
            expect(page.locator("[data-found] li", has_text=text)).not_to_have_count(0)
            page.keyboard.press("ArrowDown")
        workflow = stage.root / "workflows" / "receipt.py"
        workflow.write_text(workflow.read_text().replace("return draft", ANSWER))
        page.goto(f"{stage.base}/fix")
        expect(page.locator("[data-forecast]")).to_contain_text(f"{len(TEMPLATES)} cases")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#proof [data-tick=done]")).to_have_text(str(len(TEMPLATES)))
        expect(page.locator("#proof li", has_text="onerror=alert")).not_to_have_count(0)
        page.wait_for_timeout(300)
    assert (told, stage.foreign) == ([], [])


@pytest.mark.parametrize("script", [True, False])
def test_a_review_by_link_needs_no_script(planted: Planted, stage: Stage, script: bool) -> None:
    """Through the button, the three answers and Undo, with forms alone; a browser sends its Origin with each."""
    context = stage.browser.new_context(
        java_script_enabled=script, viewport={"width": 390, "height": 844}, has_touch=True
    )
    context.on("request", stage._watch)
    told: list[str] = []
    page = context.new_page()
    page.on("dialog", lambda shown: told.append(shown.message))
    page.goto(f"{stage.base}/in/{planted.link}")
    page.get_by_role("button").first.click()
    count = page.locator("header .push")
    before = int(count.inner_text().split()[0])
    page.get_by_role("button", name="Right").click()
    page.get_by_text(f"{before + 1} of 3", exact=True).wait_for()
    page.get_by_role("button", name="Wrong").click()
    page.get_by_role("button", name="I can't say").wait_for()
    page.get_by_role("link", name="Back").click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text(f"{before} of 3", exact=True).wait_for()
    context.close()
    assert (told, stage.foreign) == ([], [])
