"""A change of one step, 200 cases x 6 steps: how many of the 1,200 steps run again."""

import argparse
import tempfile
from pathlib import Path

from alongside.core.case import Verdict
from support.engagements import compared, make, report

WORKFLOW = """
from alongside import step, workflow


@step
def one(x: int) -> int:
    return x + 1


@step
def two(x: int) -> int:
    return x + 0


@step
def three(x: int) -> int:
    return x + 3


@step
def four(x: int) -> int:
    return x + 4


@step
def five(x: int) -> int:
    return x + 5


@step
def six(x: int) -> int:
    return x % 7


@workflow
def main(x: int) -> int:
    return six(five(four(three(two(one(x))))))
"""
EDITS = [
    # (what, old, new, goal as a share of the cases: executed steps a case)
    ("step 5, every output changes", "return x + 5", "return x * 1000 + 5", lambda n: 2 * n),
    ("step 2, equal outputs", "return x + 0", "return x - 0", lambda n: n),
    (
        "step 2, 20 outputs change",
        "return x + 0",
        "return x + 0 if x > {few} else x + 1000000",
        lambda n: n + 4 * 20,
    ),
    ("a comment", "def five", "# why\ndef five", lambda _: 0),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="50 cases")
    cases = 50 if parser.parse_args().smoke else 200
    rows = [(f"case {x}", {"x": x * 10}, (x * 10 + 13) % 7) for x in range(cases)]
    wrong: list[str] = []
    figures: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make(root, {"workflows/main.py": WORKFLOW}, rows)
        first, _ = _replay(root)
        print(f"{'first replay':32} {first:5} of {6 * cases} steps")
        for what, old, new, goal in EDITS:
            text = WORKFLOW.replace(old, new.replace("{few}", str(19 * 10 + 1)))
            (root / "workflows/main.py").write_text(text)
            (ran, told), wanted = _replay(root), goal(cases)
            same = told == _cold(text, rows)
            print(
                f"{what:32} {ran:5} executed, goal {wanted:5}; verdicts as on an empty ledger: {'yes' if same else 'NO'}"
            )
            figures[what] = ran
            if ran != wanted or not same:
                wrong.append(what)
    report(
        "one_step_change",
        figures[EDITS[0][0]],
        "steps executed",
        f"{2 * cases} of {6 * cases}",
        holds=not wrong,
        figures=figures,
        wrong=wrong,
    )


def _replay(root: Path) -> tuple[int, dict[str, list[Verdict]]]:
    """Return how many steps ran, and what each check said of each case, with its reason."""
    now = compared(root).now
    ran = sum(draw.executed for result in now.values() for draw in result.draws)
    return ran, {case: list(result.outcome.verdicts) for case, result in now.items()}


def _cold(text: str, rows: list[tuple[str, dict[str, int], int]]) -> dict[str, list[Verdict]]:
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), {"workflows/main.py": text}, rows)
        return _replay(Path(folder))[1]


if __name__ == "__main__":
    main()
