"""Every page there is, in both themes and at both widths: no axe violation, no sideways scroll, nothing asked of anybody else."""

import contextlib
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from alongside.store.engagement_template import write_new
from alongside.views.questions import choose_questions
from alongside.workbench import open_engagement, review_links
from web.browser.axe import whole
from web.browser.looked_at import FILE, demo_pages, page_routes, rich_pages, strangers_pages, whole_pages
from web.browser.stage import WIDTHS, Stage, staged
from web.served import ship
from web.test_any_answer import CUSTOMER, WORKFLOWS

pytestmark = [pytest.mark.system, pytest.mark.enable_socket, pytest.mark.timeout(600)]

# A bar that floats over the page covers what a person scrolls from under it: that makes no target smaller.
LAID_FLAT = (
    "document.querySelectorAll('.dock, .sidedock, .top').forEach((one) => { one.style.position = 'static'; })"
)


@dataclass(frozen=True)
class Stages:
    """`runs` are those of the rich one, by workflow."""

    demo: Stage
    rich: Stage
    empty: Stage
    runs: dict[str, str]


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory, browser: Browser, demo: Path) -> Iterator[Stages]:
    root = tmp_path_factory.mktemp("looked-at")
    shutil.copytree(demo, root / "demo")
    runs = make_rich(root / "rich")
    write_new(root / "empty", customer="Nobody yet")
    with contextlib.ExitStack() as stack:
        served = (stack.enter_context(staged(root / name, browser)) for name in ("demo", "rich", "empty"))
        yield Stages(*served, runs)


def make_rich(root: Path) -> dict[str, str]:
    """An engagement whose answers are of many shapes, one a failure."""
    write_new(root, customer="Hallam & Rye")
    fails = "\n@workflow\ndef fails(text: str) -> Order:\n    raise ValueError(text)\n"
    (root / "workflows" / "all.py").write_text(WORKFLOWS + fails)
    given = {
        "order": {"customer": CUSTOMER, "n": 4},
        "shout": {"text": "a long word " * 90},
        "fails": {"text": "x"},
    }
    with open_engagement(root) as bench:
        ship(bench)
        return {name: bench.run(name, **inputs).run for name, inputs in given.items()}  # type: ignore[arg-type]


@dataclass
class Look:
    """What was found amiss on the pages of a browser's width."""

    told: list[str] = field(default_factory=list)

    def over(self, stage: Stage, context: BrowserContext, paths: Iterable[str]) -> None:
        page = self.page(context)
        for path in paths:
            page.goto(stage.base + path)
            self.at(page, path)

    def over_file(self, stage: Stage, context: BrowserContext, path: str) -> None:
        """What browsers load down, on a page of its own: it stands alone."""
        page = self.page(context)
        page.set_content(context.request.get(stage.base + path).text())
        self.at(page, path)

    def page(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: self.told.append(f"script: {error}"))
        page.on(
            "console",
            lambda said: None if is_of_a_refusal(said.text) else self.told.append(f"console: {said.text}"),
        )
        return page

    def at(self, page: Page, path: str) -> None:
        """Both themes, which differ in colours alone: the page is loaded once."""
        page.evaluate(LAID_FLAT)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            self.told += [f"{path} {theme}: {one}" for one in whole(page)]


def is_of_a_refusal(text: str) -> bool:
    """Whether Chromium only says that a page has a status of its own."""
    return "the server responded with a status of 40" in text


@pytest.mark.parametrize("width", list(WIDTHS))
def test_no_violation_and_no_sideways_scroll(stages: Stages, width: str) -> None:
    look, demo = Look(), demo_pages(stages.demo)
    with open_engagement(stages.demo.root) as bench:
        questions = choose_questions(bench, count=2)
        secret, _ = review_links.make(bench, questions, person="Dana", by="kim", hours=1)
    rich, strange = rich_pages(stages.runs), strangers_pages(secret)
    with stages.demo.context(width) as context:
        look.over(stages.demo, context, (path for paths in demo.values() for path in paths if path != FILE))
        look.over_file(stages.demo, context, FILE)
    with stages.rich.context(width) as context:
        look.over(stages.rich, context, (path for paths in rich.values() for path in paths))
    with stages.empty.context(width) as context:
        look.over(stages.empty, context, whole_pages())
    with stages.demo.context(width, token="") as context:
        look.over(stages.demo, context, (path for paths in strange.values() for path in paths))
        review(look, look.page(context), f"{stages.demo.base}/in/{secret}")
    looked_at = {route for one in (demo, rich, strange) for route, paths in one.items() if paths}
    assert page_routes(stages.demo) - looked_at - {"", "/review"} == set(), "a page that nobody looks at"
    assert not look.told, "\n".join(look.told)
    assert [stage.foreign for stage in (stages.demo, stages.rich, stages.empty)] == [[], [], []]


def review(look: Look, page: Page, link: str) -> None:
    """What a review link opens, from its first question to its last."""
    page.goto(link)
    page.get_by_role("button").first.click()
    page.get_by_role("button", name="Right").wait_for()
    look.at(page, "/review")
    page.get_by_role("button", name="Wrong").click()
    page.get_by_role("button", name="I can't say").wait_for()
    look.at(page, "/review?wrong=1")
    page.get_by_role("link", name="Back").click()
    for _ in range(2):
        page.get_by_role("button", name="Right").click()
        page.wait_for_load_state("networkidle")
    look.at(page, "/review, at its end")
