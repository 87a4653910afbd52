"""What `alongside serve` costs: CPU to the first page, memory, idle CPU, and the time of a run of an echo workflow.

Reads /proc, so it runs on Linux. CPU times hold on a busy machine; the times of requests are wall clock and don't.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

GOAL_CPU, GOAL_MB, GOAL_IDLE = 2.0, 120.0, 0.5
PEERS = {
    "phoenix": "12-14 CPU-s to the first page, 455 MB",
    "mlflow": "15-19 CPU-s to the first page, 1.9 GB in 15 processes",
}
WORKFLOW = "from alongside import workflow\n\n\n@workflow\ndef echo(text: str) -> str:\n    return text\n"
SHIP = """
import sys
from alongside import open_engagement
from alongside.evals.replay import Options
with open_engagement(sys.argv[1]) as bench:
    bench.ship(options=Options(), progress=lambda *_: None, by="bench", reason="bench", override=True)
"""
SERVE = """
import json, sys
from alongside import open_engagement
from alongside.web.serving import serve
with open_engagement(sys.argv[1]) as bench:
    serve(bench, port=0, announce=lambda told: print(json.dumps(told), flush=True))
"""


@dataclass(frozen=True)
class Measured:
    start_cpu: float
    first_mb: float
    first_processes: int
    first_idle: float
    warm_mb: float
    warm_processes: int
    warm_idle: float
    p50: float
    p95: float
    cpu_per_run: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="few requests, a short look at idle CPU")
    smoke = parser.parse_args().smoke
    found = measure(requests=20 if smoke else 400, idle_seconds=1.0 if smoke else 15.0)
    print_table(found)
    holds = (
        found.start_cpu <= GOAL_CPU
        and found.first_mb <= GOAL_MB
        and found.first_processes == 1
        and found.first_idle < GOAL_IDLE
    )
    shown = {name: round(value, 3) for name, value in vars(found).items()}
    print(
        json.dumps(
            {
                "bench": "serve",
                "value": round(found.start_cpu, 2),
                "unit": "CPU-s to the first page",
                "goal": f"<= {GOAL_CPU:g} CPU-s; idle <= {GOAL_MB:g} MB, one process, < {GOAL_IDLE} % CPU",
                "holds": holds,
                "peers": PEERS,
                "measured": shown,
            }
        )
    )


def measure(*, requests: int, idle_seconds: float) -> Measured:
    """Serve a fresh engagement in a process of its own, ask it, and read what the processes cost."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "acme"
        (root / "workflows").mkdir(parents=True)
        (root / "alongside.toml").write_text('customer = "acme"\n')
        (root / "workflows" / "echo.py").write_text(WORKFLOW)
        subprocess.run([sys.executable, "-c", SHIP, str(root)], check=True)
        server = subprocess.Popen([sys.executable, "-c", SERVE, str(root)], stdout=subprocess.PIPE, text=True)
        try:
            return ask(server, requests, idle_seconds)
        finally:
            server.terminate()
            server.wait()


def ask(server: "subprocess.Popen[str]", requests: int, idle_seconds: float) -> Measured:
    told = json.loads(server.stdout.readline())
    connection = http.client.HTTPConnection(told["host"], told["port"])
    headers = {"Authorization": f"Bearer {told['token']}", "Content-Type": "application/json"}
    call(connection, "GET", "/", headers)
    start_cpu = used(server.pid)
    first = (megabytes(server.pid), len(family(server.pid)), idle(server.pid, idle_seconds))
    connection.close()  # idle too long: the server has closed its end
    call(connection, "POST", "/run/echo", headers)  # starts the version's worker
    before = sum(used(pid) for pid in family(server.pid))
    times = sorted(call(connection, "POST", "/run/echo", headers) for _ in range(requests))
    spent = sum(used(pid) for pid in family(server.pid)) - before
    warm = (megabytes(server.pid), len(family(server.pid)), idle(server.pid, idle_seconds))
    p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
    return Measured(start_cpu, *first, *warm, p50 * 1000, p95 * 1000, spent * 1000 / requests)


def print_table(found: Measured) -> None:
    print(f"{'':24} {'before a run':>14} {'after runs':>14}")
    print(f"{'CPU to the first page':24} {found.start_cpu:12.2f} s")
    print(f"{'resident memory':24} {found.first_mb:11.1f} MB {found.warm_mb:11.1f} MB")
    print(f"{'processes':24} {found.first_processes:14} {found.warm_processes:14}")
    print(f"{'idle CPU':24} {found.first_idle:12.2f} % {found.warm_idle:12.2f} %")
    print(f"POST /run/echo, committed: p50 {found.p50:.1f} ms, p95 {found.p95:.1f} ms (wall clock), ", end="")
    print(f"{found.cpu_per_run:.1f} CPU-ms")


def call(connection: http.client.HTTPConnection, method: str, path: str, headers: dict[str, str]) -> float:
    """Ask once and return the seconds that it took."""
    began = time.perf_counter()
    connection.request(method, path, b'{"text": "hello"}' if method == "POST" else None, headers)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{method} {path}: {answer.status} {body[:300]!r}")
    return time.perf_counter() - began


def family(pid: int) -> list[int]:
    """Return the process and all that it started."""
    children = Path(f"/proc/{pid}/task").glob("*/children")
    below = [int(child) for path in children for child in path.read_text().split()]
    return [pid, *(one for child in below for one in family(child))]


def used(pid: int) -> float:
    """CPU seconds so far, to 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(pid: int) -> float:
    pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in family(pid))
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


def idle(pid: int, seconds: float) -> float:
    """Percent of one core while nobody asks, from the scheduler's nanoseconds."""
    before, began = nanoseconds(pid), time.perf_counter()
    time.sleep(seconds)
    return (nanoseconds(pid) - before) / 1e9 / (time.perf_counter() - began) * 100


def nanoseconds(pid: int) -> int:
    tasks = [task for one in family(pid) for task in Path(f"/proc/{one}/task").iterdir()]
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks)


if __name__ == "__main__":
    main()
