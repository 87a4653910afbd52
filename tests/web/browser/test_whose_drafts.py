"""Whose what is typed and not sent is, in a browser: its writer's alone, in a correction of one field as of a list."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from alongside.core.engagement import Person
from alongside.core.plain import bare
from alongside.store import feedback, run_list
from alongside.views.questions import choose_questions
from alongside.workbench import Workbench, open_engagement, people, review_links
from web.bills import make_bills
from web.browser.axe import whole
from web.browser.stage import Stage, staged
from web.served import TOKEN

pytestmark = [pytest.mark.system, pytest.mark.enable_socket]

BOX = "What should number have said?"


@pytest.fixture
def stage(tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with make_bills(tmp_path / "bills") as bench:
        for name in ("Kim", "Dana"):
            people.add(bench, Person(name, "admin"))
    with staged(tmp_path / "bills", browser) as stage:
        yield stage


@pytest.fixture
def bench(stage: Stage) -> Iterator[Workbench]:
    with open_engagement(stage.root) as bench:
        yield bench


@pytest.fixture
def run(bench: Workbench) -> str:
    return run_list.unjudged(bench.database, limit=1)[0].id


@pytest.fixture
def tab(stage: Stage) -> Iterator[Page]:
    with stage.context(token="") as context:
        yield context.new_page()


def come_in(tab: Page, stage: Stage, bench: Workbench, name: str) -> None:
    tab.goto(f"{stage.base}/in/{people.invite(bench, name, by='kim', hours=1)[0]}")
    tab.get_by_role("button").first.click()
    expect(tab.locator(".rail")).to_contain_text(name)


def drafts(page: Page) -> list[str]:
    return page.evaluate("Object.keys(sessionStorage).filter((name) => name.startsWith('draft '))")


def asked(page: Page) -> list[str]:
    """The questions that the browser asked before it left a page; each is answered with yes."""
    asked: list[str] = []

    def answer(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    return asked


@pytest.mark.parametrize(("field", "box"), [("lines", "Item, row 1"), ("number", BOX)])
def test_signing_out_asks_and_ends_them(
    stage: Stage, bench: Workbench, run: str, tab: Page, field: str, box: str
) -> None:
    questions, at = asked(tab), f"{stage.base}/runs/{run}?wrong=1&field={field}"
    come_in(tab, stage, bench, "Kim")
    tab.goto(at)
    before = tab.get_by_label(box).input_value()
    tab.get_by_label(box).fill("Kim's own")
    tab.locator(".rail").get_by_role("button", name="Sign out").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("You are signed out")
    assert (questions, drafts(tab)) == (["beforeunload"], [])
    come_in(tab, stage, bench, "Dana")
    tab.goto(at)
    expect(tab.get_by_label(box)).to_have_value(before)
    expect(tab.locator("[data-drafted]")).to_be_hidden()


def test_a_session_that_ended_otherwise_hands_them_to_nobody_else(
    stage: Stage, bench: Workbench, run: str, tab: Page
) -> None:
    questions, at = asked(tab), f"{stage.base}/runs/{run}?wrong=1&field=number"
    come_in(tab, stage, bench, "Kim")
    tab.goto(at)
    tab.get_by_label(BOX).fill("Kim's own")
    come_in(tab, stage, bench, "Dana")  # her link is opened over it
    asked_of_kim = len(questions)
    tab.goto(at)
    expect(tab.get_by_label(BOX)).to_have_value("")
    expect(tab.locator("[data-drafted]")).to_be_hidden()
    tab.reload()
    assert len(questions) == asked_of_kim > 0  # Dana wrote nothing
    tab.context.clear_cookies()
    come_in(tab, stage, bench, "Kim")
    tab.goto(at)
    expect(tab.get_by_label(BOX)).to_have_value("Kim's own")


@pytest.mark.parametrize("where", ["run", "inbox", "review", "app"])
@pytest.mark.parametrize("width", ["desk", "phone"])
def test_a_correction_of_one_field_is_kept_until_it_is_sent(
    stage: Stage, bench: Workbench, run: str, where: str, width: str
) -> None:
    addresses = {
        "run": f"/runs/{run}?wrong=1&field=number",
        "inbox": f"/?at={run}&wrong=1&field=number",
        "review": "/review?wrong=1",
        "app": f"/app/bill/{run}?wrong=number",
    }
    with stage.context(width, token="" if where == "review" else TOKEN) as context:
        page = context.new_page()
        questions = asked(page)
        if where == "review":
            made = choose_questions(bench, count=9)
            one = [question for question in made if question[1] == "number"]
            secret, _ = review_links.make(bench, one, person="Vic", by="kim", hours=1)
            page.goto(f"{stage.base}/in/{secret}")
            page.get_by_role("button").first.click()
        page.goto(stage.base + addresses[where])
        box = page.locator("#expected")
        box.fill("B-71")
        page.reload()
        assert questions == ["beforeunload"]
        expect(box).to_have_value("B-71")
        expect(page.locator("[data-drafted]")).to_be_visible()
        assert whole(page) == []
        box.press("Enter")
        expect(page.locator("#expected")).to_have_count(0)
        assert drafts(page) == []
        page.reload()
    assert questions == ["beforeunload"]


def test_why_is_kept_too_until_it_is_discarded(stage: Stage, run: str) -> None:
    with stage.page(f"/runs/{run}?wrong=1&field=number") as page:
        asked(page)
        page.keyboard.press("w")
        page.get_by_label("Why, in your words").fill("it is B-71")
        page.reload()
        expect(page.get_by_label("Why, in your words")).to_have_value("it is B-71")
        page.get_by_role("button", name="Discard it").click()
        expect(page.get_by_label("Why, in your words")).to_be_hidden()
        assert drafts(page) == []


def test_a_touch_ends_what_was_typed_instead(stage: Stage, run: str) -> None:
    for at in (f"/app/bill/{run}?wrong=number", f"/runs/{run}?wrong=1&field=number"):
        with stage.page(at) as page:
            page.locator("#expected").fill("B-71")
            assert len(drafts(page)) == 1
            page.locator("button.pick:visible").first.click()
            expect(page.locator("#expected")).to_have_count(0)
            assert drafts(page) == []


@pytest.mark.parametrize("act", ["typed", "touched"])
def test_who_did_not_see_the_other_s_word_is_shown_both_and_chooses(
    stage: Stage, bench: Workbench, run: str, tab: Page, act: str
) -> None:
    at = f"{stage.base}/runs/{run}?wrong=1"
    come_in(tab, stage, bench, "Dana")
    tab.goto(f"{at}&field=number")
    with stage.context(token="") as context:
        other = context.new_page()
        come_in(other, stage, bench, "Kim")
        other.goto(f"{at}&field=number")
        other.get_by_label(BOX).fill("K-1")
        other.get_by_label(BOX).press("Enter")
        expect(other.get_by_role("status")).to_contain_text("should be")
    if act == "typed":
        tab.get_by_label(BOX).fill("bolts")
        tab.get_by_label(BOX).press("Enter")
    else:
        tab.get_by_role("button", name="Number should say bolts").click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Somebody else changed the same field")
    expect(tab.locator(".clash")).to_contain_text("K-1")
    assert whole(tab) == []
    expect(tab.get_by_label("Yours")).to_have_value("bolts")
    tab.get_by_role("button", name="Save mine").click()
    expect(tab.get_by_role("status")).to_contain_text("should be bolts")
    assert drafts(tab) == []


@pytest.mark.parametrize(
    ("at", "row", "why"),
    [
        ("/runs/{run}?", 2, "Lines was corrected as a whole"),
        ("/?at={run}&", 3, "has no place in what was said of lines"),
    ],
)
def test_a_cell_whose_row_moved_leads_to_the_rows_as_they_stand(
    stage: Stage, bench: Workbench, run: str, tab: Page, at: str, row: int, why: str
) -> None:
    questions = asked(tab)
    come_in(tab, stage, bench, "Kim")
    tab.goto(f"{stage.base}{at.format(run=run)}wrong=1&field=lines.{row - 1}.price")
    tab.locator("#expected").fill("31.00")
    rows = bare(bench.blobs.get(bench.find_run(run).output))["lines"]
    bench.judge(run, "wrong", field="lines", expected=rows[1:], by="Dana")
    tab.locator("#expected").press("Enter")
    expect(tab.get_by_role("alert")).to_contain_text(why)
    expect(tab.locator("[data-lost]")).to_contain_text(f"Lines, row {row}: price was not saved: 31.00")
    expect(tab.get_by_label("Item, row 1")).to_have_value("nuts")
    expect(tab.get_by_label("Item, row 3")).to_have_count(0)
    assert (whole(tab), drafts(tab)) == ([], [])
    tab.get_by_label("Price, row 2").fill("31.00")  # where the row stands now
    tab.get_by_role("button", name="Make it a case").click()
    expect(tab.locator("[data-lost]")).to_have_count(0)
    assert (feedback.of_run(bench.database, run)[-1].expected[1]["price"], drafts(tab)) == ("31.00", [])
    tab.reload()
    assert questions == []


def test_a_draft_of_a_cell_whose_row_moved_is_shown_once_and_goes(
    stage: Stage, bench: Workbench, run: str, tab: Page
) -> None:
    come_in(tab, stage, bench, "Kim")
    at = f"{stage.base}/runs/{run}?wrong=1&field=lines.2.price"
    questions = asked(tab)
    tab.goto(at)
    tab.locator("#expected").fill("31.00")
    rows = bare(bench.blobs.get(bench.find_run(run).output))["lines"]
    bench.judge(run, "wrong", field="lines", expected=rows[1:], by="Dana")
    tab.reload()
    expect(tab.locator("[data-lost]")).to_contain_text("was not saved: 31.00")
    assert (questions, drafts(tab)) == (["beforeunload"], [])
    tab.reload()
    expect(tab.locator("[data-lost]")).to_be_hidden()
    assert questions == ["beforeunload"]


def test_who_comes_back_by_a_new_link_is_asked_nothing_and_finds_it_again(
    stage: Stage, bench: Workbench, run: str, tab: Page
) -> None:
    at = f"{stage.base}/runs/{run}?wrong=1&field=number"
    come_in(tab, stage, bench, "Kim")
    tab.goto(at)
    tab.get_by_label(BOX).fill("B-71")
    tab.context.clear_cookies()
    tab.get_by_label(BOX).press("Enter")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Your session has ended")
    expect(tab.locator("[data-kept]")).to_be_visible()
    questions = asked(tab)
    come_in(tab, stage, bench, "Kim")
    assert questions == []
    tab.goto(at)
    expect(tab.get_by_label(BOX)).to_have_value("B-71")


def test_what_was_typed_by_a_link_that_ended_is_shown_once_and_asked_of_nobody(
    stage: Stage, bench: Workbench, run: str, tab: Page
) -> None:
    def link(person: str) -> tuple[str, str]:
        secret, made = review_links.make(bench, [(run, "number")], person=person, by="kim", hours=1)
        return f"{stage.base}/in/{secret}", made.id

    (mias, identity), (noras, _) = link("Mia"), link("Nora")
    questions = asked(tab)
    for came in ("by herself", "by another link"):
        tab.context.clear_cookies()
        tab.goto(mias if came == "by herself" else noras)
        tab.get_by_role("button", name="Begin").click()
        tab.goto(f"{stage.base}/review?wrong=1")
        tab.locator("#expected").fill(came)
        if came == "by herself":
            review_links.revoke(bench, identity)
            tab.reload()
            assert questions.pop() == "beforeunload"
            expect(tab.get_by_label("What you had typed")).to_have_value(came)
            assert (whole(tab), drafts(tab)) == ([], [])
            tab.reload()
            expect(tab.get_by_label("What you had typed")).to_be_hidden()
    assert questions == []  # so far: Nora's is still hers to send
    tab.goto(link("Ola")[0])
    assert questions.pop() == "beforeunload"
    tab.get_by_role("button", name="Begin").click()
    tab.goto(f"{stage.base}/review?wrong=1")
    tab.reload()
    assert questions == []
