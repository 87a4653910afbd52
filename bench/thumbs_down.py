"""From "that's wrong" to the case that is stored: from Python, and with two commands from process start."""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from alongside import open_engagement
from support.engagements import make, report

GOAL = 2.0
WORKFLOW = """
from alongside import step, workflow


@step
def total(text: str) -> str:
    return text.rpartition(" ")[2]


@workflow
def main(text: str) -> str:
    return total(text)
"""
PROGRAM = str(Path(sys.executable).with_name("alongside"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="one round")
    rounds = 1 if parser.parse_args().smoke else 5
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make(root, {"workflows/main.py": WORKFLOW}, [])
        runs = made_runs(root, 2 * rounds)
        python = [from_python(root, run) for run in runs[:rounds]]
        commands = [from_commands(root, run) for run in runs[rounds:]]
        stored = len(list((root / "cases").glob("*.toml")))
    figures = {"python": statistics.median(python), "commands": statistics.median(commands)}
    for name, seconds in figures.items():
        print(f"{name:10} {seconds:6.3f} s, median of {rounds}")
    value = max(figures.values())
    holds = value <= GOAL and stored == 2 * rounds
    report("thumbs_down", round(value, 3), "s", f"<= {GOAL:g}", holds=holds, figures=figures)


def made_runs(root: Path, count: int) -> list[str]:
    """Return runs that answered wrongly."""
    with open_engagement(root) as bench:
        version = bench.snapshot()
        orders = [bench.submit("main", {"text": f"total {n} EUR"}, version=version) for n in range(count)]
        return [order.result().run for order in orders]


def from_python(root: Path, run: str) -> float:
    """Return the seconds in a program that has the engagement open, as a server has."""
    with open_engagement(root) as bench:
        bench.describe(bench.snapshot())
        began = time.perf_counter()
        bench.judge(run, "wrong", expected="12.50", by="dana")
        bench.add_case(run)
        return time.perf_counter() - began


def from_commands(root: Path, run: str) -> float:
    began = time.perf_counter()
    for command in (["review", run, "--wrong", "=12.50", "--by", "dana"], ["case", "add", run]):
        subprocess.run([PROGRAM, *command], cwd=root, check=True, capture_output=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
