"""Tables and faithfulness on ICDAR-2013 (`pdf_tables/`): table F, text accounted for, right boxes, speed.

Run: `uv run python bench/tables.py [--data DIR] [--files N]`. Needs the real data, no network.
"""

import argparse
import gc
import json
import time
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2

from alongside.core.document import Cell, Document
from alongside.documents.parse import parse_bytes
from support.adjacency import Placed, Score, harmonic, read_truth, relations, score

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "pdf_tables"
GOAL = 0.85


@dataclass
class Tally:
    """What one document, or all of them, came to."""

    pages: int = 0
    seconds: float = 0.0
    characters: int = 0
    accounted: int = 0
    excluded: int = 0
    cells: int = 0
    boxed: int = 0
    right: int = 0
    scores: list[Score] = field(default_factory=list)


def main() -> None:
    """Print a row a document, then the figures, then one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--files", type=int, default=None, help="the first N files only")
    parser.add_argument("--smoke", action="store_true", help="the first 5 files")
    arguments = parser.parse_args()
    files = sorted(arguments.data.glob("*.pdf"))[: 5 if arguments.smoke else arguments.files]
    if not files:
        raise SystemExit(f"no PDF in {arguments.data}")
    parse_bytes(files[0].read_bytes(), name=files[0].name)  # imports and fonts are paid once
    gc.disable()  # as the worker does
    whole = Tally()
    print(f"{'document':12}{'P':>8}{'R':>8}{'F':>8}{'lost':>7}{'wrong boxes':>13}")
    for file in files:
        _measure(file, whole)
    print(json.dumps(_figures(whole)))


def _measure(file: Path, whole: Tally) -> None:
    data = file.read_bytes()
    began = time.process_time()
    document = parse_bytes(data, name=file.name)
    whole.seconds += time.process_time() - began
    found = score(relations(read_truth(file.with_name(f"{file.stem}-str.xml"))), relations(_tables(document)))
    cells = [
        cell for page in document.pages for block in page.blocks for cell in block.cells if cell.text.strip()
    ]
    right = _right_boxes(data, cells)
    audit = document.parse_run.audit
    lost = audit.characters - audit.accounted
    whole.scores.append(found)
    whole.pages += len(document.pages)
    whole.characters += audit.characters
    whole.accounted += audit.accounted
    whole.excluded += sum(len(exclusion.text) for exclusion in audit.exclusions)
    whole.cells += len(cells)
    whole.boxed += sum(cell.box is not None for cell in cells)
    whole.right += right
    row = f"{found.precision:8.3f}{found.recall:8.3f}{found.f1:8.3f}{lost:7}{len(cells) - right:13}"
    print(f"{file.stem:12}{row}")


def _tables(document: Document) -> list[list[Placed]]:
    return [
        [_placed(cell) for cell in block.cells]
        for page in document.pages
        for block in page.blocks
        if block.kind == "table"
    ]


def _placed(cell: Cell) -> Placed:
    last = (cell.row + cell.row_span - 1, cell.column + cell.column_span - 1)
    return Placed(cell.row, cell.column, *last, cell.text)


def _right_boxes(data: bytes, cells: list[Cell]) -> int:
    """Count the filled cells whose box holds exactly their text, by the raw text layer: another reader than ours."""
    with pypdfium2.PdfDocument(data) as pdf:
        pages = [page.get_textpage() for page in pdf]
        heights = [page.get_height() for page in pdf]
        right = 0
        for cell in cells:
            if cell.box is not None:
                box, height = cell.box, heights[cell.box.page - 1]
                edges = (box.x0, height - box.y1, box.x1, height - box.y0)
                right += _bare(pages[box.page - 1].get_text_bounded(*edges)) == _bare(cell.text)
        for page in pages:
            page.close()
    return right


def _bare(text: str) -> str:
    """Return the sorted characters: the order of lines in a cell is not the question here."""
    return "".join(sorted("".join(unicodedata.normalize("NFKC", text).translate(_PLAIN).split())))


_PLAIN = {
    **dict.fromkeys(range(0x2010, 0x2016), "-"),
    **dict.fromkeys((0x2018, 0x2019), "'"),
    **dict.fromkeys((0x201C, 0x201D), '"'),
    0x2212: "-",
    0x2: "-",
    0xFFFE: "-",
}


def _figures(whole: Tally) -> dict[str, object]:
    count = len(whole.scores)
    sums = (sum(getattr(one, name) for one in whole.scores) for name in ("right", "true", "given"))
    micro = Score(*sums)
    macro = harmonic(
        sum(one.precision for one in whole.scores) / count, sum(one.recall for one in whole.scores) / count
    )
    figures = {
        "table F, micro": (micro.f1, GOAL),
        "table F, macro": (macro, 0.80),
        "text accounted for": (whole.accounted / whole.characters, 1.0),
        "of which excluded with a reason": (whole.excluded / whole.characters, None),
        "filled cells with a box": (whole.boxed / whole.cells, 1.0),
        "cells with a right box": (whole.right / whole.cells, 0.98),
        "pages a CPU-second, audited": (whole.pages / whole.seconds, 100),
    }
    print()
    for name, (value, goal) in figures.items():
        mark = "" if goal is None else f"goal {goal:g}  {'holds' if value >= goal else 'MISSED'}"
        print(f"{name:34}{value:10.4f}  {mark}")
    print(
        f"{count} documents, {whole.pages} pages, precision {micro.precision:.3f}, recall {micro.recall:.3f}"
    )
    return {
        "bench": "tables",
        "value": round(micro.f1, 4),
        "unit": "F1",
        "goal": GOAL,
        "holds": micro.f1 >= GOAL,
        "peers": {},
        "figures": {name: round(value, 4) for name, (value, _) in figures.items()},
    }


if __name__ == "__main__":
    main()
