"""A browser at a served engagement: Debian's Chromium, driven by Playwright, that may reach this machine alone."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alongside.cli.demo.writing import workflow
from alongside.evals.replay import Options
from alongside.store.engagement_template import write_new
from alongside.workbench import Workbench, open_engagement
from web.served import LINK, serving

DESK, PHONE = (1440, 900), (390, 844)
TYPES = {"company": "str", "date": "date", "total": "Decimal"}


@dataclass
class Visit:
    """A page, and what it should not have done: asked elsewhere, complained, opened a dialog."""

    page: Any
    bench: Workbench
    url: str
    faults: list[str] = field(default_factory=list)

    def cases(self) -> list[Path]:
        return sorted((self.bench.root / "cases").glob("**/*.toml"))

    def settled(self) -> None:
        """Wait until what was pressed has been answered and shown."""
        self.page.wait_for_load_state("networkidle")


def receipts_engagement(root: Path, documents: Sequence[Path]) -> Workbench:
    """An engagement whose live version has read the documents; nobody has judged them."""
    write_new(root, customer="Brackenmoor Facility Services")
    (root / "workflows" / "receipt.py").write_text(workflow("receipt", "Receipt", TYPES))
    bench = open_engagement(root)
    version = bench.snapshot()
    bench.ship(options=Options(), progress=lambda *_: None, by="Kim", reason="first", override=True)
    for file in documents:
        assert bench.run("receipt", file, version=version).status == "done"
    return bench


@contextlib.contextmanager
def visiting(
    browser: Any,
    bench: Workbench,
    *,
    size: tuple[int, int] = DESK,
    dark: bool = False,
    intercepted: bool = False,
) -> Iterator[Visit]:
    """Open the link that `alongside serve` prints, and hold the page to its manners at the end.

    A test that answers requests itself (`page.route`) asks for it here: a page that was loaded before Chromium was told
    to intercept may still send its next request past it.
    """
    with serving(bench) as client:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            has_touch=size == PHONE,
            is_mobile=size == PHONE,
            color_scheme="dark" if dark else "light",
        )
        if intercepted:
            context.route("**/of-nothing", lambda route: route.fallback())
        page = context.new_page()
        page.set_default_timeout(10_000)
        visit = Visit(page, bench, f"http://{client.host}")
        _watch(page, visit)
        page.goto(f"{visit.url}/open/{LINK}")
        try:
            yield visit
        finally:
            context.close()
    assert visit.faults == []


def _watch(page: Any, visit: Visit) -> None:
    def note(text: str) -> None:
        visit.faults.append(text)

    page.on("request", lambda asked: None if _is_own(asked.url, visit) else note(f"asked {asked.url}"))
    page.on("console", lambda said: note(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: note(str(error)))
    page.on("dialog", lambda shown: (note(f"dialog {shown.message}"), shown.dismiss()))


def _is_own(url: str, visit: Visit) -> bool:
    return url.startswith((f"{visit.url}/", "data:"))
