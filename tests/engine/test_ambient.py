"""State that a driver or an earlier step sets: an answer that leans on it is refused, never kept for another."""

from pathlib import Path

import pytest
from driving import Driver

HEAD = """
import decimal, threading
from contextvars import ContextVar
from decimal import Decimal

from alongside import param, prompt, step, workflow
from lib import cfg

VAR = ContextVar("VAR", default="en")
LOCAL = threading.local()
class C: lang = "x"
"""

SET = {
    "variable": ("VAR.set(x)", "return VAR.get()", "workflows.w:VAR is a _contextvars.ContextVar"),
    "thread": ("LOCAL.x = x", "return LOCAL.x", "LOCAL"),
    "module": ("cfg.MODE = x", "return cfg.MODE", "changes cfg.MODE"),
    "module_by_name": ('setattr(cfg, "MODE", x)', "return cfg.MODE", "lib.cfg:MODE isn't any more"),
    "a_class": ("C.lang = x", "return C.lang", "changes C.lang"),
    "precision": ("decimal.getcontext().prec = len(x)", "return str(Decimal(1) / 3)", "the decimal context"),
    "precision_around": (
        "with decimal.localcontext() as c:\n        c.prec = len(x)\n        return s_precision_around(x)",
        "return str(Decimal(1) / 3)",
        "the decimal context",
    ),
}  # fmt: skip


def source() -> str:
    text = HEAD
    for name, (sets, reads, _) in SET.items():
        text += f"\n\n@step\ndef s_{name}(x: str):\n    {reads}\n"
        text += f'\n\n@workflow\ndef {name}(x: str):\n    {sets}\n    return s_{name}("same")\n'
    return text


STEPS = """
@step
def rounds(x: str):
    decimal.getcontext().prec = len(x)
    return x

@step
def tells(x: str):
    VAR.set(x)
    return x

@step
def inside(x: str):
    with decimal.localcontext() as c:
        c.prec = len(x)
        return str(Decimal(1) / 3)

@step
def third(x: str):
    return str(Decimal(1) / 3)

@workflow
def rounding(x: str):
    rounds(x)
    return third("same")

@workflow
def telling(x: str):
    return tells(x)

@workflow
def within(x: str):
    return inside(x)

@workflow
def plainly(x: str):
    return third(x)
"""


@pytest.fixture
def driver(tmp_path: Path) -> Driver:
    files = {"workflows/w.py": source() + STEPS, "lib/__init__.py": "", "lib/cfg.py": 'MODE = "x"\n'}
    return Driver(tmp_path, files)


def test_what_the_driver_set_is_refused(driver: Driver) -> None:
    with driver.bench:
        for name, (_, _, told) in SET.items():
            outcome = driver.run(name, x="four")
            assert (outcome.code, told in outcome.error) == ("impure-step", True), (name, outcome.error)


def test_what_a_step_set_is_refused_and_reaches_no_later_run(driver: Driver) -> None:
    with driver.bench:
        assert "changed the decimal context" in driver.run("rounding", x="four").error
        assert "ContextVar" in driver.run("telling", x="four").error
        assert driver.done("plainly", x="a") == "0." + "3" * 28
        assert driver.done("within", x="four") == "0.3333"


ABSENT = """
from alongside import param, prompt, step, workflow

@step
def rate(x: str):
    try:
        return param("rate")
    except Exception:
        return "none"

@step
def words(x: str):
    try:
        return prompt("p.md").text
    except Exception:
        return "none"

@workflow
def both(x: str):
    return [rate(x), words(x)]
"""


def test_a_missing_parameter_or_prompt_is_a_read(tmp_path: Path) -> None:
    with Driver(tmp_path, {"workflows/w.py": ABSENT}).bench as bench:
        driver = Driver(tmp_path, {})
        driver.bench = bench
        assert driver.done("both", x="a") == ["none", "none"]
    driver = Driver(tmp_path, {"prompts/p.md": "hello"}, rate=7)
    with driver.bench:
        assert driver.done("both", x="a") == [7, "hello"]


def test_the_order_of_a_table_of_parameters_is_part_of_it(tmp_path: Path) -> None:
    text = (
        "from alongside import param, step, workflow\n\n@step\ndef s(x: str):\n    return list(param('t'))\n"
    )
    files = {"workflows/w.py": f"{text}\n@workflow\ndef w(x: str):\n    return s(x)\n"}
    for table in ({"a": 1, "b": 2}, {"b": 2, "a": 1}):
        driver = Driver(tmp_path, files, t=table)
        with driver.bench:
            assert driver.done("w", x="a") == list(table)
