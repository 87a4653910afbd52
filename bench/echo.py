"""1,000 echo cases from process start to durable results: the whole program's CPU time."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from support.engagements import documents, make, report

WORKFLOW = """
from alongside import step, workflow


@step
async def echo(doc: str) -> str:
    return doc


@workflow
async def main(doc: str) -> str:
    return await echo(doc)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="100 cases")
    cases = 100 if parser.parse_args().smoke else 1000
    program = str(Path(sys.executable).with_name("alongside"))
    spent: list[float] = []
    for _ in range(1 if cases < 1000 else 3):
        with tempfile.TemporaryDirectory() as folder:
            rows = [(f"case {n}", {"doc": text}, text) for n, (text, _) in enumerate(documents(cases))]
            make(Path(folder), {"workflows/main.py": WORKFLOW}, rows)
            child = subprocess.Popen([program, "replay", "--json"], cwd=folder, stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            spent.append(usage.ru_utime + usage.ru_stime)
    print(f"{cases} echo cases: {', '.join(f'{value:.2f}' for value in spent)} CPU-s")
    value = round(min(spent), 3)
    report("echo", value, "CPU-s", "<= 1", holds=value <= 1.0 and not child.returncode)


if __name__ == "__main__":
    main()
