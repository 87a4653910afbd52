"""An engagement that reads bills: their lines are a list of records, their marks one of plain values, and a due date isn't found."""

from pathlib import Path

from alongside.evals.replay import Options
from alongside.workbench import Workbench, open_engagement

WORKFLOW = '''
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from alongside import File, Value, parse, workflow
from alongside.core.document import Box


class Unit(Enum):
    piece = "Stück"
    hour = "Std."


@dataclass(frozen=True)
class Line:
    item: Value[str]
    quantity: int
    price: Decimal | None
    day: date | None
    paid: bool
    unit: Unit
    serial: int
    note: str = ""


@dataclass(frozen=True)
class Bill:
    number: Value[str]
    made_by: str
    due: Value[date | None]
    lines: list[Line]
    marks: list[str]


@workflow
def bill(document: File) -> Bill:
    """Read a bill."""
    read = parse(document)

    def at(text: str, row: int, sure: float) -> Value[str]:
        return Value(text, text, (Box(1, 72.0, 72.0 + 14 * row, 200.0, 84.0 + 14 * row),), sure, "rule", read.source)

    number, *words = document.data.decode().split()
    lines = [
        Line(at(word, row, 0.7), row, Decimal("1.50") * row, date(2026, 3, 14), False, Unit.piece, 2**53 + 1)
        for row, word in enumerate(words, 1)
    ]
    return Bill(at(number, 0, 0.9), "us", Value(None, ""), lines, ["new"])
'''


def make_bills(root: Path) -> Workbench:
    """An engagement whose live version has read a bill of three lines."""
    for folder in ("workflows", "prompts", "cases"):
        (root / folder).mkdir(parents=True)
    (root / "alongside.toml").write_text('customer = "Hallam & Rye"\n')
    (root / "workflows" / "bill.py").write_text(WORKFLOW)
    (root / "bill.txt").write_text("B-17\nbolts\nnuts\nwashers\n")
    bench = open_engagement(root)
    bench.ship(options=Options(), progress=lambda *_: None, by="Kim", reason="first", override=True)
    assert bench.run("bill", root / "bill.txt", version=bench.live()).status == "done"
    return bench
