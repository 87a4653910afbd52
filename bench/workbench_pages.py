"""How fast the workbench's screens answer with 100,000 runs in the engagement, page by page."""

import argparse
import http.client
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from alongside import open_engagement
from alongside.core.feedback import Feedback
from alongside.core.run import Run
from alongside.store import feedback, runs

GOAL_MS = 100.0
CASES = 40  # fewer than a list shows: the rest of it is looked for among all runs
SCREENS = (
    "/", "/runs", "/runs?word=none", "/runs?word=right", "/runs?word=wrong", "/runs?word=unsure", "/runs/{run}?word=right&q=hello",
    "/runs?status=done", "/runs?status=failed", "/runs?status=running", "/runs?status=interrupted",
    "/runs?mode=serve", "/runs?mode=new", "/runs?mode=replay", "/runs?workflow=echo", "/runs?workflow=rare",
    "/runs?version=v1", "/runs?version=v2", "/runs?q=hello", "/runs?q=nowhere", "/runs?q=nowhere&word=right",
    "/runs?q=nowhere&word=wrong", "/runs?q=nowhere&word=unsure", "/runs?q=nowhere&word=none", "/runs?q=nowhere&mode=replay",
    "/runs?q=nowhere&status=failed", "/runs/{run}?q=nowhere", "/runs/{run}?mode=replay", "/find.json?q=nowhere", "/runs/{run}",
    "/runs/{run}/trace", "/documents", "/cases", "/cases?show=all", "/fix", "/releases", "/watch", "/report",
    "/app", "/app/echo", "/app/echo/{run}", "/people", "/links",
)  # fmt: skip
WORKFLOW = "from alongside import workflow\n\n\n@workflow\ndef echo(text: str) -> str:\n    return text\n"
SHIP = """
import sys
from pathlib import Path
from alongside import open_engagement
from alongside.evals.replay import Options
with open_engagement(sys.argv[1]) as bench:
    def ship():
        return bench.ship(options=Options(), progress=lambda *_: None, by="bench", reason="bench", override=True)[0].version
    first = ship()
    for number in range(int(sys.argv[2])):
        run = bench.run("echo", text=f"hello {number}").run
        bench.judge(run, "right", by="bench")
        bench.add_case(run, name=f"case {number}")
    (bench.root / "workflows" / "rare.py").write_text((bench.root / "workflows" / "echo.py").read_text().replace("echo", "rare"))
    bench.reload()
    second = ship()
    print(run, first, second)
"""
SERVE = """
import json, sys
from alongside import open_engagement
from alongside.web.serving import serve
with open_engagement(sys.argv[1]) as bench:
    serve(bench, port=0, announce=lambda told: print(json.dumps(told), flush=True))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="1,000 runs, few requests")
    smoke = parser.parse_args().smoke
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        found = measure(root, count=1000 if smoke else 100_000, times=3 if smoke else 30)
    for screen, (p50, p95, size) in found.items():
        print(f"{screen:24} {p50:7.1f} ms {p95:7.1f} ms p95 {size / 1000:8.1f} kB")
    worst = max(p95 for _, p95, _ in found.values())
    print(f"goal: every screen's p95 <= {GOAL_MS:.0f} ms; the slowest: {worst:.1f} ms")
    figures = {screen: round(p95, 1) for screen, (_, p95, _) in found.items()}
    told = {
        "bench": "workbench_pages",
        "value": round(worst, 1),
        "unit": "ms",
        "goal": f"p95 <= {GOAL_MS:.0f}",
    }
    print(json.dumps(told | {"holds": worst <= GOAL_MS, "peers": {}, "figures": figures}))


def measure(root: Path, *, count: int, times: int) -> dict[str, tuple[float, float, int]]:
    """Return p50 and p95 in milliseconds and the size in bytes, by screen."""
    (root / "workflows").mkdir()
    (root / "workflows" / "echo.py").write_text(WORKFLOW)
    (root / "alongside.toml").write_text('customer = "bench"\n')
    run, *versions = subprocess.run(
        [sys.executable, "-c", SHIP, str(root), str(CASES)], check=True, capture_output=True, text=True
    ).stdout.split()
    fill(root, run, versions, count)
    server = subprocess.Popen([sys.executable, "-c", SERVE, str(root)], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        told = json.loads(server.stdout.readline())
        return {screen: timed(told, screen.format(run=run), times) for screen in SCREENS}
    finally:
        server.terminate()
        server.wait()


def fill(root: Path, like: str, versions: Sequence[str], count: int) -> None:
    """Add runs over the last 30 days; of ten, one fails, seven are judged. Of five thousand a few are what few are."""
    dice = random.Random(7)
    with open_engagement(root) as bench:
        first = bench.find_run(like)
        now = time.time()

        def write(connection: object, start: int) -> None:
            for number in range(start, min(start + 5000, count)):
                at = now - dice.random() * 30 * 86_400
                run = made(first, number, at, versions, failed=dice.random() < 0.1)
                runs.save(connection, run)  # type: ignore[arg-type]
                if dice.random() < 0.7:
                    said = dice.choices(("right", "wrong", "unsure"), (90, 8, 2))[0]
                    word = Feedback(
                        id=f"fb_{number:016d}",
                        run=run.id,
                        judgement=said,
                        field="",
                        has_expected=False,
                        expected=None,
                        box=None,
                        span="",
                        by="Dana",
                        note="",
                        at=at,
                    )
                    feedback.add(connection, word)  # type: ignore[arg-type]

        for start in range(0, count, 5000):
            bench.database.write(lambda connection, start=start: write(connection, start))


def made(like: Run, number: int, at: float, versions: Sequence[str], *, failed: bool) -> Run:
    status, output = ("failed", "") if failed else ("done", like.output)
    kind = number % 5000
    return replace(
        like,
        id=f"run_{number:016d}",
        workflow="rare" if kind == 1 else "echo",
        version=versions[1] if kind == 2 else versions[0],
        mode={3: "replay", 4: "new"}.get(kind, "serve"),
        started=at,
        status=status,
        output=output,
        seconds=0.2,
    )


def timed(told: dict[str, object], path: str, times: int) -> tuple[float, float, int]:
    spent: list[float] = []
    size = 0
    headers = {"Authorization": f"Bearer {told['token']}", "Accept": "text/html"}
    for _ in range(times + 1):
        connection = http.client.HTTPConnection(str(told["host"]), int(str(told["port"])), timeout=60)
        began = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        size = len(answer.read())
        spent.append((time.perf_counter() - began) * 1000)
        connection.close()
        assert answer.status == 200, (path, answer.status)
    ordered = sorted(spent[1:])  # the first one imports
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)], size


if __name__ == "__main__":
    main()
