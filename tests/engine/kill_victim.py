"""A process that runs and replays until it is killed, and says what was acknowledged: `python kill_victim.py ROOT OUT SEED`."""

import sys
from concurrent.futures import as_completed
from pathlib import Path

from driving import Driver

FILES = {
    "workflows/job.py": """
import time

from alongside import gather, step, workflow


def note(path, line):
    with open(path, "a") as file:
        file.write(line + "\\n")


@step(effect="external")
def send(path: str, n: str, i: int) -> str:
    note(path, f"{n} {i}")
    time.sleep(0.002)
    return f"sent {n} {i}"


@step
def work(n: str, i: int) -> list:
    time.sleep(0.002)
    return [n, i, "x" * 20_000 * (i % 2)]


@step(effect="model")
def guess(n: str, i: int) -> str:
    return f"{n} {i}"


@workflow
def sending(path: str, n: str) -> list:
    return [[work(n, i), guess(n, i), send(path, n, i)][2] for i in range(4)] + gather(
        lambda: send(path, n, 4), lambda: send(path, n, 5)
    )


@workflow
def working(path: str, n: str) -> list:
    return [[work(n, i)[1], guess(n, i)] for i in range(6)]
""",
}
WIDTH = 3


def main(root: Path, out: Path, seed: str) -> None:
    driver = Driver(root, {})
    with driver.bench:
        for turn in range(1000):
            names = [f"{seed}-{turn}-{number}" for number in range(WIDTH)]
            pending = [driver.submit("sending", {"path": str(out), "n": name}) for name in names]
            pending += [
                driver.submit("working", {"path": str(out), "n": name}, mode="replay", case=name, tape="none")
                for name in names
            ]
            for future in as_completed(pending):
                outcome = future.result()
                print(outcome.status, outcome.run, outcome.output or "-", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
