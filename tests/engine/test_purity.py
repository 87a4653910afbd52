"""What a pure step and a workflow's body may not do, and what they read being recorded."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from driving import Driver

HEAD = """
import asyncio
import csv
import getpass
import fileinput
import operator
import os
import platform
import random
import secrets
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import make_msgid
from functools import partial
from importlib import resources
from os import environ
from pathlib import Path
from random import choice
from time import time as now

from alongside import gather, step, workflow

SEEN = []
COUNT = 0
HELD = {"now": time.time}
CHANCE = partial(random.uniform, 0, 1)

def by_default(clock=time.time):
    return clock()

@dataclass
class Stamped:
    at: datetime = field(default_factory=datetime.now)

@dataclass
class Numbered:
    id: object = field(default_factory=uuid.uuid4)

threading.excepthook = print
"""

IMPURE = {
    "clock": ("return time.time()", "uses time.time"),
    "clock_imported": ("return now()", "uses time.time"),
    "clock_class": ("return datetime.now().isoformat()", "uses datetime.now"),
    "today": ("return date.today().isoformat()", "uses date.today"),
    "chance": ("return random.random()", "uses random.random"),
    "chance_imported": ("return choice(x)", "uses random."),
    "chance_secret": ("return secrets.token_hex()", "uses secrets.token_hex"),
    "chance_id": ("return str(uuid.uuid4())", "uses uuid.uuid4"),
    "chance_os": ("return os.urandom(2)", "uses os.urandom"),
    "environment": ('return os.environ.get("HOME")', "uses os.environ"),
    "environment_imported": ('return environ["HOME"]', "uses os.environ"),
    "environment_call": ('return os.getenv("HOME")', "uses os.getenv"),
    "sockets": ("return str(socket.socket())", "uses the module socket"),
    "processes": ('return subprocess.run(["true"]).returncode', "uses the module subprocess"),
    "shell": ('return os.system("true")', "uses os.system"),
    "address": ("return id(x)", "uses id()"),
    "rebound_global": ("global COUNT\n    COUNT += 1\n    return COUNT", "changes the global COUNT"),
    "writes": ('open("out.txt", "w").write(x)', "writes out.txt"),
    "writes_by_path": ('Path("out.txt").write_text(x)', "writes out.txt"),
    "removes": ('os.remove("data/list.csv")', "removes a file"),
    "makes_temporary": ("with tempfile.TemporaryDirectory() as made:\n        return 1", "among the temporary files"),
    "makes_folder": ('os.mkdir("new")', "makes a folder"),
    "reads_outside": ('return open("/etc/hostname").read()', "reads /etc/hostname"),
    "reads_machine": ('return open("/proc/self/environ").read()', "reads /proc/self/environ"),
    "reads_above": ('return open("../../../alongside.toml").read()', "which is not in the engagement"),
    "lists_outside": ('return len(os.listdir("/etc"))', "which is not in the engagement"),
    "opens_database": ('sqlite3.connect("data/x.db")', "opens a database"),
    "writes_in_thread": (
        't = threading.Thread(target=lambda: open("out.txt", "w"))\n'
        "    t.start()\n    t.join()",
        "writes out.txt",
    ),
    "writes_in_pool": (
        'with ThreadPoolExecutor() as p:\n        p.submit(open, "out.txt", "w").exception()',
        "writes out.txt",
    ),
    "swallowed": ('try:\n        open("out.txt", "w")\n    except Exception:\n        return "fine"', "writes out.txt"),
    "clock_made": ("return str(Stamped().at)", "makes at by datetime.now"),
    "chance_made": ("return str(Numbered().id)", "makes id by uuid.uuid4"),
    "clock_default": ("return by_default()", "is time.time"),
    "clock_held": ('return HELD["now"]()', "is time.time"),
    "chance_held": ("return CHANCE()", "is random.uniform"),
    "clock_by_name": ('return getattr(time, "time")()', "is the module time, used as a value"),
    "clock_loaded": ('return __import__("time").time()', "uses time"),
    "clock_of_loop": ("return asyncio.new_event_loop().time()", "the time of asyncio.new_event_loop()"),
    "clock_formatted": ('return time.strftime("%S")', "asks for the time by time.strftime()"),
    "clock_split": ("return time.gmtime().tm_sec", "asks for the time by time.gmtime()"),
    "chance_seedless": ("return random.Random().random()", "without a seed"),
    "chance_message": ("return make_msgid()", "uses email.utils.make_msgid"),
    "environment_expanded": ('return os.path.expandvars("$HOME")', "uses posixpath.expandvars"),
    "environment_of_user": ('return str(Path("~").expanduser())', "reads the environment by os.path.expanduser()"),
    "home": ("return str(Path.home())", "uses Path.home"),
    "user": ("return getpass.getuser()", "uses getpass.getuser"),
    "machine": ("return platform.node()", "uses platform.node"),
    "disk": ('return shutil.disk_usage("/").free', "uses shutil.disk_usage"),
    "standard_input": ("return sys.stdin.read()", "uses sys.stdin"),
    "asks_outside": ('return os.path.exists("/tmp/some")', "asks for /tmp/some, which is not in the engagement"),
    "asks_above": ('return Path("../../../other").exists()', "which is not in the engagement"),
    "clock_by_text": ('return str(getattr(datetime, "now")())', "uses datetime.now"),
    "clock_by_caller": ('return str(operator.methodcaller("now")(datetime))', "uses datetime.now"),
    "clock_of_process": ("return os.times().elapsed", "uses os.times"),
    "limit_of_csv": ("return csv.field_size_limit(9)", "uses csv.field_size_limit, which outlives it"),
    "limit_of_stack": ("sys.setrecursionlimit(2000)", "uses sys.setrecursionlimit, which outlives it"),
    "filters": ('warnings.simplefilter("error")', "uses warnings.simplefilter, which outlives it"),
    "below_descriptor": ('return os.open("list.csv", os.O_RDONLY, dir_fd=os.open("data", os.O_RDONLY))', "by a folder's descriptor"),
    "mutated_global": ("SEEN.append(x)\n    return len(SEEN)", "changed the global"),
}  # fmt: skip

FINE = {
    "reads_list": 'return open("data/list.csv").read()',
    "reads_in_thread": (
        'got = []\n    t = threading.Thread(target=lambda: got.append(open("data/list.csv").read()))\n'
        "    t.start()\n    t.join()\n    return got[0]"
    ),
    "reads_in_pool": 'with ThreadPoolExecutor() as p:\n        return p.submit(Path("data/list.csv").read_text).result()',
    "asks_for_file": 'return os.path.exists("data/list.csv")',
    "asks_for_missing": 'return Path("data/missing.csv").is_file()',
    "asks_for_folder": 'return Path("data/sub").is_dir()',
    "globs": 'return sorted(p.name for p in Path("data").glob("*.csv"))',
    "seeded": "return random.Random(3).random()",
    "formats_time": 'return time.strftime("%Y", time.gmtime(0))',
    "memory_database": 'return sqlite3.connect(":memory:").execute("select 1").fetchone()[0]',
    "resolves": 'return Path("data").resolve().name',
    "walks": 'return [names for _, _, names in os.walk("data/sub")]',
    "by_text": 'return [isinstance(x, datetime), getattr(x, "now", 3), {"now": 1}.get("now")]',
    "filters_for_itself": 'with warnings.catch_warnings():\n        warnings.simplefilter("ignore")\n        return 1',
    "of_package": 'return resources.files("lib").joinpath("x.txt").read_text()',
    "library_asks_machine": 'return len(fileinput.FileInput("/proc/cpuinfo").readline()) > 0',
    "imports_by_name": 'return float(__import__("numpy").mean([1, 3]))',  # numpy sets a variable when it is imported
    "imports_late": "import colorsys\n    return colorsys.rgb_to_hsv(0, 0, 1)[2]",
}


def source() -> str:
    text = HEAD
    for name, body in [*((name, body) for name, (body, _) in IMPURE.items()), *FINE.items()]:
        text += f"\n\n@step\ndef s_{name}(x: str):\n    {body}\n"
        text += f"\n\n@workflow\ndef in_step_{name}(x: str):\n    return s_{name}(x)\n"
        text += f"\n\n@workflow\ndef in_body_{name}(x: str):\n    {body}\n"
    return text


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    files = {
        "workflows/pure.py": source(),
        "data/list.csv": "1,2\n",
        "data/sub/deep.txt": "d",
        "lib/__init__.py": "",
        "lib/x.txt": "x",
        "alongside.toml": "",
    }
    made = Driver(tmp_path_factory.mktemp("purity"), files)
    with made.bench:
        yield made


@pytest.mark.parametrize("place", ["step", "body"])
def test_impure(driver: Driver, place: str) -> None:
    wrong: dict[str, str] = {}
    for name, (_, told) in IMPURE.items():
        outcome = driver.run(f"in_{place}_{name}", x="abc")
        if outcome.code != "impure-step" or told not in outcome.error:
            wrong[name] = f"{outcome.status} {outcome.code} {outcome.error[:200]}"
    assert wrong == {}
    outcome = driver.run(f"in_{place}_writes", x="abc")
    assert 'effect="external"' in outcome.error
    assert 'effect="read"' not in outcome.error
    assert not (driver.root / "out.txt").exists()
    outcome = driver.run(f"in_{place}_makes_temporary", x="abc")
    assert 'effect="read")` where all it changes are temporary files of its own' in outcome.error


def leaves(driver: Driver, name: str) -> list[str]:
    outcome = driver.run(f"in_step_{name}", x="abc")
    assert outcome.status == "done", f"{name}: {outcome.error}"
    return driver.statuses(outcome)


def test_what_is_read_is_recorded_wherever_it_is_read(driver: Driver) -> None:
    for name in FINE:
        assert leaves(driver, name) == ["executed"]
        assert driver.run(f"in_body_{name}", x="abc").status == "done", name
    changes = [
        ("data/list.csv", "3\n", {"reads_list", "reads_in_thread", "reads_in_pool", "asks_for_file"}),
        ("data/missing.csv", "", {"asks_for_missing", "globs", "resolves"}),
        ("data/sub/more.txt", "", {"asks_for_folder", "walks"}),
        ("lib/x.txt", "y", {"of_package"}),
    ]
    for file, text, victims in changes:
        driver.write(file, text)
        ran = {name for name in FINE if leaves(driver, name) == ["executed"]}
        assert ran == victims | {"imports_by_name"}, file  # by a computed name: opaque


def test_importing_is_not_held_to_purity_but_broken_imports_are_named(tmp_path: Path) -> None:
    files = {
        "workflows/a.py": "import time, random\nSTART = time.time()\n\nfrom alongside import workflow\n\n1 / 0\n"
    }
    with Driver(tmp_path, files).bench as bench:
        driver = Driver(tmp_path, files)
        driver.bench = bench
        with pytest.raises(Exception, match=r"workflows/a.py, line 6: ZeroDivisionError"):
            driver.run("a", x="")
