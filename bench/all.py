"""Runs every benchmark beside it and prints what each promised and what it found.

Exits 0 even where a goal is missed: a miss is printed, not hidden. Exits 1 where a benchmark crashed, or names under
`wrong` what it counted and found not as promised: no load of the machine explains that. Peers are run by hand with the
scripts in `peers/`.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
KEYS = {"bench", "value", "unit", "goal", "holds", "peers"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="small sizes: does each still run?")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="these benchmarks alone")
    options = parser.parse_args()
    chosen = [path for path in benchmarks(FOLDER) if not options.only or path.stem in options.only]
    rows, crashed = [], []
    for path in chosen:
        print(f"--- {path.stem}", flush=True)
        row = measure(path, smoke=options.smoke)
        (rows if row else crashed).append(row or path.stem)
    print(table(rows))
    if crashed:
        print(f"crashed: {', '.join(crashed)}")
    wrong = [f"{row['bench']}: {what}" for row in rows for what in row.get("wrong", ())]
    if wrong:
        print(f"wrong: {', '.join(wrong)}")
    return 1 if crashed or wrong else 0


def benchmarks(folder: Path) -> list[Path]:
    """Every benchmark of a folder: its Python files, but for the one that runs them."""
    return sorted(path for path in folder.glob("*.py") if path.name != "all.py")


def measure(path: Path, *, smoke: bool) -> dict[str, Any] | None:
    """Run one, show what it prints, and return its last line; None where it crashed."""
    command = [sys.executable, str(path), *(["--smoke"] if smoke else [])]
    began = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    seconds = time.perf_counter() - began
    *shown, last = done.stdout.rstrip().splitlines() or [""]
    print("\n".join(shown), flush=True)
    try:
        row = json.loads(last)
    except ValueError:
        row = None
    if done.returncode or not isinstance(row, dict) or not row.keys() >= KEYS:
        print(
            f"{last}\nstatus {done.returncode}, and the last line must be JSON with {', '.join(sorted(KEYS))}"
        )
        return None
    return {**row, "seconds": seconds}


def table(rows: list[dict[str, Any]]) -> str:
    """One line a benchmark."""
    cells = [["bench", "value", "goal", "holds", "seconds"]]
    for row in rows:
        value = f"{row['value']:,.4g}" if isinstance(row["value"], float) else str(row["value"])
        holds = "yes" if row["holds"] else "NO"
        cells.append(
            [row["bench"], f"{value} {row['unit']}", str(row["goal"]), holds, f"{row['seconds']:.1f}"]
        )
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
