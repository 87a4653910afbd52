"""A check of one's own that can't be loaded, or that raises: the file and the line at fault are named, and the case fails."""

from pathlib import Path
from typing import Any

import pytest

Call = Any

OWN = '\n[[checks]]\ncheck = "python"\nfield = "total"\noptions = { function = "checks/rules.py:good" }\n'
GOOD = "def good(value, expected):\n    return True\n"


@pytest.fixture
def rules(judged: str, acme: Path) -> Path:
    """The file of a check that the case names."""
    (case,) = acme.glob("cases/*.toml")
    case.write_text(case.read_text() + OWN)
    path = acme / "checks" / "rules.py"
    path.parent.mkdir()
    return path


def reason(alongside: Call) -> str:
    said = alongside("replay")
    assert "1 of 1" not in said.out
    return said.out + said.err


@pytest.mark.parametrize(
    ("rule", "helper", "told"),
    [
        (
            "def good(v, e):\n    return (1\n",
            "",
            "checks/rules.py, line 2: SyntaxError: '(' was never closed",
        ),
        (f"\nimport nowhere\n{GOOD}", "", "checks/rules.py, line 2: ModuleNotFoundError: No module named"),
        (
            f"from lib.own import x\n{GOOD}",
            "\n\nx = 1 / 0\n",
            "lib/own.py, line 3: ZeroDivisionError: division",
        ),
        (
            f"from lib.own import x\n{GOOD}",
            "y = 1\n",
            "checks/rules.py, line 1: ImportError: cannot import name",
        ),
    ],
)
def test_a_check_that_cannot_be_loaded_is_told_with_its_file_and_line(
    alongside: Call, acme: Path, rules: Path, rule: str, helper: str, told: str
) -> None:
    rules.write_text(rule)
    (acme / "lib").mkdir()
    (acme / "lib" / "own.py").write_text(helper)
    said = reason(alongside)
    assert f"error[broken-check]: {told}" in said
    assert "engine-bug" not in said
    assert f"fix: mend {told.partition(',')[0]}" in said
    rules.write_text(GOOD)
    assert "1 of 1" in alongside("replay").out


def test_a_check_that_raises_names_its_line_or_its_helpers(alongside: Call, acme: Path, rules: Path) -> None:
    rules.write_text("def good(value, expected):\n    x = 1\n    return value['a']\n")
    assert "(checks/rules.py, line 3, in good)" in reason(alongside)
    (acme / "lib").mkdir()
    (acme / "lib" / "own.py").write_text("def half(value):\n    return 1 / 0\n")
    rules.write_text("from lib.own import half\n\ndef good(value, expected):\n    return half(value)\n")
    assert "ZeroDivisionError: division by zero (lib/own.py, line 2, in half)" in reason(alongside)


@pytest.mark.parametrize("floor", ['{"company": 0.5}', "True", "1.5", '"0.5"', "None"])
def test_how_sure_a_value_must_be_is_refused_where_it_is_declared(
    alongside: Call, acme: Path, floor: str
) -> None:
    source = f"""from dataclasses import dataclass
from alongside import Document, Value, learned, workflow

@dataclass(frozen=True)
class Read:
    company: Value[str]

read = learned("fields", Read, abstain_below={floor})
"""
    (acme / "workflows" / "reading.py").write_text(source)
    said = alongside("workflow", "list")
    assert (said.code, "error[abstain-below]: abstain_below of learned('fields') is" in said.err) == (3, True)
    assert "abstain_below=0.5" in said.err
