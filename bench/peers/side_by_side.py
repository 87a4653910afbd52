"""Ours and a peer in turns on the same machine: 1,000 cases x 2 model calls of 20 ms, 10 connections. By hand.

python bench/peers/side_by_side.py PEER PROGRAM [--cases N] [--rounds N] [--echo]

PEER is promptfoo, inspect or pydantic; PROGRAM is its program, in a folder of its own outside this repository:

    uv venv PE && uv pip install --python PE/bin/python pydantic-evals httpx     PROGRAM: PE/bin/python
    uv venv IA && uv pip install --python IA/bin/python inspect_ai openai        PROGRAM: IA/bin/python
    npm install --prefix PF promptfoo                                            PROGRAM: PF/node_modules/.bin/promptfoo

Each round runs ours, then the peer: cold, again unchanged, with stage 2 edited (with --echo: 1,000 cases without a
model). Every run is a process from start to end; CPU time includes its children, calls are counted by the server.
"""

import argparse
import csv
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from echo import WORKFLOW as ECHO  # noqa: E402
from stage_two import WORKFLOW as STAGES  # noqa: E402
from stage_two import served, server  # noqa: E402
from support.engagements import documents, make  # noqa: E402

OURS = str(Path(sys.executable).with_name("alongside"))
Taken = tuple[float, float, int]
Run = Callable[[Path, str, str], list[str]]
"""(folder, what to run: echo or pipe, version of stage 2) -> the command."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("peer", choices=("promptfoo", "inspect", "pydantic"))
    parser.add_argument("program")
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--echo", action="store_true")
    given = parser.parse_args()
    program = str(Path(given.program).absolute())
    what = ["echo"] if given.echo else ["cold", "unchanged", "stage 2 edited"]
    taken: dict[str, list[list[Taken]]] = {"ours": [], given.peer: []}
    print(f"load {os.getloadavg()[0]:.1f} at the start")
    with server() as url:
        for _ in range(given.rounds):
            for name, rows in taken.items():
                with tempfile.TemporaryDirectory() as folder:
                    command = ours if name == "ours" else theirs(given.peer, program)
                    rows.append(list(sitting(Path(folder), command, url, given.cases, echo=given.echo)))
                    print(name, rows[-1], flush=True)
    print(f"load {os.getloadavg()[0]:.1f} at the end; medians of {given.rounds}")
    for at, state in enumerate(what):
        for name, rows in taken.items():
            wall, cpu, calls = (statistics.median(row[at][i] for row in rows) for i in range(3))
            print(f"{state:16} {name:10} {wall:8.2f} s {cpu:8.2f} CPU-s {calls:6.0f} calls")


def sitting(root: Path, command: Run, url: str, cases: int, *, echo: bool) -> Iterator[Taken]:
    """Yield wall seconds, CPU seconds and calls of each state of one engagement."""
    rows = documents(cases)
    write(root, rows, url, echo=echo)
    env = environment(root, url)
    for state in ["echo"] if echo else ["v1", "v1", "v2"]:
        (root / "prompts/second.md").write_text(f"STAGE2 {state} answer from: {{{{first}}}}")
        before, began, cpu = served(url), time.perf_counter(), children()
        with (root / "told.txt").open("wb") as told:
            subprocess.run(
                command(root, "echo" if echo else "pipe", state),
                cwd=root,
                env={**env, "STAGE2": state},
                stdout=told,
                stderr=subprocess.STDOUT,
                check=False,
            )
        yield time.perf_counter() - began, children() - cpu, served(url) - before


def write(root: Path, rows: list[tuple[str, str]], url: str, *, echo: bool) -> None:
    """Write the cases for every program."""
    named = [(f"case {n}", {"doc": text}, text if echo else total) for n, (text, total) in enumerate(rows)]
    files = {"workflows/main.py": ECHO if echo else STAGES, "prompts/second.md": "STAGE2 v1"}
    make(root, files, named, models=f'[models.mock]\nbase_url = "{url}/v1"\nmodel = "mock"\n')
    kept = [{"id": n, "doc": text, "expected": total} for n, (text, total) in enumerate(rows)]
    (root / "cases.json").write_text(json.dumps(kept))
    with (root / "cases.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "doc", "__expected"])
        table.writerows([n, text, f"contains:{total}"] for n, (text, total) in enumerate(rows))


def environment(root: Path, url: str) -> dict[str, str]:
    quiet = {f"PROMPTFOO_DISABLE_{name}": "1" for name in ("TELEMETRY", "UPDATE", "REMOTE_GENERATION")}
    folders = {
        "PROMPTFOO_CONFIG_DIR": str(root / "config"),
        "PROMPTFOO_CACHE_PATH": str(root / "cache"),
        "INSPECT_CACHE_DIR": str(root / "cache"),
        "INSPECT_LOG_DIR": str(root / "logs"),
    }
    return {**os.environ, **quiet, **folders, "MOCK_BASE_URL": f"{url}/v1", "MOCK_API_KEY": "x"}


def ours(_root: Path, _what: str, _state: str) -> list[str]:
    return [OURS, "replay", "--json"]


def theirs(peer: str, program: str) -> Run:
    if peer == "promptfoo":
        return lambda _root, what, _state: [
            program, "eval", "-c", str(promptfoo_config(_root, what)), "--no-progress-bar", "--no-table", "-j", "10",
        ]  # fmt: skip
    return lambda _root, what, _state: [program, str(HERE / f"{peer}_task.py"), what]


def promptfoo_config(root: Path, what: str) -> Path:
    """Write the configuration beside the cases, where promptfoo looks for them."""
    prompt = "Extract the total from this document: {{doc}}" if what == "echo" else "{{doc}}"
    provider = "echo" if what == "echo" else f"file://{HERE / 'promptfoo_pipeline.cjs'}"
    path = root / f"{what}.yaml"
    path.write_text(json.dumps({"prompts": [prompt], "providers": [provider], "tests": "file://cases.csv"}))
    return path


def children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
