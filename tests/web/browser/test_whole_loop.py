"""The whole loop on real receipts in one browser: asked, wrong, a case, a change that is proven, live, and asked again."""

import re
import shutil
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from alongside.evals.replay import Options
from alongside.store.engagement_template import write_new
from alongside.workbench import Workbench, open_engagement
from web.browser.browsing import DESK, PHONE, Visit, visiting

pytestmark = [pytest.mark.system, pytest.mark.data, pytest.mark.enable_socket]

WRONG, RIGHT = (
    "328",
    ("076", "512"),
)  # receipts: on the one, a total of some goods stands above what is to be paid
FIX = "payable, total"
WORKFLOW = r'''
"""Reads what is to be paid off a receipt: the last amount of the first line that has the words."""

import re
from dataclasses import dataclass
from decimal import Decimal

from alongside import Document, File, Value, param, parse, step, workflow

AMOUNT = re.compile(r"\d[\d,]*\.\d\d(?!\d)")


@dataclass(frozen=True)
class Receipt:
    seller: Value[str]
    total: Value[Decimal]


@step
def read(document: Document) -> Receipt:
    lines = [line for page in document.pages for block in page.blocks for line in block.lines]
    first = lines[0]
    seller = Value(first.text, first.text, (first.box,), 0.9, "rules", document.source)
    for words in param("total_words").split(","):
        for line in lines:
            found = AMOUNT.findall(line.text)
            if found and words.strip() in line.text.lower():
                amount = Decimal(found[-1].replace(",", ""))
                return Receipt(seller, Value(amount, found[-1], (line.box,), 0.6, "rules", document.source))
    return Receipt(seller, Value(None))


@workflow
def receipt(file: File) -> Receipt:
    """Read a receipt."""
    return read(parse(file))
'''


@dataclass
class Hand:
    """How somebody works: by mouse. `press` takes what to press, and the key that does the same where there is one."""

    page: Page
    faults: list[str] = field(default_factory=list)

    def press(self, what: Locator, key: str = "") -> None:
        what.click()

    def write(self, where: Locator, text: str) -> None:
        where.click(click_count=3)
        self.page.keyboard.type(text)

    def hand_in(self, where: Locator, file: Path) -> None:
        with self.page.expect_file_chooser() as chosen:
            self.press(where)
        chosen.value.set_files(file)


class Finger(Hand):
    def press(self, what: Locator, key: str = "") -> None:
        what.scroll_into_view_if_needed()
        what.tap()

    def write(self, where: Locator, text: str) -> None:
        self.press(where)
        where.fill(text)


class Keys(Hand):
    """Keys alone: a key of its own, else Tab until it has the focus, then Enter."""

    def press(self, what: Locator, key: str = "") -> None:
        expect(what).to_be_visible()
        if not key:
            self._reach(what)
        self.page.keyboard.press(key or "Enter")

    def write(self, where: Locator, text: str) -> None:
        self._reach(where)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def _reach(self, what: Locator) -> None:
        for _ in range(200):
            if what.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"Tab doesn't come to {what}")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Path:
    """An engagement that is right on two receipts, which are its cases, and has not met the third."""
    root = tmp_path_factory.mktemp("real") / "acme"
    write_new(root, customer="Brackenmoor Facility Services")
    toml = root / "alongside.toml"
    text = toml.read_text().replace("held_out = 0.2", "held_out = 1.0")
    text = text.replace("[params]\n", '[params]\ntotal_words = "total"\n')
    toml.write_text(text + '\n[[done]]\nname = "totals are right"\nmeasure = "field:total"\nat_least = 0.3\n')
    (root / "workflows" / "receipt.py").write_text(WORKFLOW)
    with open_engagement(root) as bench:
        bench.ship(options=Options(), progress=lambda *_: None, by="Kim", reason="first", override=True)
        for name in RIGHT:
            run = bench.run("receipt", shared_data / "receipts" / "images" / f"{name}.jpg").run
            bench.judge(run, "right", field="total", by="Dana")
            bench.add_case(run, name=f"receipt {name}")
        bench.replay(options=Options(), progress=lambda *_: None)
    return root


@pytest.fixture
def bench(served: Path, tmp_path: Path) -> Workbench:
    shutil.copytree(served, tmp_path / "acme")
    return open_engagement(tmp_path / "acme")


@pytest.mark.parametrize(
    ("hand", "size"), [(Hand, DESK), (Keys, DESK), (Finger, PHONE)], ids=["mouse", "keys", "finger"]
)
def test_from_a_wrong_answer_to_the_right_one_in_one_sitting(
    bench: Workbench, browser: Any, shared_data: Path, hand: type[Hand], size: tuple[int, int]
) -> None:
    paper = shared_data / "receipts" / "images" / f"{WRONG}.jpg"
    with visiting(browser, bench, size=size) as visit:
        page = visit.page
        hers = hand(page)
        asked(hers, visit, paper, "7.61", "v1")
        corrected(hers, visit, "33.05")
        changed(hers, visit)
        proven_and_shipped(hers, visit)
        asked(hers, visit, paper, "33.05", "v2")


def asked(hers: Hand, visit: Visit, paper: Path, answer: str, by: str) -> None:
    """On the page for users, which the workbench leads to."""
    hers.press(visit.page.get_by_role("link", name="Page for users"))
    hers.hand_in(visit.page.locator("input[type=file]"), paper)
    expect(visit.page.locator("dl.lead [data-ref=total] dd")).to_contain_text(answer)
    expect(visit.page.get_by_text(f"Made by receipt {by}.")).to_be_visible()


def corrected(hers: Hand, visit: Visit, truth: str) -> None:
    page = visit.page
    hers.press(page.get_by_role("link", name="Open the run"))
    hers.press(page.locator(".dock").get_by_role("button", name="Wrong"), "2")
    hers.press(page.get_by_role("button", name=f"Total should say {truth}").first)
    expect(page.get_by_role("status")).to_contain_text(f"Total should be {truth}")
    (case,) = [file for file in visit.cases() if "receipt-" not in file.name]
    assert tomllib.loads(case.read_text())["expected"] == {"total": truth}


def changed(hers: Hand, visit: Visit) -> None:
    page = visit.page
    hers.press(page.locator(".acts").get_by_role("link", name="Fix"), "f")
    hers.write(page.get_by_label("total_words"), FIX)
    expect(page.locator("[data-forecast]")).to_contain_text("Re-runs at most")
    hers.press(page.get_by_role("button", name="Save", exact=True))
    expect(page.locator("[data-toast]")).to_contain_text("Saved")
    assert f'total_words = "{FIX}"' in (visit.bench.root / "alongside.toml").read_text()


def proven_and_shipped(hers: Hand, visit: Visit) -> None:
    page = visit.page
    hers.press(page.get_by_role("button", name="Prove on every case"), "Control+Enter")
    for told, count in (("fixed", "1"), ("broken", "0"), ("unchanged", "2")):
        expect(page.locator(f"#proof [data-tick={told}]")).to_have_text(count)
    ship = page.locator("#gate").get_by_role("button", name=re.compile("Ship v2"))
    expect(ship).to_be_enabled()
    hers.press(ship, "Shift+S")
    expect(page.locator("[data-toast]")).to_contain_text("v2 is live")
