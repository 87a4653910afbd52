"""CPU time of `alongside --help`, start of the interpreter included: the least of seven runs."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

GOAL = 150.0
PEERS = {"inspect": 4426, "dlt": 2573, "datasette": 835}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="two runs")
    runs = 2 if parser.parse_args().smoke else 7
    program = str(Path(sys.executable).with_name("alongside"))
    times = {
        "python -c pass": least([sys.executable, "-c", "pass"], runs),
        "alongside --help": least([program, "--help"], runs),
    }
    for name, spent in times.items():
        print(f"{name:20} {spent:8.1f} ms CPU, least of {runs}")
    value = round(times["alongside --help"], 1)
    print(
        json.dumps(
            {
                "bench": "help_cpu",
                "value": value,
                "unit": "ms CPU",
                "goal": f"<= {GOAL:.0f}",
                "holds": value <= GOAL,
                "peers": PEERS,
            }
        )
    )


def least(command: list[str], runs: int) -> float:
    """Return the least CPU time of a command, in milliseconds, after a run that fills the bytecode cache."""
    cpu_ms(command)
    return min(cpu_ms(command) for _ in range(runs))


def cpu_ms(command: list[str]) -> float:
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{command} ended with status {child.returncode}")
    return (usage.ru_utime + usage.ru_stime) * 1000


if __name__ == "__main__":
    main()
