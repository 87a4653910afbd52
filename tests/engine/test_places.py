"""Places in a version's own tree, `Path(__file__).parent` and what is made of it: each version's tree is another folder,
and no step runs again for that."""

import shutil
from pathlib import Path

import pytest
from driving import Driver

WORKFLOW = """
import dataclasses
import enum
from pathlib import Path

from alongside import step, workflow

ROOT = Path(__file__).resolve().parent.parent
TEXT = str(ROOT)
PLACES = {"rates": ROOT / "data" / "rates.txt", "more": [TEXT]}

@dataclasses.dataclass
class Config:
    folder: Path = ROOT / "data"
    rates: str = TEXT + "/data/rates.txt"

class Place(enum.Enum):
    RATES = TEXT + "/data/rates.txt"

class Reader:
    def __init__(self, folder):
        self.folder = folder

READER = Reader(ROOT / "data")

@step
def by_constant(x: str) -> str:
    return (ROOT / "data" / "rates.txt").read_text() + x

@step
def by_text(x: str) -> str:
    return open(TEXT + "/data/rates.txt").read() + x

@step
def by_table(x: str) -> str:
    return PLACES["rates"].read_text() + x

@step
def by_config(x: str) -> str:
    return (Config().folder / "rates.txt").read_text() + x

@step
def by_enum(x: str) -> str:
    return Path(Place.RATES.value).read_text() + x

@step
def by_object(x: str) -> str:
    return (READER.folder / "rates.txt").read_text() + x

@step
def by_default(x: str, folder: Path = ROOT / "data") -> str:
    return (folder / "rates.txt").read_text() + x

@step
def by_file(x: str) -> str:
    return (Path(__file__).parent.parent / "data" / "rates.txt").read_text() + x

@step
def place(x: str) -> Path:
    return ROOT / "data" / f"{x}.txt"

@step
def read(path: Path) -> str:
    return path.read_text()

@step
def fails(x: str) -> str:
    raise ValueError(f"{x} isn't in {ROOT}")

@workflow
def main(x: str) -> list[str]:
    try:
        fails(x)
    except ValueError as error:
        assert str(ROOT) in str(error), str(error)
    return [
        f(x)
        for f in (by_constant, by_text, by_table, by_config, by_enum, by_object, by_default, by_file)
    ] + [read(place(x))]

@workflow
def where(x: str) -> Path:
    return place(x)
"""
FILES = {"workflows/w.py": WORKFLOW, "data/rates.txt": "1", "data/other.txt": "o"}


def test_an_edit_of_something_else_runs_nothing(tmp_path: Path) -> None:
    driver = Driver(tmp_path, FILES)
    with driver.bench:
        first = driver.run("main", mode="replay", x="rates")
        assert first.executed == 11, first.error
        driver.edit("workflows/w.py", "ROOT = Path", "# The engagement.\nROOT = Path")
        second = driver.run("main", mode="replay", x="rates")
        assert (second.status, second.executed) == ("done", 0)
        assert driver.value(second) == driver.value(first) == ["1rates"] * 8 + ["1"]


def test_a_file_below_such_a_place_is_a_read(tmp_path: Path) -> None:
    driver = Driver(tmp_path, FILES)
    with driver.bench:
        driver.done("main", mode="replay", x="rates")
        driver.write("data/rates.txt", "2")
        after = driver.run("main", mode="replay", x="rates")
        assert after.executed == 9, "all but the two that read nothing"
        assert driver.value(after) == ["2rates"] * 8 + ["2"]


def test_another_place_is_noticed(tmp_path: Path) -> None:
    driver = Driver(tmp_path, FILES)
    with driver.bench:
        driver.done("where", mode="replay", x="rates")
        driver.edit(
            "workflows/w.py",
            "ROOT = Path(__file__).resolve().parent.parent",
            "ROOT = Path(__file__).resolve().parent",
        )
        after = driver.run("where", mode="replay", x="rates")
        assert after.executed == 1
        assert driver.value(after) == "/in the engagement/workflows/data/rates.txt"


def test_a_moved_engagement_runs_nothing(tmp_path: Path) -> None:
    driver = Driver(tmp_path / "here", FILES)
    with driver.bench:
        driver.done("main", mode="replay", x="rates")
    shutil.move(tmp_path / "here", tmp_path / "there")
    moved = Driver(tmp_path / "there", {})
    with moved.bench:
        again = moved.run("main", mode="replay", x="rates")
        assert (again.status, again.executed) == ("done", 0)
        assert moved.value(again) == ["1rates"] * 8 + ["1"]


@pytest.mark.parametrize("edit", [False, True])
def test_a_path_that_a_case_expects_is_right_in_every_version(tmp_path: Path, *, edit: bool) -> None:
    driver = Driver(tmp_path, FILES)
    with driver.bench:
        expected = driver.done("where", x="rates")
        if edit:
            driver.edit("workflows/w.py", "ROOT = Path", "# The engagement.\nROOT = Path")
        judge = {"expected": {"": expected}, "checks": []}
        outcome = driver.run("where", mode="replay", x="rates", options={"judge": judge})
        assert [verdict["passed"] for verdict in outcome.verdicts] == [True], outcome


FAILING = """
from alongside import step, workflow

@step
def cut(x: str) -> str:
    raise ValueError(f"no {x}")

@workflow
def main(x: str) -> str:
    return cut(x)
"""


def test_a_kept_failure_is_told_with_its_line_wherever_that_is_now(tmp_path: Path) -> None:
    driver = Driver(tmp_path, {"workflows/w.py": FAILING})
    with driver.bench:
        told = [driver.run("main", x="a").error for _ in range(2)]
        driver.edit("workflows/w.py", "@step", "# Said.\n@step")
        after = driver.run("main", x="a", options={"verify": 1})
    assert told == ["ValueError: no a (workflows/w.py, line 6, in cut)"] * 2
    assert after.error == "ValueError: no a (workflows/w.py, line 7, in cut)"
    assert (after.executed, after.differs) == (0, ())


@pytest.mark.parametrize("helper", ["lib/money.py", "helpers.py", "workflows/money.py"])
def test_a_failure_in_a_helper_is_told_of_the_helper_wherever_it_lies(tmp_path: Path, helper: str) -> None:
    module = helper.removesuffix(".py").replace("/", ".")
    raising = "\n\ndef cents(x: str) -> str:\n    raise ValueError(f'no {x}')\n"
    calling = FAILING.replace(
        'raise ValueError(f"no {x}")', f"from {module} import cents\n    return cents(x)"
    )
    driver = Driver(tmp_path, {"workflows/w.py": calling, helper: raising})
    with driver.bench:
        told = [driver.run("main", x="a").error for _ in range(2)]
    assert told == [f"ValueError: no a ({helper}, line 4, in cents)"] * 2
