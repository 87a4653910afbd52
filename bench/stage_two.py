"""Two stages of a model, 1,000 cases, 20 ms a call, 10 connections: an unchanged re-run, and stage 2 edited."""

import argparse
import tempfile
import time
from pathlib import Path

from support.engagements import cpu_seconds, documents, make, replay, report
from support.model_server import running

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
    with tempfile.TemporaryDirectory() as folder, running(seconds=0.02) as (url, calls):
        root = Path(folder)
        rows = [(f"case {n}", {"doc": text}, total) for n, (text, total) in enumerate(documents(cases))]
        files = {"workflows/main.py": WORKFLOW, "prompts/second.md": "STAGE2 v1 answer from: {{first}}"}
        make(root, files, rows, models=f'[models.mock]\nbase_url = "{url}"\nmodel = "mock"\n')
        cold = timed(root, calls)
        same = timed(root, calls)
        (root / "prompts/second.md").write_text("STAGE2 v2 answer from: {{first}}")
        half = timed(root, calls)
    for name, (seconds, cpu, made) in {"cold": cold, "unchanged": same, "stage 2 edited": half}.items():
        print(f"{name:16} {seconds:7.2f} s  {cpu:6.2f} CPU-s  {made:5} calls")
    holds = half[2] == cases and half[1] <= 1.5 and half[0] <= 3.0 and same[2] == 0 and same[0] <= 0.3
    figures = {
        "unchanged_seconds": same[0],
        "unchanged_calls": same[2],
        "edited_cpu": half[1],
        "edited_calls": half[2],
        "cold_seconds": cold[0],
    }
    goal = "<= 3 s, <= 1.5 CPU-s, exactly 1,000 calls; unchanged <= 0.3 s, 0 calls"
    report("stage_two", round(half[0], 2), "s", goal, holds=holds or cases < 1000, figures=figures)


def timed(root: Path, calls: object) -> tuple[float, float, int]:
    before, began, cpu = calls.value, time.perf_counter(), cpu_seconds()
    replay(root)
    return time.perf_counter() - began, cpu_seconds() - cpu, calls.value - before


if __name__ == "__main__":
    main()
