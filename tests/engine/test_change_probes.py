"""Every edit that changes an answer is noticed: what a replay keeps is what an empty ledger would make."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from change_probes import OUTSIDE, PROBES, Probe
from driving import Driver
from held_probes import HELD
from stranger_probes import AT_IMPORT, FOUND

Answers = dict[tuple[str, str], tuple[Any, int]]


def answers(root: Path, probes: Sequence[Probe], *, edited: bool) -> Answers:
    """Return {(probe, input): (answer, leaves executed)} of a replay."""
    files = {"lib/__init__.py": ""}
    for probe in probes:
        files |= probe.files(edited=edited)
    driver = Driver(root, files)
    with driver.bench:
        outcomes = {(p.name, x): driver.run(p.name, mode="replay", x=x) for p in probes for x in p.inputs}
        assert not [(key, o.error) for key, o in outcomes.items() if o.status != "done"]
        return {key: (driver.value(outcome), outcome.executed) for key, outcome in outcomes.items()}


BYSTANDER = Probe("bystander", "@step\ndef s(x): return x\n", "", "")
"""What no edit beside it touches: an edit that did run it again would hide what others miss."""
REACHING = {"held_dispatch", "own_wrapper", "singled"}
"""Probes whose import does something outside the project, so that their edit runs every step again."""


def beside(probes: Sequence[Probe]) -> list[Probe]:
    """Return the probes whose edits reach their own step alone, and a step that none of them reaches."""
    return [*(probe for probe in probes if probe.name not in REACHING), BYSTANDER]


OPAQUE = {
    *("doc_by_format", "doc_by_getattr", "doc_by_getter", "doc_by_table", "evaluated"),
    *("line_of_a_frame", "line_of_a_traceback", "lines_extracted"),
}
"""Probes whose step no code hash can tell of: it takes the whole tree's."""


def test_a_comment_beside_what_objects_hold_runs_nothing(tmp_path: Path) -> None:
    driver = Driver(tmp_path, {"lib/__init__.py": ""})
    for probe in HELD:
        for name, text in probe.files(edited=False).items():
            driver.write(name, text)
    with driver.bench:
        for probe in HELD:
            driver.done(probe.name, mode="replay", x="abc")
        for probe in HELD:
            file = f"workflows/{probe.name}.py"
            driver.write(file, f"# Said.\n{(tmp_path / file).read_text()}")
        after = {probe.name: driver.run(probe.name, mode="replay", x="abc") for probe in HELD}
    assert {name for name, outcome in after.items() if outcome.executed} == OPAQUE
    assert {name for name, outcome in after.items() if outcome.opaque} == OPAQUE


def alone(probe: Probe) -> list[Probe]:
    """Return a probe of what an import does, which reaches every step, for an engagement of its own."""
    return [probe]


@pytest.mark.parametrize(
    "probes",
    [
        beside(PROBES),
        beside(FOUND),
        beside(HELD),
        [*OUTSIDE, *(probe for probe in [*PROBES, *HELD] if probe.name in REACHING)],
        *map(alone, AT_IMPORT),
    ],
    ids=[
        "in the project",
        "found otherwise",
        "held by objects",
        "outside it, at import",
        *(probe.name for probe in AT_IMPORT),
    ],
)
def test_no_edit_is_missed(tmp_path: Path, probes: list[Probe]) -> None:
    before = answers(tmp_path / "kept", probes, edited=False)
    again = answers(tmp_path / "kept", probes, edited=False)
    after = answers(tmp_path / "kept", probes, edited=True)
    anew = answers(tmp_path / "empty", probes, edited=True)
    assert {key for key, (_, executed) in again.items() if executed} <= {
        ("cached_step", "abc"),
        ("cached_step", "abd"),
    }
    assert {key: value for key, (value, _) in after.items()} == {
        key: value for key, (value, _) in anew.items()
    }
    without = {key for key in before if before[key][0] == anew[key][0]}
    assert without == {key for key in before if key[0] == BYSTANDER.name}, (
        "an edit without effect proves nothing"
    )
    assert not [key for key in without if after[key][1]], (
        "an edit that reaches every step proves nothing of the others"
    )


LAZY = """
import json
from pathlib import Path

from alongside import step, workflow

class Rates:
    table = None

    def get(self):
        if self.table is None:
            self.table = json.loads(Path("data/rates.json").read_text())
        return self.table

    @classmethod
    def shared(cls):
        cls.table = 1
        return 1

RATES = Rates()

@step
def lazily(x: str) -> int:
    return RATES.get()[x]

@step
def sharing(x: str) -> int:
    return Rates.shared()

@workflow
def instance(x: str) -> int:
    return lazily(x)

@workflow
def shared(x: str) -> int:
    return sharing(x)
"""


def test_a_pure_step_keeps_nothing_in_an_object_of_the_module(tmp_path: Path) -> None:
    driver = Driver(tmp_path, {"workflows/w.py": LAZY, "data/rates.json": '{"a": 1}'})
    with driver.bench:
        for workflow, what in (("instance", "RATES"), ("shared", "Rates")):
            outcome = driver.run(workflow, x="a")
            assert outcome.code == "impure-step"
            assert f"changed the global workflows.w:{what}" in outcome.error
