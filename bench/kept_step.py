"""What a kept step costs per hit, in CPU: a small value, and a document that carries its digest.

One run replays N hits and one replays none; the difference by N is a hit, its span in the store included.
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

from alongside import open_engagement
from support.engagements import cpu_seconds, make, replay, report

GOAL = 0.1
WORKFLOW = """
from alongside import File, parse, step, workflow


@step
def small(text: str) -> str:
    return text.upper()


@step
def look(document: object, at: int) -> int:
    return at + 1


@workflow
def main(file: File, kind: str, hits: int) -> int:
    document = parse(file)
    for at in range(hits):
        if kind == "document":
            look(document, at)
        else:
            small(f"{at:08d}" * 100)
    return hits
"""
LETTER = "Dear all, the invoice of March is still open, please pay 12.50 EUR by Friday.\n" * 400


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="200 hits, one round")
    smoke = parser.parse_args().smoke
    hits, rounds = (200, 1) if smoke else (5000, 3)
    costs = {kind: cost(kind, hits, rounds) for kind in ("800 characters", "document")}
    for kind, milliseconds in costs.items():
        print(f"a kept step that takes {kind:16} {milliseconds:.3f} CPU-ms a hit")
    value = max(costs.values())
    report("kept_step", round(value, 3), "CPU-ms/hit", f"<= {GOAL}", holds=value <= GOAL, figures=costs)


def cost(kind: str, hits: int, rounds: int) -> float:
    """Return CPU milliseconds a hit, the least of the rounds."""
    with tempfile.TemporaryDirectory() as none, tempfile.TemporaryDirectory() as many:
        prepare(Path(none), kind, 0)
        prepare(Path(many), kind, hits)
        spent = [replayed(Path(many), hits) - replayed(Path(none), 0) for _ in range(rounds)]
    return round(min(spent) * 1000 / hits, 4)


def prepare(root: Path, kind: str, hits: int) -> None:
    """Make an engagement of one case whose steps are all kept."""
    make(root, {"workflows/main.py": WORKFLOW, "letter.txt": LETTER}, [])
    with open_engagement(root) as bench:
        file = bench.add_file(root / "letter.txt")
    inputs: dict[str, Any] = {"file": file, "kind": kind, "hits": hits}
    make(root, {}, [("case", inputs, hits)])
    replay(root)


def replayed(root: Path, hits: int) -> float:
    """Return the CPU seconds of one replay in which every step is a hit."""
    before = cpu_seconds()
    told = replay(root, full=True)
    if told["steps"] != {"executed": 0, "kept": hits + 1}:
        raise SystemExit(f"not every step was kept: {told['steps']}")
    return cpu_seconds() - before


if __name__ == "__main__":
    main()
