"""The program as the shell sees it: pipes, Ctrl-C, a terminal, two at once, a full disk."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Any
PROGRAM = [sys.executable, "-m", "alongside"]
HEARS_CTRL_C = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it, and so do their children
runpy.run_module("alongside", run_name="__main__", alter_sys=True)
"""
SLOW = """
import os
import time
from alongside import step, workflow

@step(effect="read")
def wait(text: str) -> str:
    while not os.path.exists(text):
        time.sleep(0.02)
    return text

@workflow
def slow(text: str) -> str:
    return wait(text)
"""


def test_a_reader_who_has_enough_ends_it_quietly(judged: str, acme: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    ran = subprocess.run(
        [*PROGRAM, "case", "list"], stdout=write, stderr=subprocess.PIPE, text=True, check=False, cwd=acme
    )
    os.close(write)
    assert ran.returncode == 141
    assert "Traceback" not in ran.stderr
    assert "error" not in ran.stderr


def test_ctrl_c_says_how_to_go_on_and_nothing_is_lost(alongside: Call, acme: Path) -> None:
    (acme / "workflows" / "slow.py").write_text(SLOW)
    there, missing = str(acme / "alongside.toml"), str(acme / "missing")
    (acme / "slow.jsonl").write_text("".join(f"{json.dumps({'text': path})}\n" for path in (there, missing)))
    program = [sys.executable, "-c", HEARS_CTRL_C]
    child = subprocess.Popen(
        [*program, "run", "slow", "--input", "slow.jsonl"], stderr=subprocess.PIPE, text=True, cwd=acme
    )
    until(lambda: len(alongside("runs", "list", "--status", "done", "--json").data["runs"]) == 1)
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=20)
    assert child.returncode == 130
    assert said.lstrip().startswith(
        "interrupted: everything that was finished is kept\nnext: alongside runs list --status interrupted"
    )
    (left,) = alongside("runs", "list", "--status", "interrupted", "--json").data["runs"]
    assert alongside("doctor").code == 1
    Path(missing).touch()
    resumed = alongside("run", "--resume", left["run"], "--json")
    assert (resumed.code, resumed.data["runs"][0]["answer"]) == (0, missing)
    assert alongside("doctor").code == 0


SENDING = """
from alongside import step, workflow

@step(effect="external")
def send(text: str) -> str:
    raise ConnectionError("nobody answers")

@workflow
def sending(text: str) -> str:
    return send(text)
"""


def test_a_run_that_stops_at_an_unknown_effect_says_the_way_out(alongside: Call, acme: Path) -> None:
    (acme / "workflows" / "sending.py").write_text(SENDING)
    (acme / "rows.jsonl").write_text('{"text": "x"}\n')
    (sent,) = alongside("run", "sending", "--input", "rows.jsonl", "--json").data["runs"]
    resumed = alongside("run", "--resume", sent["run"])
    assert "error[unknown-effect]: send(" in resumed.out
    assert "fix: look in the system that it calls" in resumed.out
    assert f"next: alongside runs show {sent['run']}" in resumed.err
    assert "next: alongside doctor" in alongside("runs", "show", sent["run"]).err
    findings = {one["what"]: one for one in alongside("doctor", "--json").data["findings"]}
    assert findings["interrupted runs"]["status"] == "fine"
    assert findings["unknown effects"]["fix"].startswith("look in the system that it calls")


def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_two_processes_share_an_engagement(judged: str, acme: Path) -> None:
    words = ["run", "bill", "--input", "rows.jsonl", "--json"]
    children = [
        subprocess.Popen(
            [*PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=acme
        )
        for _ in range(2)
    ]
    ended = [(child.communicate(timeout=60), child.returncode) for child in children]
    assert [code for _, code in ended] == [0, 0], ended


@pytest.mark.enable_socket
def test_serve_answers_with_what_was_shipped_until_it_is_told_to_stop(
    alongside: Call, judged: str, acme: Path
) -> None:
    version = alongside("ship", "--by", "kim", "--json").data["version"]
    child = subprocess.Popen(
        [*PROGRAM, "serve", "--port", "0", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=acme
    )
    assert child.stdout is not None
    told = json.loads(child.stdout.readline())
    request = urllib.request.Request(
        f"{told['url']}run/bill",
        data=b'{"text": "100"}',
        headers={"Authorization": f"Bearer {told['token']}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as reply:
        answer = json.load(reply)
    assert (answer["version"], answer["answer"]["total"]) == (version, "110.0")
    child.send_signal(signal.SIGTERM)
    _, said = child.communicate(timeout=20)
    assert child.returncode == 0
    assert said.decode().endswith("stopped\nnext: alongside runs list --mode serve\n")


def test_review_at_a_terminal(alongside: Call, acme: Path, terminal: Callable[..., Any]) -> None:
    runs = [one["run"] for one in alongside("run", "bill", "--input", "rows.jsonl", "--json").data["runs"]]
    at = terminal("review", runs[0], "--by", "kim")
    at.answer("net = 100", "w 99")
    at.answer("total = 110.0", "u")
    at.answer("net = 100", "")
    at.answer("total = 110.0", "w")
    at.answer("what should it have said?", "115")
    at.answer("is the rest right (1 field)? y/n: ", "y")
    at.answer("make it a case? Y/n: ", "sure")
    at.answer("'sure' is neither: y or n, s to skip this run, q to quit\nmake it a case? Y/n: ", "")
    told = at.end()
    assert at.child.returncode == 0
    assert "1 run judged\nnext: alongside replay" in told
    (case,) = alongside("case", "list", "--json").data["cases"]
    assert case["expected"] == {"net": "100", "total": "115"}
    words = alongside("runs", "show", runs[0], "--json").data["feedback"]
    assert [(word["field"], word["undone"]) for word in words] == [
        ("net", True),
        ("total", False),
        ("", False),
    ]


def test_a_walk_survives_a_typo_and_goes_on_where_it_stopped(
    alongside: Call, acme: Path, terminal: Callable[..., Any]
) -> None:
    runs = [one["run"] for one in alongside("run", "bill", "--input", "rows.jsonl", "--json").data["runs"]]
    at = terminal("review", "--by", "kim")
    at.answer("net = 100", "w abc")
    at.answer("error[stated-value]: net is a number", "w 99")  # asked again
    at.answer("total = 110.0", "q")
    assert "1 run judged" in at.end()
    told = alongside("review", "--json").data
    assert (told["judged_in_part"], told["waiting"], told["total"]) == (runs[:1], runs[1:], len(runs) - 1)

    at = terminal("review", "--by", "kim")
    at.answer(f"1 field judged before: see `alongside review {runs[0]} --json`\n  total = 110.0", "r")
    at.answer("make it a case? Y/n: ", "n")
    at.answer("net = 20", "s")
    assert at.end()
    assert alongside("review", "--json").data["waiting"] == runs[1:]
    assert alongside("runs", "show", runs[0], "--json").data["feedback"][-1]["field"] == "total"


@pytest.mark.parametrize("columns", [70, 120])
def test_an_id_stays_whole_on_a_terminal_of_any_width(
    alongside: Call, judged: str, terminal: Callable[..., Any], columns: int
) -> None:
    runs = [one["run"] for one in alongside("runs", "list", "--json").data["runs"]]
    shown = terminal("runs", "list", TERM="xterm", COLUMNS=str(columns), NO_COLOR="1").end()
    assert all(run in shown for run in runs)
    assert "next: alongside runs show" in shown


@pytest.mark.system
def test_a_full_disk_loses_nothing(
    alongside: Call, acme: Path, tmp_path: Path, program: Callable[[str], str]
) -> None:
    """On a file system of 2 MB that is filled up while the engagement is in use."""
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        [program("mount"), "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(small)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no tmpfs can be mounted here: {mounted.stderr}")
    try:
        subprocess.run(["cp", "-r", str(acme), str(small / "acme")], check=True)
        at = ("--engagement", small / "acme")
        before = alongside("run", "bill", "--input", "rows.jsonl", *at, "--json").data["runs"]
        fill(small / "filler")
        for _ in range(3):
            full = alongside("run", "bill", "--input", "rows.jsonl", *at)
            assert full.code in {1, 3, 5}
            assert "Traceback" not in full.err
            assert "free some space" in full.err + full.out
        (small / "filler").unlink()
        assert alongside("run", "bill", "--input", "rows.jsonl", *at).code == 0
        kept = {one["run"] for one in alongside("runs", "list", *at, "--json").data["runs"]}
        assert {one["run"] for one in before} <= kept
    finally:
        subprocess.run([program("umount"), "--lazy", str(small)], check=True)


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 10, 1):
            try:
                while True:
                    file.write(b"0" * size)
            except OSError:
                continue
