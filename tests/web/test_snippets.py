"""A report's picture is cut from the document on which the field stands, and kept as it was drawn."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from alongside.core.run import Run
from alongside.store import runs
from alongside.workbench import Workbench, open_engagement
from alongside.workbench.paper import Reading, readings_of
from alongside.workbench.snippets import snippet
from alongside.workbench.upkeep import collect

WORKFLOW = """
from alongside import File, parse, workflow


@workflow
def both(first: File, second: File) -> str:
    return parse(first).text + parse(second).text
"""


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    (tmp_path / "workflows").mkdir()
    (tmp_path / "workflows" / "both.py").write_text(WORKFLOW)
    (tmp_path / "alongside.toml").write_text('customer = "acme"\n')
    (tmp_path / "order.txt").write_text("Order 7 of the first of May\nGrand total 12.50\n")
    (tmp_path / "invoice.txt").write_text("Invoice\nfrom somebody quite else\nDue 99 euro\n")
    with open_engagement(tmp_path) as bench:
        yield bench


@pytest.fixture
def run(bench: Workbench) -> Run:
    outcome = bench.run("both", bench.root / "order.txt", bench.root / "invoice.txt")
    assert outcome.status == "done", outcome.error
    return bench.find_run(outcome.run)


def _first_line(reading: Reading):
    return reading.document.pages[0].blocks[-1].lines[-1]


def test_it_is_cut_from_the_document_of_the_field(bench: Workbench, run: Run) -> None:
    order, invoice = readings_of(bench, run)
    box = _first_line(invoice).box
    here = snippet(bench, run, box, document=invoice.document.source)
    there = snippet(bench, run, box, document=order.document.source)
    assert here
    assert here != there
    assert snippet(bench, run, box, document="") == here  # touched: the only one with these words just there
    assert snippet(bench, run, box, document="0" * 64) is None


def test_once_drawn_it_stays_as_it_was(bench: Workbench, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    _, invoice = readings_of(bench, run)
    box = _first_line(invoice).box
    drawn = snippet(bench, run, box, document=invoice.document.source)

    def otherwise(*_: object) -> bytes:
        raise AssertionError("drawn again")

    monkeypatch.setattr("alongside.workbench.snippets.page_picture", otherwise)
    bench.clock = lambda: runs.get(bench.database, run.id).started + 10 * 86400  # type: ignore[union-attr]
    collect(bench, dry_run=False)
    assert snippet(bench, run, box, document=invoice.document.source) == drawn
