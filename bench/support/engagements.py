"""Engagements that the benchmarks replay: made in a folder, by the program's own files."""

import json
import random
import resource
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alongside import open_engagement
from alongside.core.case import Case, case_id
from alongside.evals.comparison import Comparison
from alongside.evals.replay import Options
from alongside.store.case_files import write_case

__all__ = ["Spent", "compared", "cpu_seconds", "documents", "make", "replay", "report"]


@dataclass(frozen=True)
class Spent:
    """What a replay took: wall and CPU seconds (children included) and the replay's JSON."""

    seconds: float
    cpu: float
    told: dict[str, Any]


def make(
    root: Path, files: Mapping[str, str], rows: list[tuple[str, dict[str, Any], Any]], *, models: str = ""
) -> None:
    """Write an engagement with one case a row (name, inputs, expected)."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip())
    (root / "alongside.toml").write_text(f'customer = "bench"\n{models}')
    for name, inputs, expected in rows:
        write_case(root, Case(case_id("main", inputs), name, "main", inputs, {"": expected}))


def documents(count: int) -> list[tuple[str, str]]:
    """Return (text, total) of made-up invoices, the same for ever."""
    chance = random.Random(7)
    made: list[tuple[str, str]] = []
    for number in range(count):
        vendor = chance.randint(1, 9999)
        total = f"{vendor * 1.5:.2f}"
        due = f"2025-0{1 + number % 9}-1{number % 10}"
        text = f"Invoice {number}: vendor ACME-{vendor}, total {total} EUR, due {due}. "
        made.append((text + "lorem ipsum dolor " * 20, total))
    return made


def replay(root: Path, *, full: bool = False) -> dict[str, Any]:
    """Replay every case on the working tree and return what the command would print."""
    return compared(root, full=full).to_json("main")


def compared(root: Path, *, full: bool = False) -> Comparison:
    """Replay every case on the working tree."""
    with open_engagement(root) as bench:
        return bench.replay(options=Options(full=full), progress=lambda *_: None)


def cpu_seconds() -> float:
    """Return the CPU time of this process and of its ended children."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def report(bench: str, value: float, unit: str, goal: str, *, holds: bool, **more: Any) -> None:
    """Print the last line. `wrong` among `more`: what is counted, not timed, and isn't as promised: no miss but a fault."""
    print(
        json.dumps(
            {"bench": bench, "value": value, "unit": unit, "goal": goal, "holds": holds, "peers": {}, **more}
        )
    )
