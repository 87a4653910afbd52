"""The relation score of the ICDAR-2013 table competition.

Göbel, Hassan, Oro, Orsi: "A Methodology for Evaluating Algorithms for Table Understanding in PDF Documents"
(DocEng 2012): each pair of nearest filled neighbours to the right and below is a relation (text, text, direction);
precision and recall over the relations of a document, texts compared without spaces, detection and structure at once.
"""

import unicodedata
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

__all__ = ["Placed", "Score", "read_truth", "relations", "score"]

_DASHES = dict.fromkeys(range(0x2010, 0x2016), "-")


@dataclass(frozen=True)
class Placed:
    """A cell in its grid: rows and columns from 0, both ends included; `box` is x1, y1, x2, y2 from the bottom left."""

    row: int
    column: int
    last_row: int
    last_column: int
    text: str
    page: int = 0
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class Score:
    """Counts of relations: right, in the truth, in the answer."""

    right: int
    true: int
    given: int

    @property
    def precision(self) -> float:
        """Right among given; 1 where nothing is given and nothing was there."""
        return self.right / self.given if self.given else float(not self.true)

    @property
    def recall(self) -> float:
        """Right among true."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean."""
        return harmonic(self.precision, self.recall)


def harmonic(precision: float, recall: float) -> float:
    """Return F1."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def read_truth(path: Path) -> list[list[Placed]]:
    """Return the regions of a `*-str.xml` file, each a list of cells."""
    regions: list[list[Placed]] = []
    for region in ET.parse(path).getroot().iter("region"):
        page = int(region.get("page", "1"))
        regions.append([_cell(cell, page) for cell in region.iter("cell")])
    return regions


def relations(tables: Iterable[Iterable[Placed]]) -> Counter[tuple[str, str, str]]:
    """Return the relations of all tables with how often each occurs."""
    found: Counter[tuple[str, str, str]] = Counter()
    for table in tables:
        found.update(_table_relations(list(table)))
    return found


def score(truth: Counter[tuple[str, str, str]], answer: Counter[tuple[str, str, str]]) -> Score:
    """Compare two sets of relations."""
    return Score((truth & answer).total(), truth.total(), answer.total())


def _cell(cell: ET.Element, page: int) -> Placed:
    row, column = int(cell.get("start-row", 0)), int(cell.get("start-col", 0))
    return Placed(
        row,
        column,
        int(cell.get("end-row", row)),
        int(cell.get("end-col", column)),
        cell.findtext("content") or "",
        page,
        _box(cell.find("bounding-box")),
    )


def _box(bounds: ET.Element | None) -> tuple[float, float, float, float] | None:
    if bounds is None:
        return None
    try:
        x1, y1, x2, y2 = (float(bounds.get(key, "")) for key in ("x1", "y1", "x2", "y2"))
    except ValueError:  # one coordinate of the published set is "26ß"
        return None
    return x1, y1, x2, y2


def _table_relations(cells: list[Placed]) -> list[tuple[str, str, str]]:
    filled = {index: normal for index, cell in enumerate(cells) if (normal := _normal(cell.text))}
    grid = {
        (row, column): index
        for index in filled
        for row in range(cells[index].row, cells[index].last_row + 1)
        for column in range(cells[index].column, cells[index].last_column + 1)
    }
    by_row: dict[int, list[tuple[int, int]]] = {}
    by_column: dict[int, list[tuple[int, int]]] = {}
    for (row, column), index in grid.items():
        by_row.setdefault(row, []).append((column, index))
        by_column.setdefault(column, []).append((row, index))
    pairs = [(a, b, "right") for a, b in _neighbours(by_row)] + [
        (a, b, "below") for a, b in _neighbours(by_column)
    ]
    return [(filled[a], filled[b], direction) for a, b, direction in dict.fromkeys(pairs)]


def _neighbours(lanes: dict[int, list[tuple[int, int]]]) -> Iterable[tuple[int, int]]:
    for lane in lanes.values():
        order = [index for _, index in sorted(lane)]
        yield from ((a, b) for a, b in pairwise(order) if a != b)


def _normal(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).translate(_DASHES)
    return "".join(folded.split())
