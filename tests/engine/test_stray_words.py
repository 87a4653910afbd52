"""What a step finds or names that isn't there: a file that no version has, a step that no tape has, a class that answers all."""

from pathlib import Path

import pytest
from driving import Driver

from alongside.core.errors import UsageError
from alongside.evals.replay import Options

READS = """
from pathlib import Path
from alongside import step, workflow

@step
def read(x: str):
    return Path(x).read_text()

@workflow
def w(x: str):
    return read(x)
"""


def test_why_a_file_is_in_no_version(tmp_path: Path) -> None:
    told = {
        ".rates.json": ".rates.json is hidden",
        "data/.cache/r.txt": ".cache is hidden",
        "documents/l.csv": "what is in documents/ is no part",
        "alongside.toml": "by `param(NAME)`",
        "data/old.tar": "a .tar file is no part",
    }
    driver = Driver(tmp_path, {"workflows/w.py": READS, **dict.fromkeys(told, "")})
    with driver.bench:
        for name, why in told.items():
            error = driver.run("w", x=name).error
            assert why in error
            assert "fix: " in error


TAPED = """
from alongside import step, workflow

@step(effect="external")
def send(x: str):
    return x

@step(effect="read")
def balance(x: str):
    return x

@workflow
def w(x: str):
    return send(balance(x))
"""


@pytest.mark.parametrize(
    ("name", "code", "fix"),
    [("sned", "no-such-step", "name send"), ("balance", "not-external", "use --refresh, which reads anew")],
)
@pytest.mark.parametrize("option", ["accept", "allow"])
def test_a_replay_refuses_a_step_that_its_option_does_nothing_for(
    tmp_path: Path, option: str, name: str, code: str, fix: str
) -> None:
    driver = Driver(tmp_path, {"workflows/w.py": TAPED})
    with driver.bench as bench:
        options = Options(**{option: (name,), "by": "ada"})
        with pytest.raises(UsageError) as refused:
            bench.replay(options=options, progress=lambda *_: None)
        assert (refused.value.code, refused.value.fix[: len(fix)]) == (code, fix)
        bench.replay(options=Options(**{option: ("send",), "by": "ada"}), progress=lambda *_: None)


ANSWERS_ALL = """
from alongside import step, workflow

class M(type):
    def __getattr__(cls, name): return 1

class X(metaclass=M): pass

class Y:
    def __getattr__(self, name): return self
    def __call__(self, *a): return "two"

Z = Y()

@step
def s(x: str):
    return [X.anything, Z.anything()]

@workflow
def w(x: str):
    return s(x)
"""


def test_a_class_that_answers_everything_is_followed(tmp_path: Path) -> None:
    driver = Driver(tmp_path, {"workflows/w.py": ANSWERS_ALL})
    with driver.bench:
        assert driver.done("w", x="a") == [1, "two"]
        assert driver.statuses(driver.run("w", x="a")) == ["kept"]
        for old, new in (("return 1", "return 3"), ('"two"', '"four"')):
            driver.edit("workflows/w.py", old, new)
            assert driver.statuses(driver.run("w", x="a")) == ["executed"]
        assert driver.done("w", x="a") == [3, "four"]


def test_parameters_may_be_dates_and_times(tmp_path: Path) -> None:
    from datetime import UTC, date, datetime, time

    params = {"d": date(2024, 1, 1), "t": time(7, 32), "m": datetime(2024, 1, 1, tzinfo=UTC)}
    text = "from alongside import param, step, workflow\n\n@step\ndef s(x: str):\n    return repr(param(x))\n"
    files = {"workflows/w.py": f"{text}\n@workflow\ndef w(x: str):\n    return s(x)\n"}
    with Driver(tmp_path, files, **params).bench as bench:
        driver = Driver(tmp_path, {})
        driver.bench = bench
        assert driver.done("w", x="d") == "datetime.date(2024, 1, 1)"
        assert driver.done("w", x="t") == "datetime.time(7, 32)"
    driver = Driver(tmp_path, files, **(params | {"d": "2024-01-01"}))
    with driver.bench:
        assert driver.done("w", x="d") == "'2024-01-01'"
