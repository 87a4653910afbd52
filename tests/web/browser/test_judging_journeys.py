"""The loop in a browser, from the link to a case on the disk and back: by mouse, by keyboard alone, on a phone."""

import json
import re
import shutil
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from alongside.cli.demo.documents import arrive
from alongside.store import feedback, run_list
from alongside.workbench import Workbench, open_engagement
from web.browser.browsing import DESK, PHONE, Visit, receipts_engagement, visiting
from web.served import make_engagement, ship

pytestmark = [pytest.mark.system, pytest.mark.enable_socket]

REVIEWED = 24
SORTING = '''
from dataclasses import dataclass
from typing import Literal
from alongside import workflow


@dataclass(frozen=True)
class Sorted:
    kind: Literal["bill", "memo"]
    text: str


@workflow
def sort(text: str) -> Sorted:
    """Sort it."""
    return Sorted("bill", text)
'''
REAL = 3  # receipts; each of these has another place for its least certain field


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An engagement that has read the demo's new documents."""
    folder = tmp_path_factory.mktemp("made")
    receipts_engagement(folder / "acme", list(arrive(folder / "papers"))).close()
    return folder / "acme"


@pytest.fixture(scope="module")
def read_real(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Path:
    """An engagement that has read real receipts."""
    folder = tmp_path_factory.mktemp("real")
    pictures = sorted((shared_data / "receipts" / "images").iterdir())[REAL : 2 * REAL]
    receipts_engagement(folder / "acme", pictures).close()
    return folder / "acme"


@pytest.fixture(params=["made", pytest.param("real", marks=pytest.mark.data)])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Workbench:
    """A copy of its own for each test."""
    source = request.getfixturevalue("read" if request.param == "made" else "read_real")
    shutil.copytree(source, tmp_path / "acme")
    return open_engagement(tmp_path / "acme")


def one_case(visit: Visit) -> dict[str, Any]:
    (file,) = visit.cases()
    return tomllib.loads(file.read_text())


def stored(visit: Visit, act: Callable[[], object]) -> float:
    """Seconds from an act to the case on the disk."""
    began = time.perf_counter()
    act()
    while not visit.cases():
        assert time.perf_counter() - began < 10, "no case was written"
        time.sleep(0.005)
    return time.perf_counter() - began


def test_by_mouse(bench: Workbench, browser: Any) -> None:
    with visiting(browser, bench) as visit:
        page = visit.page
        page.locator("[data-walk] a").nth(1).click()
        page.locator("[data-walk] li:nth-child(2) a[aria-current]").wait_for()
        page.get_by_role("link", name="Open the run").click()
        page.locator(".dock").get_by_role("button", name="Wrong").click()
        pick, field = page.locator(".pick").last, field_of(visit)
        sent = json.loads(pick.get_attribute("value"))
        assert stored(visit, pick.click) <= 2
        page.get_by_role("status").get_by_text("should be").wait_for()
        assert one_case(visit)["expected"] == {sent.get("field", field): sent["value"]}
        page.get_by_role("button", name="Undo").click()
        page.locator("[data-toast]").wait_for(state="detached")
        visit.settled()
        assert visit.cases() == []
        assert len(run_list.unjudged(bench.database, limit=9)) == REAL


def test_by_keyboard_alone(bench: Workbench, browser: Any) -> None:
    with visiting(browser, bench) as visit:
        keys = visit.page.keyboard
        visit.page.locator("#selected").wait_for()
        keys.press("j")
        keys.press("Enter")  # open
        keys.press("2")
        visit.page.locator(".pick").first.wait_for()
        assert stored(visit, lambda: keys.press("Enter")) <= 2  # the likeliest
        visit.page.locator("[data-toast]").wait_for()
        keys.press("z")
        visit.page.locator("[data-toast]").wait_for(state="detached")
        visit.settled()
        assert visit.cases() == []
        keys.press("2")
        keys.press("t")
        visit.page.locator("#expected:focus").wait_for()
        keys.type(
            "27.3.18" if "date" in field_of(visit) else "12.34" if "total" in field_of(visit) else "Nobody"
        )
        assert stored(visit, lambda: keys.press("Enter")) <= 2
        keys.press("g")
        keys.press("i")
        visit.page.get_by_role("heading", name="Inbox").wait_for()


def test_a_key_waits_for_the_page_that_it_is_meant_for(read: Path, tmp_path: Path, browser: Any) -> None:
    """Pressed the moment an answer is in, before its links are known: no page is loaded anew, in which the next key is lost."""
    shutil.copytree(read, tmp_path / "acme")
    with visiting(browser, open_engagement(tmp_path / "acme")) as visit:
        page = visit.page
        page.locator("#selected").wait_for()
        page.evaluate("""() => {
          window.stays = true;
          const press = () => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '2', bubbles: true }));
          document.addEventListener('htmx:afterRequest', press, { once: true });
        }""")
        page.keyboard.press("Enter")
        page.locator(".pick").first.wait_for()
        assert page.evaluate("window.stays")


def test_what_is_typed_before_the_links_of_a_page_are_known_is_text_where_a_key_opened_a_field(
    many: Workbench, browser: Any
) -> None:
    with visiting(browser, many, size=DESK) as visit:
        visit.page.locator("#selected").wait_for()
        press_at(visit, "htmx:afterSwap", ["t", "G", "o", "o", "Backspace", " ", "1", "2", "Enter"])
        visit.page.keyboard.press("2")
        visit.page.locator("text=judged today: 1").wait_for()
        assert len(run_list.unjudged(many.database, limit=99)) == REVIEWED - 1
        assert one_case(visit)["expected"] == {"text": "Go 12"}


@pytest.mark.parametrize(
    ("first", "then", "at"),
    [("j", "2 t 1 2 Enter", "htmx:beforeRequest"), ("2", "t 1 Tab 2 Enter", "htmx:afterSwap")],
    ids=["on a run nobody saw", "with a key that a script can't press"],
)
def test_what_is_typed_blindly_is_not_sent(
    many: Workbench, browser: Any, first: str, then: str, at: str
) -> None:
    with visiting(browser, many, size=DESK) as visit:
        page = visit.page
        page.locator("#selected").wait_for()
        press_at(visit, at, then.split())
        page.keyboard.press(first)
        page.locator("[data-toast]", has_text="Nothing was sent").wait_for()
        page.wait_for_timeout(400)
        assert page.locator("#expected").input_value() == ("12" if first == "j" else "1")
        assert len(run_list.unjudged(many.database, limit=99)) == REVIEWED
        page.wait_for_timeout(1600)  # by then it can have been read
        page.keyboard.press("t")
        page.keyboard.press("Enter")
        page.locator("text=judged today: 1").wait_for()


def test_a_choice_is_not_sent_without_what_was_typed_into_it(tmp_path: Path, browser: Any) -> None:
    bench = make_engagement(tmp_path / "acme")
    (bench.root / "workflows" / "sorting.py").write_text(SORTING)
    run = bench.run("sort", text="a bill").run
    with visiting(browser, bench) as visit:
        visit.page.goto(f"{visit.url}/runs/{run}?field=kind")
        press_at(visit, "htmx:afterSwap", ["t", *"memo", "Enter"])
        visit.page.keyboard.press("2")
        visit.page.locator("[data-toast]", has_text="Nothing was sent").wait_for()
        assert (field_of(visit), visit.page.locator("#expected").input_value()) == ("kind", "")
        assert visit.cases() == []


def test_a_value_that_is_clicked_is_the_one_that_a_key_calls_wrong(
    read: Path, tmp_path: Path, browser: Any
) -> None:
    shutil.copytree(read, tmp_path / "acme")
    with visiting(browser, open_engagement(tmp_path / "acme")) as visit:
        page, field = visit.page, "#selected .grid tr:has-text('{}')".format
        page.locator(f"{field('Company')} .val").click()
        page.locator(f"{field('Company')}[data-on]").wait_for()
        page.get_by_role("link", name="Open the run").click()
        page.locator("tr[data-ref=date] .val").click()
        page.locator("tr[data-ref=date][data-on]").wait_for()
        marked = page.locator("tr[data-ref=total] .val").bounding_box()
        page.mouse.move(marked["x"], marked["y"] + 8)
        page.mouse.down()
        page.mouse.move(marked["x"] + marked["width"], marked["y"] + 8)
        page.mouse.up()
        page.keyboard.press("2")
        page.locator("#expected").wait_for()
        assert field_of(visit) == "date"
        page.keyboard.press("t")
        page.keyboard.type("03042018")
        page.keyboard.press("Enter")
        page.get_by_role("alert").get_by_text("it may be 2018-04-03 or 2018-03-04").wait_for()
        visit.faults.clear()  # the browser's own words on the status
        page.locator("#expected").fill("27.3.18")
        page.keyboard.press("Enter")
        page.get_by_role("status").get_by_text("Date should be 27.3.18 (2018-03-27)").wait_for()


def press_at(visit: Visit, moment: str, pressed: Sequence[str]) -> None:
    """Press keys the next time that htmx tells of this."""
    visit.page.evaluate(
        """([moment, pressed]) => document.addEventListener(moment, () => pressed.forEach((key) =>
          document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))), { once: true })""",
        [moment, list(pressed)],
    )


def field_of(visit: Visit) -> str:
    return visit.page.locator("input[name=field]").get_attribute("value")


def test_in_the_inbox_the_next_is_selected(bench: Workbench, browser: Any) -> None:
    with visiting(browser, bench) as visit:
        keys = visit.page.keyboard
        visit.page.locator("#selected").wait_for()
        keys.press("2")
        visit.page.locator("#selected .pick").first.wait_for()
        for left, key in ((2, "Enter"), (1, "1"), (0, "3")):
            keys.press(key)
            visit.page.locator(f"text=judged today: {REAL - left}").wait_for()
        visit.page.locator("h2.group", has_text="Failing").wait_for()  # the case that the correction made
        said = [word.judgement for run in run_list.page(bench.database, run_list.RunFilter(), limit=9)
                for word in feedback.of_run(bench.database, run.run.id)]  # fmt: skip
        assert sorted(said) == ["right", "unsure", "wrong"]
        assert len(visit.cases()) == 1


def test_on_a_phone(bench: Workbench, browser: Any) -> None:
    with visiting(browser, bench, size=PHONE) as visit:
        page = visit.page
        page.locator("[data-walk] a").first.tap()
        page.get_by_role("link", name="Open the run").tap()
        page.locator(".dock").get_by_role("button", name="Wrong").tap()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        dock = page.locator(".dock").bounding_box()
        assert dock["height"] <= 190, "the dock covers the page"
        assert stored(visit, page.locator(".dock [name=pick]").first.tap) <= 2
        page.get_by_role("button", name="Undo").tap()
        page.locator("[data-toast]").wait_for(state="detached")
        visit.settled()
        assert visit.cases() == []


def test_on_a_phone_every_figure_is_as_large_as_a_finger(bench: Workbench, browser: Any) -> None:
    with visiting(browser, bench, size=PHONE) as visit:
        page = visit.page
        wrong = page.locator("#selected").get_by_role("button", name="Wrong")
        box = wrong.bounding_box()
        assert box["y"] + box["height"] <= PHONE[1] - 56, "the verdict is out of sight"
        wrong.tap()
        page.locator(".pick").first.wait_for()
        sizes = [pick.bounding_box() for pick in page.locator(".pick").all()]
        small = [one for one in sizes if min(one["width"], one["height"]) < 24]
        assert len(small) * 10 <= len(sizes), "figures that stand too near to each other apart"
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        selected, pane = (page.locator(one).first.bounding_box() for one in (".box[data-on]", ".closeup"))
        assert pane["y"] - 1 <= selected["y"] <= pane["y"] + pane["height"]
        assert page.locator(".others [name=pick]").first.is_visible()


def test_wrong_then_the_amount_is_the_amount(read: Path, tmp_path: Path, browser: Any) -> None:
    shutil.copytree(read, tmp_path / "acme")
    with visiting(browser, open_engagement(tmp_path / "acme")) as visit:
        page = visit.page
        page.locator("[data-walk] a", has_text="pell").click()
        page.locator("#selected h2", has_text="pell").wait_for()
        page.keyboard.press("2")
        page.get_by_role("button", name="Total should say 322.75").click()
        page.get_by_role("status").get_by_text("Total should be 322.75").wait_for()
        assert one_case(visit)["expected"] == {"total": "322.75"}


def test_a_page_is_shown_so_that_its_words_can_be_read(read: Path, tmp_path: Path, browser: Any) -> None:
    shutil.copytree(read, tmp_path / "acme")
    with visiting(browser, open_engagement(tmp_path / "acme")) as visit:
        page = visit.page
        page.get_by_role("link", name="Open the run").click()
        sheet, pane = page.locator(".look svg"), page.locator(".look")
        widths: list[float] = []
        for _ in range(3):
            widths.append(sheet.bounding_box()["width"] / pane.bounding_box()["width"])
            page.keyboard.press("v")
        assert widths[1] == pytest.approx(2, abs=0.1)
        assert widths[2] == pytest.approx(1, abs=0.1)
        page.keyboard.press("v")
        page.reload()
        sheet.wait_for()
        assert sheet.bounding_box()["width"] / pane.bounding_box()["width"] == pytest.approx(2, abs=0.1)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.fixture
def many(tmp_path: Path) -> Iterator[Workbench]:
    bench = make_engagement(tmp_path / "acme")
    ship(bench)
    for number in range(REVIEWED):
        assert bench.run("greet", name=f"visitor {number}").status == "done"
    yield bench
    bench.close()


def test_a_keyboard_review_is_far_quicker_than_two_hundred_an_hour(many: Workbench, browser: Any) -> None:
    """Three of four answers are right; of the fourth it is said what it should have been."""
    with visiting(browser, many, size=DESK) as visit:
        keys = visit.page.keyboard
        visit.page.locator("#selected").wait_for()
        began = time.perf_counter()
        for left in range(REVIEWED, 0, -1):
            assert len(run_list.unjudged(many.database, limit=99)) == left
            if left % 4:
                keys.press("1")
            else:
                keys.press("2")
                visit.page.locator("#expected").wait_for()
                keys.press("t")
                keys.type(f"Good day {left}")
                keys.press("Enter")
            visit.page.locator(f"text=judged today: {REVIEWED + 1 - left}").wait_for()
        a_run = (time.perf_counter() - began) / REVIEWED
        assert 3600 / a_run >= 200
        stated = sorted(tomllib.loads(file.read_text())["expected"]["text"] for file in visit.cases())
        assert stated == sorted(f"Good day {left}" for left in range(4, REVIEWED + 1, 4))


def test_a_key_judges_the_run_that_is_shown_or_none(many: Workbench, browser: Any) -> None:
    """Where no page came, the keys that waited for it are dropped; on a line that isn't shown beside the list, none judges."""
    with visiting(browser, many, intercepted=True) as visit:
        page, keys = visit.page, visit.page.keyboard
        page.locator("#selected").wait_for()
        first = page.locator("#selected h2").inner_text()
        page.route(re.compile(r"/\?at="), lambda route: route.abort(), times=1)
        keys.press("j")
        keys.press("1")
        page.locator("[data-toast]", has_text="No answer came").wait_for()
        visit.faults.clear()  # the browser's own words on the request that got lost
        assert page.locator("[data-walk] a[aria-current] .strong").inner_text() == first
        assert len(run_list.unjudged(many.database, limit=99)) == REVIEWED
        page.wait_for_timeout(1600)  # by then it can have been read
        keys.press("1")
        page.locator("[data-toast]", has_text="Right").wait_for()
        assert len(run_list.unjudged(many.database, limit=99)) == REVIEWED - 1
        shown = page.locator("#selected h2").inner_text()
        page.locator("[data-walk] a:not([data-look])").first.evaluate(
            "row => { const rows = [...document.querySelectorAll('[data-walk] a')]; rows[rows.indexOf(row) - 1].click(); }"
        )
        page.wait_for_function(
            "shown => document.querySelector('#selected h2').innerText !== shown", arg=shown
        )
        keys.press("j")
        keys.press("1")
        keys.press("f")
        page.wait_for_timeout(300)
        assert page.url.count("/fix") == 0
        assert len(run_list.unjudged(many.database, limit=99)) == REVIEWED - 1


@pytest.mark.parametrize("again", ["key", "held", "mouse"])
def test_one_act_judges_one_run(many: Workbench, browser: Any, again: str) -> None:
    """Pressed again before the next run is seen, held down or double-clicked: the next isn't judged unseen."""
    with visiting(browser, many, intercepted=True) as visit:
        page, keys = visit.page, visit.page.keyboard
        page.locator("#selected").wait_for()
        if again == "key":
            held: list[Any] = []
            page.route("**/judge", holding(held), times=1)
            with page.expect_request("**/judge"):
                keys.press("1")
            keys.press("1")
            held.pop().continue_()
        elif again == "held":
            keys.down("1")
            page.locator("text=judged today: 1").wait_for()
            keys.down("1")  # without an `up` between: as a key that repeats
        else:
            right = page.locator("#selected").get_by_role("button", name="Right").bounding_box()
            at = (right["x"] + 9, right["y"] + 9)
            page.evaluate("Date.now = ((now) => () => now + (window.passed ?? 0))(Date.now())")
            page.mouse.click(*at)
            page.locator("text=judged today: 1").wait_for()
            click_again(page, at, 2)
        page.locator("text=judged today: 1").wait_for()
        page.wait_for_timeout(400)
        assert len(run_list.unjudged(many.database, limit=99)) == REVIEWED - 1
        if again == "mouse":  # quick, but on a page that was in sight: each press counts, once
            for number in (2, 3):
                page.evaluate("window.passed = (window.passed ?? 0) + 400")
                click_again(page, at, 1 + number)
                page.locator(f"text=judged today: {number}").wait_for()
            page.locator("[data-toast]").evaluate("toast => toast.remove()")
            click_again(page, at, 5)
            page.locator("[data-toast]", has_text="Press again if you mean it").wait_for()
            assert len(run_list.unjudged(many.database, limit=99)) == REVIEWED - 3


def click_again(page: Any, at: tuple[float, float], count: int) -> None:
    """Press where was pressed before, so soon that the browser counts it as the same series."""
    page.mouse.move(*at)
    page.mouse.down(click_count=count)
    page.mouse.up(click_count=count)


def test_what_is_answered_too_late_is_told_on_the_page_that_is_there(many: Workbench, browser: Any) -> None:
    with visiting(browser, many, intercepted=True) as visit:
        page, keys, held = visit.page, visit.page.keyboard, list[Any]()
        page.route("**/judge", holding(held), times=1)
        with page.expect_request("**/judge"):
            keys.press("1")
        judged = page.locator("#selected h2").inner_text()
        walk_on(page)
        held.pop().continue_()
        page.locator("[data-toast]", has_text=f"{judged}: Right").wait_for()
        assert len(run_list.unjudged(many.database, limit=99)) == REVIEWED - 1
        keys.press("z")
        page.locator("[data-toast]").wait_for(state="detached")
        visit.settled()
        assert len(run_list.unjudged(many.database, limit=99)) == REVIEWED

        page.goto(visit.url)
        page.locator("#selected").wait_for()
        page.route("**/judge", lambda route: route.fulfill(status=503, body="later"), times=1)
        keys.press("1")
        page.locator("[data-toast]", has_text="status 503").wait_for()
        visit.faults.clear()  # the browser's own words on the status
        for _ in range(3):  # in time with somebody's work: the keys don't stay deaf
            keys.press("1")
            page.wait_for_timeout(900)
        assert REVIEWED > len(run_list.unjudged(many.database, limit=99)) >= REVIEWED - 2


@pytest.mark.parametrize("by", ["the server", "something before it", "nobody"])
def test_what_is_not_taken_has_a_way_back_to_it(read: Path, tmp_path: Path, browser: Any, by: str) -> None:
    shutil.copytree(read, tmp_path / "acme")
    with visiting(browser, open_engagement(tmp_path / "acme"), intercepted=True) as visit:
        page, keys, held = visit.page, visit.page.keyboard, list[Any]()
        page.goto(
            f"{visit.url}/?wrong=1&field=total&at={run_list.unjudged(visit.bench.database, limit=1)[0].id}"
        )
        keys.press("t")
        keys.type("twelve")
        page.route("**/judge", holding(held), times=1)
        with page.expect_request("**/judge"):
            keys.press("Enter")
        walk_on(page)
        if by == "the server":
            held.pop().continue_()
        elif by == "nobody":
            held.pop().abort()
        else:
            held.pop().fulfill(status=503, body="later")
        told = {"the server": "'twelve' is none", "nobody": "No answer came"}.get(by, "status 503")
        page.get_by_role("alert").get_by_text(told).wait_for()
        visit.faults.clear()  # the browser's own words on the status
        page.get_by_role("link", name="Back to it").click()
        page.wait_for_function(
            "() => document.querySelector('#expected')?.value === 'twelve'"
        )  # a moment after it is there
        assert field_of(visit) == "total"
        assert visit.cases() == []


def walk_on(page: Any) -> None:
    """To another line, before what was asked is answered."""
    shown = page.locator("#selected h2").inner_text()
    page.locator("[data-walk] a", has_not_text=shown).nth(1).click()
    page.wait_for_function("shown => document.querySelector('#selected h2').innerText !== shown", arg=shown)


def holding(held: list[Any]) -> Callable[[Any], None]:
    """Keep what is asked unanswered until the test answers it. (Playwright takes no bound method of a list.)"""

    def hold(route: Any) -> None:
        held.append(route)

    return hold


def test_while_back_is_on_its_way_no_key_judges(many: Workbench, browser: Any) -> None:
    """Slow, it brings the page before; without an answer it says so, and the address is that of the page that stays."""
    with visiting(browser, many, intercepted=True) as visit:
        page, keys = visit.page, visit.page.keyboard
        page.locator("#selected").wait_for()
        keys.press("Enter")
        page.locator(".dock").wait_for()
        run = page.url
        page.route(f"{visit.url}/*", lambda route: route.abort(), times=1)
        page.evaluate("history.back()")
        page.locator("[data-toast]", has_text="No answer came").wait_for()
        visit.faults.clear()  # the browser's own words on the request that got lost
        keys.press("1")
        assert page.url == run
        page.wait_for_timeout(1600)  # by then it can have been read
        held: list[Any] = []
        page.route(f"{visit.url}/*", holding(held), times=1)
        with page.expect_request(lambda asked: "hx-history-restore-request" in asked.headers):
            page.evaluate("history.back()")
        for key in "1gr":
            keys.press(key)  # what leads somewhere waits for the page
        held.pop().continue_()
        page.locator("h1", has_text="Runs").wait_for()
        page.wait_for_timeout(300)
        assert len(run_list.unjudged(many.database, limit=99)) == REVIEWED


def test_what_was_typed_or_pointed_elsewhere_judges_nothing(many: Workbench, browser: Any) -> None:
    """A page that comes late takes the place of what somebody writes in: its letters are no commands, nor are keys of before a click."""
    press = (
        "key => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))"
    )
    with visiting(browser, many, size=DESK) as visit:
        page = visit.page
        page.locator("#selected").wait_for()
        page.evaluate(f"""() => {{
          const press = {press};
          press('j');
          document.querySelector('dialog').showModal();
          document.addEventListener('htmx:afterSettle', () => [...'l 13z'].forEach(press), {{ once: true }});
        }}""")
        page.wait_for_function("() => !document.querySelector('dialog[open]')")
        page.wait_for_timeout(1700)
        page.evaluate(f"""() => {{
          const press = {press}, other = document.querySelectorAll('[data-walk] a[data-look]')[7];
          press('j');
          press('1');
          other.dispatchEvent(new PointerEvent('pointerdown', {{ bubbles: true }}));
          other.click();
        }}""")
        page.wait_for_timeout(800)
        assert len(run_list.unjudged(many.database, limit=99)) == REVIEWED
        assert page.locator("[data-walk] a[data-look]").nth(7).get_attribute("aria-current") == "true"
