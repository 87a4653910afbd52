"""What a step took is its work: not the time that it waited for a parser."""

import os
from pathlib import Path

import pytest
from driving import Driver

FILES = {
    "workflows/reading.py": """
from alongside import File, gather, parse, workflow


@workflow
def threads(files: list[File]) -> list:
    return [len(d.pages) for d in gather(*[lambda f=f: parse(f) for f in files])]


@workflow
async def tasks(files: list[File]) -> list:
    return [len(d.pages) for d in await gather(*[parse(f) for f in files])]
""",
}


@pytest.mark.parametrize("workflow", ["threads", "tasks"])
def test_waiting_for_a_parser_is_nobodys_work(tmp_path: Path, workflow: str) -> None:
    parsers = os.cpu_count() or 1
    with Driver(tmp_path, FILES).bench as bench:  # whose parsers take half a second to start
        files = [bench.add_bytes(f"{workflow} {n}".encode(), "a.txt") for n in range(6 * parsers)]
        outcome = bench.submit(workflow, {"files": files}).result(60)
    assert outcome.status == "done", outcome.error
    assert 0 < outcome.cold_seconds < 1.5 * parsers * outcome.seconds
