"""Fields of real receipts by corrections: repeated random and vendor-grouped splits, F1 a field, ceiling and cost.

    nice -n 10 uv run python bench/receipts.py [--repeats 5] [--from-images]

From the lines that come with the receipts; with `--from-images`, from the pictures through our own OCR too.
"""

import argparse
import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from pathlib import Path

from alongside.core.digest import digest
from alongside.core.document import Document
from alongside.core.fields import Field
from alongside.documents.lines import document_of_lines
from alongside.documents.parse import parse_bytes
from alongside.learn.amounts import find_amounts
from alongside.learn.candidates import normal
from alongside.learn.dates import find_dates
from alongside.learn.examples import Example, expected_key, prepare
from alongside.learn.model import Model, untrained
from alongside.learn.train import train

FIELDS = (
    Field("company", "text", str),
    Field("date", "date", date),
    Field("address", "text", str),
    Field("total", "amount", Decimal),
)
SIZES = (0, 5, 10, 20, 50, 100)
PROTOTYPE = {0: 0.795, 5: 0.824, 10: 0.847, 20: 0.882, 50: 0.909, 100: 0.920}
GOALS = {20: 0.90, 100: 0.94}
_TEST = 57
DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "receipts"


@dataclass
class Tally:
    """Right, answered and true values, a document each, by field."""

    rows: dict[str, list[tuple[str, int, int, int]]] = field(default_factory=dict)
    train_seconds: float = 0.0
    serve_seconds: float = 0.0
    served: int = 0
    sure: list[tuple[float, bool]] = field(default_factory=list)

    def f1(self, name: str = "") -> tuple[float, float, float]:
        """F1 with a 95 % bootstrap interval over vendors."""
        rows = [row for key, part in self.rows.items() if name in {"", key} for row in part]
        by_vendor: dict[str, list[int]] = {}
        for vendor, *counts in rows:
            total = by_vendor.setdefault(vendor, [0, 0, 0])
            for i, count in enumerate(counts):
                total[i] += count
        vendors = list(by_vendor.values())
        rng = random.Random(0)
        draws = sorted(_f1([rng.choice(vendors) for _ in vendors]) for _ in range(500))
        return _f1(vendors), draws[12], draws[487]


def _f1(counts: Sequence[Sequence[int]]) -> float:
    right, answered, true = (sum(c[i] for c in counts) for i in range(3))
    return 2 * right / max(1, answered + true)


def receipts(folder: Path, read: Callable[[Path, str], Document]) -> dict[str, Example]:
    """Return the receipts as examples; vendors whose names differ by a slip are one group."""
    vendors: list[str] = []
    examples: dict[str, Example] = {}
    for name, truth in sorted(json.loads((folder / "truth.json").read_text("utf-8")).items()):
        expected = {f.name: _typed(f, truth[f.name]) for f in FIELDS if f.name in truth}
        examples[name] = Example(read(folder, name), expected, _vendor(normal(truth["company"]), vendors))
    return examples


def given_lines(folder: Path, name: str) -> Document:
    """Return a receipt by the lines that come with it."""
    return document_of_lines((folder / "boxes" / f"{name}.csv").read_bytes(), name=f"{name}.csv")


def picture(folder: Path, name: str) -> Document:
    """Return a receipt as our own OCR reads it."""
    path = folder / "images" / f"{name}.jpg"
    return parse_bytes(path.read_bytes(), name=path.name, media_type="image/jpeg")


def _vendor(name: str, known: list[str]) -> str:
    for other in known:
        if SequenceMatcher(None, other, name, autojunk=False).ratio() >= 0.85:
            return other
    known.append(name)
    return name


def _typed(of: Field, text: str) -> object:
    if of.kind == "date":
        return find_dates(text)[0].value
    return find_amounts(text)[-1].value if of.kind == "amount" else text


def measure(
    examples: Mapping[str, Example],
    *,
    grouped: bool,
    repeats: int,
    sizes: Sequence[int] = SIZES,
) -> dict[int, Tally]:
    """Return tallies by corrections."""
    tallies = {size: Tally() for size in sizes}
    for repeat in range(repeats):
        pool, held_out = _split(examples, random.Random(repeat), grouped=grouped)
        for size in sizes:
            start = time.process_time()
            model = untrained()
            if size:
                model = Model.load(train([examples[i] for i in pool[:size]], FIELDS, seed=0))
            tallies[size].train_seconds += time.process_time() - start
            for name in held_out:
                _judge(tallies[size], model, examples[name])
    return tallies


def _split(
    examples: Mapping[str, Example], rng: random.Random, *, grouped: bool
) -> tuple[list[str], list[str]]:
    names = sorted(examples)
    rng.shuffle(names)
    if not grouped:
        return names[_TEST:], names[:_TEST]
    held_out: list[str] = []
    vendors = sorted({e.group for e in examples.values()})
    rng.shuffle(vendors)
    for vendor in vendors:
        members = [n for n in names if examples[n].group == vendor]
        if len(held_out) + len(members) <= _TEST:
            held_out += members
    return [n for n in names if n not in set(held_out)], held_out


def _judge(tally: Tally, model: Model, example: Example) -> None:
    start = time.process_time()
    values = model.extract(example.document, FIELDS)
    tally.serve_seconds += time.process_time() - start
    tally.served += 1
    for of in FIELDS:
        value, wanted = values[of.name], example.expected.get(of.name)
        answered = value.value is not None
        right = answered and wanted is not None and expected_key(of, value.value) == expected_key(of, wanted)
        tally.rows.setdefault(of.name, []).append(
            (example.group, int(right), int(answered), int(wanted is not None))
        )
        tally.sure.append((value.confidence, right))


def ceiling(examples: Mapping[str, Example]) -> dict[str, float]:
    """Return the share of values that some candidate equals: what no choice among candidates can pass."""
    found: dict[str, list[bool]] = {f.name: [] for f in FIELDS}
    for example in examples.values():
        for name, judged in prepare(example, FIELDS).fields.items():
            found[name].append(judged.expected in judged.keys)
    return {name: sum(hits) / len(hits) for name, hits in found.items()}


def show(title: str, tallies: Mapping[int, Tally]) -> None:
    print(f"\n{title}")
    print(
        "corrections   F1    95 %         company  date   address  total   ms/document  train s   error of confidence"
    )
    for size, tally in tallies.items():
        mean, low, high = tally.f1()
        fields = "   ".join(f"{tally.f1(f.name)[0]:.3f}" for f in FIELDS)
        serve = 1000 * tally.serve_seconds / tally.served
        repeats = tally.served / _TEST
        print(
            f"{size:11d}  {mean:.3f}  {low:.3f}-{high:.3f}   {fields}   {serve:11.1f}  {tally.train_seconds / repeats:7.2f}"
            f"   {_calibration_error(tally.sure):.3f}  |{'#' * round(60 * (mean - 0.7) / 0.3)}"
        )


def _calibration_error(sure: Sequence[tuple[float, bool]]) -> float:
    """Return the expected calibration error over ten bins of confidence."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in sure:
        bins.setdefault(min(9, int(confidence * 10)), []).append((confidence, right))
    gaps = [abs(sum(c for c, _ in part) - sum(r for _, r in part)) for part in bins.values()]
    return sum(gaps) / len(sure)


def _halves(examples: Mapping[str, Example]) -> list[float]:
    """F1 without a correction on the half of the vendors that the prior was written on, and on the other half."""
    tallies = [Tally(), Tally()]
    for example in examples.values():
        half = (
            int(digest(example.group.encode())[:12], 16) % 2
        )  # as the halves were when the prior was written
        _judge(tallies[half], untrained(), example)
    return [tally.f1()[0] for tally in tallies]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--receipts", type=Path, default=DATA)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--from-images", action="store_true", help="read the pictures too: a minute of OCR")
    parser.add_argument("--smoke", action="store_true", help="one repeat, at most 5 corrections")
    options = parser.parse_args()
    repeats, sizes = (1, (0, 5)) if options.smoke else (options.repeats, SIZES)
    examples = receipts(options.receipts, given_lines)
    top = ceiling(examples)
    print("ceiling of the candidates: " + ", ".join(f"{k} {v:.3f}" for k, v in top.items()))
    seen, unseen = _halves(examples)
    print(f"no correction: {seen:.3f} on the vendors looked at first, {unseen:.3f} on the others")
    random_split = measure(examples, grouped=False, repeats=repeats, sizes=sizes)
    show("random splits (optimistic: vendors recur)", random_split)
    grouped = measure(examples, grouped=True, repeats=repeats, sizes=sizes)
    show("splits by vendor (no vendor on both sides)", grouped)
    figures = {"by vendor": _values(grouped), "ceiling": top}
    if options.from_images:
        read = receipts(options.receipts, picture)
        tallies = measure(read, grouped=False, repeats=repeats, sizes=sizes)
        show("random splits, from the pictures", tallies)
        figures["from images"] = _values(tallies)
    values = _values(random_split)
    holds = all(values[size] >= goal for size, goal in GOALS.items() if size in values)
    holds = holds and all(values[size] >= PROTOTYPE[size] - 0.03 for size in values)
    last = {"bench": "receipts", "value": values, "unit": "F1", "goal": GOALS, "holds": holds}
    print(json.dumps({**last, "peers": {"prototype": PROTOTYPE}, "figures": figures}))


def _values(tallies: Mapping[int, Tally]) -> dict[int, float]:
    return {size: round(tally.f1()[0], 4) for size, tally in tallies.items()}


if __name__ == "__main__":
    main()
