"""What one step leaves in memory for the next: refused where it would hide a read, followed where Python's own caches keep it."""

import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from driving import Driver

from alongside.store import verdicts

HEAD = """
import abc, collections, csv, decimal, enum, functools, itertools, json, linecache, logging, os, random, sys, threading, types
from dataclasses import dataclass, field
from pathlib import Path

from alongside import param, step, workflow

def load(): return json.loads(Path("data/table.json").read_text())
"""

# Each makes `rates()`, which reads the file once and has it in memory from then on.
REFUSED = {
    "private_of_class": "class T:\n    _rows = None\n    @classmethod\n    def get(cls):\n        if cls._rows is None: cls._rows = load()\n        return cls._rows\nrates = T.get",
    "mangled": "class T:\n    __rows = {}\n    @classmethod\n    def get(cls):\n        if not cls.__rows: cls.__rows = load()\n        return cls.__rows\nrates = T.get",
    "one_instance": "class T:\n    _one = None\n    def __new__(cls):\n        if cls._one is None:\n            cls._one = object.__new__(cls)\n            cls._one.rows = load()\n        return cls._one\ndef rates(): return T().rows",
    "metaclass": "class M(type):\n    made = {}\n    def __call__(cls):\n        if cls not in cls.made: cls.made[cls] = super().__call__()\n        return cls.made[cls]\nclass T(metaclass=M):\n    def __init__(self): self.rows = load()\ndef rates(): return T().rows",
    "of_its_type": "class T:\n    _rows = None\n    def get(self):\n        if self._rows is None: type(self)._rows = load()\n        return self._rows\nONE = T()\ndef rates(): return ONE.get()",
    "slot": "class T:\n    __slots__ = ('_rows',)\n    def __init__(self): self._rows = None\n    def get(self):\n        if self._rows is None: self._rows = load()\n        return self._rows\nONE = T()\ndef rates(): return ONE.get()",
    "set_by_name": "class T: pass\ndef rates():\n    if not hasattr(T, '_rows'): setattr(T, '_rows', load())\n    return T._rows",
    "function_attribute": "def rates():\n    if not hasattr(rates, 'rows'): setattr(rates, 'rows', load())\n    return rates.rows",
    "ordered": "KEPT = collections.OrderedDict()\ndef rates():\n    if not KEPT: KEPT.update(load())\n    return KEPT",
    "defaults": "KEPT = collections.defaultdict(dict)\ndef rates():\n    if 1 not in KEPT: KEPT[1] = load()\n    return KEPT[1]",
    "with_a_function": "KEPT = {'by': load}\ndef rates():\n    if 1 not in KEPT: KEPT[1] = KEPT['by']()\n    return KEPT[1]",
    "list_of_instance": "class T:\n    def __init__(self): self.held = [len]\nONE = T()\ndef rates():\n    if len(ONE.held) < 2: ONE.held.append(load())\n    return ONE.held[1]",
    "deque": "KEPT = collections.deque()\ndef rates():\n    if not KEPT: KEPT.append(load())\n    return KEPT[0]",
    "user_dict": "KEPT = collections.UserDict()\ndef rates():\n    if not KEPT: KEPT.update(load())\n    return KEPT",
    "namespace": "KEPT = types.SimpleNamespace(rows=None)\ndef rates():\n    here = KEPT\n    if here.rows is None: setattr(here, 'rows', load())\n    return here.rows",
    "missing_key": "class T(dict):\n    def __missing__(self, key):\n        self[key] = load()\n        return self[key]\nKEPT = T()\ndef rates(): return KEPT[1]",
    "table": "import numpy\nKEPT = [numpy.zeros(2)]\ndef rates():\n    if not KEPT[0][0]: KEPT[0][:] = [load()['k'], load()['j']]\n    return {'k': KEPT[0][0], 'j': KEPT[0][1]}",
    "context": "KEPT = decimal.Context(prec=3)\ndef rates():\n    if KEPT.prec == 3: setattr(KEPT, 'prec', load()['k'])\n    return {'k': KEPT.prec, 'j': 1}",
    "in_a_tuple": "KEPT = (len, {})\ndef rates():\n    if not KEPT[1]: KEPT[1].update(load())\n    return KEPT[1]",
}  # fmt: skip

FOLLOWED = {
    "native": "read = functools.cache(Path.read_text)\ndef rates(): return json.loads(read(Path('data/table.json')))",
    "partial": "read = functools.lru_cache(None)(functools.partial(Path.read_text, encoding='utf-8'))\ndef rates(): return json.loads(read(Path('data/table.json')))",
    "of_class": "class T:\n    @classmethod\n    @functools.cache\n    def get(cls): return load()\nrates = T.get",
    "property": "class T:\n    @functools.cached_property\n    def rows(self): return load()\nONE = T()\ndef rates(): return ONE.rows",
    "line": "def rates(): return json.loads(linecache.getline('data/table.json', 1))",
}  # fmt: skip

DRAWN = {
    "seeded": ("R = random.Random(7)", "R.random()", "is a random.Random"),
    "system": ("R = random.SystemRandom()", "R.random()", "is a random.SystemRandom"),
    "counter": ("N = itertools.count()", "next(N)", "is a itertools.count"),
    "cycle": ("class C:\n    ids = itertools.cycle('ab')", "next(C.ids)", "is a itertools.cycle"),
    "generator": ("G = (n for n in range(9))", "next(G)", "is a builtins.generator"),
    "handle": ("F = open('data/table.json')", "F.read()", "is a _io.TextIOWrapper"),
    "own": (
        "class I:\n    n = 0\n    def __next__(self):\n        self.n += 1\n        return self.n\nG = I()",
        "next(G)",
        "changed the global",
    ),
    "folder": ("", "os.chdir('data')", "changes the working directory"),
    "variable": ("environ = [os.environ]", "environ[0].get('HOME')", "the variable HOME of the environment"),
}

FINE = {
    "looks_up": ("D = collections.defaultdict(list, a=[1])", "str(D[x])"),
    "locally": (
        "def h(x):\n    seen, kept = [], {}\n    for c in x: kept.setdefault(c, []).append(seen.append(c))\n    return seen",
        "str(h(x))",
    ),
    "instances": (
        "@dataclass\nclass P:\n    n: list = field(default_factory=list)\n    @functools.cached_property\n    def size(self): return len(self.n)\n"
        "def h(x):\n    p = P()\n    p.n.append(x)\n    return p.size",
        "str(h(x))",
    ),
    "property": (
        "class T:\n    @functools.cached_property\n    def n(self): return 3\nONE = T()",
        "str(ONE.n)",
    ),
    "dispatch": (
        "@functools.singledispatch\ndef f(v): return 'o'\n@f.register\ndef _(v: str): return 's'",
        "f(x) + f(1)",
    ),
    "logs": ("LOG = logging.getLogger('x')", "str(LOG.debug(x)) + str(print('', end='', file=sys.stderr))"),
    "abstract": (
        "class B(abc.ABC):\n    @abc.abstractmethod\n    def go(self): ...\nclass C(B):\n    def go(self): return 'c'",
        "str(isinstance(x, B)) + C().go()",
    ),
    "flags": ("class F(enum.Flag):\n    A = 1\n    B = 2", "str((F.A | F.B).value)"),
    "counts": ("", "str(next(itertools.count(3))) + str(random.Random(3).random())"),
    "reads_rows": ("", "str(list(csv.reader([x])))"),
    "locks": ("L = threading.Lock()\ndef h(x):\n    with L: return x", "h(x)"),
    "adapter": ("from pydantic import TypeAdapter", "TypeAdapter(list[str]).dump_json([x]).decode()"),
    "distribution": ("from importlib.metadata import version", "str(bool(version('click')))"),
}


def two(name: str, makes: str) -> str:
    return (
        f"{HEAD}\n{makes}\n\n@step\ndef a(x: str): return [x, rates()['k']]\n\n@step\ndef b(x: str): return rates()['j']\n\n"
        f"@workflow\ndef {name}(x: str): return [a(x), b('')]\n"
    )


def one(name: str, makes: str, answer: str) -> str:
    return f"{HEAD}\n{makes}\n\n@step\ndef s(x: str): return {answer}\n\n@workflow\ndef {name}(x: str): return s(x)\n"


def test_what_a_step_keeps_for_the_next_is_refused(tmp_path: Path) -> None:
    files = {f"workflows/{name}.py": two(name, makes) for name, makes in REFUSED.items()}
    driver = Driver(tmp_path, {**files, "data/table.json": '{"k": 1, "j": 1}'})
    wrong: dict[str, str] = {}
    with driver.bench:
        for name in REFUSED:
            for x in ("1", "2"):  # the first one fills it, the second finds it filled
                outcome = driver.run(name, x=x)
                if outcome.code != "impure-step" or "functools.cache" not in outcome.error:
                    wrong[name] = f"{outcome.status} {outcome.error[:200]}"
    assert wrong == {}


def test_what_python_itself_keeps_is_read_by_every_step(tmp_path: Path) -> None:
    files = {f"workflows/{name}.py": two(name, makes) for name, makes in FOLLOWED.items()}
    driver = Driver(tmp_path, {**files, "data/table.json": '{"k": 1, "j": 1}'})
    with driver.bench:
        for name in FOLLOWED:
            assert driver.done(name, x="1") == [["1", 1], 1]
            assert driver.done(name, x="2") == [["2", 1], 1]
            assert driver.run(name, x="2").executed == 0, name
        driver.write("data/table.json", '{"k": 1, "j": 2}')
        assert {name: driver.done(name, x="2") for name in FOLLOWED} == {n: [["2", 1], 2] for n in FOLLOWED}


def test_what_is_drawn_from_and_where_files_are_sought_is_refused(tmp_path: Path) -> None:
    files = {f"workflows/{name}.py": one(name, *parts[:2]) for name, parts in DRAWN.items()}
    driver = Driver(tmp_path, {**files, "data/table.json": "{}"})
    wrong: dict[str, str] = {}
    with driver.bench:
        for name, (_, _, told) in DRAWN.items():
            outcome = driver.run(name, x="1")
            if outcome.code != "impure-step" or told not in outcome.error:
                wrong[name] = f"{outcome.status} {outcome.error[:200]}"
    assert wrong == {}


def test_ordinary_code_is_not_refused(tmp_path: Path) -> None:
    files = {f"workflows/{name}.py": one(name, *parts) for name, parts in FINE.items()}
    driver = Driver(tmp_path, files)
    with driver.bench:
        for name in FINE:
            outcomes = [driver.run(name, x=x) for x in ("a", "b", "c", "a")]
            assert [(o.status, o.error) for o in outcomes] == [("done", "")] * 4, name
            assert outcomes[3].executed == 0


CLIENT = """
import threading
from alongside import param, step, workflow

class Client:
    _line = None
    text = None

    def line(self):
        if type(self)._line is None:
            type(self)._line = threading.Lock()
        return self._line

    def said(self):
        if self.text is None:
            self.text = param("text")
        return self.text

ONE = Client()

@step(effect="model")
def ask(x: str): return [x, ONE.line().locked()]

@step(effect="model")
def tell(x: str): return [x, ONE.said()]

@workflow
def asking(x: str): return ask(x)

@workflow
def telling(x: str): return tell(x)
"""


def test_a_model_step_may_keep_its_client_and_no_text(tmp_path: Path) -> None:
    driver = Driver(tmp_path, {"workflows/w.py": CLIENT}, text="hi")
    with driver.bench:
        assert [driver.done("asking", x=x) for x in "ab"] == [["a", False], ["b", False]]
        assert driver.done("telling", x="a") == ["a", "hi"]
        assert "was changed before" in driver.run("telling", x="b").error


MOVES = """
import os
from pathlib import Path
from alongside import step, workflow

@step(effect="read")
def goes(x: str):
    os.chdir(x)
    return x

@step
def reads(x: str): return Path(x).read_text()

@workflow
def w(x: str, y: str): return [goes(x), reads(y)]
"""


def test_where_a_step_starts_is_where_the_import_left_it(tmp_path: Path) -> None:
    driver = Driver(tmp_path, {"workflows/w.py": MOVES, "data/a.txt": "1", "data/b.txt": "2"})
    with driver.bench:
        assert driver.done("w", x=".", y="data/a.txt") == [".", "1"]
        assert "the working directory isn't" in driver.run("w", x="data", y="b.txt").error


MODE = """
import os
from alongside import step, workflow

MODE = os.environ.get("ACME_MODE", "plain")

@step
def mode(x: str): return MODE

@workflow
def w(x: str): return mode(x)
"""


def test_a_verdict_is_remembered_for_the_environment_that_the_import_saw(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACME_MODE", "quite-secret")
    driver = Driver(tmp_path, {"workflows/w.py": MODE})
    with driver.bench:
        outcome = driver.run("w", mode="replay", options={"case": "c", "verdict_key": "k"}, x="a")
        assert driver.value(outcome) == "quite-secret"
        assert list(outcome.surroundings) == ["ACME_MODE"]
        assert "quite-secret" not in str(outcome.surroundings)
        version = driver.bench.snapshot().id
        assert list(verdicts.of_version(driver.bench.database, version)) == ["k"]
        monkeypatch.setenv("ACME_MODE", "other")
        assert not verdicts.of_version(driver.bench.database, version)
        assert [one.is_old for one in verdicts.told_by(driver.bench.database, version).values()] == [True]
        monkeypatch.setenv("ACME_MODE", "quite-secret")
        assert list(verdicts.of_case(driver.bench.database, "k", [version])) == [version]


LOCAL = """
import time
from datetime import date, datetime, timezone
from pathlib import Path

from alongside import step, workflow

OUT = Path(PLACE).read_text() if Path(PLACE).exists() else ""

@step
def method(x: str): return datetime.fromtimestamp(1700000000).isoformat()

@step
def naive(x: str): return datetime(2020, 1, 1).timestamp()

@step
def call(x: str): return time.mktime((2020, 1, 1, 0, 0, 0, 0, 1, 0))

@step
def text(x: str): return datetime(2020, 1, 1).strftime("%s")

@step
def apart(x: str): return datetime(2020, 1, 1, tzinfo=timezone.utc).strftime("%Y") + OUT

@workflow
def w(x: str): return [method(x), naive(x), call(x), text(x), apart(x)]
"""


def test_the_zone_and_files_elsewhere_are_part_of_what_leans_on_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path.parent / f"{tmp_path.name}.txt"
    code = LOCAL.replace("PLACE", repr(str(place)))

    def replayed(root: Path) -> tuple[Any, int, bool]:
        driver = Driver(root, {"workflows/w.py": code})
        with driver.bench:
            version = driver.bench.snapshot().id
            stood = bool(verdicts.of_version(driver.bench.database, version))
            outcome = driver.run("w", mode="replay", options={"case": "c", "verdict_key": "k"}, x="a")
            return driver.value(outcome), outcome.executed, stood

    for zone, executed in (("UTC", 5), ("Etc/UTC", 0), ("Asia/Tokyo", 4), ("UTC", 0)):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        answer, ran, stood = replayed(tmp_path)
        at = datetime(2020, 1, 1).timestamp()  # noqa: DTZ001
        assert answer[1:4] == [at, at, f"{at:.0f}"]
        assert ran == executed, zone
        assert stood == (zone == "Etc/UTC")
    for text, (executed, stands) in {"1": (1, False), "2": (1, False), "": (0, False)}.items():
        place.write_text(text) if text else place.unlink()
        assert replayed(tmp_path)[1:] == (executed, stands)
    assert replayed(tmp_path)[1:] == (0, True)
    monkeypatch.undo()
    time.tzset()
