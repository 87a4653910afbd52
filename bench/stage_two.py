"""Two stages of a model, 1,000 cases, 20 ms a call, 10 connections: an unchanged re-run, and stage 2 edited."""

import argparse
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.engagements import cpu_seconds, documents, make, replay, report

SERVER = Path(__file__).parent / "servers" / "chat.py"

WORKFLOW = """
from alongside import chat, prompt, workflow

SECOND = prompt("second.md")


@workflow
async def main(doc: str) -> str:
    first = (await chat("STAGE1 extract: " + doc, model="mock")).text
    return (await chat(SECOND.render(first=first), model="mock")).text
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="100 cases")
    cases = 100 if parser.parse_args().smoke else 1000
    with tempfile.TemporaryDirectory() as folder, server() as url:
        root = Path(folder)
        rows = [(f"case {n}", {"doc": text}, total) for n, (text, total) in enumerate(documents(cases))]
        files = {"workflows/main.py": WORKFLOW, "prompts/second.md": "STAGE2 v1 answer from: {{first}}"}
        make(root, files, rows, models=f'[models.mock]\nbase_url = "{url}/v1"\nmodel = "mock"\n')
        cold = timed(root, url)
        same = timed(root, url)
        (root / "prompts/second.md").write_text("STAGE2 v2 answer from: {{first}}")
        half = timed(root, url)
    for name, (seconds, cpu, made) in {"cold": cold, "unchanged": same, "stage 2 edited": half}.items():
        print(f"{name:16} {seconds:7.2f} s  {cpu:6.2f} CPU-s  {made:5} calls")
    holds = half[2] == cases and half[1] <= 1.5 and half[0] <= 3.0 and same[2] == 0 and same[0] <= 0.3
    wrong = [
        name
        for name, (*_, made), calls in (("unchanged", same, 0), ("stage 2 edited", half, cases))
        if made != calls
    ]
    figures = {
        "unchanged_seconds": same[0],
        "unchanged_calls": same[2],
        "edited_cpu": half[1],
        "edited_calls": half[2],
        "cold_seconds": cold[0],
    }
    goal = "<= 3 s, <= 1.5 CPU-s, exactly 1,000 calls; unchanged <= 0.3 s, 0 calls"
    report(
        "stage_two", round(half[0], 2), "s", goal, holds=holds or cases < 1000, figures=figures, wrong=wrong
    )


@contextmanager
def server() -> Iterator[str]:
    """Serve a model that thinks for 20 ms, in a process of its own; yield its address."""
    command = [sys.executable, str(SERVER), "0.02"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


def served(url: str) -> int:
    """Return how many calls the model has answered so far."""
    with urllib.request.urlopen(f"{url}/count") as response:
        return int(response.read())


def timed(root: Path, url: str) -> tuple[float, float, int]:
    """Return wall seconds, CPU seconds and calls of one replay."""
    before, began, cpu = served(url), time.perf_counter(), cpu_seconds()
    replay(root)
    return time.perf_counter() - began, cpu_seconds() - cpu, served(url) - before


if __name__ == "__main__":
    main()
